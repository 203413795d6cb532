"""Pools that meet in an operation: the values of all pairs, and what each is made by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.repair.calls import Called, Remade
from gradcheck.repair.operations import Operation
from gradcheck.repair.pools import Collector, Edit, Made, Maker, Pool

MOST_PAIRS = 400_000
"""So many pairs are stored at most; larger sets are cut, the lightest ones stay."""
MOST_EXPRESSIONS = 150
"""So many expressions are made where values of stacks are not known."""


def store(collector: Collector, operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None) -> None:
    """Compute the values of all pairs and gather them."""
    if _is_by_expression(operation):
        store_expressions(collector, operation, pools, weight, edit)
        return
    rows = _paired(pools)
    found = operation.values(collector.field, *(pool.values[at] for pool, at in zip(pools, rows, strict=True)))
    if found is None or not len(found[0]):
        return
    values, kept = found
    if kept is not None:
        rows = [at[kept] for at in rows]
    weights = weight + np.sum([pool.weights[at] for pool, at in zip(pools, rows, strict=True)], axis=0)
    collector.add(values, weights, maker_of(operation, pools, rows, edit))


def store_expressions(
    collector: Collector,
    operation: Operation,
    pools: Sequence[Pool],
    weight: float,
    edit: Edit | None,
    most: int = MOST_EXPRESSIONS,
) -> None:
    """The same for operations that have no values of stacks: the lightest ones are made as expressions."""
    rows = _paired(pools)
    weights = np.sum([pool.weights[at] for pool, at in zip(pools, rows, strict=True)], axis=0)
    maker = maker_of(operation, pools, rows, edit)
    for i in np.argsort(weights, kind="stable")[:most].tolist():
        made = maker(i)
        value = collector.field.value(made.array)
        if value is not None:
            collector.add(value[None], weight + float(weights[i]), lambda _, made=made: made)  # type: ignore[misc]


def _paired(pools: Sequence[Pool]) -> list[np.ndarray]:
    """Indices of all combinations, the lightest of each if there are too many."""
    lengths = [len(pool) for pool in pools]
    while np.prod(lengths, dtype=float) > MOST_PAIRS:
        longest = int(np.argmax(lengths))
        lengths[longest] = max(1, lengths[longest] // 2)
    return [grid.ravel() for grid in np.meshgrid(*map(np.arange, lengths), indexing="ij")]


def maker_of(operation: Operation, pools: Sequence[Pool], rows: Sequence[np.ndarray], edit: Edit | None) -> Maker:
    """What makes the i-th pair."""
    return lambda i: joined(operation, [pool.make(at[i]) for pool, at in zip(pools, rows, strict=True)], edit)


def joined(operation: Operation, parts: Sequence[Made], edit: Edit | None) -> Made:
    """The operation on what was made, and all edits. What an edit brings in is said in its words."""
    edits = tuple(e for part in parts for e in part.edits)
    array = operation.build(*(part.array for part in parts))
    return Made(array, edits if edit is None else (*edits, said(edit, parts)))


def said(edit: Edit, parts: Sequence[Made]) -> Edit:
    """The edit with what it brings in, which is the part that nothing was edited in, in the words that leave room."""
    if "{{}}" not in edit.words:
        return edit
    others = (part.array for part in reversed(parts) if not part.edits and part.array is not edit.parts[-1])
    new = next(others, parts[-1].array)
    return Edit(edit.words.replace("{{}}", "{}"), (new, *edit.parts))


def _is_by_expression(operation: Operation) -> bool:
    """Whether its values are those of expressions that are made one by one."""
    if isinstance(operation, Remade):
        return operation.node.verb not in ("product", "moved")
    return isinstance(operation, Called)

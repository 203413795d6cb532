"""Walks over graphs."""

import dataclasses
import itertools
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

import sympy as sp

from gradcheck.graph.expressions import Known, operands_of
from gradcheck.graph.node import Array


def walk(*roots: Array, known: Container[int] = ()) -> Iterator[Array]:
    """Every distinct expression under the roots once, operands before what is made of them.

    Expressions whose keys are `known` are passed over, and so is what only they are made of.
    """
    seen: set[int] = set()
    opened: set[int] = set()  # whose operands lie above them
    for root in roots:
        pending = [root]
        while pending:
            node = pending[-1]
            key = node.key
            if key in seen or key in known:
                pending.pop()
            elif node.args and key not in opened:
                opened.add(key)
                pending += node.args[::-1]
            else:
                pending.pop()
                seen.add(key)
                yield node


class Sort:
    """The nodes of a sort under graphs. Which expressions have one in them is remembered, so that most are not walked.

    is_one: whether a node is of the sort, which depends on its expression alone.
    """

    def __init__(self, is_one: Callable[[Array], bool]) -> None:
        self._is_one = is_one
        self._contains: Known[bool] = Known()

    def __call__(self, *roots: Array, known: Container[int] = ()) -> Iterator[Array]:
        """Every one once, operands first; not under expressions whose keys are `known`."""
        for node in walk(*roots, known=self._contains):
            operands = (self._contains[arg.key] for arg in node.args)
            self._contains[node.key] = self._is_one(node) or any(operands)
        return filter(self._is_one, walk(*roots, known=_Passed(self._contains, known)))


class _Passed:
    """The keys of expressions that contain none of a sort, or are known."""

    def __init__(self, contains: Known[bool], known: Container[int]) -> None:
        self._contains, self._known = contains, known

    def __contains__(self, key: object) -> bool:
        return (key in self._contains and not self._contains[key]) or key in self._known  # type: ignore[index]


def each_written(roots: Iterable[Array]) -> Iterator[Array]:
    """Every node under the roots once, by identity: what an author wrote twice comes twice."""
    pending, seen = list(roots), set()
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            pending.extend(node.args)
            yield node


def written_parts(roots: Iterable[Array], is_name: Callable[[Array], bool]) -> Iterator[Array]:
    """Every node that is written out in the texts of the roots once, by identity, operands first."""
    seen: set[int] = set()
    for root in roots:
        pending = [(root, False)]
        while pending:
            node, ready = pending.pop()
            if id(node) in seen or is_name(node):
                continue
            if ready:
                seen.add(id(node))
                yield node
            else:
                pending += [(node, True), *((part, False) for part in node.parts[::-1])]


def replace(
    root: Array,
    change: Callable[[Array, tuple[Array, ...]], Array | None],
    new: dict[int, Array] | Known[Array] | None = None,
) -> Array:
    """The graph rebuilt from below: `change(node, new_args)` gives a new node, or None to keep the operation.

    new: what expressions have become already, by key; the others are added.
    """
    new = {} if new is None else new
    if root.key in new:  # what is asked for again and again
        return new[root.key]
    for node in walk(root, known=new):
        args = tuple(new[arg.key] for arg in node.args)
        changed = change(node, args)
        if changed is None:
            same = all(a.key == b.key for a, b in zip(args, node.args, strict=True))
            changed = node if same else node.rebuild(args)
        new[node.key] = changed
    return new[root.key]


def replace_written(
    root: Array, change: Callable[[Array, Sequence[Array]], Array | None], new: dict[int, Array]
) -> Array:
    """The same by identity: what an author wrote twice stays two nodes, and words speak of the new operands.

    new: what nodes have become already, by `id`, which have to be kept meanwhile; the others are added.
    """
    pending = [root]
    while pending:
        node = pending[-1]
        if id(node) in new:
            pending.pop()
        elif unknown := [arg for arg in node.args if id(arg) not in new]:
            pending += unknown
        else:
            args = [new[id(arg)] for arg in node.args]
            changed = change(node, args)
            new[id(node)] = _on_other_operands(node, args, new) if changed is None else changed
    return new[id(root)]


def _on_other_operands(node: Array, args: Sequence[Array], new: dict[int, Array]) -> Array:
    """The same operation, its author's words with it."""
    if all(old is arg for old, arg in zip(node.args, args, strict=True)):
        return node
    changed, written = node.rebuild(args), node.written
    if written is None:
        return changed
    operands = tuple(new.get(id(operand), operand) for operand in written.operands)
    return changed.said(dataclasses.replace(written, operands=operands))


def depends_on(root: Array, keys: Iterable[int]) -> bool:
    """Whether any of the expressions occurs in the graph."""
    wanted = set(keys)
    return any(node.key in wanted for node in walk(root))


def affected(keys: Iterable[int], by: int) -> set[int]:
    """Which of the expressions contain the expression `by`."""
    wanted = list(keys)
    contains, pending = {by: True}, sorted(wanted, reverse=True)
    while pending:  # graphs are deeper than Python's stack
        key = pending[-1]
        # Operands are older than what is made of them, so nothing older than `by` can contain it.
        operands = operands_of(key) if key > by else ()
        pending += (unknown := [operand for operand in operands if operand not in contains])
        if not unknown:
            pending.pop()
            contains.setdefault(key, any(contains[operand] for operand in operands))
    return {key for key in wanted if contains[key]}


def size_symbols(roots: Iterable[Array]) -> list[sp.Symbol]:
    """The size symbols of the graphs, by name."""
    sizes = (node.sizes for node in walk(*roots) if node.conforms)
    found = {symbol for size in itertools.chain.from_iterable(sizes) for symbol in sp.sympify(size).free_symbols}
    return sorted(found, key=lambda s: s.name)

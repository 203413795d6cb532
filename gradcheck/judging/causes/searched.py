"""The one edit by which the search for corrections makes a step right, where no likelier cause does."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import reduce

from gradcheck.graph import Array
from gradcheck.judging.causes.places import STANDS, Other
from gradcheck.judging.causes.trial import Cause, Trial
from gradcheck.repair import Corrections
from gradcheck.repair.arithmetic import MINUS, OVER, PLUS, TIMES, Applied
from gradcheck.repair.contractions import AT
from gradcheck.repair.forms import Form, read
from gradcheck.repair.operations import Operation

SECONDS = 10.0
"""So long it is searched at most; searches end far sooner, as what is said must not hang on how fast a machine is."""
JOINING = {PLUS: "term", MINUS: "term", TIMES: "factor", AT: "factor", OVER: "divisor"}
"""What the second operand of an operation is called."""


def an_edit(trial: Trial) -> Iterator[Cause]:
    """What is different from the closest correction with one edit, an expression of several symbols among others."""
    broadcast, is_drawn = trial.case.place.broadcast, bool(trial.run.structure)
    document = (trial.names, trial.symbols, [*trial.run.printed(), *trial.symbols], broadcast, is_drawn)
    for one in Corrections(trial.target, trial.formula, *document, SECONDS).with_one_edit():
        differing = different(read(trial.formula, trial.names), read(one.formula, trial.names))
        other = named(*differing, {slope.key for slope in trial.slopes})
        yield from trial.causes(other.kind, other.words, one.formula, other.parts)


def different(printed: Form, right: Form) -> tuple[Form, Form]:
    """The smallest part outside of which both are written alike, on both sides."""
    if printed.operation is None or printed.operation != right.operation or len(printed.parts) != len(right.parts):
        return printed, right
    pairs = [pair for pair in zip(printed.parts, right.parts, strict=True) if not _is_same(*pair)]
    return different(*pairs[0]) if len(pairs) == 1 else (printed, right)


def named(printed: Form, right: Form, slopes: Container[int]) -> Other:
    """What is lost, what is too much, or what stands there for what. slopes: of activations, by key."""
    if lost := _beside(printed, right):
        what, new = lost
        kind = _kind(what, new, slopes)
        return Other(kind, f"the {what} {{}} is missing beside {{}}", (new, printed.array), right.array)
    if more := _beside(right, printed):
        what, old = more
        kind = _kind(what, old, slopes)
        return Other(kind, f"the {what} {{}} is too much beside {{}}", (old, right.array), right.array)
    is_function = isinstance(printed.operation, Applied) or isinstance(right.operation, Applied)
    kind = "activation derivative" if is_function else "expression"
    return Other(kind, STANDS, (printed.array, right.array), right.array)


def _kind(what: str, joined: Array, slopes: Container[int]) -> str:
    if what == "term":
        return what
    return "activation derivative" if joined.key in slopes else "factor"


def _beside(one: Form, many: Form) -> tuple[str, Array] | None:
    """What operations join to an operand that is known, of many, and what this is called."""
    if many.operation is None or many.operation not in JOINING:
        return None
    parts = list(_joined(many, many.operation) if many.operation in (PLUS, TIMES) else many.parts)
    position = next((i for i, part in enumerate(parts) if _is_same(part, one)), None)
    if position is None or (position and many.operation in (MINUS, OVER)):
        return None
    rest = [part.array for part in parts[:position] + parts[position + 1 :]]
    return JOINING[many.operation], reduce(many.operation.build, rest)


def _joined(form: Form, operation: Operation) -> Iterator[Form]:
    """All terms of a sum, or all factors of a product."""
    if form.operation != operation or form.is_symbol:
        yield form
    else:
        for part in form.parts:
            yield from _joined(part, operation)


def _is_same(one: Form, other: Form) -> bool:
    return one.array.conforms and one.array.key == other.array.key

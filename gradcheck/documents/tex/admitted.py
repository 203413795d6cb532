"""What of a page may stand in a module that is run: names that mean something in it, numbers, and what NumPy does.

A page may come from anybody. What was read of it is source made by our own readers; here it is looked at once more, as
a syntax tree, before any of it is executed. What does not pass is not read, and nor is what is made of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from operator import add, mul, sub, truediv
from typing import Any

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.noted import NotedClaim, NotedStep, Notes

METHODS = frozenset(("T", "array", "max", "min", "prime", "reshape", "sum"))
"""Attributes of what stands in formulas."""
MOST_LETTERS = 20_000
"""What is longer in Python is not run."""
LARGEST = 1e300
"""Numbers that are larger are not written out: 10 to the power of 10¹⁰ would fill the memory."""
_TOO_LARGE = f"a number above {LARGEST:g}"
_ALLOWED = (
    ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.keyword, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple,
    ast.List, ast.Name, ast.Constant, ast.Lambda, ast.arguments, ast.arg, ast.Load, ast.operator, ast.unaryop,
    ast.cmpop,
)  # fmt: skip
_NUMBERS: Mapping[type[ast.operator], Callable[[float, float], Any]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
    ast.Pow: pow,
}


@dataclass
class Passing:
    """What may stand in a module.

    imported: the names that it imports. known: those that mean something in it so far. lost: why others do not.
    """

    imported: AbstractSet[str]
    known: set[str]
    lost: dict[str, str] = field(default_factory=dict)

    def assigned(self, lines: Sequence[str]) -> Iterator[str]:
        """The lines `name = source` that pass; their names are known from then on."""
        for line in lines:
            name, _, source = line.partition(" = ")
            if not (name.isascii() and name.isidentifier()) or name in self.imported:
                self.lost[name] = "it would take the name of something else"
            elif why := self.why_not(source):
                self.lost[name] = why
            else:
                self.known.add(name)
                yield line

    def claimed(self, claim: NotedClaim) -> tuple[NotedClaim | None, list[NotedStep]]:
        """What passes of a claim, and the steps that do not."""
        reasons = [next(filter(None, map(self.why_not, each)), "") for each in zip(*claim.instances, strict=True)]
        kept = [i for i, why in enumerate(reasons[1:]) if not (why or reasons[0])]
        lost = [
            replace(step, kind="unread", why=reasons[0] or why, read_as="")
            for step, why in zip(claim.steps, reasons[1:], strict=True)
            if why or reasons[0]
        ]
        if not lost:
            return claim, []
        instances = tuple((of[0], *(of[i + 1] for i in kept)) for of in claim.instances)
        return replace(claim, steps=tuple(claim.steps[i] for i in kept), instances=instances) if kept else None, lost

    def why_not(self, source: str) -> str:
        """Why a formula does not pass; "" if it does."""
        try:
            if len(source) > MOST_LETTERS:
                return f"it is longer than {MOST_LETTERS:,} letters in Python"
            tree = ast.parse(source, mode="eval")
            compile(tree, "formula", "eval")
            self._refuse(tree.body)
        except Unread as reason:
            return reason.why
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
            return f"it cannot be written in Python: {error}"
        return ""

    def _refuse(self, node: ast.expr) -> None:
        """Raises Unread for what may not stand in a formula, and OverflowError for numbers that are too large."""
        inside = {arg.arg for one in ast.walk(node) if isinstance(one, ast.Lambda) for arg in one.args.args}
        for one in ast.walk(node):
            if not isinstance(one, _ALLOWED):
                raise Unread(f"{type(one).__name__} stands in no formula")
            if isinstance(one, ast.Name) and one.id not in self.known | inside:
                why = f"is not read: {self.lost[one.id]}" if one.id in self.lost else "means nothing in its module"
                raise Unread(f"{one.id} {why}")
            if isinstance(one, ast.Attribute) and one.attr not in METHODS:
                raise Unread(f".{one.attr} stands in no formula")
            if isinstance(one, ast.Constant) and not isinstance(one.value, (int, float, str)):
                raise Unread(f"{one.value!r} stands in no formula")
            if isinstance(one, ast.expr):
                _number(one)


def admitted(notes: Notes, imported: AbstractSet[str]) -> Notes:
    """The same with what does not pass as not read. imported: the names that a module takes from elsewhere."""
    return passed(notes, Passing(imported, {*imported, *notes.sizes.values(), *notes.letters.values()}))


def passed(notes: Notes, module: Passing) -> Notes:
    """The same with what does not pass as not read."""
    inputs, definitions = list(module.assigned(notes.inputs)), list(module.assigned(notes.definitions))
    claims, others = [], list(notes.others)
    for claim in notes.claims:
        passed, lost = module.claimed(claim)
        claims += [passed] if passed is not None else []
        others += lost
    remarks = [*notes.remarks, *(f"{name} is not read: {why}" for name, why in module.lost.items())]
    return replace(notes, inputs=inputs, definitions=definitions, claims=claims, others=others, remarks=remarks)


def _number(node: ast.expr) -> float | None:
    """About which number it is, None if it is none. Raises OverflowError for one that is too large."""
    found: float | None = None
    match node:
        case ast.Constant(value=int() | float() as value):
            found = float(value)
        case ast.UnaryOp(operand=of) if (number := _number(of)) is not None:
            found = -number
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _NUMBERS:
            one, other = _number(left), _number(right)
            if one is not None and other is not None:
                found = _made(op, one, other)
    if found is not None and not abs(found) <= LARGEST:
        raise OverflowError(_TOO_LARGE)
    return found


def _made(op: ast.operator, one: float, other: float) -> float:
    try:
        made = _NUMBERS[type(op)](one, other)
    except ZeroDivisionError:
        raise OverflowError("a division by zero") from None
    except OverflowError:
        raise OverflowError(_TOO_LARGE) from None
    return abs(made) if isinstance(made, complex) else float(made)

"""Of which steps something is said: for s < t ≤ T, letters stand for some of their numbers only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import ge, gt, le, lt

from gradcheck.documents.tex.scope import Scope

_SIGNS: Mapping[str, Callable[[int, int], bool]] = {
    **dict.fromkeys(("<", "\\lt"), lt),
    **dict.fromkeys((">", "\\gt"), gt),
    **dict.fromkeys(("\\le", "\\leq", "\\leqslant", "≤"), le),
    **dict.fromkeys(("\\ge", "\\geq", "\\geqslant", "≥"), ge),
}
_PARTS = re.compile(r"(<|>|≤|≥|\\(?:le|ge)(?:q|qslant)?(?![a-z])|\\[lg]t(?![a-z]))")
_NUMBER = re.compile(r"\\?(\w+?)(?:\s*([+-])\s*(\d+))?")


def are_said(scope: Scope, condition: str) -> bool:
    """Whether a condition bounds letters of steps, as t < T and 1 ≤ s < t, or counts layers from the last one."""
    if (match := re.fullmatch(r"\\?([a-z]+)\s*=\s*-\s*\d+", condition.strip())) is not None:
        return match[1] in scope.step_letters
    compared = list(_compared(condition))
    names = [name for one, _, other in compared for name, _ in (one, other)]
    known = (*scope.step_letters, *scope.step_sizes)
    are_known = all(name.isdigit() or name in known for name in names)
    return bool(names) and are_known and any(name in scope.step_letters for name in names)


def among(scope: Scope, condition: str, cases: Sequence[Mapping[str, int]]) -> list[Mapping[str, int]]:
    """The cases in which a condition on steps holds; all of them where it is about other things."""
    if not are_said(scope, condition):
        return list(cases)
    compared = list(_compared(condition))
    return [case for case in cases if all(_holds(scope, case, *one) for one in compared)]


def _holds(scope: Scope, case: Mapping[str, int], one: tuple[str, int], sign: str, other: tuple[str, int]) -> bool:
    """Whether a comparison holds; one of a letter that a statement does not have says nothing of it."""
    numbers = [_value(scope, case, name) for name, _ in (one, other)]
    left, right = numbers
    return left is None or right is None or _SIGNS[sign](left + one[1], right + other[1])


def _value(scope: Scope, case: Mapping[str, int], name: str) -> int | None:
    return int(name) if name.isdigit() else case.get(name, scope.step_sizes.get(name))


def _compared(condition: str) -> Iterator[tuple[tuple[str, int], str, tuple[str, int]]]:
    """The comparisons of a chain, each of two names with what is added to them; none of what is no such chain."""
    words = condition.strip()
    parts = _PARTS.split(words[1:-1] if re.fullmatch(r"\([^()]*\)", words) else words)
    found = [_NUMBER.fullmatch(part.strip()) for part in parts[::2]]
    names = [(one[1], int(f"{one[2]}{one[3]}") if one[2] else 0) for one in found if one is not None]
    if len(names) == len(found):
        yield from zip(names, parts[1::2], names[1:], strict=False)


def compared_letters(words: str) -> Iterator[tuple[str, str]]:
    """Pairs of letters between which a sign of order stands, as in 1 ≤ s < t."""
    name = r"\\?([a-z]+)(?:\s*[+-]\s*\d+)?"
    for match in re.finditer(rf"(?=(?<![a-zA-Z\\]){name}\s*{_PARTS.pattern}\s*{name}(?![a-zA-Z_^]))", words):
        yield match[1], match[3]

"""Letters that are known by their indices alone: entries x_ij of a matrix X, and weights w_jk that have no set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from gradcheck.documents.tex import examples
from gradcheck.documents.tex.declarations import BITS, REAL, Context, Declared, key_of, said
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described, described, items
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.tree import Row, plain, solid, walked

_DATA = (
    r"\b(?:observations?|examples?|samples?|data|pairs?|points?|weights?|bias(?:es)?|parameters?|coefficients?|inputs?|"
    r"labels?|targets?|responses?|outcomes?|predictors?|features?|covariates?|regressors?|numbers?|scalars?|counts?|"
    r"thresholds?|offsets?|intercepts?|gains?|logits?|scores?|constants?|entries|components?)"
)
_SAID_BEFORE = re.compile(rf"{_DATA}\s*(?:are |of |\w+ )?(?:\$|\\\()?\s*\Z", re.I)
_SAID_BEHIND = re.compile(rf"\A(?:\$|\\\))?,?\s*(?:are (?:the )?|be (?:the )?|,? )?{_DATA}", re.I)
_BINARY = re.compile(r"\bbinary\b|\b0[/-]1\b|\bzero[- ]one\b", re.I)


def occurrences(base: str, statements: Iterable[Statement]) -> Iterator[Described]:
    """A letter wherever it stands."""
    for statement in statements:
        for side in statement.sides:
            yield from (one for one in _letters(side.nodes) if one.base == base)


def _letters(row: Row) -> Iterator[Described]:
    """The letters in a row; that in a font or under an accent is the same one."""
    for node in row:
        one = described(node) if node.kind in ("symbol", "font", "accent", "word") else None
        if one is not None:
            yield one
        for part in (*(node.parts if one is None else ()), *node.sub, *node.sup):
            yield from _letters(part)


def sizes_of(
    scope: Scope, base: str, statements: Sequence[Statement], near: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """What the indices of numbers run to, by all places where they stand; () if these say nothing, or two things.

    near: what letters run to in the section where the numbers are spoken of.
    """
    letter_sizes = {**scope.letter_sizes, **(near or {})}
    found: list[set[str]] = []
    for one in occurrences(base, statements):
        given = [plain(item) for row in one.subs for item in items(row)]
        if one.primes or any(not plain(row).isdigit() for row in one.sups):
            return ()
        if not given:
            continue
        found = found or [set() for _ in given]
        if len(given) != len(found):
            return ()
        for sizes, text in zip(found, given, strict=True):
            if text in scope.step_letters:
                return ()
            size = letter_sizes.get(text) or scope.sizes.get(text)
            sizes.update([size] if size else [])
    return tuple(sizes.pop() for sizes in found) if all(len(sizes) == 1 for sizes in found) else ()


def spoken_of(scope: Scope, stated: Sequence[Stated], ranges: Callable[[int], Mapping[str, str]]) -> Iterator[Declared]:
    """What a sentence speaks of as data, labels or weights, and does not name a set for, by what its indices run to."""
    statements = [one.statement for one in stated]
    for one in stated:
        if one.formula.is_display or len(one.statement.sides) != 1:
            continue
        context = one.context
        if not (_SAID_BEFORE.search(context.before) or _SAID_BEHIND.search(context.after)):
            continue
        for base in dict.fromkeys(_listed(one.statement)):
            sizes = sizes_of(scope, base, statements, ranges(one.statement.start))
            if not sizes or len(sizes) > 2:
                continue
            near = Context(context.before[-60:], context.after[:60])
            domain = BITS if _BINARY.search(near.before + near.after) and len(sizes) == 1 else REAL
            found = Declared(base, domain, (*sizes, "1")[:2], (), base, place=one.statement.start)
            yield said(found, near)


_CUSTOMARY = frozenset(("x", "t", "w", "v", "u", "b", "c", "W", "V", "U", "theta", "beta"))
"""Letters of data and parameters, which need no word to be taken for these."""


def unsaid(
    reader: Reader, stated: Sequence[Stated], near: Mapping[str, str], taken: Collection[str]
) -> Iterator[Declared]:
    """Customary letters of which nothing is said but what their indices run to: x_i^{(n)}, w_ji and b_j."""
    statements = [one.statement for one in stated if not one.is_header]
    nodes = [node for one in statements for side in one.sides for node in walked(side.nodes)]
    letters = dict.fromkeys(one.base for one in map(described, nodes) if one is not None and one.base in _CUSTOMARY)
    between = [solid(side.nodes) for one in statements for side in one.sides[1:-1]]
    named = {one.base for nodes in between if len(nodes) == 1 and (one := described(nodes[0])) is not None}
    capitals = {key.rpartition(":")[2] for key in taken}
    for base in letters:
        if (base.upper() in capitals and base.islower()) or base in named:
            continue  # x_ij may be an entry of X, and in a = t = g(z) t is another name
        found = _by_indices(reader, list(occurrences(base, statements)), near)
        if found is not None and found.key not in taken:
            yield found


def _by_indices(reader: Reader, every: Sequence[Described], near: Mapping[str, str]) -> Declared | None:
    """An array by the indices that a letter has everywhere, above it in round brackets and below it."""
    sizes: list[tuple[str, ...]] = []
    for one in every:
        above = [row for row in one.sups if examples.is_number_of_one(row)]
        texts = [plain(row).strip("()") for row in above] + [plain(item) for row in one.subs for item in items(row)]
        if one.primes or len(above) != len(one.sups) or not texts or any(t in reader.scope.step_letters for t in texts):
            return None
        sizes.append(tuple(near.get(text) or reader.scope.sizes.get(text, "?") for text in texts))
    said = Counter(one for one in sizes if "?" not in one)
    (most, times), *_ = [*said.most_common(1), ((), 0)]
    if 2 * times <= len(sizes) or any(len(one) != len(most) for one in sizes) or not 0 < len(most) <= 3:
        return None  # one place with another index may be a mistake
    first = every[sizes.index(most)]
    count = sum(map(examples.is_number_of_one, first.sups))
    family, own = most[:count], most[count:]
    letters = tuple(plain(row).strip("()") for row in first.sups) if count else ()
    key = key_of(reader, first, (*letters, *(plain(item) for row in first.subs for item in items(row))))
    shape = (*own, "1")[:2] if own else ()
    return Declared(key, REAL, shape, family, plain((first.node,)), place=first.node.start, letters=letters)


_ALL_NUMBERS = re.compile(
    r"\ball\s(?:(?:of\s(?:them|these|which)|(?:the\s)?(?:quantities|variables|letters|things))\s)?(?:here\s)?(?:are\s)?"
    r"(?:real\s)?(?:numbers|scalars)\b|\beverything\s(?:here\s)?is\sa\s(?:real\s)?(?:number|scalar)\b",
    re.I,
)
"""Words of a section in which there are no arrays but those of indices."""


def all_numbers(scope: Scope, words: str, stated: Sequence[Stated], near: Mapping[str, str]) -> Iterator[Declared]:
    """The letters of a section that says that all is numbers, by what their indices run to."""
    if _ALL_NUMBERS.search(words) is None:
        return
    statements = [one.statement for one in stated]
    nodes = [node for one in statements for side in one.sides for node in walked(side.nodes)]
    bases = dict.fromkeys(one.base for one in map(described, nodes) if one is not None and one.subs)
    for base in bases:
        sizes = sizes_of(scope, base, statements, near)
        place = next(occurrences(base, statements)).node.start
        if re.fullmatch(r"[a-zA-Z]|[a-z]{2,7}", base) and 0 < len(sizes) < 3:
            yield Declared(base, REAL, (*sizes, "1")[:2], (), base, place=place)


def _listed(statement: Statement) -> Iterator[str]:
    """The letters with indices of a list, as in (x_i1, …, x_ip, y_i); none of what is no list."""
    nodes = statement.left.nodes
    inside = nodes[0].inner if len(nodes) == 1 and nodes[0].is_("bracket", "()") and not nodes[0].is_scripted else nodes
    for node in inside:
        one = described(node)
        if one is None and node.kind != "dots" and not node.is_("operator", ","):
            return
        if one is not None and one.subs and not one.sups:
            yield one.base

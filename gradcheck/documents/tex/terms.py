"""What a part of a formula was read as: source in NumPy's notation, with its shape and its free indices.

Shapes are those of mathematics: () for a number, and (rows, columns) for a matrix; a column has one column. Sizes are
texts, equal if they are one expression. A shape of None does not conform: the formula is read as it stands, and what
does not fit is for the judge to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count

from gradcheck.documents.tex.errors import Unread

Shape = tuple[str, ...] | None

MOST_FACTORS = 20
"""Powers of matrices are written as products of so many factors and no more."""
SUM, PRODUCT, NEGATIVE, POWER, ATOM = range(5)
"""How tightly source binds."""


@dataclass(frozen=True)
class Term:
    """A part of a formula. source: Python. level: how tightly its outermost operation binds.

    letters: its free indices, each with the size that it runs to, "" where that is not said. by_entries: whether it is
    a formula by entries. notes: what was decided while it was read. uses: keys of its symbols. target: what it is
    claimed to be, where that is not the left-hand side as it is printed. doubt: what the page supposes of what it is
    made of, which may make a formula right that does not hold for all values.
    """

    source: str
    level: int
    shape: Shape
    letters: Mapping[str, str] = field(default_factory=dict)
    by_entries: bool = False
    notes: tuple[str, ...] = ()
    uses: frozenset[str] = frozenset()
    target: str = ""
    doubt: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it is one number, in whatever brackets."""
        return self.shape is not None and all(size == "1" for size in self.shape)

    @property
    def is_column(self) -> bool:
        """Whether it is a column of more than one entry."""
        return self.shape is not None and len(self.shape) == 2 and self.shape[1] == "1" and self.shape[0] != "1"

    @property
    def is_row(self) -> bool:
        """Whether it is a row of more than one entry."""
        return self.shape is not None and len(self.shape) == 2 and self.shape[0] == "1" and self.shape[1] != "1"

    @property
    def is_square(self) -> bool:
        """Whether it has as many rows as columns, and more than one."""
        return self.shape is not None and len(self.shape) == 2 and self.shape[0] == self.shape[1] != "1"

    def at(self, level: int) -> str:
        """Its source where something of this level has to stand."""
        return self.source if self.level >= level else f"({self.source})"

    def noted(self, *words: str) -> Term:
        """The same with something more that was decided."""
        return replace(self, notes=(*self.notes, *words))

    @property
    def as_array(self) -> str:
        """Source of the array, for a formula without free indices, as what takes arrays needs it."""
        if self.letters:
            raise Unread(f"{', '.join(self.letters)} is free in what has to be one array")
        return f"{self.at(ATOM)}.array()" if self.by_entries else self.source


def number(text: str) -> Term:
    """A literal number."""
    return Term(text, ATOM if not text.startswith("-") else NEGATIVE, ())


def made(source: str, level: int, shape: Shape, *parts: Term) -> Term:
    """Something made of parts."""
    letters: dict[str, str] = {}
    for part in parts:
        for letter, size in part.letters.items():
            letters[letter] = letters.get(letter) or size
    return Term(
        source,
        level,
        shape,
        letters,
        any(part.by_entries for part in parts),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        frozenset().union(*(part.uses for part in parts)),
    )


# ---- sizes that are not said -----------------------------------------------------------------------------------------

_UNKNOWN = re.compile(r"_size_\d+_")
_count = count()


def unknown() -> str:
    """A size that is not said, as that of 𝟏 and I; what it stands beside says it."""
    return f"_size_{next(_count)}_"


def is_unknown(size: str) -> bool:
    """Whether a size is not said yet."""
    return _UNKNOWN.fullmatch(size) is not None


def _settled(term: Term, old: str, new: str) -> Term:
    shape = None if term.shape is None else tuple(new if size == old else size for size in term.shape)
    letters = {letter: new if size == old else size for letter, size in term.letters.items()}
    return replace(term, source=term.source.replace(old, new), shape=shape, letters=letters)


def _fitted(left: Term, right: Term, pairs: Iterable[tuple[str, str]]) -> tuple[Term, Term]:
    """Both, with the sizes that have to be equal made so where one of them is not said."""
    for one, other in pairs:
        if "1" in (one, other):
            continue  # nobody writes a 𝟏 of one entry
        if one != other and is_unknown(one):
            left, right = _settled(left, one, other), _settled(right, one, other)
        elif one != other and is_unknown(other):
            left, right = _settled(left, other, one), _settled(right, other, one)
    return left, right


def settled_by(term: Term, target: Term) -> Term:
    """The same, where the one index whose size is not said runs along the axis of the target that no other one does.

    An identity is of the size of what it is equated with.
    """
    if target.is_square and target.shape and term.is_square and term.shape and is_unknown(term.shape[0]):
        return _settled(term, term.shape[0], target.shape[0])
    unsaid = [size for size in term.letters.values() if is_unknown(size)]
    axes = [size for size in target.shape or () if size != "1" and size not in term.letters.values()]
    return _settled(term, unsaid[0], axes[0]) if len(unsaid) == len(axes) == 1 and not target.letters else term


def with_rows(term: Term, rows: str) -> Term:
    """The same, with so many rows where their number is not said."""
    return _settled(term, term.shape[0], rows) if term.shape and is_unknown(term.shape[0]) else term


def refuse_unknown(term: Term) -> Term:
    """The same. Raises Unread if a size is not said."""
    if _UNKNOWN.search(term.source):
        raise Unread("the size of 𝟏 or I is not said: write it below")
    return term


# ---- operations ------------------------------------------------------------------------------------------------------


def added(left: Term, sign: str, right: Term) -> Term:
    """A sum or a difference."""
    left, right = _alike(left, right)
    source = f"{left.at(SUM)} {sign} {right.at(PRODUCT if sign == '-' else SUM)}"
    return made(source, SUM, _entrywise(left, right), left, right)


def negative(of: Term) -> Term:
    """Its opposite."""
    return made(f"-{of.at(PRODUCT)}", NEGATIVE if of.level >= NEGATIVE else PRODUCT, of.shape, of)


def by_entry(left: Term, right: Term, sign: str = "*") -> Term:
    """A product or a quotient, entry by entry."""
    left, right = _alike(left, right)
    return made(f"{left.at(PRODUCT)} {sign} {right.at(NEGATIVE)}", PRODUCT, _entrywise(left, right), left, right)


def scaled(left: Term, right: Term) -> Term:
    """A product of which one factor is a number."""
    shape = right.shape if left.is_number else left.shape
    if left.is_number and right.is_number:
        shape = max((left.shape or (), right.shape or ()), key=len)
    return made(f"{left.at(PRODUCT)} * {right.at(NEGATIVE)}", PRODUCT, shape, left, right)


def matrix_product(left: Term, right: Term) -> Term:
    """A product of matrices; without a shape if they do not fit."""
    fits = left.shape is not None and right.shape is not None and len(left.shape) == len(right.shape) == 2
    shape: Shape = None
    if fits and left.shape and right.shape:
        left, right = _fitted(left, right, [(left.shape[1], right.shape[0])])
    if fits and left.shape and right.shape and left.shape[1] == right.shape[0]:
        shape = (left.shape[0], right.shape[1])
    return made(f"{left.at(PRODUCT)} @ {right.at(POWER)}", PRODUCT, shape, left, right)


BY_MATRIX, BY_ENTRY = "matrix", "entry"
"""What a page may say of things side by side that are of one shape: they do not conform, or are multiplied by entry."""


def product(left: Term, right: Term, said: str = "") -> Term:
    """What two things side by side mean: a scaling, a product of matrices, or entry by entry where shapes agree."""
    if left.is_number or right.is_number:
        return scaled(left, right)
    found = matrix_product(left, right)
    if found.shape is None and left.shape is not None and left.shape == right.shape and said != BY_MATRIX:
        how = "by entry, as is said" if said == BY_ENTRY else "entry by entry"
        return by_entry(left, right).noted(f"{left.source} and {right.source} are multiplied {how}")
    return found


_LITERAL = re.compile(r"-?\(?-?\d+(?:\.\d+)?\)?")


def divided(above: Term, below: Term) -> Term:
    """A fraction. What is no number is divided entry by entry. One of two literals is exact, as floats are not."""
    if _LITERAL.fullmatch(above.source) and re.fullmatch(r"\d+", below.source) and int(below.source):
        ratio = Fraction(above.source.strip("()")) / int(below.source)
        if ratio.denominator not in (1, 2, 4, 5, 8, 10) or "." in above.source:
            return Term(f"Fraction({ratio.numerator}, {ratio.denominator})", ATOM, ())
    if below.is_square:
        raise Unread("a fraction by a square matrix: its inverse, or entry by entry?")
    shape = above.shape if below.is_number else _entrywise(above, below)
    if above.is_number and below.is_number:
        shape = max((above.shape or (), below.shape or ()), key=len)
    return made(f"{above.at(PRODUCT)} / {below.at(NEGATIVE)}", PRODUCT, shape, above, below)


def power(base: Term, exponent: Term) -> Term:
    """A power, entry by entry; of a square matrix, its own."""
    if not exponent.is_number:
        raise Unread("an exponent that is an array")
    if re.fullmatch(r"\d{1,4}", base.source) and (negative := re.fullmatch(r"-(\d{1,3})", exponent.source)):
        return Term(f"Fraction(1, {base.source}**{negative[1]})", ATOM, ())
    if base.is_square:
        whole = re.fullmatch(r"-?\d+", exponent.source)
        if not whole:
            raise Unread(f"a square matrix to the power of {exponent.source}")
        return raised(base, int(whole[0]))
    found = made(f"{base.at(ATOM)}**{exponent.at(ATOM)}", POWER, base.shape, base, exponent)
    return found.noted("a power is taken entry by entry") if base.is_column or base.is_row else found


def raised(base: Term, times: int) -> Term:
    """A square matrix times itself, or its inverse."""
    if times < 0:
        base, times = called("inv", base), -times
    if times > MOST_FACTORS:
        raise Unread(f"a matrix to the power of {times}")
    if times == 1:
        return base
    return made(" @ ".join([base.at(POWER)] * times), PRODUCT, base.shape, base)


def transposed(of: Term) -> Term:
    """A transpose; that of a number is itself."""
    if of.shape == ():
        return of
    shape = None if of.shape is None else (of.shape[1], of.shape[0])
    return made(f"{of.at(ATOM)}.T", ATOM, shape, of)


def called(name: str, *args: Term, shape: Shape | str = "same") -> Term:
    """A function of arrays or numbers; element by element where nothing else is said of its shape."""
    inner = ", ".join(arg.source for arg in args)
    found: Shape = args[0].shape if isinstance(shape, str) else shape
    return made(f"{name}({inner})", ATOM, found, *args)


def determinant(of: Term) -> Term:
    """The determinant of a square matrix; of one of several, Σ_k, that of its number."""
    return _of_member("det", of, ()) or made(f"det({of.as_array})", ATOM, (), of)


def inverse(of: Term) -> Term:
    """The inverse of a square matrix, likewise."""
    return _of_member("inv", of, of.shape) or called("inv", of)


def _of_member(name: str, of: Term, shape: Shape) -> Term | None:
    """What is made of one of several matrices, as one of what is made of all; None for what is no such."""
    member = re.fullmatch(r"(\w+)\[([\w, ]+)\]", of.source)
    if member is None or not of.letters:
        return None
    return made(f"{name}({member[1]})[{member[2]}]", ATOM, shape, of)


def zero_of(term: Term, shape: Shape) -> Term:
    """A bare 0 as the array of zeros that it is beside arrays; anything else as it is."""
    if term.source != "0" or shape is None or all(size == "1" for size in shape):
        return term
    return replace(term, source=f"zeros({', '.join(shape)})", level=ATOM, shape=shape)


def summed(of: Term, letters: Mapping[str, str], ranged: Mapping[str, str] | None = None) -> Term:
    """Σ over letters; what does not depend on one is counted. ranged: letters as they stand there, with their range."""
    own = [letter for letter in letters if letter in of.letters]
    lost = [letter for letter in letters if letter not in of.letters]
    found = of
    if own:
        inner = made(
            f"{of.at(ATOM)}.sum({', '.join((ranged or {}).get(letter, letter) for letter in own)})", ATOM, of.shape, of
        )
        found = replace(inner, letters={k: v for k, v in of.letters.items() if k not in own}, by_entries=True)
    for letter in lost:
        found = scaled(size_term(letters[letter]), found)
    return found


def size_term(size: str) -> Term:
    """A size as a number."""
    return Term(size, ATOM if re.fullmatch(r"\w+", size) else SUM, ())


def entry(of: Term, items: Sequence[str], sizes: Mapping[str, str]) -> Term:
    """An array at indices. items: source of each. sizes: of those that are letters, beside its own."""
    letters = {**of.letters, **sizes}
    if of.letters and (member := re.fullmatch(r"(\w+)\[([^\]]*)\]", of.source)):
        array, items = member[1], [member[2], *items]
    elif of.letters:
        array, items = f"{of.at(ATOM)}.array({', '.join(of.letters)})", [*of.letters, *items]
    else:
        array = of.as_array if of.by_entries else of.at(ATOM)
    return replace(made(f"{array}[{', '.join(items)}]", ATOM, (), of), letters=letters, by_entries=bool(letters))


def at_letters(of: Term, letters: Mapping[str, str]) -> Term | None:
    """The entry of an array at letters that run along its axes, each along the one of its size; None if none fit."""
    axes = [size for size in of.shape or () if size != "1"]
    if of.letters or len(axes) != len(letters) or len(set(axes)) != len(axes):
        return None
    sizes = dict(letters)
    if len(axes) == 1 and not next(iter(sizes.values())):
        sizes = dict.fromkeys(sizes, axes[0])
    by_size = {size: letter for letter, size in sizes.items()}
    if set(by_size) != set(axes):
        return None
    return entry(of, [by_size.get(size, "0") for size in of.shape or ()], sizes)


def same_shape(one: Shape, other: Shape) -> bool:
    """Whether two shapes are one, all shapes of a number being one."""
    numbers = [shape is not None and all(size == "1" for size in shape) for shape in (one, other)]
    return all(numbers) or one == other


def _alike(left: Term, right: Term) -> tuple[Term, Term]:
    if left.shape and right.shape and not left.is_number and not right.is_number:
        return _fitted(left, right, zip(left.shape, right.shape, strict=False))
    return left, right


def _entrywise(left: Term, right: Term) -> Shape:
    if left.shape is None or right.shape is None:
        return None
    if left.is_number:
        return right.shape if not right.is_number else max(left.shape, right.shape, key=len)
    return left.shape if right.is_number or left.shape == right.shape else None


def joined(words: Iterable[str]) -> str:
    """Words as a list."""
    return ", ".join(words)

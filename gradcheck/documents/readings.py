"""What a printed formula may mean whose signs tell neither its products nor its grouping, such as `W x * y`.

Its readings are the expressions that conform: + and - bind weakest, all other signs in any grouping, and each stands
for the products that texts write with it. No reading transposes or broadcasts; a 1×1 array scales as a number does.
Under a named convention there is one.

Nothing is judged here: what the formula is compared with takes no part, so that no search rescues a misprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Any, NamedTuple, NoReturn

from gradcheck.documents.juxtaposition import (
    BY_ENTRY,
    MATRIX,
    MEANINGS,
    NEXT_TO,
    QUOTIENT,
    SCALAR,
    SUMS,
    Value,
    combined,
    meanings,
    negative,
    part,
    taken,
)
from gradcheck.graph import Array, Misfit, ShapeError, Unsupported, Written, as_array, misfit_of
from gradcheck.graph.infinity import refuse_infinite

MOST = 24
"""A formula, or a part of one, that has more readings than this is refused."""

JUXTAPOSED = (NEXT_TO, "·", "@")
"""Signs that are matrix products under every convention."""


@dataclass(frozen=True)
class Convention:
    """How one document writes products; signs that bind alike go from left to right.

    tight: the signs that bind tighter than the others. broadcasts: whether what is done by entry broadcasts as NumPy
    does, where the document lets it. words: what it says.
    """

    tight: tuple[str, ...]
    broadcasts: bool
    words: str

    def meaning(self, sign: str, *possible: str) -> str:
        """What a sign stands for, given all that it may mean: · of two rows or columns is their scalar product."""
        if SCALAR in possible:
            return SCALAR
        return MATRIX if sign in JUXTAPOSED else sign if sign in SUMS else QUOTIENT if sign == "/" else BY_ENTRY


CONVENTIONS: Mapping[str, Convention] = {
    "numpy": Convention((), True, "juxtaposition and @ are matrix products, * is by entry, all bind alike"),
    "matrix": Convention(JUXTAPOSED, False, "juxtaposition and · are matrix products and bind tighter than * by entry"),
}


class Misreading(NamedTuple):
    """What does not conform in a part of a formula, why, and whether something stands to the left and right of it."""

    array: Array
    why: ShapeError
    is_behind: bool
    is_ahead: bool


@dataclass(frozen=True)
class Readings:
    """What a printed formula may mean.

    printed: an array that is written as print is, and has a shape if there is one reading. each: the readings that
    conform, by keys that are equal only for equal values. misfits: what does not conform, smallest parts first.
    """

    printed: Array
    each: Mapping[Any, Array]
    misfits: tuple[Misreading, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A printed formula: arrays, and the signs between them. place: the file and the line where it is written.

    What it means is known when the convention of its document is.
    """

    parts: tuple[Array, ...]
    signs: tuple[str, ...]
    is_negative: bool
    place: tuple[str, int]

    @classmethod
    def of(cls, printed: Sequence[Any], place: tuple[str, int]) -> Reading:
        """Arrays, numbers and signs in the order of print. Raises TypeError if they make no formula."""
        is_negative = isinstance(printed[0], str) and printed[0] == "-" if printed else False
        parts: list[Array] = []
        signs: list[str] = []
        for thing in printed[is_negative:]:
            if not isinstance(thing, str):
                signs += [NEXT_TO] * (len(parts) > len(signs))
                parts.append(as_array(thing))
                if parts[-1].conforms:
                    refuse_infinite(parts[-1])
            elif thing not in MEANINGS or thing == NEXT_TO:
                known = " ".join(sign for sign in MEANINGS if sign)
                raise TypeError(f"{thing!r} is no sign of a printed formula: there are {known}")
            elif len(signs) >= len(parts):
                raise TypeError(f"{thing!r} has no array to its left")
            else:
                signs.append(thing)
        if len(parts) < 2:
            raise TypeError(f"a reading of {len(parts)} arrays leaves nothing to tell apart")
        if len(signs) >= len(parts):
            raise TypeError(f"{signs[-1]!r} has no array to its right")
        return cls(tuple(parts), tuple(signs), is_negative, place)

    def _refuse(self, *other: object) -> NoReturn:
        words = "a reading is a whole formula: what stands beside it in print stands in it, as in reading(2, A, B)"
        raise TypeError(words)

    __array_ufunc__ = None  # arrays leave their operators to those below
    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __matmul__ = __neg__ = _refuse
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = _refuse

    def under(self, convention: str | None) -> Readings:
        """Its reading under a convention, or all that conform where there is none."""
        reader = _Reader(self, None if convention is None else CONVENTIONS[convention])
        try:
            values = reader.whole()
        except Unsupported as refusal:
            refusal.places = (*refusal.places, self.place)
            refused = Misfit(self.parts, (refusal,), (), self._written(reader.taken()))
            return Readings(refused, {"refused": refused})
        each, misfits = {value.key: value.array for value in values}, reader.misfits
        arrays = tuple(each.values())
        if len(arrays) == 1:
            (read,) = arrays
            written = replace(self._written(read), held=read.written.held if read.written else None)
            return Readings(type(read)(read.args, read.params, read.shape, written), each, misfits)
        several = ShapeError("what is printed", f"it has {len(each)} readings")
        reason, read = (several, arrays[0]) if each else (misfits[0].why, reader.taken())
        return Readings(Misfit(arrays or self.parts, (reason,), (), self._written(read)), each, misfits)

    def _written(self, read: Array) -> Written:
        """As print is. read: what it is taken for where it has to be taken apart, or to run."""
        row = [thing for pair in zip_longest(self.parts, self.signs) for thing in pair if thing is not None]
        operands = ("-" * self.is_negative, *row)
        layout = lambda style, written: style.juxtaposed(written.operands, read)  # noqa: E731
        return Written("reading", operands, (("read", read),), layout)


class _Reader:
    """Reads a printed formula, part by part."""

    def __init__(self, printed: Reading, convention: Convention | None) -> None:
        self.parts, self.signs, self.convention = printed.parts, printed.signs, convention
        self.is_negative = printed.is_negative
        self._misfits: list[tuple[int, Misreading]] = []
        self.values = cache(self._values)

    @property
    def misfits(self) -> tuple[Misreading, ...]:
        """What did not conform on the way, the smallest parts first."""
        return tuple(misreading for _, misreading in sorted(self._misfits, key=lambda noted: noted[0]))

    def whole(self) -> Sequence[Value]:
        """The readings of all of it that conform. Raises Unsupported."""
        return self.values(0, len(self.parts))

    def _values(self, start: int, stop: int) -> Sequence[Value]:
        """The readings of the parts from `start` to `stop` that conform, from left to right first."""
        made = self._alone(start) if stop == start + 1 else self._made(start, stop)
        made = map(negative, made) if self._is_negated(start, stop) else made
        found: dict[Any, Value] = {}
        for value in made:
            if self._conforms(value.array, start, stop):
                found.setdefault(value.key, value)
            if len(found) > MOST:
                cure = "put in brackets what belongs together, or name a convention: @derivation(reading=…)"
                raise Unsupported(f"a printed formula that has more than {MOST} readings: {cure}")
        return list(found.values())

    def taken(self) -> Array:
        """What all of it is under the convention, or from left to right as NumPy has it, if it conformed."""
        return self._taken(0, len(self.parts))

    def _taken(self, start: int, stop: int) -> Array:
        if stop == start + 1:
            array = self.parts[start]
        else:
            middle = next(iter(self._splits(start, stop)))
            meaning = (self.convention or CONVENTIONS["numpy"]).meaning(self.signs[middle - 1])
            array = taken(meaning, self._taken(start, middle), self._taken(middle, stop))
        return -array if self._is_negated(start, stop) else array

    def _is_negated(self, start: int, stop: int) -> bool:
        """Whether the parts are the first term, and its sign is turned."""
        end = next(self._sums(0, len(self.parts)), len(self.parts))
        return self.is_negative and (start, stop) == (0, end)

    def _alone(self, place: int) -> Iterator[Value]:
        yield part(place, self.parts[place])

    def _made(self, start: int, stop: int) -> Iterator[Value]:
        for middle in self._splits(start, stop):
            sign, convention = self.signs[middle - 1], self.convention
            for left in self.values(start, middle):
                for right in self.values(middle, stop):
                    which = meanings(sign, left, right)
                    if convention is None:
                        yield from (combined(meaning, sign, left, right) for meaning in which)
                    else:
                        yield combined(convention.meaning(sign, *which), sign, left, right, convention.broadcasts)

    def _splits(self, start: int, stop: int) -> Iterable[int]:
        """Where the last operation may stand: at the last + or -, or under a convention at the last loose sign."""
        places = range(stop - 1, start, -1)
        sums = list(self._sums(start, stop))
        if sums:
            return sums[-1:]
        if self.convention is None:
            return places
        loose = (place for place in places if self.signs[place - 1] not in self.convention.tight)
        return [next(loose, stop - 1)]

    def _sums(self, start: int, stop: int) -> Iterator[int]:
        return (place for place in range(start + 1, stop) if self.signs[place - 1] in SUMS)

    def _conforms(self, array: Array, start: int, stop: int) -> bool:
        """Whether a reading of a part does, or is noted among those that do not."""
        error = misfit_of(array)
        if isinstance(error, Unsupported):
            raise error
        if error is not None:
            self._misfits.append((stop - start, Misreading(array, error, start > 0, stop < len(self.parts))))
        return error is None

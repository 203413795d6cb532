"""The part in which two formulas differ: what has to be shown of a long one."""

from gradcheck.documents.claims import Formula
from gradcheck.graph import Array
from gradcheck.graph.writing import Names
from gradcheck.repair.forms import Form, read
from gradcheck.repair.partials import Partial


def parts_apart(one: Formula, other: Formula, names: Names) -> tuple[Array, Array] | None:
    """The smallest parts of two formulas that differ, beside which all is alike; None if nothing is alike."""
    if not isinstance(one, Array) or not isinstance(other, Array):
        return None
    left, right = read(one, names), read(other, names)
    while (apart := _the_pair_apart(left, right)) is not None:
        left, right = apart
    return None if left.array is one else (left.array, right.array)


def _the_pair_apart(one: Form, other: Form) -> tuple[Form, Form] | None:
    """The only operands that differ of one operation; what is differentiated is not shown without its ∂."""
    is_closed = one.operation is None or isinstance(one.operation, Partial)
    if is_closed or one.operation != other.operation or len(one.parts) != len(other.parts):
        return None
    apart = [(left, right) for left, right in zip(one.parts, other.parts, strict=True) if not _is_same(left, right)]
    return apart[0] if len(apart) == 1 else None


def _is_same(one: Form, other: Form) -> bool:
    return one.array.key == other.array.key

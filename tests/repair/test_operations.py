"""Every operation of the search: its values are those of the expression that it builds, and its adjoint is one."""

import numpy as np
import pytest
import sympy as sp

from gradcheck import dims, real
from gradcheck.functions.table import cross_entropy, sigmoid
from gradcheck.graph import concatenate
from gradcheck.proofs import residues
from gradcheck.proofs.residues import P
from gradcheck.repair.arithmetic import MINUS, NEGATIVE, OVER, PLUS, TIMES, Applied, Power, Scaled
from gradcheck.repair.calls import Entry, Remade, Reshaped
from gradcheck.repair.contractions import AT, TRANSPOSED, Indexed, Reduction
from gradcheck.repair.field import Field, inner, small_sizes
from gradcheck.repair.inverting import INVERTED, Inverted

n, m = dims("n m")
A, B, C, v, s = real("A", n, m), real("B", n, m), real("C", m, n), real("v", n, 1), real("s", 1, 1)
S = real("S", n, n)
x = real("x", n)
GRAPHS = [A, B, C, S, v, s, x, sigmoid(A), cross_entropy(A, B)]
OPTIONS = ((), (0,), (1, True), (-1,), ((0, 1), True))
CASES = [
    *((sign, pair) for sign in (PLUS, MINUS, TIMES, OVER) for pair in ((A, B), (A, v), (v, A), (s, A), (A, s))),
    *((AT, pair) for pair in ((A, C), (C, A), (C, v), (C, x), (x, A))),
    *((Indexed(text), pair) for text, pair in (("ij,ij->j", (A, B)), ("ij,jk", (A, C)), ("i,ij->ij", (x, A)))),
    (Indexed("ij->"), (A,)),
    *((Reduction(word, *options), (A,)) for word in ("sum", "mean") for options in OPTIONS),
    *((Entry(item), (A,)) for item in (0, (0, 1), slice(1, 2), (slice(None), slice(n - n, 1)))),
    (NEGATIVE, (A,)),
    (TRANSPOSED, (A,)),
    (INVERTED, (S,)),
    (Scaled(sp.sqrt(m)), (A,)),
    (Scaled(sp.Integer(3), True), (A,)),
    (Power(3), (A,)),
    (Applied(sigmoid), (A,)),
    (Applied(cross_entropy), (A, B)),
    (Remade(A.reshape(-1)), (A,)),
    *((Reshaped(tuple(map(sp.sympify, sizes))), (A,)) for sizes in ((-1,), (m, n), (n * m, 1))),
    (Remade(concatenate([A, B], axis=0)), (A, B)),
    (Remade(np.broadcast_to(v, (n, m))), (v,)),
]  # fmt: skip
IDS = [f"{type(operation).__name__}-{i}" for i, (operation, _) in enumerate(CASES)]


@pytest.fixture(scope="module")
def field():
    return Field(GRAPHS, small_sizes(GRAPHS), True)


@pytest.mark.parametrize(("operation", "arrays"), CASES, ids=IDS)
def test_values_are_those_of_the_expression(field, operation, arrays):
    values, kept = operation.values(field, *(field.value(array)[None] for array in arrays))
    assert np.array_equal(values[0], field.value(operation.build(*arrays)))
    assert kept is None or kept.tolist() == [0]


@pytest.mark.parametrize(("operation", "arrays"), CASES, ids=IDS)
def test_the_adjoint_of_a_linear_operation_is_a_linear_form_of_the_operand(field, operation, arrays):
    # <w, op(…, x, …)> = <w′, x> + c for every x
    random = np.random.default_rng(1)
    for position in range(len(arrays)):
        own = field.value(arrays[position]).shape
        stack = random.integers(0, P, (3, *own), dtype=np.uint64)
        others = [field.value(array)[None] for array in arrays]
        found = operation.values(field, *(stack if i == position else other for i, other in enumerate(others)))
        if found is None:
            continue
        values = found[0]
        weights = random.integers(0, P, values.shape[1:], dtype=np.uint64)
        operands = [None if i == position else other for i, other in enumerate(others)]
        adjoint = operation.adjoint(field, position, weights, operands, own)
        if adjoint is None:
            assert isinstance(operation, (Power, Applied, Inverted)) or (operation is OVER and position == 1)
            continue
        assert operation.shape(field, *(s.shape[1:] for s in others)) == values.shape[1:]
        forms, constants = adjoint
        right = residues.add(inner(forms[0], stack), np.broadcast_to(constants, 3))
        assert np.array_equal(inner(weights, values), right)


def test_what_does_not_fit_has_no_values(field):
    one, other = (field.value(array)[None] for array in (A, C))
    assert AT.values(field, one, one) is None
    assert PLUS.values(field, one, other) is None
    assert Indexed("ij,ij->").values(field, one, other) is None
    assert Entry((0, 0, 0)).values(field, one) is None
    assert Reshaped((n, n)).values(field, one) is None


def test_singular_matrices_have_no_inverse(field):
    stack = np.stack([field.value(S), np.ones_like(field.value(S))])
    values, kept = INVERTED.values(field, stack)
    assert kept.tolist() == [0]
    assert np.array_equal(INVERTED.values(field, values)[0][0], field.value(S))
    assert INVERTED.values(field, field.value(A)[None]) is None


def test_nothing_broadcasts_where_the_document_does_not():
    strict = Field(GRAPHS, small_sizes(GRAPHS), False)
    assert PLUS.shape(strict, (3, 4), (3, 1)) is None
    assert PLUS.shape(strict, (3, 4), (1, 1)) == (3, 4)


def test_a_function_has_values_of_known_arguments_only(field):
    stack = np.stack([field.value(A), residues.add(field.value(A), np.uint64(1))])
    values, kept = field.applied(sigmoid, stack)
    assert kept.tolist() == [0]
    assert np.array_equal(values[0], field.value(sigmoid(A)))


def test_sizes_are_apart_from_each_other_and_from_numbers():
    table = real("table", 3, 5)
    sizes = small_sizes([A, table])
    assert len({*sizes.values(), 3, 5, 2}) == len(sizes) + 3


def test_values_that_differ_have_other_fingerprints(field):
    one = field.value(A)
    for entry in np.ndindex(one.shape):
        other = one.copy()
        other[entry] ^= np.uint64(1)
        assert len(set(field.prints(np.stack([one, other])).tolist())) == 2

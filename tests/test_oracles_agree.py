"""The oracles held against each other on random expressions that are made of every kind of node and every row.

Exact algebra, reverse mode, differences, the complex step and increments share an expression and nothing else. So an
expression on which one of them is wrong and all agree would take the same mistake twice.
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from samples import domains_of

from gradcheck.functions import TABLE, abstract, leaky_relu
from gradcheck.graph import (
    Apply,
    Broadcast,
    Concatenate,
    Derivative,
    Einsum,
    Identity,
    Index,
    Input,
    Largest,
    Literal,
    Misfit,
    Reshape,
    Selected,
    ShapeError,
    derivative,
    dims,
    domains,
    inputs_of,
    ones,
    unify,
    walk,
)
from gradcheck.graph import node as kinds
from gradcheck.graph.families import Leaf
from gradcheck.notation import bits, gradient, identity, one_hot, positive, real, sigmoid, unit
from gradcheck.numerics import differences, increments, reverse_mode, rounding
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.proofs import symbols
from gradcheck.sampling.choices import fits
from gradcheck.sampling.point import Point

n, m = dims("n m")
INPUTS = [
    real("A", n, m),
    real("B", m, n),
    real("S", n, n),
    real("x", n),
    real("y", m),
    real("col", n, 1),
    real("row", 1, m),
    real("c"),
    positive("P", n, m),
    unit("U", m),
    bits("T", n, m),
    one_hot("H", n, m),
]
SIZES = [{n: 2, m: 3}, {n: 3, m: 2}, {n: 1, m: 2}, {n: 2, m: 1}, {n: 1, m: 1}]
ROWS = {**TABLE, "leaky_relu(0.2)": leaky_relu(0.2), "g": abstract("g"), "L": abstract("L", 2)}
ROWS |= {row.prime.name: row.prime for row in [*ROWS.values()] if row.arity == 1}
KINDS = [kind for kind in kinds.KINDS if kind is not Misfit]
OPERATIONS = [kind for kind in KINDS if kind is not Derivative and not issubclass(kind, Leaf)]
MOVING = [kind for kind in OPERATIONS if kind is not Selected]
"""Those that derivatives go through."""

ROUNDINGS, BARS = 8.0, 10.0
"""How many bounds on rounding, and how many error bars, two right values may be apart."""
SHARP = 1e-9
TRUNCATION = 1e-20
"""What the square of a step leaves where a derivative is 0, as that of x³ is at 0, for values of moderate size."""
FROM_KINKS = 1e-3
SHORT = 100
"""How long expressions may be to be written out."""


# ---- random expressions --------------------------------------------------------------------------------------------


class Author:
    """Writes expressions whose arguments lie in their domains. `choose` takes one of several things."""

    def __init__(self, choose):
        self.choose = choose
        self.known = list(INPUTS)

    def like(self, *others):
        """Something that broadcasts with these, and is none of them: y > y is on its jump everywhere."""
        shapes, taken = [other.shape for other in others], {other.key for other in others}
        return self.choose([a for a in self.known if conform(a.shape, *shapes) and a.key not in taken])

    def of_rank(self, *ranks):
        return self.choose([array for array in self.known if array.ndim in ranks])

    def of_shape(self, shape):
        return self.choose([array for array in self.known if array.shape == shape] or [ones(*shape)])

    def expression(self, make):
        """A new one, which later ones may use."""
        made = make(self)
        self.known.append(made)
        return made

    def apply(self, row):
        """The function of arguments that broadcast in any direction."""
        args = []
        for _ in range(row.arity):
            args.append(self.like(*args))
        if row.name == "where":
            args[0] = self.mask(args[1:])
        name = row.name.rstrip("′")
        return row(*(INTO_DOMAIN.get((name, k), into_domain(row, k))(arg) for k, arg in enumerate(args)))

    def mask(self, branches):
        T = INPUTS[10]
        masks = [branches[0] > self.like(*branches)]
        return self.choose([*masks, T] if conform(T.shape, *(b.shape for b in branches)) else masks)


def conform(*shapes):
    try:
        return unify(shapes, str)
    except ShapeError:
        return None


def above_zero(array):
    return array if array.name == "P" else array * array + Fraction(1, 2)


def into_domain(row, k):
    """What makes an argument of anything, by the domain that the row needs."""
    return {domains.POSITIVE: above_zero, domains.UNIT: sigmoid}.get(domains_of(row)[k], lambda array: array)


INTO_DOMAIN = {
    ("log", 0): above_zero,
    ("sqrt", 0): above_zero,
    ("divide", 1): above_zero,
    ("power", 0): above_zero,
    ("power", 1): lambda array: array / 2,
    ("exp", 0): lambda array: array / 2,
    ("sinh", 0): lambda array: array / 2,
    ("cosh", 0): lambda array: array / 2,
    ("cross_entropy", 0): lambda array: array if array.name == "U" else sigmoid(array),
}
"""Arguments are brought into the domain, and kept small where functions grow fast."""


def whole_power(author):
    array = author.like()
    return author.choose([array**2, array**3, above_zero(array) ** -1, above_zero(array) ** Fraction(-3, 2)])


def product(author):
    left = author.of_rank(1, 2)
    fitting = [a for a in author.known if a.ndim in (1, 2) and a.shape[0] == left.shape[-1]]
    return left @ author.choose(fitting or [left.T if left.ndim == 2 else left])


def square_matrix(author):
    return author.choose([a for a in author.known if a.ndim == 2 and a.shape[0] == a.shape[1]])


def repeated_labels(author):
    square = square_matrix(author)
    vector = author.of_shape(square.shape[:1])
    words = ["ii,i->i", "ij,i->j", "ij,j->ij", "ii,j->ij", "ij,i->"]
    return np.einsum(author.choose(words), square, vector)


def sums(author):
    array = author.of_rank(1, 2)
    return array.sum(axis=author.choose([*range(array.ndim), None]), keepdims=author.choose([True, False]))


def einsum(author):
    return author.choose(EINSUMS)(author)


EINSUMS = [
    product,
    repeated_labels,
    sums,
    lambda author: author.of_rank(2, 3).T,
    lambda author: square_matrix(author).trace(),
    lambda author: np.diag(square_matrix(author)),
    lambda author: np.diag(author.of_rank(1)),
    lambda author: np.outer(author.of_rank(1), author.of_rank(1)),
    lambda author: np.einsum("ij,ij,ij->j", *[author.of_rank(2)] * 3),
    lambda author: np.einsum("i,i->", *[author.of_rank(1)] * 2),
]


def reshape(author):
    array = author.of_rank(0, 1, 2)
    shapes = [(-1,), (1, -1), (*array.shape, 1), tuple(reversed(array.shape))]
    return array.reshape(author.choose(shapes))


def index(author):
    array = author.of_rank(1, 2)
    last = (slice(None),) * (array.ndim - 1)
    items = [0, -1, slice(0, 1), (*last, slice(-1, None)), (None, *last, 0), (*last, 0)]
    blocks = [array[item] for item in items]
    return author.choose([block for block in blocks if contains(block, Index)])


def concatenate(author):
    array = author.of_rank(1, 2)
    other = author.of_shape(array.shape)
    axis = author.choose([*range(array.ndim)])
    joined = np.concatenate([array, other, array], axis=axis)
    return author.choose([joined, joined[(slice(None),) * axis + (slice(1, None),)]])


def broadcast(author):
    array = author.of_rank(0, 1, 2)
    full = conform(array.shape, author.like(array).shape)
    return np.broadcast_to(array, author.choose([full, (m, *full), (2, *full)]))


def literal(author):
    array = author.like()
    table = np.array([[2.0, -1.0, 0.5]]).T
    return author.choose([array * Fraction(1, 3), array / m, 1 - array, array.reshape(1, -1) * table, array + n])


def with_identity(author):
    square = square_matrix(author)
    eye = identity(square.shape[0])
    return author.choose([square + eye, square @ eye, square * eye, eye[:1] @ square])


def extreme(author):
    array = author.of_rank(1, 2)
    end = author.choose([np.max, np.min])
    return end(array, axis=author.choose([*range(array.ndim), None]), keepdims=author.choose([True, False]))


def selected(author):
    array = author.of_rank(1, 2)
    mask = array == author.choose([np.max, np.min])(array, axis=author.choose([0, None]))
    return author.choose([mask, 1 - mask]) * array


def nested(author):
    inner = author.choose([a for a in author.known if not contains(a, Derivative)])
    return gradient(cost(inner), author.choose(variables(inner)))


def function(author):
    return author.apply(author.choose([*ROWS.values()]))


def example(kind):
    """What the kind says of itself, of any matrix."""
    return lambda author: author.choose(kind.examples)(author.of_rank(2))


MAKE = {
    Input: lambda author: author.like(),
    Literal: literal,
    Identity: with_identity,
    Apply: function,
    Einsum: einsum,
    Reshape: reshape,
    Index: index,
    Concatenate: concatenate,
    Broadcast: broadcast,
    Largest: extreme,
    Selected: selected,
    Derivative: nested,
}
MAKE |= {kind: example(kind) for kind in KINDS if kind not in MAKE}
ANY = [function, function, function, whole_power, einsum, *MAKE.values()]


def contains(graph, kind):
    return any(type(node) is kind for node in walk(graph))


def cost(array):
    """One number with a cotangent that differs from entry to entry and does not vanish where the array does."""
    return (array * array + 3 * array).sum()


def variables(graph):
    """Everything that one may differentiate by: inputs and what is made of them, but no masks.

    A constant in a comparison, as in tri(n, m) > 0, never moves from the kink that it may lie on.
    """
    nodes = [node for node in walk(graph) if inputs_of([node])]
    masks = {node.args[0].key for node in nodes if isinstance(node, Apply) and node.function.name == "where"}
    return [node for node in nodes if not isinstance(node, (Literal, Identity)) and node.key not in masks]


def seeded(seed):
    rng = random.Random(seed)
    return Author(lambda options: options[rng.randrange(len(options))])


# ---- what the oracles say ------------------------------------------------------------------------------------------


def values_at(target, sizes, seed):
    return Point(sizes, seed).values(inputs_of([target]))


def is_ordinary(target, sizes, seed):
    """Whether there is a derivative at the point: no kink is near, and all values are moderate."""
    if not fits([target], sizes):
        return False
    values = values_at(target, sizes, seed)
    rng = np.random.default_rng(0)
    moved = {key: value + 1e-6 * rng.standard_normal(value.shape) for key, value in values.items()}
    at, near = Evaluation(values, sizes), Evaluation(moved, sizes)
    forward = [node.args[0] for node in walk(target) if isinstance(node, Derivative)]
    plain = [reverse_mode.expand(graph) for graph in [target, *forward]]
    return all(np.all(differences.kink_distance(graph, at, near) > FROM_KINKS) for graph in plain) and all(
        np.all(np.abs(at(node)) < 1e6) for node in walk(*plain)
    )


def disagreements(target, sizes, seed):
    """The oracles that contradict reverse mode at the point, or say nothing."""
    values = values_at(target, sizes, seed)
    at, plain = Evaluation(values, sizes), reverse_mode.expand(target)
    value = at(plain)
    assert np.all(np.isfinite(value))
    rounded = ROUNDINGS * rounding.bound(plain, at, {})
    sharp = rounded + SHARP * np.abs(value) + TRUNCATION
    reading = differences.read(target, differences.evaluation(values, sizes), {})
    said = {"differences": (reading.value, BARS * reading.error + rounded)}
    if not is_nested(target):
        said["complex step"] = differences._complex_step(at, target), sharp
        said["increments"] = increments.differentiate(at, target), sharp
    return {name for name, (other, bar) in said.items() if not np.all(np.abs(other - value) <= bar)}


def is_nested(target):
    outer = [node for node in walk(target) if isinstance(node, Derivative)]
    return any(contains(node.args[0], Derivative) for node in outer)


def algebra(target, sizes):
    """What exact algebra says of reverse mode's formula: `proved`, `differs`, `cannot resolve`; or `long` if it is."""
    plain = reverse_mode.expand(target)
    if symbols.written_out(plain, sizes) * plain_size(plain, sizes) > SHORT:
        return "long"
    return symbols.SymbolicPoint(inputs_of([target, plain]), sizes).compare(target, plain).answer.value


def plain_size(graph, sizes):
    return int(np.prod(Evaluation({}, sizes).shape(graph.shape)))


def drawn(make, seed, before=1):
    """A short expression around what `make` makes."""
    author = seeded(seed)
    for _ in range(before):
        author.expression(author.choose(ANY))
    return author.expression(make)


def slots(name, seed):
    """A random expression in which a row is applied, and the arguments that one may differentiate by, by place."""
    graph = drawn(lambda author: author.apply(ROWS[name]), seed)
    applied = [node for node in walk(graph) if isinstance(node, Apply) and node.function is ROWS[name]]
    allowed = {node.key for node in variables(graph)}
    return graph, {k: arg for k, arg in enumerate(applied[-1].args) if arg.key in allowed}


def operands(kind, seed):
    """A random expression with a node of a kind, and operands of such a node, through which derivatives go."""
    graph = drawn(MAKE[kind], seed)
    made = [node for node in walk(graph) if type(node) is kind]
    allowed = {node.key for node in variables(graph)}
    return graph, [arg for node in made[-1:] for arg in node.args or inputs_of([graph]) if arg.key in allowed]


# ---- wrong ones are noticed ----------------------------------------------------------------------------------------


def forget(monkeypatch):
    """What was derived before with the right rules, and afterwards what is derived with wrong ones."""
    monkeypatch.setattr(reverse_mode, "_EXPANDED", {})
    monkeypatch.setattr(increments, "body_of", increments.body_of.__wrapped__)


def noticed(graphs):
    """What contradicts reverse mode, for each graph and variable with an ordinary point."""
    found = []
    for seed, (graph, by) in enumerate(graphs):
        target = derivative(cost(graph), by)
        if is_ordinary(target, SIZES[0], seed):
            found.append(disagreements(target, SIZES[0], seed))
    assert found
    return found


def by_algebra(graphs):
    return {algebra(derivative(cost(graph), by), {n: 2, m: 1}) for graph, by in graphs}


def through(kind):
    """Expressions and variables whose derivatives go through a node of the kind, and are not 0 as a step's are."""
    graphs = [operands(kind, seed) for seed in range(6)]
    return [(graph, by) for graph, args in graphs for by in args if not any(map(is_step, walk(graph)))]


def is_step(node):
    """Whether it is constant between its kinks, as jumps and the slopes of bends are."""
    bends = isinstance(node, Largest) or (isinstance(node, Apply) and node.function.at_kink is not None)
    return bool(node.kinks) and not bends


def by_slot(name, k):
    drawn_ones = (slots(name, seed) for seed in range(2))
    return [(graph, args[k]) for graph, args in drawn_ones if k in args]


SLOTS = [(name, k) for name, row in ROWS.items() for k in range(row.arity) if (name, k) != ("where", 0)]
each_slot = pytest.mark.parametrize(("name", "k"), [pytest.param(*slot, id=f"{slot[0]}-{slot[1]}") for slot in SLOTS])


@each_slot
def test_a_wrong_partial_is_noticed(name, k, monkeypatch):
    row = ROWS[name]
    if row.body is not None:  # what reverse mode reads; the values are made of the right one
        monkeypatch.setitem(row.__dict__, "body", lambda x, body=row.body: body(x) + 0.001 * x)
    else:
        wrong = [lambda *a, p=p, more=0.001 * (i == k): p(*a) + more for i, p in enumerate(row.partials)]
        monkeypatch.setitem(row.__dict__, "partials", tuple(wrong))
    forget(monkeypatch)
    graphs = by_slot(name, k)
    assert all("differences" in found for found in noticed(graphs))
    assert by_algebra(graphs) <= {"differs", "cannot resolve", "long"}


@pytest.mark.parametrize(("name", "k"), [slot for slot in SLOTS if ROWS[slot[0]].body is None])
def test_a_wrong_increment_is_noticed(name, k, monkeypatch):
    row = ROWS[name]
    wrong = lambda *a: row.__dict__["right"](*a) + 0.001 * a[row.arity + k]  # noqa: E731
    monkeypatch.setitem(row.__dict__, "right", row.increment)
    monkeypatch.setitem(row.__dict__, "increment", wrong)
    assert all(found == {"increments"} for found in noticed(by_slot(name, k)))


@pytest.mark.parametrize("kind", MOVING)
def test_a_wrong_vector_jacobian_product_is_noticed(kind, monkeypatch):
    def wrong(*args, right=kind.cotangent):
        product = right(*args)
        return None if product is None else product * 1.001

    monkeypatch.setattr(kind, "cotangent", wrong)
    forget(monkeypatch)
    graphs = through(kind)
    assert all("differences" in found for found in noticed(graphs))
    assert "differs" in by_algebra(graphs) <= {"differs", "cannot resolve", "long"}


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.body is None and not row.is_jump])
def test_a_kernel_that_is_wrong_for_complex_numbers_is_noticed(name, monkeypatch):
    row = ROWS[name]
    monkeypatch.setitem(row.__dict__, "numpy", lambda *args, right=row.numpy: right(*map(np.real, args)))
    found = noticed([pair for k in range(row.arity) for pair in by_slot(name, k)])
    assert {"complex step"} in found
    assert all(one <= {"complex step"} for one in found)  # it is right where the derivative is 0


@pytest.mark.parametrize("kind", MOVING)
def test_a_wrong_change_is_noticed(kind, monkeypatch):
    right = kind.change
    monkeypatch.setattr(kind, "change", lambda *args: right(*args) * 1.001)
    assert all(found == {"increments"} for found in noticed(through(kind)))


# ---- the same answer everywhere ------------------------------------------------------------------------------------


def check(graph, by, seed, proofs=True):
    """What exact algebra says, after the numerical oracles have agreed; empty if the point is not ordinary."""
    target, sizes = derivative(cost(graph), by), SIZES[seed % len(SIZES)]
    if not is_ordinary(target, sizes, seed):
        return ""
    assert disagreements(target, sizes, seed) == set()
    said = algebra(target, {n: 2, m: 1}) if proofs else "not asked"
    assert said != "differs"
    return said


@pytest.mark.parametrize("name", ROWS)
def test_every_row(name):
    said = []
    for seed in range(4):
        graph, args = slots(name, seed)
        said += [check(graph, arg, seed, proofs="proved" not in said) for arg in args.values()]
    assert "proved" in said
    assert sum(map(bool, said)) >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(kind):
    said = []
    for seed in range(6):
        graph, args = operands(kind, seed)
        assert contains(graph, kind)
        said += [check(graph, arg, seed, proofs=said.count("proved") < 3) for arg in args[:3]]
    assert "proved" in said
    assert sum(map(bool, said)) >= 4


A, x, y, col, row, c = (INPUTS[i] for i in (0, 3, 4, 5, 6, 7))
PAIRS = [(col, row), (row, col), (A, y), (row, A), (A, col), (c, A), (x, c), (x, col), (row, y)]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("function", [ROWS["add"], ROWS["multiply"], ROWS["L"]], ids=str)
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_broadcasting_in_every_direction(pair, function, sizes):
    for by in pair:
        target = derivative(function(*pair).sum(), by)
        assert disagreements(target, sizes, 0) == set()


@st.composite
def expressions(draw):
    """An expression of up to three steps, any node in it, a choice of sizes and a seed."""
    author = Author(lambda options: options[draw(st.integers(0, len(options) - 1))])
    for _ in range(draw(st.integers(1, 3))):
        graph = author.expression(author.choose(ANY))
    return graph, author.choose(variables(graph)), draw(st.integers(0, 99))


@settings(max_examples=60)
@given(expressions())
def test_random_expressions(drawn):
    graph, by, seed = drawn
    assume(check(graph, by, seed))


@settings(max_examples=30)
@given(expressions())
def test_random_jacobians(drawn):
    graph, by, seed = drawn
    target, sizes = derivative(graph, by), SIZES[seed % len(SIZES)]
    assume(is_ordinary(target, sizes, seed))
    assert disagreements(target, sizes, seed) == set()


# ---- points side by side -------------------------------------------------------------------------------------------


def batched(target, sizes, seeds, shared):
    """Evaluations at each point, and one of all; the input that is `shared` has the same value at all of them."""
    drawn_ones = [values_at(target, sizes, seed) for seed in seeds]
    nodes = inputs_of([target])
    same = {node.key for node in nodes[:1] if shared}
    alone = [{key: drawn_ones[0][key] if key in same else value for key, value in one.items()} for one in drawn_ones]
    stacked = {key: np.stack([one[key] for one in (alone[:1] if key in same else alone)]) for key in alone[0]}
    return [Evaluation(one, sizes) for one in alone], Evaluation(stacked, sizes, lead=1)


def sampled(point, node):
    point.derivative = lambda at, inner: differences.differentiate(at, inner).value
    return differences.differentiate(point, node)


READINGS = {
    "reverse mode": lambda point, node: point(reverse_mode.expand(node)),
    "differences": lambda point, node: sampled(point, node).value,
    "complex step": differences._complex_step,
    "increments": increments.differentiate,
    "terms": increments.terms,
}


def side_by_side(graph, by, seed):
    """Whether every oracle says of points together what it says of each alone; None if there is nothing to say."""
    target, sizes = derivative(cost(graph), by), SIZES[seed % 2]
    seeds = [seed, seed + 10, seed + 20]
    if not inputs_of([target]) or not all(is_ordinary(target, sizes, s) for s in seeds):
        return None
    alone, together = batched(target, sizes, seeds, shared=seed % 2 == 0)
    bar = [sampled(point, target).error for point in alone] + sampled(together, target).error
    rounded = ROUNDINGS * rounding.bound(reverse_mode.expand(target), together, {})
    for name in ["reverse mode", "differences"] if is_nested(target) else READINGS:
        single, stacked = np.array([READINGS[name](at, target) for at in alone]), READINGS[name](together, target)
        tolerance = bar if name == "differences" else rounded + 1e-12 * np.abs(stacked) + TRUNCATION
        assert np.all(np.abs(single - stacked) <= tolerance), name
    return True


@pytest.mark.parametrize("name", ROWS)
def test_points_side_by_side_for_every_row(name):
    drawn_ones = (slots(name, seed) for seed in range(2))
    looked = [side_by_side(graph, arg, seed) for seed, (graph, args) in enumerate(drawn_ones) for arg in args.values()]
    assert any(looked)


@pytest.mark.parametrize("kind", KINDS)
def test_points_side_by_side_for_every_kind(kind):
    drawn_ones = (operands(kind, seed) for seed in range(3))
    looked = [side_by_side(graph, arg, seed) for seed, (graph, args) in enumerate(drawn_ones) for arg in args]
    assert any(looked)

"""Every row of the function table, by all oracles: a new row is covered with no new test."""

from __future__ import annotations

import itertools
import zlib

import mpmath
import numpy as np
import pytest
import sympy as sp
from samples import domains_of

from gradcheck.functions import TABLE, abstract, leaky_relu, step
from gradcheck.functions import table as functions
from gradcheck.graph import as_array, broadcast_to, dims, domains, make_input, walk
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import ACTIVATIONS, gamma, gradient
from gradcheck.numerics import reverse_mode
from gradcheck.proofs.symbols import SymbolicPoint
from gradcheck.sampling.choices import Point
from gradcheck.verdicts import Answer

ROWS = {**TABLE, "leaky_relu(0.2)": leaky_relu(0.2), "g": abstract("g"), "L": abstract("L", 2)}
ROWS |= {row.name: row for row in (*ACTIVATIONS, gamma, functions.polygamma(1), functions.polygamma(2))}
SLOTS = [
    pytest.param(row, k, id=f"{name}-{k}")
    for name, row in ROWS.items()
    for k in range(row.arity)
    if (name, k) != ("where", 0)  # a mask is 0 or 1: there is nothing to differentiate by
]
UNARY = [pytest.param(row, id=name) for name, row in ROWS.items() if row.arity == 1]
KINKED = [pytest.param(row, id=name) for name, row in ROWS.items() if row.facts.kinks and row.body is None]
BENT = [pytest.param(row, id=name) for name, row in ROWS.items() if row.at_kink is not None]
each_row = pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
each_slot = pytest.mark.parametrize(("row", "k"), SLOTS)
n = dims("n")


def inputs(row):
    return [make_input(f"x{i}", [n], domain) for i, domain in enumerate(domains_of(row))]


def samples(row, count=7):
    """Arguments from the domains, no two alike."""
    rng = np.random.default_rng(5)
    return [node.domain.sample(rng, (count,)) for node in inputs(row)]


def judged(target, formula, seed=0):
    """What reverse mode, differences and exact algebra say, and whether the first two contradict each other."""
    nodes = [node for node in walk(target, formula) if node.name]
    at = NumericPoint.away_from_kinks(Point({n: 5}, seed), [target, formula], nodes)
    found = at.compare(target, formula)
    exact = SymbolicPoint(nodes, {n: 2}).compare(target, formula)
    return found.backprop, found.differences, exact.answer, found.conflict


# ---- derivatives -------------------------------------------------------------------------------------------------


@each_slot
def test_a_wrong_derivative_is_refuted_by_all_oracles(row, k):
    args = inputs(row)
    wrong = row.partial(k, *args) * 1.01 if not row.is_jump else as_array(1)
    if row.name == "relu′":
        wrong = as_array(1)
    target = gradient(row(*args).sum(), args[k])
    assert judged(target, broadcast_to(wrong, (n,))) == (Answer.DIFFERS, Answer.DIFFERS, Answer.DIFFERS, "")


@each_slot
def test_the_derivative_is_confirmed_by_all_oracles(row, k):
    args = inputs(row)
    target = gradient(row(*args).sum() + 3 * args[k].sum(), args[k])  # not 0 where a step's derivative is
    right = broadcast_to(row.partial(k, *args) + 3, (n,))
    assert judged(target, right) == (Answer.AGREES, Answer.AGREES, Answer.PROVED, "")


@pytest.mark.parametrize(("row", "k"), [*SLOTS, pytest.param(functions.where, 0, id="where-0")])
def test_the_partial_is_sympys_derivative_of_the_definition(row, k):
    symbols = sp.symbols(f"x:{row.arity}", real=True)
    derivative = sp.diff(row.sympy(*symbols), symbols[k])
    args = samples(row)
    found = np.broadcast_to(row.partials[k](*args, row(*args)), args[0].shape) if row.partials else row.prime(*args)
    for i, point in enumerate(zip(*args, strict=True)):
        exact = number(derivative, dict(zip(symbols, map(exactly, point), strict=True)))
        assert found[i] == pytest.approx(exact, rel=1e-13, abs=0)


@each_slot
def test_the_kernel_is_right_for_complex_numbers(row, k):
    args = samples(row)
    moved = [x + 1e-30j if i == k else x for i, x in enumerate(args)]
    slope = np.imag(row(*moved)) / 1e-30
    np.testing.assert_allclose(slope, np.broadcast_to(row.partial(k, *args), slope.shape), rtol=1e-13, atol=0)


@each_row
def test_the_kernel_is_the_definition(row):
    args = samples(row)
    values = row(*args)
    for i, point in enumerate(zip(*args, strict=True)):
        exact = number(row.sympy(*map(exactly, point)), {})
        assert values[i] == pytest.approx(exact, rel=1e-14, abs=0)


def exactly(x):
    return sp.Rational(repr(float(x)))


def number(expression, point):
    """In 40 digits; for an undefined function the stand-in that its kernel is."""
    value = expression.xreplace(point).doit()
    applied = {
        f: sp.Float(f.func.stand_in(*f.args, sin=sp.sin).evalf(40), 40)
        for f in value.atoms(sp.Function)
        if hasattr(f.func, "stand_in")
    }
    return float(value.xreplace(applied).evalf(40))


@each_row
def test_an_application_in_exact_algebra_has_the_digits_of_the_definition(row):
    point = [sp.Rational(1, 2 + i) for i in range(row.arity)]
    if not row.is_abstract:  # of which nothing is known
        assert row.symbolic(*point).evalf(40) == sp.sympify(row.sympy(*point)).evalf(40)


@pytest.mark.parametrize("row", UNARY)
def test_the_derivative_is_a_function_of_its_own_with_a_derivative(row):
    (x,) = inputs(row)
    np.testing.assert_allclose(
        row.prime(*samples(row)), np.broadcast_to(row.partial(0, *samples(row)), (7,)), rtol=1e-14, atol=0
    )
    target = gradient(row.prime(x).sum() + 3 * x.sum(), x)
    assert judged(target, reverse_mode.expand(target)) == (Answer.AGREES, Answer.AGREES, Answer.PROVED, "")
    assert row.prime is row.prime


@pytest.mark.parametrize("k", [0, 1])
def test_mixed_derivatives_of_an_abstract_function(k):
    loss = abstract("L", 2)
    a, y = inputs(loss)
    first = loss.partial(0, a, y)
    second = gradient(first.sum(), (a, y)[k])
    commuted = gradient(loss.partial(k, a, y).sum(), a)
    assert judged(second, commuted) == (Answer.AGREES, Answer.AGREES, Answer.PROVED, "")
    assert judged(second, 2 * commuted)[:3] == (Answer.DIFFERS, Answer.DIFFERS, Answer.DIFFERS)


def test_functions_of_sizes_are_expressions():
    assert functions.sqrt(n) == sp.sqrt(n)
    assert functions.maximum(n, 3).subs(n, 5) == functions.maximum(3, n).subs(n, 5) == 5


# ---- extreme arguments -------------------------------------------------------------------------------------------

STABLE = [
    "identity",
    "sigmoid",
    "tanh",
    "softplus",
    "relu",
    "relu′",
    "abs",
    "maximum",
    "minimum",
    "greater",
    "less_equal",
    "g",
    "erf",
    "erfc",
    "logaddexp",
    *(row.name for row in ACTIVATIONS if row.name not in ("elu", "selu")),  # derivatives have what is not chosen
]


@pytest.mark.parametrize("name", [*STABLE, "leaky_relu(0.2)"])
@pytest.mark.parametrize("x", [800.0, -800.0, 0.0])
def test_large_arguments_do_not_overflow(name, x):
    row = ROWS[name]
    args = [np.array([x, x]), np.array([0.0, -x])][: row.arity]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.all(np.isfinite(row(*args)))
        assert np.all(np.isfinite(row(*(a + 1e-30j for a in args))))
        for k in range(row.arity):
            assert np.all(np.isfinite(row.partial(k, *args)))


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("sigmoid", lambda x: 1 / (1 + mpmath.exp(-x))),
        ("tanh", mpmath.tanh),
        ("softplus", lambda x: mpmath.log1p(mpmath.exp(x))),
        ("erf", mpmath.erf),
        ("silu", lambda x: x / (1 + mpmath.exp(-x))),
        ("elu", lambda x: x if x > 0 else mpmath.expm1(x)),
        ("mish", lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))),
    ],
)
@pytest.mark.parametrize("x", [-700, -40, -20.5, -1, -1e-9, 1e-9, 1, 20.5, 40, 350])
def test_the_tails_keep_their_digits(name, exact, x):
    row = ROWS[name]
    with mpmath.workdps(900):
        value, slope = float(exact(mpmath.mpf(x))), float(mpmath.diff(exact, mpmath.mpf(x), h=mpmath.mpf(10) ** -340))
    assert float(row(np.array(float(x)))) == pytest.approx(value, rel=4e-16, abs=0)
    assert float(row.partial(0, np.array(float(x)))) == pytest.approx(slope, rel=2e-15, abs=1e-300)


@pytest.mark.parametrize("x", [-6.25, -4.5, -3.0, -1.0, 0.25, 0.5, 1.0, 3.0, 5.75, 6.25, 12.5, 25.5])
def test_erfc_and_gelu_keep_their_digits_where_they_are_small(x):
    with mpmath.workdps(40):
        small, gelu = float(mpmath.erfc(x)), float(-x * mpmath.erfc(x / mpmath.sqrt(2)) / 2)
    assert float(ROWS["erfc"](np.array(x))) == pytest.approx(small, rel=8e-16, abs=0)
    assert float(ROWS["gelu"](np.array(-x))) == pytest.approx(gelu, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    "x", [1e-9, 0.01, 0.5, 0.999, 1.0, 1.0001, 1.46, 1.4616, 1.47, 1.999, 2.5, 7.7, 13.0, 40.0, 1e6]
)
def test_log_gamma_and_its_derivatives_keep_their_digits_beside_their_zeros(x):
    names = {"lgamma": mpmath.loggamma, "digamma": mpmath.digamma, "polygamma(1)": lambda x: mpmath.psi(1, x)}
    for name, exact in names.items():
        with mpmath.workdps(40):
            value = float(exact(mpmath.mpf(x)))
        assert float(ROWS[name](np.array(x))) == pytest.approx(value, rel=1e-15, abs=0)


# ---- kinks and domains -------------------------------------------------------------------------------------------


def tied(row):
    """Where one argument is 0, or all are equal."""
    return [np.array([0.0 if row.arity == 1 else 0.75])] * row.arity


def beside(row, away):
    """The row's value when the first argument is so far from where it is tied."""
    at, *rest = tied(row)
    return float(row(at + away, *rest)[0])


H = 2.0**-20


WITHOUT_BODY = [row for row in ROWS.values() if row.domain is None and row.body is None]


@pytest.mark.parametrize("row", WITHOUT_BODY, ids=repr)
def test_what_has_a_kink_is_in_the_table(row):
    left, right = ((beside(row, s * 2 * H) - beside(row, s * H)) / (s * H) for s in (-1, 1))
    jump = beside(row, H) - beside(row, -H)
    assert (abs(right - left) > 0.5 or abs(jump) > 0.5) == bool(row.facts.kinks)
    assert (abs(jump) == 1.0) == row.is_jump


@pytest.mark.parametrize("row", KINKED)
def test_a_kink_is_where_the_table_says(row):
    at, *rest = tied(row)
    assert row.facts.kinks[0](at, *rest) == 0
    assert row.facts.kinks[0](at + H, *rest) != 0


@pytest.mark.parametrize(
    "row", [row for row in ROWS.values() if row.facts.kinks and row.arity == 1 and row.body is None], ids=repr
)
def test_the_derivative_has_the_kink_of_its_function(row):
    assert row.prime.facts.kinks[0](np.zeros(1)) == 0
    assert row.prime.facts.kinks[0](np.full(1, H)) != 0


@pytest.mark.parametrize("row", BENT)
def test_the_convention_at_a_kink_lies_between_the_one_sided_slopes(row):
    left, right = ((beside(row, s * H) - beside(row, 0.0)) / (s * H) for s in (-1, 1))
    assert min(left, right) <= row.at_kink <= max(left, right)
    assert left != right


@pytest.mark.parametrize("row", BENT)
def test_the_partial_at_a_kink_is_the_convention(row):
    assert np.broadcast_to(row.partial(0, *tied(row)), (1,)) == row.at_kink


@pytest.mark.parametrize("row", [functions.maximum, functions.minimum], ids=repr)
def test_at_a_kink_one_argument_is_taken_for_the_other_and_never_both_or_none(row):
    assert row.partial(0, *tied(row)) + row.partial(1, *tied(row)) == 1


@pytest.mark.parametrize("row", KINKED)
def test_what_bends_has_a_convention_at_its_kink_and_what_jumps_has_none(row):
    assert (row.at_kink is None) == row.is_jump


@each_row
def test_inside_its_domain_a_function_is_finite(row):
    grid = [-2.5, -2.0, -1.0, 0.0, 1e-300, 0.5, 1.0, 2.0, 3.5]
    args = [np.ravel(a) for a in np.meshgrid(*[grid] * row.arity)]
    inside = np.ones(args[0].shape, bool) if row.domain is None else row.domain(*args)
    with np.errstate(all="ignore"):
        value = np.broadcast_to(row(*args), inside.shape)
    small = np.all([np.abs(a) > 1e-200 for a in args], axis=0)  # 1/1e-300 is large, and no matter of the domain
    assert np.all(np.isfinite(value[inside & small]))
    assert bool(row.where) == (row.domain is not None)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("log", [0.0]),
        ("log", [-1.0]),
        ("sqrt", [0.0]),
        ("divide", [1.0, 0.0]),
        ("power", [-2.0, 0.5]),
        ("power", [0.0, -1.0]),
        ("cross_entropy", [1.0, 1.0]),
        ("cross_entropy", [0.0, 1.0]),
        ("cross_entropy", [-0.5, 1.0]),
        ("where", [0.5, 1.0, 2.0]),
    ],
)
def test_outside_the_domain(name, args):
    assert not ROWS[name].domain(*map(np.array, args))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("divide", [0.0, -1e-300]),
        ("power", [0.5, -0.5]),
        ("power", [-2.0, 3.0]),
        ("power", [-2.0, -3.0]),
        ("power", [1.0, -1.0]),
        ("power", [0.0, 0.0]),
        ("power", [0.0, 1.0]),
        ("cross_entropy", [1e-300, 2.0]),
        ("where", [0.0, 1.0, 2.0]),
        ("where", [1.0, 1.0, 2.0]),
    ],
)
def test_inside_the_domain(name, args):
    assert ROWS[name].domain(*map(np.array, args))


@pytest.mark.parametrize("condition", [0.5, 2.0, 1 + 1e-30j, 1e-30j, np.nan])
def test_what_is_no_mask_picks_nothing(condition):
    assert np.isnan(functions.where(np.array(condition), np.array(3.0), np.array(4.0)))


# ---- the table ---------------------------------------------------------------------------------------------------


@each_row
def test_a_row_is_complete(row):
    symbols = sp.symbols(f"x:{row.arity}")
    assert row.sympy(*symbols).free_symbols <= set(symbols)
    assert len(row.partials) == row.arity if row.body is None else not row.partials
    assert repr(row) == row.name


@pytest.mark.parametrize("row", [row for row in TABLE.values() if isinstance(row.numpy, np.ufunc)], ids=repr)
def test_what_is_numpys_has_numpys_name(row):
    assert getattr(np, row.name) is row.numpy


SIGNS = {row.sign: row for row in TABLE.values() if row.sign}


def test_the_operators_have_signs():
    assert list(SIGNS) == ["+", "-", "*", "/", "**", ">", "<", ">=", "<="]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_what_python_understands_by_it(sign):
    for x, y in itertools.product([0.5, 2.0, 3.0], repeat=2):
        assert SIGNS[sign](x, y) == eval(f"{x} {sign} {y}")


def test_the_table_is_keyed_by_name():
    assert [row.name for row in TABLE.values()] == list(TABLE)


def test_a_row_has_the_name_that_the_module_gives_it():
    names = {name: row.name for name, row in vars(functions).items() if isinstance(row, functions.Function)}
    assert set(names.values()) | {leaky_relu().name} == set(TABLE)
    assert {name: own for name, own in names.items() if name != own} == {"absolute": "abs", "relu_prime": "relu′"}


def test_the_unit_step_is_evaluated_where_the_sign_is_known_and_nowhere_else():
    assert [step(sp.Rational(x)) for x in ("-1/3", "0", "1/3")] == [0, 0, 1]
    assert step(sp.nan) is sp.nan
    for argument in (sp.Symbol("x"), sp.Symbol("x", positive=True), sp.Symbol("x", negative=True), sp.I):
        assert step(argument).func is step
        assert step(argument).is_real


@pytest.mark.parametrize("slope", [0, 0.01, 0.2, 1])
def test_leaky_relu_has_its_slope(slope):
    row = leaky_relu(slope)
    np.testing.assert_array_equal(row(np.array([-3.0, 2.0])), [-3 * slope, 2])
    np.testing.assert_array_equal(row.prime(np.array([-3.0, 2.0])), [slope, 1])
    assert leaky_relu(slope) is row
    assert row.name == f"leaky_relu({slope})"


def test_leaky_relu_of_an_array_without_a_slope_is_refused_with_the_cure():
    with pytest.raises(TypeError, match=r"^leaky_relu\(x\): the slope comes first, as in leaky_relu\(0\.01\)\(x\)$"):
        leaky_relu(make_input("x", [n], domains.REAL))


def test_the_usual_slope_of_leaky_relu_is_one_percent():
    assert leaky_relu().name == "leaky_relu(0.01)"
    assert leaky_relu()(-3.0) == -0.03


def test_abstract_functions_whose_names_share_a_checksum_are_two_functions():
    x = np.linspace(-1, 1, 5)
    assert zlib.crc32(b"plumless") == zlib.crc32(b"buckeroo")
    assert not np.any(np.isclose(abstract("plumless").numpy(x), abstract("buckeroo").numpy(x)))


def test_abstract_functions_are_known_by_their_names():
    assert abstract("g") is abstract("g")
    assert abstract("g").prime.name == "g′"
    assert abstract("g").prime.prime.name == "g′′"
    assert [abstract("L", 2).derived(k).name for k in (0, 1)] == ["L_1", "L_2"]
    assert abstract("L", 2).derived(1).derived(0).derived(0).name == "L_1_1_2"
    assert abstract("L", 2).partials[1](1.0, 2.0, 0.0) == abstract("L", 2).partial(1, 1.0, 2.0)
    x = np.linspace(-2, 2, 5)
    assert not np.allclose(abstract("g")(x), abstract("h")(x))


def test_misuse_of_functions_says_what_to_do():
    with pytest.raises(ValueError, match=r"^abstract\('g', 0\): a function has at least one argument$"):
        abstract("g", 0)
    with pytest.raises(TypeError, match=r"L has 2 arguments: which derivative\? Use L\.partial\(index, …\)"):
        abstract("L", 2).prime


def is_made_of_functions(row):
    """Whether a function that is not the whole occurs in the definition."""
    definition = sp.sympify(row.sympy(*sp.symbols(f"x:{row.arity}")))
    return any(isinstance(part, sp.Function) for part in sp.preorder_traversal(definition) if part != definition)


MADE_OF_FUNCTIONS = [row for row in ROWS.values() if is_made_of_functions(row)]


@each_row
def test_in_exact_algebra_what_is_made_of_functions_is_one_function(row):
    assert (row.symbolic is row.sympy) == (row not in MADE_OF_FUNCTIONS)


def test_rows_of_both_kinds_are_there():
    assert {"sigmoid", "tanh", "relu", "maximum", "cross_entropy"} <= {row.name for row in MADE_OF_FUNCTIONS}
    assert not {"exp", "sin", "greater", "where", "square"} & {row.name for row in MADE_OF_FUNCTIONS}


@pytest.mark.parametrize("row", [*MADE_OF_FUNCTIONS, ROWS["g"], ROWS["L"]], ids=repr)
def test_in_exact_algebra_one_function_stands_for_a_row_and_its_values_are_real_numbers(row):
    value = row.symbolic(*sp.symbols(f"x:{row.arity}"))
    assert isinstance(value, sp.Function)
    assert value.is_real
    assert value.is_commutative
    with pytest.raises(TypeError):
        row.symbolic(*sp.symbols(f"x:{row.arity + 1}"))


def test_a_number_that_is_0_and_does_not_look_it_has_no_sign():
    u = sp.log(3)
    for _ in range(3):
        u = sp.sin(2 * u) - 2 * sp.sin(u) * sp.cos(u)
        assert [step(sign * u * sp.sqrt(2)).func for sign in (1, -1)] == [step, step]


def test_the_unit_step_of_sympy():
    x = sp.Symbol("x", real=True)
    assert [step(sp.Integer(s)) for s in (-1, 0, 1)] == [0, 0, 1]
    assert step(sp.sqrt(2) - 1) == 1
    assert step(sp.nan) is sp.nan
    assert [step(sp.oo), step(-sp.oo)] == [1, 0]
    assert step(x).diff(x) == 0
    assert step(x).subs(x, 3) == 1


def test_steps_of_numbers_that_are_not_real_stay_as_they_are():
    imaginary = (-1) ** sp.sqrt(2)
    assert step(imaginary).func is step
    assert step(step(imaginary) - sp.Rational(1, 2)).func is step


def test_a_function_of_numbers_is_a_number_and_of_arrays_a_graph():
    assert functions.sigmoid(0.0) == 0.5
    assert functions.sigmoid(make_input("x", [n], domains.REAL)).shape == (n,)

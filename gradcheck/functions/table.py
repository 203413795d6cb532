"""THE table. A partial derivative is written as a table of derivatives prints it, in operators, of `(*args, value)`.

Adding a function is adding a row: tests loop over `TABLE`.
"""

import math
import operator
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions import special
from gradcheck.functions.constants import DEFINITIONS
from gradcheck.functions.row import ANYWHERE, Facts, Function, Mistake, Range, at_corners, between, step, upright

# ---- kernels that need care --------------------------------------------------------------------------------------


def _sigmoid(x: Any) -> Any:
    """Never exponentiates a large number, so it neither overflows nor loses the small tail; right for complex x."""
    positive = np.real(x) >= 0
    small = np.exp(np.where(positive, -x, x))
    return np.where(positive, 1.0, small) / (1.0 + small)


def _softplus(x: Any) -> Any:
    positive = np.real(x) >= 0
    return np.where(positive, x, 0.0) + np.log1p(np.exp(np.where(positive, -x, x)))


def _along(kernel: Callable[[Any], Any], ahead: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """NumPy's kernel, which for complex numbers loses digits that it has for real ones.

    ahead: of x and iv, f(x + iv) - f(x).
    """

    def on(x: Any) -> Any:
        return kernel(x) if np.isrealobj(x) else kernel(np.real(x)) + ahead(np.real(x), 1j * np.imag(x))

    return on


def _expm1_of_turn(v: Any) -> Any:
    """exp(iv) - 1 of iv."""
    angle = np.imag(v)
    return -2.0 * np.sin(angle / 2) ** 2 + 1j * np.sin(angle)


def _logaddexp(x: Any, y: Any) -> Any:
    is_first = np.real(x) >= np.real(y)
    top, apart = np.where(is_first, x, y), np.where(is_first, y - x, x - y)
    return top + log1p.numpy(np.exp(apart))


def _hypot(x: Any, y: Any) -> Any:
    """Of numbers whose squares may overflow, too."""
    size = np.maximum(np.abs(np.real(x)), np.abs(np.real(y)))
    scale = np.where(size == 0, 1.0, size)
    return scale * np.sqrt((x / scale) ** 2 + (y / scale) ** 2)


def _sigmoid_sympy(x: sp.Expr) -> sp.Expr:
    return 1 / (1 + sp.exp(-x))


def _tanh_sympy(x: sp.Expr) -> sp.Expr:
    """By exp, as all proofs read it. SymPy's own tanh, sinh and cosh look for πi in every argument, term by term."""
    return 1 - 2 / (sp.exp(2 * x) + 1)  # sinh / cosh, both times 2 exp(x)


def _power_domain(x: Any, n: Any) -> Any:
    whole = np.real(n) == np.round(np.real(n))
    return (np.real(x) > 0) | (whole & ((np.real(n) >= 0) | (np.real(x) != 0)))


def _pick(condition: Any, x: Any, y: Any) -> Any:
    """No number where the condition is no mask, which is what differences by it would otherwise not see."""
    return np.where(condition == 1, x, np.where(condition == 0, y, np.nan))


# ---- between which numbers values lie, given the same of the arguments ---------------------------------------------

NOT_NEGATIVE = between(0.0, math.inf)


def _quotient_within(x: Range, y: Range) -> Range:
    return (0.0, math.inf) if x[0] >= 0 and y[0] >= 0 else ANYWHERE


def _power_within(x: Range, n: Range) -> Range:
    """An even power is not negative, nor is any power of what is not."""
    is_even = n[0] == n[1] and n[0] % 2 == 0
    return (0.0, math.inf) if is_even or x[0] >= 0 else ANYWHERE


# ---- increments: f(x + d) - f(x) by an identity that does not cancel ----------------------------------------------


def sin_increment(cosine: Any, sine: Any, d: Any) -> Any:
    """sin(u + d) - sin u by the addition theorem, with 1 - cos d = 2 sin²(d/2)."""
    return cosine * np.sin(d) - 2.0 * sine * np.sin(d / 2) ** 2


def _power_increment(x: Any, n: Any, dx: Any, dn: Any, y: Any) -> Any:
    """x^n (e^t - 1) with e^t the ratio of the powers; where that is far from 1, a difference of them loses nothing."""
    growth = (n + dn) * np.log1p(dx / x)
    growth = np.where(dn == 0, growth, growth + dn * np.log(x))
    return np.where(np.abs(growth) < 1, y * np.expm1(growth), np.power(x + dx, n + dn) - y)


def _sigmoid_increment(x: Any, d: Any, y: Any) -> Any:
    """With s = σ(x) and q = σ(-x) = 1 - s: s q e / (1 + s e), e = e^d - 1, by clearing the exponentials of x."""
    rise = np.expm1(d)
    return y * _sigmoid(-x) * rise / (1.0 + y * rise)


def _relu_increment(x: Any, d: Any, y: Any) -> Any:
    """What of the step lies above 0."""
    return np.maximum(d + np.minimum(x, 0.0), -np.maximum(x, 0.0))


def _absolute_increment(x: Any, d: Any, y: Any) -> Any:
    outwards = np.where(x >= 0, d, -d)
    return np.maximum(outwards, -outwards - 2 * y)


def _cross_entropy_increment(a: Any, y: Any, da: Any, dy: Any, z: Any) -> Any:
    moved = y + dy
    return -(moved * np.log1p(da / a) + (1 - moved) * np.log1p(-da / (1 - a)) + dy * (np.log(a) - np.log1p(-a)))


# ---- how people get them wrong ------------------------------------------------------------------------------------


def _a_product(it: Any, left: Any, right: Any) -> Iterable[Mistake]:
    yield "{} without the factor {}", (it, right), left
    yield "{} without the factor {}", (it, left), right
    if left.ndim and right.ndim:
        yield "@ for * in {}", (it,), left @ right


# ---- the table ---------------------------------------------------------------------------------------------------

TABLE: dict[str, Function] = {}


def _row(*args: Any, **kwargs: Any) -> Function:
    function = Function(*args, **{"of_numpy": _of_numpy(args[0]), **kwargs})
    TABLE[function.name] = function
    DEFINITIONS[function.numpy] = function.sympy
    if function.of_numpy is not None and not function.is_jump:  # what is compared is a mask, and no number
        DEFINITIONS[function.of_numpy] = function.sympy
    return function


def _of_numpy(name: str) -> Callable[..., Any] | None:
    """NumPy's element-wise function of this name; np.identity is none."""
    found = getattr(np, name, None)
    return found if isinstance(found, (np.ufunc, type(np.where))) else None


# A table is easier to check than what a formatter makes of it.
# fmt: off

# Arithmetic: name, SymPy, NumPy, partials, increment, facts.
add = _row("add", lambda x, y: x + y, np.add,
    (lambda x, y, z: 1, lambda x, y, z: 1), lambda x, y, dx, dy, z: dx + dy,
    Facts("+", positive_if=(0, 1), underflows=False, kinks=(), within=at_corners(np.add)), sign="+",
    mistakes=lambda it, x, y: [("{} without {}", (it, y), x), ("{} without {}", (it, x), y)])
subtract = _row("subtract", lambda x, y: x - y, np.subtract,
    (lambda x, y, z: 1, lambda x, y, z: -1), lambda x, y, dx, dy, z: dx - dy,
    Facts("-", positive_if=None, underflows=False, kinks=(), unicode="−", within=at_corners(np.subtract)), sign="-",
    mistakes=lambda it, x, y: [("{} without {}", (it, y), x), ("{} without {}", (it, x), -y)])
multiply = _row("multiply", lambda x, y: x * y, np.multiply,
    (lambda x, y, z: y, lambda x, y, z: x), lambda x, y, dx, dy, z: dx * y + (x + dx) * dy,
    Facts("\\odot", positive_if=(0, 1), underflows=True, kinks=(), unicode="⊙",
        within=at_corners(lambda x, y: x * y if x and y else 0.0)), sign="*", mistakes=_a_product)
divide = _row("divide", lambda x, y: x / y, np.true_divide,
    (lambda x, y, z: 1 / y, lambda x, y, z: -z / y), lambda x, y, dx, dy, z: (dx - z * dy) / (y + dy),
    Facts("/", positive_if=(0, 1), underflows=True, kinks=(), within=_quotient_within), sign="/",
    mistakes=lambda it, x, y: [("{} without the divisor {}", (it, y), x)],
    domain=lambda x, y: np.real(y) != 0, where="the divisor is not 0", layout=lambda style, x, y: style.quotient(x, y))
negative = _row("negative", lambda x: -x, np.negative, (lambda x, y: -1,), lambda x, d, y: -d,
    Facts("-", positive_if=None, underflows=False, kinks=(), within=at_corners(np.negative)),
    mistakes=lambda it, x: [("{} without its sign", (it,), x)], layout=lambda style, x: style.negated(x),
    is_zero_with_argument=True)
power = _row("power", lambda x, n: x**n, np.power,  # ** takes short cuts in NumPy: it squares masks in one byte
    (lambda x, n, y: n * x ** (n - 1), lambda x, n, y: y * log(x)), _power_increment,
    Facts("^", positive_if=(0,), underflows=True, kinks=(), within=_power_within),
    sign="**", layout=lambda style, x, n: style.power(x, n),
    of_numpy=operator.pow, domain=_power_domain,
    where="the base is positive, or the exponent a whole number (and positive where the base is 0)")
identity = _row("identity", lambda x: x, lambda x: x + 0.0, (lambda x, y: 1,), lambda x, d, y: d + 0.0,
    Facts(upright("identity"), positive_if=None, underflows=False, kinks=(), within=lambda x: x))
square = _row("square", lambda x: x**2, np.square, (lambda x, y: 2 * x,), lambda x, d, y: d * (2 * x + d),
    Facts(upright("square"), positive_if=(0,), underflows=True, kinks=(), within=NOT_NEGATIVE))

# Smooth functions.
exp = _row("exp", sp.exp, np.exp, (lambda x, y: y,), lambda x, d, y: y * np.expm1(d),
    Facts("\\exp", positive_if=(), underflows=True, kinks=(), within=at_corners(np.exp)))
log: Function = _row("log", sp.log, np.log, (lambda x, y: 1 / x,), lambda x, d, y: np.log1p(d / x),
    Facts("\\log", positive_if=None, underflows=False, kinks=(), within=at_corners(lambda x: np.log(max(x, 0.0)))),
    domain=lambda x: np.real(x) > 0, where="x > 0")
sqrt = _row("sqrt", sp.sqrt, np.sqrt, (lambda x, y: 1 / (2 * y),), lambda x, d, y: d / (np.sqrt(x + d) + y),
    Facts(upright("sqrt"), positive_if=(0,), underflows=False, kinks=(), within=NOT_NEGATIVE),
    domain=lambda x: np.real(x) > 0, where="x > 0")
sin = _row("sin", sp.sin, np.sin, (lambda x, y: cos(x),), lambda x, d, y: sin_increment(np.cos(x), y, d),
    Facts("\\sin", positive_if=None, underflows=False, kinks=(), within=between(-1.0, 1.0)))
cos: Function = _row("cos", sp.cos, np.cos, (lambda x, y: -sin(x),), lambda x, d, y: sin_increment(-np.sin(x), y, d),
    Facts("\\cos", positive_if=None, underflows=False, kinks=(), within=between(-1.0, 1.0)))
sinh = _row("sinh", lambda x: (sp.exp(x) - sp.exp(-x)) / 2, np.sinh, (lambda x, y: cosh(x),),
    lambda x, d, y: np.cosh(x) * np.sinh(d) + 2.0 * y * np.sinh(d / 2) ** 2,
    Facts(upright("sinh"), positive_if=None, underflows=False, kinks=(), within=at_corners(np.sinh)),
    is_zero_with_argument=True)
cosh: Function = _row("cosh", lambda x: (sp.exp(x) + sp.exp(-x)) / 2, np.cosh, (lambda x, y: sinh(x),),
    lambda x, d, y: np.sinh(x) * np.sinh(d) + 2.0 * y * np.sinh(d / 2) ** 2,
    Facts(upright("cosh"), positive_if=(), underflows=False, kinks=(), within=between(1.0, math.inf)))
tanh = _row("tanh", _tanh_sympy, np.tanh, (lambda x, y: 4 * sigmoid(2 * x) * sigmoid(-2 * x),),
    lambda x, d, y: 2.0 * _sigmoid_increment(2 * x, 2 * d, _sigmoid(2 * x)),
    Facts("\\tanh", positive_if=None, underflows=False, kinks=(), within=at_corners(np.tanh)),
    is_zero_with_argument=True)
arctan = _row("arctan", sp.atan, np.arctan, (lambda x, y: 1 / (1 + x * x),),
    lambda x, d, y: np.arctan2(d, 1 + x * (x + d)),  # the angle between (1, x) and (1, x + d)
    Facts(upright("arctan"), positive_if=None, underflows=False, kinks=(), within=at_corners(np.arctan)),
    is_zero_with_argument=True)
sigmoid: Function = _row("sigmoid", _sigmoid_sympy, _sigmoid, (lambda x, y: y * sigmoid(-x),), _sigmoid_increment,
    Facts("\\sigma", positive_if=(), underflows=True, kinks=(), unicode="σ", within=between(0.0, 1.0)))
softplus = _row("softplus", lambda x: sp.log(1 + sp.exp(x)), _softplus, (lambda x, y: sigmoid(x),),
    lambda x, d, y: np.log1p(_sigmoid(x) * np.expm1(d)),
    Facts(upright("softplus"), positive_if=(), underflows=True, kinks=(), within=NOT_NEGATIVE))

log1p = _row("log1p", lambda x: sp.log(1 + x), _along(np.log1p, lambda x, v: np.log1p(v / (1 + x))),
    (lambda x, y: 1 / (1 + x),), lambda x, d, y: np.log1p(d / (1 + x)),
    Facts(upright("log1p"), positive_if=(0,), underflows=False, kinks=(),
        within=at_corners(lambda x: np.log1p(max(x, -1.0)))),
    domain=lambda x: np.real(x) > -1, where="x > -1", is_zero_with_argument=True)
expm1 = _row("expm1", lambda x: sp.exp(x) - 1, _along(np.expm1, lambda x, v: np.exp(x) * _expm1_of_turn(v)),
    (lambda x, y: exp(x),), lambda x, d, y: np.exp(x) * np.expm1(d),
    Facts(upright("expm1"), positive_if=(0,), underflows=False, kinks=(), within=at_corners(np.expm1)),
    is_zero_with_argument=True)
logaddexp = _row("logaddexp", lambda x, y: sp.log(sp.exp(x) + sp.exp(y)), _logaddexp,
    (lambda x, y, z: sigmoid(x - y), lambda x, y, z: sigmoid(y - x)),
    lambda x, y, dx, dy, z: np.log1p(_sigmoid(x - y) * np.expm1(dx) + _sigmoid(y - x) * np.expm1(dy)),
    Facts(upright("logaddexp"), positive_if=None, underflows=False, kinks=(), within=at_corners(np.logaddexp)))
hypot = _row("hypot", lambda x, y: sp.sqrt(x**2 + y**2), _hypot, (lambda x, y, z: x / z, lambda x, y, z: y / z),
    lambda x, y, dx, dy, z: (dx * (2 * x + dx) + dy * (2 * y + dy)) / (_hypot(x + dx, y + dy) + z),
    Facts(upright("hypot"), positive_if=(0,), underflows=False, kinks=(), within=NOT_NEGATIVE),
    domain=lambda x, y: (np.real(x) != 0) | (np.real(y) != 0), where="one of both is not 0")
erf = _row("erf", sp.erf, special.erf, (lambda x, y: 1 / sqrt(arctan(1)) * exp(-(x * x)),), special.erf_increment,
    Facts(upright("erf"), positive_if=(0,), underflows=False, kinks=(), within=between(-1.0, 1.0)),
    is_zero_with_argument=True)
erfc = _row("erfc", lambda x: 1 - sp.erf(x), special.erfc, (lambda x, y: -1 / sqrt(arctan(1)) * exp(-(x * x)),),
    lambda x, d, y: -special.erf_increment(x, d, y),
    Facts(upright("erfc"), positive_if=(), underflows=True, kinks=(), within=between(0.0, 2.0)))
lgamma = _row("lgamma", sp.loggamma, special.lgamma, (lambda x, y: digamma(x),), special.lgamma_increment,
    Facts("\\log\\Gamma", positive_if=None, underflows=False, kinks=(), unicode="logΓ"),
    domain=lambda x: np.real(x) > 0, where="x > 0", derived=lambda k: digamma)

# Functions with a kink or a jump. Away from it a step is constant, hence the 0s.
relu = _row("relu", lambda x: x * step(x), lambda x: np.where(np.real(x) > 0, x, 0.0),
    (lambda x, y: relu_prime(x),), _relu_increment,
    Facts(upright("ReLU"), positive_if=None, underflows=False, kinks=(lambda x: x,), unicode="ReLU",
        within=NOT_NEGATIVE),
    at_kink=0.0, derived=lambda k: relu_prime)
relu_prime: Function = _row("relu′", lambda x: step(x), lambda x: np.where(np.real(x) > 0, 1.0, 0.0),
    (lambda x, y: 0,), lambda x, d, y: np.where(x + d > 0, 1.0, 0.0) - y,
    Facts(upright("ReLU′"), positive_if=None, underflows=False, kinks=(lambda x: x,), unicode="ReLU′",
        within=between(0.0, 1.0)), is_jump=True)
absolute = _row("abs", lambda x: x * (2 * step(x) - 1), lambda x: np.where(np.real(x) >= 0, x, -x),
    (lambda x, y: 2 * (x > 0) - 1,), _absolute_increment,
    Facts(upright("abs"), positive_if=None, underflows=False, kinks=(lambda x: x,), within=NOT_NEGATIVE), at_kink=-1.0)
maximum = _row("maximum", lambda x, y: y + (x - y) * step(x - y),
    lambda x, y: np.where(np.real(x) > np.real(y), x, y), (lambda x, y, z: x > y, lambda x, y, z: 1 - (x > y)),
    lambda x, y, dx, dy, z: np.maximum(dx + np.minimum(x - y, 0.0), dy - np.maximum(x - y, 0.0)),
    Facts("\\max", positive_if=None, underflows=False, kinks=(lambda x, y: x - y,), unicode="max",
        within=at_corners(np.maximum)), at_kink=0.0)
minimum = _row("minimum", lambda x, y: x + (y - x) * step(x - y),
    lambda x, y: np.where(np.real(x) > np.real(y), y, x), (lambda x, y, z: 1 - (x > y), lambda x, y, z: x > y),
    lambda x, y, dx, dy, z: np.minimum(dx + np.maximum(x - y, 0.0), dy - np.minimum(x - y, 0.0)),
    Facts("\\min", positive_if=None, underflows=False, kinks=(lambda x, y: x - y,), unicode="min",
        within=at_corners(np.minimum)), at_kink=1.0)


def _comparison(
    name: str, sign: str, shown: tuple[str, str], sympy: Callable[..., sp.Expr], holds: Callable[..., Any]
) -> Function:
    """Comparisons are masks: numbers 0 and 1. shown: the sign on a terminal and in LaTeX."""
    return _row(name, sympy, lambda x, y: np.where(holds(np.real(x), np.real(y)), 1.0, 0.0),
        (lambda x, y, z: 0, lambda x, y, z: 0),
        lambda x, y, dx, dy, z: np.where(holds((x - y) + (dx - dy), 0.0), 1.0, 0.0) - z,
        Facts(shown[1], positive_if=None, underflows=False, kinks=(lambda x, y: x - y,), unicode=shown[0],
            within=between(0.0, 1.0)),
        is_jump=True, sign=sign)


greater = _comparison("greater", ">", (">", ">"), lambda x, y: step(x - y), np.greater)
less = _comparison("less", "<", ("<", "<"), lambda x, y: step(y - x), np.less)
greater_equal = _comparison("greater_equal", ">=", ("≥", "\\ge"), lambda x, y: 1 - step(y - x), np.greater_equal)
less_equal = _comparison("less_equal", "<=", ("≤", "\\le"), lambda x, y: 1 - step(x - y), np.less_equal)
where = _row("where", lambda condition, x, y: condition * x + (1 - condition) * y, _pick,
    (lambda c, x, y, z: x - y, lambda c, x, y, z: c, lambda c, x, y, z: 1 - c),
    lambda c, x, y, dc, dx, dy, z: np.where(dc == 0, _pick(c, dx, dy), np.nan),  # a mask does not move a little
    Facts(upright("where"), positive_if=None, underflows=False, kinks=(), within=at_corners(_pick)),
    domain=lambda c, x, y: (np.real(c) == 0) | (np.real(c) == 1), where="the condition is a mask of 0s and 1s")

# Losses of a prediction a and a label y.
cross_entropy = _row("cross_entropy",
    lambda a, y: -(y * sp.log(a) + (1 - y) * sp.log(1 - a)), lambda a, y: -(y * np.log(a) + (1 - y) * np.log1p(-a)),
    (lambda a, y, z: (a - y) / (a * (1 - a)), lambda a, y, z: log(1 - a) - log(a)), _cross_entropy_increment,
    Facts(upright("cross_entropy"), positive_if=None, underflows=False, kinks=()),
    domain=lambda a, y: (np.real(a) > 0) & (np.real(a) < 1), where="0 < a < 1")
squared_error = _row("squared_error", lambda a, y: (a - y) ** 2 / 2, lambda a, y: (a - y) ** 2 / 2,
    (lambda a, y, z: a - y, lambda a, y, z: y - a), lambda a, y, da, dy, z: (da - dy) * ((a - y) + (da - dy) / 2),
    Facts(upright("squared_error"), positive_if=None, underflows=True, kinks=(), within=NOT_NEGATIVE))

# fmt: on


@cache
def leaky_relu(slope: Any = 0.01) -> Function:
    """Leaky ReLU with the given slope for negative arguments: x where x > 0, else slope·x."""
    try:
        exact = sp.Rational(str(slope))
    except TypeError:
        raise TypeError(f"leaky_relu({slope!r}): the slope comes first, as in leaky_relu(0.01)(x)") from None
    number = float(exact)
    name = f"leaky_relu({slope})"
    return Function(
        name,
        lambda x: x * (exact + (1 - exact) * step(x)),
        lambda x: np.where(np.real(x) > 0, x, number * x),
        (lambda x, y: (x > 0) + number * (1 - (x > 0)),),
        lambda x, d, y: number * d + (1 - number) * _relu_increment(x, d, y),
        Facts(upright(name), positive_if=None, underflows=False, kinks=(lambda x: x,)),
        at_kink=number,
        is_zero_with_argument=bool(exact > 0),
    )


@cache
def polygamma(order: int) -> Function:
    """The derivative of ψ = (log Γ)′ of this order, for positive arguments; ψ itself is `digamma`."""
    kernel, increment = special.polygamma(order)
    return Function(
        f"polygamma({order})",
        lambda x: sp.polygamma(order, x),
        kernel,
        (lambda x, y: polygamma(order + 1)(x),),
        increment,
        Facts(f"\\psi^{{({order})}}", positive_if=() if order % 2 else None, underflows=False, kinks=()),
        domain=lambda x: np.real(x) > 0,
        where="x > 0",
        derived=lambda k: polygamma(order + 1),
    )


digamma: Function = _row(
    "digamma",
    lambda x: sp.polygamma(0, x),
    special.digamma,
    (lambda x, y: polygamma(1)(x),),
    special.digamma_increment,
    Facts("\\psi", positive_if=None, underflows=False, kinks=(), unicode="ψ"),
    domain=lambda x: np.real(x) > 0,
    where="x > 0",
    derived=lambda k: polygamma(1),
)
TABLE["leaky_relu(0.01)"] = leaky_relu(0.01)

"""THE table of element-wise functions. One row is all that gradcheck knows of a function.

A row holds the SymPy definition (read by the exact oracle), the NumPy kernel (read by every numerical reading; stable,
and right for complex input, where it decides by the real part), the partial derivatives (read by reverse mode and by
rounding error bounds), the increment (read by differences that may not cancel), the kinks and the domain. A partial
derivative is written as a table of derivatives prints it, on arguments and value `(*args, y)`, and in operators only,
so it works on symbolic arrays and on NumPy arrays alike.

Adding a function is adding a row: tests loop over `TABLE`.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import sympy as sp

Partial = Callable[..., Any]
Increment = Callable[..., Any]


class step(sp.Function):  # type: ignore[misc]  # noqa: N801 - SymPy's functions are lower case
    """Unit step: 1 for a positive argument, 0 otherwise; its derivative is 0, as it is everywhere but at the jump."""

    nargs = 1
    is_real = True

    @classmethod
    def eval(cls, argument: sp.Expr) -> sp.Expr | None:
        """Evaluate at a number whose sign SymPy knows; leave everything else as it stands."""
        if argument is sp.nan:
            return sp.nan
        if argument.is_number and argument.is_extended_positive:
            return sp.S.One
        if argument.is_number and argument.is_extended_nonpositive:
            return sp.S.Zero
        return None

    def fdiff(self, argindex: int) -> sp.Expr:
        """Return 0: the derivative away from the jump."""
        return sp.S.Zero


@dataclass(frozen=True, eq=False)
class Function:
    """One row of the table: an element-wise function of one or more arguments.

    Calling it applies it to symbolic arrays (giving a graph) or to NumPy arrays (giving numbers).

    sympy: the definition on SymPy scalars. numpy: the kernel. partials: one derivative per argument, of `(*args, y)`.
    increment: `(*args, *deltas, y)` to f(args + deltas) - f(args), on NumPy arrays. It is an identity of the function,
    not a derivative, and does not subtract what is nearly equal: the result keeps its digits however small the deltas
    are. For deltas up to 1; larger ones may cost digits. Rows with a body need none: theirs is that of the body.
    kink: the expression whose zeros are the points without a derivative, a linear one; None if there are none.
    at_kink: the derivative by the first argument that convention gives there.
    domain: where it is defined, said in words in `where`.
    body: for rows that are defined by reduction to other rows, the expression that they stand for.
    derived: for rows whose derivatives are rows of their own, the one for each argument.
    sign: for operators, how it is written between its arguments.
    is_jump: whether it jumps by 1 at its kink, rather than bends.
    is_abstract: whether it stands for any differentiable function. arity: how many arguments it takes.
    """

    name: str
    sympy: Callable[..., sp.Expr]
    numpy: Callable[..., Any]
    partials: tuple[Partial, ...] = ()
    increment: Increment | None = None
    kink: Callable[..., Any] | None = None
    at_kink: float | None = None
    domain: Callable[..., Any] | None = None
    where: str = ""
    body: Callable[..., Any] | None = None
    derived: Callable[[int], Function] | None = None
    sign: str = ""
    is_jump: bool = False
    is_abstract: bool = False
    arity: int = 1

    def __call__(self, *args: Any) -> Any:
        """Apply it, entry by entry; of sizes, as in sqrt(d), it is an expression."""
        for arg in args:
            if hasattr(arg, "__apply_function__"):
                return arg.__apply_function__(self, args)
        return self.sympy(*args) if any(isinstance(arg, sp.Expr) for arg in args) else self.numpy(*args)

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def symbolic(self) -> Callable[..., sp.Expr]:
        """What an application is in exact algebra: the definition, or one function for what is made of functions."""
        definition = sp.sympify(self.sympy(*sp.symbols(f"x:{self.arity}")))
        return self.sympy if definition.atoms(sp.Function) <= {definition} else _opaque(self)

    @cached_property
    def prime(self) -> Function:
        """The derivative as a function of its own, so that `g.prime(Z)` reads as g′(Z). For one argument."""
        if self.arity != 1:
            raise TypeError(
                f"{self.name} has {self.arity} arguments: which derivative? Use {self.name}.partial(index, …)"
            )
        return self.derived(0) if self.derived else _prime(self)

    def partial(self, index: int, *args: Any) -> Any:
        """The derivative with respect to argument `index` (from 0), a function of the same arguments, as in ∂L/∂a."""
        if self.derived:
            return self.derived(index)(*args)
        return self.partials[index](*args, self(*args))


def _opaque(function: Function) -> Callable[..., sp.Expr]:
    """A SymPy function with the row's `definition`, whose derivatives SymPy takes of that definition, once.

    Expressions stay small that way, and SymPy does not reason about the insides of σ at every step of the chain rule.
    """
    arguments = [sp.Dummy("t") for _ in range(function.arity)]

    @cache
    def derivative(index: int) -> sp.Expr:
        return sp.diff(function.sympy(*arguments), arguments[index])

    def fdiff(self: Any, argindex: int) -> sp.Expr:
        return derivative(argindex - 1).xreplace(dict(zip(arguments, self.args, strict=True)))

    def digits(self: Any, prec: int) -> sp.Expr:
        return function.sympy(*self.args)._evalf(prec)

    definition = staticmethod(function.sympy)
    body = {"nargs": function.arity, "is_real": True, "fdiff": fdiff, "definition": definition, "_eval_evalf": digits}
    opaque: Callable[..., sp.Expr] = type(function.name, (sp.Function,), body)
    return opaque


def _prime(function: Function) -> Function:
    """Row of f′: its SymPy definition is SymPy's own derivative; reverse mode sees the table's partial as its body."""
    t = sp.Dummy("t")

    @cache
    def derivative() -> sp.Expr:
        return sp.diff(function.sympy(t), t)

    def body(x: Any) -> Any:
        return function.partials[0](x, function(x))

    return Function(
        f"{function.name}′",
        lambda x: derivative().xreplace({t: x}),
        lambda x: body(x) + np.zeros_like(x),
        kink=function.kink,
        body=body,
    )


# ---- kernels that need care --------------------------------------------------------------------------------------


def _sigmoid(x: Any) -> Any:
    """Never exponentiates a large number, so it neither overflows nor loses the small tail; right for complex x."""
    positive = np.real(x) >= 0
    small = np.exp(np.where(positive, -x, x))
    return np.where(positive, 1.0, small) / (1.0 + small)


def _softplus(x: Any) -> Any:
    positive = np.real(x) >= 0
    return np.where(positive, x, 0.0) + np.log1p(np.exp(np.where(positive, -x, x)))


def _sigmoid_sympy(x: sp.Expr) -> sp.Expr:
    return 1 / (1 + sp.exp(-x))


def _power_domain(x: Any, n: Any) -> Any:
    whole = np.real(n) == np.round(np.real(n))
    return (np.real(x) > 0) | (whole & ((np.real(n) >= 0) | (np.real(x) != 0)))


def _pick(condition: Any, x: Any, y: Any) -> Any:
    """No number where the condition is no mask, which is what differences by it would otherwise not see."""
    return np.where(condition == 1, x, np.where(condition == 0, y, np.nan))


# ---- increments: f(x + d) - f(x) by an identity that does not cancel ----------------------------------------------


def _sin_increment(cosine: Any, sine: Any, d: Any) -> Any:
    """sin(u + d) - sin u by the addition theorem, with 1 - cos d = 2 sin²(d/2)."""
    return cosine * np.sin(d) - 2.0 * sine * np.sin(d / 2) ** 2


def _power_increment(x: Any, n: Any, dx: Any, dn: Any, y: Any) -> Any:
    """x^n (e^t - 1) with e^t the ratio of the powers; where that is far from 1, a difference of them loses nothing."""
    growth = (n + dn) * np.log1p(dx / x)
    growth = np.where(dn == 0, growth, growth + dn * np.log(x))
    return np.where(np.abs(growth) < 1, y * np.expm1(growth), np.power(x + dx, n + dn) - y)


def _sigmoid_increment(x: Any, d: Any, y: Any) -> Any:
    """With s = σ(x) and q = σ(-x) = 1 - s: s q (e^d - 1) / (q + s e^d), by clearing the exponentials of x."""
    q = _sigmoid(-x)
    return y * q * np.expm1(d) / (q + y * np.exp(d))


def _relu_increment(x: Any, d: Any, y: Any) -> Any:
    """What of the step lies above 0."""
    return np.maximum(d + np.minimum(x, 0.0), -np.maximum(x, 0.0))


def _absolute_increment(x: Any, d: Any, y: Any) -> Any:
    outwards = np.where(x >= 0, d, -d)
    return np.maximum(outwards, -outwards - 2 * y)


def _cross_entropy_increment(a: Any, y: Any, da: Any, dy: Any, z: Any) -> Any:
    moved = y + dy
    return -(moved * np.log1p(da / a) + (1 - moved) * np.log1p(-da / (1 - a)) + dy * (np.log(a) - np.log1p(-a)))


# ---- the table ---------------------------------------------------------------------------------------------------

TABLE: dict[str, Function] = {}


def _row(*args: Any, **kwargs: Any) -> Function:
    function = Function(*args, **kwargs)
    TABLE[function.name] = function
    return function


# Arithmetic: name, SymPy, NumPy, partials.
add = _row(
    "add",
    lambda x, y: x + y,
    np.add,
    (lambda x, y, z: 1, lambda x, y, z: 1),
    lambda x, y, dx, dy, z: dx + dy,
    sign="+",
    arity=2,
)
subtract = _row(
    "subtract",
    lambda x, y: x - y,
    np.subtract,
    (lambda x, y, z: 1, lambda x, y, z: -1),
    lambda x, y, dx, dy, z: dx - dy,
    sign="-",
    arity=2,
)
multiply = _row(
    "multiply",
    lambda x, y: x * y,
    np.multiply,
    (lambda x, y, z: y, lambda x, y, z: x),
    lambda x, y, dx, dy, z: dx * y + (x + dx) * dy,
    sign="*",
    arity=2,
)
divide = _row(
    "divide",
    lambda x, y: x / y,
    np.true_divide,
    (lambda x, y, z: 1 / y, lambda x, y, z: -z / y),
    lambda x, y, dx, dy, z: (dx - z * dy) / (y + dy),
    domain=lambda x, y: np.real(y) != 0,
    where="the divisor is not 0",
    sign="/",
    arity=2,
)
negative = _row("negative", lambda x: -x, np.negative, (lambda x, y: -1,), lambda x, d, y: -d)
power = _row(
    "power",
    lambda x, n: x**n,
    np.power,
    (lambda x, n, y: n * x ** (n - 1), lambda x, n, y: y * log(x)),
    _power_increment,
    domain=_power_domain,
    where="the base is positive, or the exponent a whole number (and positive where the base is 0)",
    sign="**",
    arity=2,
)
identity = _row("identity", lambda x: x, lambda x: x + 0.0, (lambda x, y: 1,), lambda x, d, y: d + 0.0)
square = _row("square", lambda x: x**2, np.square, (lambda x, y: 2 * x,), lambda x, d, y: d * (2 * x + d))

# Smooth functions.
exp = _row("exp", sp.exp, np.exp, (lambda x, y: y,), lambda x, d, y: y * np.expm1(d))
log: Function = _row(
    "log",
    sp.log,
    np.log,
    (lambda x, y: 1 / x,),
    lambda x, d, y: np.log1p(d / x),
    domain=lambda x: np.real(x) > 0,
    where="x > 0",
)
sqrt = _row(
    "sqrt",
    sp.sqrt,
    np.sqrt,
    (lambda x, y: 1 / (2 * y),),
    lambda x, d, y: d / (np.sqrt(x + d) + y),
    domain=lambda x: np.real(x) > 0,
    where="x > 0",
)
sin = _row("sin", sp.sin, np.sin, (lambda x, y: cos(x),), lambda x, d, y: _sin_increment(np.cos(x), y, d))
cos: Function = _row("cos", sp.cos, np.cos, (lambda x, y: -sin(x),), lambda x, d, y: _sin_increment(-np.sin(x), y, d))
sinh = _row(
    "sinh",
    sp.sinh,
    np.sinh,
    (lambda x, y: cosh(x),),
    lambda x, d, y: np.cosh(x) * np.sinh(d) + 2.0 * y * np.sinh(d / 2) ** 2,
)
cosh: Function = _row(
    "cosh",
    sp.cosh,
    np.cosh,
    (lambda x, y: sinh(x),),
    lambda x, d, y: np.sinh(x) * np.sinh(d) + 2.0 * y * np.sinh(d / 2) ** 2,
)
tanh = _row(
    "tanh",
    sp.tanh,
    np.tanh,
    (lambda x, y: 4 * sigmoid(2 * x) * sigmoid(-2 * x),),
    lambda x, d, y: 2.0 * _sigmoid_increment(2 * x, 2 * d, _sigmoid(2 * x)),
)
sigmoid: Function = _row("sigmoid", _sigmoid_sympy, _sigmoid, (lambda x, y: y * sigmoid(-x),), _sigmoid_increment)
softplus = _row(
    "softplus",
    lambda x: sp.log(1 + sp.exp(x)),
    _softplus,
    (lambda x, y: sigmoid(x),),
    lambda x, d, y: np.log1p(_sigmoid(x) * np.expm1(d)),
)

# Functions with a kink or a jump. Away from it a step is constant, hence the 0s.
relu = _row(
    "relu",
    lambda x: x * step(x),
    lambda x: np.where(np.real(x) > 0, x, 0.0),
    (lambda x, y: relu_prime(x),),
    _relu_increment,
    kink=lambda x: x,
    at_kink=0.0,
    derived=lambda k: relu_prime,
)
relu_prime: Function = _row(
    "relu′",
    lambda x: step(x),
    lambda x: np.where(np.real(x) > 0, 1.0, 0.0),
    (lambda x, y: 0,),
    lambda x, d, y: np.where(x + d > 0, 1.0, 0.0) - y,
    kink=lambda x: x,
    is_jump=True,
)
absolute = _row(
    "abs",
    lambda x: x * (2 * step(x) - 1),
    lambda x: np.where(np.real(x) >= 0, x, -x),
    (lambda x, y: 2 * (x > 0) - 1,),
    _absolute_increment,
    kink=lambda x: x,
    at_kink=-1.0,
)
maximum = _row(
    "maximum",
    lambda x, y: y + (x - y) * step(x - y),
    lambda x, y: np.where(np.real(x) > np.real(y), x, y),
    (lambda x, y, z: x > y, lambda x, y, z: 1 - (x > y)),
    lambda x, y, dx, dy, z: np.maximum(dx + np.minimum(x - y, 0.0), dy - np.maximum(x - y, 0.0)),
    kink=lambda x, y: x - y,
    at_kink=0.0,
    arity=2,
)
minimum = _row(
    "minimum",
    lambda x, y: x + (y - x) * step(x - y),
    lambda x, y: np.where(np.real(x) > np.real(y), y, x),
    (lambda x, y, z: 1 - (x > y), lambda x, y, z: x > y),
    lambda x, y, dx, dy, z: np.minimum(dx + np.maximum(x - y, 0.0), dy - np.minimum(x - y, 0.0)),
    kink=lambda x, y: x - y,
    at_kink=1.0,
    arity=2,
)


def _comparison(name: str, sign: str, sympy: Callable[..., sp.Expr], holds: Callable[..., Any]) -> Function:
    """Comparisons are masks: numbers 0 and 1."""
    return _row(
        name,
        sympy,
        lambda x, y: np.where(holds(np.real(x), np.real(y)), 1.0, 0.0),
        (lambda x, y, z: 0, lambda x, y, z: 0),
        lambda x, y, dx, dy, z: np.where(holds((x - y) + (dx - dy), 0.0), 1.0, 0.0) - z,
        kink=lambda x, y: x - y,
        is_jump=True,
        sign=sign,
        arity=2,
    )


greater = _comparison("greater", ">", lambda x, y: step(x - y), np.greater)
less = _comparison("less", "<", lambda x, y: step(y - x), np.less)
greater_equal = _comparison("greater_equal", ">=", lambda x, y: 1 - step(y - x), np.greater_equal)
less_equal = _comparison("less_equal", "<=", lambda x, y: 1 - step(x - y), np.less_equal)
where = _row(
    "where",
    lambda condition, x, y: condition * x + (1 - condition) * y,
    _pick,
    (lambda c, x, y, z: x - y, lambda c, x, y, z: c, lambda c, x, y, z: 1 - c),
    lambda c, x, y, dc, dx, dy, z: np.where(dc == 0, _pick(c, dx, dy), np.nan),  # a mask does not move a little
    domain=lambda c, x, y: (np.real(c) == 0) | (np.real(c) == 1),
    where="the condition is a mask of 0s and 1s",
    arity=3,
)

# Losses of a prediction a and a label y.
cross_entropy = _row(
    "cross_entropy",
    lambda a, y: -(y * sp.log(a) + (1 - y) * sp.log(1 - a)),
    lambda a, y: -(y * np.log(a) + (1 - y) * np.log1p(-a)),
    (lambda a, y, z: (a - y) / (a * (1 - a)), lambda a, y, z: log(1 - a) - log(a)),
    _cross_entropy_increment,
    domain=lambda a, y: (np.real(a) > 0) & (np.real(a) < 1),
    where="0 < a < 1",
    arity=2,
)
squared_error = _row(
    "squared_error",
    lambda a, y: (a - y) ** 2 / 2,
    lambda a, y: (a - y) ** 2 / 2,
    (lambda a, y, z: a - y, lambda a, y, z: y - a),
    lambda a, y, da, dy, z: (da - dy) * ((a - y) + (da - dy) / 2),
    arity=2,
)


@cache
def leaky_relu(slope: Any = 0.01) -> Function:
    """Leaky ReLU with the given slope for negative arguments: x where x > 0, else slope·x."""
    try:
        exact = sp.Rational(str(slope))
    except TypeError:
        raise TypeError(f"leaky_relu({slope!r}): the slope comes first, as in leaky_relu(0.01)(x)") from None
    number = float(exact)
    return Function(
        f"leaky_relu({slope})",
        lambda x: x * (exact + (1 - exact) * step(x)),
        lambda x: np.where(np.real(x) > 0, x, number * x),
        (lambda x, y: (x > 0) + number * (1 - (x > 0)),),
        lambda x, d, y: number * d + (1 - number) * _relu_increment(x, d, y),
        kink=lambda x: x,
        at_kink=number,
    )


TABLE["leaky_relu(0.01)"] = leaky_relu(0.01)


# ---- abstract functions ------------------------------------------------------------------------------------------


def abstract(name: str, arity: int = 1) -> Function:
    """A function of which nothing is known but that it is differentiable: what is proved for it, is proved for all.

    Numerical readings use a smooth stand-in keyed by the name (a mixture of sines); SymPy sees an undefined function.
    """
    if arity < 1:
        raise ValueError(f"abstract({name!r}, {arity}): a function has at least one argument")
    return _abstract(name, (0,) * arity)


@cache
def _abstract(name: str, order: tuple[int, ...]) -> Function:
    """The derivative of the stand-in of the given order in each argument."""
    arity = len(order)
    raised = [tuple(n + (i == k) for i, n in enumerate(order)) for k in range(arity)]
    label = name + ("′" * order[0] if arity == 1 else "".join(f"_{i + 1}" * n for i, n in enumerate(order)))

    def fdiff(self: Any, argindex: int) -> sp.Expr:
        return _abstract(name, raised[argindex - 1]).sympy(*self.args)

    waves = _waves(name, order)
    kernel = _stand_in(waves)
    undefined = type(
        label,
        (sp.Function,),
        {"fdiff": fdiff, "nargs": arity, "is_real": True, "stand_in": staticmethod(kernel)},
    )
    partials = tuple((lambda *a, k=k: _abstract(name, raised[k])(*a[:-1])) for k in range(arity))
    return Function(
        label,
        undefined,
        kernel,
        partials,
        _stand_in_increment(waves),
        derived=lambda k: _abstract(name, raised[k]),
        is_abstract=True,
        arity=arity,
    )


_Wave = tuple[float, list[float], float]
"""Amplitude, frequencies and phase."""


def _waves(name: str, order: tuple[int, ...]) -> list[_Wave]:
    """Σ c sin(w·x + p), differentiated `order` times: each derivative multiplies by w and turns the phase by π/2."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    terms, arity = 3, len(order)
    c = rng.uniform(0.4, 1.2, terms) * rng.choice([-1.0, 1.0], terms)
    w = rng.uniform(0.3, 1.1, (terms, arity)) * rng.choice([-1.0, 1.0], (terms, arity))
    p = rng.uniform(0.0, 2.0 * math.pi, terms) + sum(order) * math.pi / 2
    amplitudes = c * np.prod(w ** np.array(order), axis=1)
    return list(zip(amplitudes.tolist(), w.tolist(), p.tolist(), strict=True))


def _dot(frequencies: list[float], args: tuple[Any, ...]) -> Any:
    return sum(v * x for v, x in zip(frequencies, args, strict=True))


def _stand_in(waves: list[_Wave]) -> Callable[..., Any]:
    def kernel(*args: Any, sin: Callable[[Any], Any] = np.sin) -> Any:
        return sum(a * sin(_dot(frequencies, args) + phase) for a, frequencies, phase in waves)

    return kernel


def _stand_in_increment(waves: list[_Wave]) -> Increment:
    def increment(*given: Any) -> Any:
        arity = len(given) // 2
        args, deltas = given[:arity], given[arity : 2 * arity]
        phases = [(_dot(frequencies, args) + phase, _dot(frequencies, deltas)) for _, frequencies, phase in waves]
        parts = (_sin_increment(np.cos(u), np.sin(u), d) for u, d in phases)
        return sum(a * part for (a, _, _), part in zip(waves, parts, strict=True))

    return increment

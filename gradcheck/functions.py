"""THE table of element-wise functions. One row is all that gradcheck knows of a function.

A row holds the SymPy definition (read by the exact oracle), the NumPy kernel (read by every numerical reading; stable,
and right for complex input, where it decides by the real part), the partial derivatives (read by reverse mode and by
rounding error bounds), the kinks and the domain. A partial derivative is written as a table of derivatives prints it,
on arguments and value `(*args, y)`, and in operators only, so it works on symbolic arrays and on NumPy arrays alike.

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


class step(sp.Function):  # type: ignore[misc]  # noqa: N801 - SymPy's functions are lower case
    """Unit step: 1 for a positive argument, 0 otherwise; its derivative is 0, as it is everywhere but at the jump."""

    nargs = 1
    is_real = True
    is_nonnegative = True

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

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return 0: the derivative away from the jump."""
        return sp.S.Zero

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self.func(self.args[0]._evalf(prec))


@dataclass(frozen=True, eq=False)
class Function:
    """One row of the table: an element-wise function of one or more arguments.

    Calling it applies it to symbolic arrays (giving a graph) or to NumPy arrays (giving numbers).

    sympy: the definition on SymPy scalars. numpy: the kernel. partials: one derivative per argument, of `(*args, y)`.
    kink: the expression whose zeros are the points without a derivative; None if there are none.
    at_kink: the derivative by the first argument that convention gives there.
    domain: where it is defined, said in words in `where`.
    body: for rows that are defined by reduction to other rows, the expression that they stand for.
    derived: for rows whose derivatives are rows of their own, the one for each argument.
    sign: for operators, how it is written between its arguments.
    is_jump: whether it jumps by 1 at its kink, rather than bends.
    is_abstract: whether it stands for any differentiable function. arity: how many arguments it takes.
    is_composite: whether SymPy is to differentiate it as one function: its definition is written out when it is needed.
    """

    name: str
    sympy: Callable[..., sp.Expr]
    numpy: Callable[..., Any]
    partials: tuple[Partial, ...] = ()
    kink: Callable[..., Any] | None = None
    at_kink: float | None = None
    domain: Callable[..., Any] | None = None
    where: str = ""
    body: Callable[..., Any] | None = None
    derived: Callable[[int], Function] | None = None
    sign: str = ""
    is_jump: bool = False
    is_abstract: bool = False
    is_composite: bool = False
    arity: int = 1

    def __call__(self, *args: Any) -> Any:
        """Apply it, entry by entry."""
        for arg in args:
            if hasattr(arg, "__apply_function__"):
                return arg.__apply_function__(self, args)
        return self.numpy(*args)

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def symbolic(self) -> Callable[..., sp.Expr]:
        """What an application is in exact algebra: the definition, or one SymPy function that stands for it."""
        return _opaque(self) if self.is_composite else self.sympy

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

    def fdiff(self: Any, argindex: int = 1) -> sp.Expr:
        return derivative(argindex - 1).xreplace(dict(zip(arguments, self.args, strict=True)))

    def evaluated(self: Any, prec: int) -> sp.Expr:
        return function.sympy(*self.args)._evalf(prec)

    body = {"_eval_evalf": evaluated, "nargs": function.arity, "is_real": True, "is_commutative": True, "fdiff": fdiff}
    opaque: Callable[..., sp.Expr] = type(
        function.name, (sp.Function,), {**body, "definition": staticmethod(function.sympy)}
    )
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
        is_composite=True,
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
    return np.where(np.real(condition) != 0, x, y)


# ---- the table ---------------------------------------------------------------------------------------------------

TABLE: dict[str, Function] = {}


def _row(*args: Any, **kwargs: Any) -> Function:
    function = Function(*args, **kwargs)
    TABLE[function.name] = function
    return function


# Arithmetic: name, SymPy, NumPy, partials.
add = _row("add", lambda x, y: x + y, np.add, (lambda x, y, z: 1, lambda x, y, z: 1), sign="+", arity=2)
subtract = _row("subtract", lambda x, y: x - y, np.subtract, (lambda x, y, z: 1, lambda x, y, z: -1), sign="-", arity=2)
multiply = _row("multiply", lambda x, y: x * y, np.multiply, (lambda x, y, z: y, lambda x, y, z: x), sign="*", arity=2)
divide = _row(
    "divide",
    lambda x, y: x / y,
    np.true_divide,
    (lambda x, y, z: 1 / y, lambda x, y, z: -z / y),
    domain=lambda x, y: np.real(y) != 0,
    where="the divisor is not 0",
    sign="/",
    arity=2,
)
negative = _row("negative", lambda x: -x, np.negative, (lambda x, y: -1,))
power = _row(
    "power",
    lambda x, n: x**n,
    np.power,
    (lambda x, n, y: n * x ** (n - 1), lambda x, n, y: y * log(x)),
    domain=_power_domain,
    where="the base is positive, or the exponent a whole number (and positive where the base is 0)",
    sign="**",
    arity=2,
)
identity = _row("identity", lambda x: x, lambda x: x + 0.0, (lambda x, y: 1,))
square = _row("square", lambda x: x**2, np.square, (lambda x, y: 2 * x,))

# Smooth functions.
exp = _row("exp", sp.exp, np.exp, (lambda x, y: y,))
log: Function = _row("log", sp.log, np.log, (lambda x, y: 1 / x,), domain=lambda x: np.real(x) > 0, where="x > 0")
sqrt = _row("sqrt", sp.sqrt, np.sqrt, (lambda x, y: 1 / (2 * y),), domain=lambda x: np.real(x) > 0, where="x > 0")
sin = _row("sin", sp.sin, np.sin, (lambda x, y: cos(x),))
cos: Function = _row("cos", sp.cos, np.cos, (lambda x, y: -sin(x),))
sinh = _row("sinh", sp.sinh, np.sinh, (lambda x, y: cosh(x),))
cosh: Function = _row("cosh", sp.cosh, np.cosh, (lambda x, y: sinh(x),))
tanh = _row("tanh", sp.tanh, np.tanh, (lambda x, y: 4 * sigmoid(2 * x) * sigmoid(-2 * x),), is_composite=True)
sigmoid: Function = _row("sigmoid", _sigmoid_sympy, _sigmoid, (lambda x, y: y * sigmoid(-x),), is_composite=True)
softplus = _row("softplus", lambda x: sp.log(1 + sp.exp(x)), _softplus, (lambda x, y: sigmoid(x),), is_composite=True)

# Functions with a kink or a jump. Away from it a step is constant, hence the 0s.
relu = _row(
    "relu",
    lambda x: x * step(x),
    lambda x: np.where(np.real(x) > 0, x, 0.0),
    (lambda x, y: relu_prime(x),),
    kink=lambda x: x,
    at_kink=0.0,
    derived=lambda k: relu_prime,
    is_composite=True,
)
relu_prime: Function = _row(
    "relu′",
    lambda x: step(x),
    lambda x: np.where(np.real(x) > 0, 1.0, 0.0),
    (lambda x, y: 0,),
    kink=lambda x: x,
    is_jump=True,
)
absolute = _row(
    "abs",
    lambda x: x * (2 * step(x) - 1),
    lambda x: np.where(np.real(x) >= 0, x, -x),
    (lambda x, y: 2 * (x > 0) - 1,),
    kink=lambda x: x,
    at_kink=-1.0,
    is_composite=True,
)
maximum = _row(
    "maximum",
    lambda x, y: y + (x - y) * step(x - y),
    lambda x, y: np.where(np.real(x) > np.real(y), x, y),
    (lambda x, y, z: x > y, lambda x, y, z: 1 - (x > y)),
    kink=lambda x, y: x - y,
    at_kink=0.0,
    arity=2,
    is_composite=True,
)
minimum = _row(
    "minimum",
    lambda x, y: x + (y - x) * step(x - y),
    lambda x, y: np.where(np.real(x) > np.real(y), y, x),
    (lambda x, y, z: 1 - (x > y), lambda x, y, z: x > y),
    kink=lambda x, y: x - y,
    at_kink=1.0,
    arity=2,
    is_composite=True,
)


def _comparison(name: str, sign: str, sympy: Callable[..., sp.Expr], holds: Callable[..., Any]) -> Function:
    """Comparisons are masks: numbers 0 and 1."""
    return _row(
        name,
        sympy,
        lambda x, y: np.where(holds(np.real(x), np.real(y)), 1.0, 0.0),
        (lambda x, y, z: 0, lambda x, y, z: 0),
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
    domain=lambda a, y: (np.real(a) > 0) & (np.real(a) < 1),
    where="0 < a < 1",
    arity=2,
    is_composite=True,
)
squared_error = _row(
    "squared_error",
    lambda a, y: (a - y) ** 2 / 2,
    lambda a, y: (a - y) ** 2 / 2,
    (lambda a, y, z: a - y, lambda a, y, z: y - a),
    arity=2,
)


@cache
def leaky_relu(slope: Any = 0.01) -> Function:
    """Leaky ReLU with the given slope for negative arguments: x where x > 0, else slope·x."""
    exact = sp.Rational(str(slope))
    number = float(exact)
    return Function(
        f"leaky_relu({slope})",
        lambda x: x * (exact + (1 - exact) * step(x)),
        lambda x: np.where(np.real(x) > 0, x, number * x),
        (lambda x, y: number + (1 - number) * (x > 0),),
        kink=lambda x: x,
        at_kink=number,
        is_composite=True,
    )


TABLE["leaky_relu(0.01)"] = leaky_relu(0.01)


# ---- abstract functions ------------------------------------------------------------------------------------------


@cache
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

    def fdiff(self: Any, argindex: int = 1) -> sp.Expr:
        return _abstract(name, raised[argindex - 1]).sympy(*self.args)

    kernel = _stand_in(name, order)
    undefined = type(
        label,
        (sp.Function,),
        {"fdiff": fdiff, "nargs": arity, "is_real": True, "is_commutative": True, "stand_in": staticmethod(kernel)},
    )
    partials = tuple((lambda *a, k=k: _abstract(name, raised[k])(*a[:-1])) for k in range(arity))
    return Function(
        label,
        undefined,
        kernel,
        partials,
        derived=lambda k: _abstract(name, raised[k]),
        is_abstract=True,
        arity=arity,
    )


def _stand_in(name: str, order: tuple[int, ...]) -> Callable[..., Any]:
    """Σ c sin(w·x + p), differentiated `order` times: each derivative multiplies by w and turns the phase by π/2."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    terms, arity = 3, len(order)
    c = rng.uniform(0.4, 1.2, terms) * rng.choice([-1.0, 1.0], terms)
    w = rng.uniform(0.3, 1.1, (terms, arity)) * rng.choice([-1.0, 1.0], (terms, arity))
    p = rng.uniform(0.0, 2.0 * math.pi, terms) + sum(order) * math.pi / 2
    amplitudes = (c * np.prod(w ** np.array(order), axis=1)).tolist()

    def kernel(*args: Any, sin: Callable[[Any], Any] = np.sin) -> Any:
        return sum(
            a * sin(sum(v * x for v, x in zip(frequencies, args, strict=True)) + phase)
            for a, frequencies, phase in zip(amplitudes, w.tolist(), p.tolist(), strict=True)
        )

    return kernel

"""What a derivation is written in, beside NumPy itself: inputs, derivatives, and the functions of the table."""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial, reduce
from typing import Any, overload

import numpy as np
import sympy as sp
from numpy import (
    broadcast_to,
    clip,
    concatenate,
    expand_dims,
    hstack,
    outer,
    ravel,
    reciprocal,
    repeat,
    sign,
    squeeze,
    stack,
    tile,
    trace,
    transpose,
    vstack,
)

from gradcheck.entries.derivatives import differentiated
from gradcheck.entries.labels import Labels
from gradcheck.entries.letters import indices
from gradcheck.entries.tree import Entries
from gradcheck.functions import Function, abstract, leaky_relu, squared_error, upright
from gradcheck.functions.constants import applied
from gradcheck.functions.row import Facts
from gradcheck.functions.table import (
    arctan,
    cos,
    cosh,
    cross_entropy,
    digamma,
    erf,
    erfc,
    exp,
    expm1,
    hypot,
    lgamma,
    log,
    log1p,
    logaddexp,
    maximum,
    minimum,
    polygamma,
    relu,
    relu_prime,
    sigmoid,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    tanh,
    where,
)
from gradcheck.graph import (
    Array,
    Unsupported,
    Written,
    arange,
    block,
    conforming,
    depends_on,
    domains,
    identity,
    make_input,
    misfit_of,
    ones,
    reshaped,
    walk,
    zeros,
)
from gradcheck.graph.blocks import cut_from, index
from gradcheck.graph.definite import positive_definite, symmetric
from gradcheck.graph.derivatives import ShapeOf, derivative
from gradcheck.graph.determinants import determinant as det
from gradcheck.graph.elementwise import Apply, applications, slope_of_body
from gradcheck.graph.identities import eye, sized
from gradcheck.graph.infinity import refuse_infinite
from gradcheck.graph.inverses import inverse as inv
from gradcheck.graph.inverses import solve
from gradcheck.graph.literals import as_array, one_number
from gradcheck.graph.log_determinants import slogdet
from gradcheck.graph.logsumexp import log_softmax, logsumexp, softmax
from gradcheck.graph.orthonormal import orthogonal, unit_vector
from gradcheck.graph.products import contract, diagonal, einsum
from gradcheck.graph.sizes import Shape, ShapeError, SizeError, dims, each, is_one_number, is_whole, show_shape
from gradcheck.graph.triangular import triangular

__all__ = [
    "abstract", "arange", "arctan", "basis", "bits", "broadcast_to", "clip", "concatenate", "cos", "cosh",
    "cross_entropy", "det", "diag", "digamma", "dims", "distribution", "einsum", "elu", "erf", "erfc", "exp",
    "expand_dims", "expm1", "eye", "function", "gamma", "gelu", "gelu_tanh", "gradient", "hard_swish", "hstack",
    "hypot", "identity", "indices", "inv", "jacobian", "labels", "leaky_relu", "lgamma", "log", "log1p", "log_softmax",
    "logaddexp", "logsumexp", "maximum", "minimum", "mish", "one_hot", "ones", "orthogonal", "outer", "pi", "polygamma",
    "positive", "positive_definite", "ravel", "real", "reciprocal", "regular", "relu", "relu_prime", "repeat", "selu",
    "shape", "sigmoid", "sign", "silu", "sin", "sinh", "slogdet", "softmax", "softplus", "softsign", "solve", "sqrt",
    "square", "squared_error", "squeeze", "stack", "symmetric", "tanh", "tile", "trace", "transpose", "triangular",
    "unit", "unit_vector", "vstack", "where", "zeros",
]  # fmt: skip


# ---- functions of one's own ---------------------------------------------------------------------------------------


def function(name: str, body: Callable[[Any], Any]) -> Function:
    """A function of one number made of known ones: `swish = function("swish", lambda x: x * sigmoid(x))`.

    It is a row as those of the table are, with `.prime`: proofs read its formula, and its kinks, its domain and what
    it does to rounding errors follow from those of its parts.

    Raises TypeError for a body that is not element by element, such as one that sums.
    """
    x = make_input("x", (), domains.REAL)
    formula = as_array(body(x))
    parts = list(walk(formula, known={x.key}))
    if isinstance(error := misfit_of(formula), Unsupported):
        raise error
    refuse_infinite(formula)
    if error or formula.shape or not all(part.is_by_entry for part in parts):
        raise TypeError(f"function({name!r}, …): the body has to be made of element-wise functions of one number")
    on = partial(_replayed, formula, x)
    kinks = [partial(_on_arguments, kink, part.args, x) for part in parts for kink in part.kinks]
    within = list(filter(_may_have_no_value, applications(formula)))
    return Function(
        name,
        on,
        on,
        (),
        None,
        Facts(upright(name), positive_if=None, underflows=True, kinks=tuple(kinks)),
        is_jump=any(part.is_jump for part in parts),
        domain=partial(_have_values, within, x) if within else None,
        where=", and ".join(f"in its {part.function.name}, {part.function.where}" for part in within),
        body=on,
        derived=cache(lambda position: replace(function(f"{name}′", partial(slope_of_body, body)), of_numpy=None)),
        of_numpy=body,
    )


def _replayed(formula: Array, x: Array, value: Any) -> Any:
    """A formula of one number on whatever takes the number's place: arrays, numbers, SymPy's symbols."""
    values = {x.key: value}
    with np.errstate(all="ignore"):  # what overflows or leaves a domain is looked for elsewhere
        for part in walk(formula, known={x.key}):
            operands = [values[arg.key] for arg in part.args]
            if isinstance(part, Apply):
                values[part.key] = part.function(*operands)
            else:  # one number that is moved stays where it is
                values[part.key] = operands[0] if operands else _like(value, part)
    return values[formula.key]


def _like(value: Any, number: Array) -> Any:
    """An exact number as it stands beside a value."""
    exact: Any = number.params[0][0]
    return exact if isinstance(value, (sp.Expr, Array)) else _float_of(exact)


_float_of = cache(float)


def _may_have_no_value(part: Apply) -> bool:
    """Whether it has a domain that its arguments may leave, as x / 2 does not."""
    numbers = (one_number(arg, int) for arg in part.args)
    return part.defined is not None and not part.defined[0](*(np.nan if n is None else float(n) for n in numbers))


def _on_arguments(of: Callable[..., Any], args: Iterable[Array], x: Array, value: Any) -> Any:
    return of(*(_replayed(arg, x, value) for arg in args))


def _have_values(parts: Iterable[Apply], x: Array, value: Any) -> Any:
    """Where all parts lie in their domains."""
    domains_of = ((part.defined[0], part.args) for part in parts if part.defined is not None)
    return reduce(operator.and_, (_on_arguments(domain, args, x, value) for domain, args in domains_of))


def _decimal(text: str) -> Any:
    """A number of more digits than a float has, exactly."""
    return applied(float, lambda number: number, [Fraction(text)])


SCALE, SLOPE = _decimal("1.0507009873554804934193349852946"), _decimal("1.6732632423543772848170429916717")
"""λ and α of SELU (Klambauer et al., 2017)."""

pi = 4 * arctan(1)
"""The number π, exactly: np.pi is a float, and stands for the decimal that it prints as."""

silu = function("silu", lambda x: x * sigmoid(x))
gelu = function("gelu", lambda x: x * erfc(-x / sqrt(2)) / 2)
gelu_tanh = function("gelu_tanh", lambda x: x * sigmoid(sqrt(8 / pi) * (x + 0.044715 * x**3)))
elu = function("elu", lambda x: where(x > 0, x, expm1(x)))
selu = function("selu", lambda x: where(x > 0, SCALE * x, SCALE * SLOPE * expm1(x)))
hard_swish = function("hard_swish", lambda x: x * minimum(maximum(x + 3, 0), 6) / 6)
mish = function("mish", lambda x: x * tanh(softplus(x)))
softsign = function("softsign", lambda x: x / (1 + abs(x)))
ACTIVATIONS = (silu, gelu, gelu_tanh, elu, selu, hard_swish, mish, softsign)
"""Activations as papers define them, made of the rows of the table so that they keep their digits in the tails."""
gamma = function("gamma", lambda x: exp(lgamma(x)))
gamma = replace(gamma, facts=gamma.facts._replace(latex="\\Gamma", unicode="Γ"))
"""Γ, for positive arguments."""


# ---- inputs ------------------------------------------------------------------------------------------------------


def real(name: str, *sizes: Any) -> Array:
    """An array of real numbers: `real("W1", n1, n0)`; without sizes, one number. Raises SizeError."""
    return make_input(name, sizes, domains.REAL)


def positive(name: str, *sizes: Any) -> Array:
    """An array of positive numbers; their logarithms expand in proofs."""
    return make_input(name, sizes, domains.POSITIVE)


def unit(name: str, *sizes: Any) -> Array:
    """An array of numbers strictly between 0 and 1, such as predicted probabilities."""
    return make_input(name, sizes, domains.UNIT)


def bits(name: str, *sizes: Any) -> Array:
    """An array of labels 0 or 1."""
    return make_input(name, sizes, domains.BITS)


def regular(name: str, *sizes: Any) -> Array:
    """A square matrix, or a stack of such, of which formulas write the inverse: drawn where it has one.

    Raises SizeError.
    """
    given = make_input(name, sizes, domains.REGULAR)
    if given.ndim < 2 or given.shape[-1] != given.shape[-2]:
        raise SizeError(f"regular({name!r}, …): {show_shape(given.shape)} is no square matrix")
    return given


def labels(name: str, *sizes: Any, classes: Any) -> Labels:
    """Labels that are classes, for formulas by entries: `y = labels("y", N, classes=C)`, then `z[y[i]]`, `y[i] == k`.

    `y.one_hot` is the same as an array, with an axis for the classes behind: 1 at each label, 0 elsewhere.
    """
    return Labels(name, one_hot(name, *sizes, classes, axis=len(sizes)))


def one_hot(name: str, *sizes: Any, axis: int = 0) -> Array:
    """An array with one 1 along an axis, which is 0 elsewhere: classes by examples, or with axis=1 examples by classes.

    Raises SizeError for an axis that there is not.
    """
    return make_input(name, sizes, domains.one_hot(_along("one_hot", name, sizes, axis)))


def distribution(name: str, *sizes: Any, axis: int = 0) -> Array:
    """An array of positive numbers whose sum along an axis is 1, as probabilities of classes; likewise.

    Its entries are variables of their own where they are differentiated by.
    """
    return make_input(name, sizes, domains.distribution(_along("distribution", name, sizes, axis)))


def _along(word: str, name: str, sizes: tuple[Any, ...], axis: Any) -> int:
    """An axis counted from the front."""
    if not is_whole(axis) or not -len(sizes) <= axis < len(sizes):
        raise SizeError(f"{word}({name!r}, …, axis={axis!r}): there are {len(sizes)} axes, counted from 0")
    return int(axis % len(sizes))


# ---- derivatives -------------------------------------------------------------------------------------------------


@overload
def gradient(of: Any, by: Entries) -> Entries: ...
@overload
def gradient(of: Any, by: Any) -> Array: ...
def gradient(of: Any, by: Any) -> Any:
    """∂of/∂by in the shape of `by` (denominator layout). `of` is one number; `by` is any array that `of` is made of.

    By an entry or a block of an array, they are entries of the gradient: `gradient(L, W[0, 1])` is
    `gradient(L, W)[0, 1]`. With indices, `gradient(L, W[i, j])` is a formula by entries.
    """
    if any(isinstance(side, Entries) for side in (of, by)):
        return differentiated("gradient", gradient, of, by)
    return _gradient(as_array(of), as_array(by))


@overload
def jacobian(of: Entries, by: Any) -> Entries: ...
@overload
def jacobian(of: Any, by: Entries) -> Entries: ...
@overload
def jacobian(of: Any, by: Any) -> Array: ...
def jacobian(of: Any, by: Any) -> Any:
    """∂of/∂by with `of`'s axes first, then `by`'s (numerator layout).

    Columns count as vectors: the Jacobian of a column by a column is a matrix, the differential of a number by a column
    is a row, and that of a column by a number a column. By an entry or a block of an array, they are entries along the
    axes of that array. Sides at indices, `jacobian(z[i], W[j, k])`, give a formula by entries.
    """
    if any(isinstance(side, Entries) for side in (of, by)):
        return differentiated("jacobian", jacobian, of, by)
    return _jacobian(as_array(of), as_array(by))


def _as_partial(style: Any, written: Written) -> Any:
    return style.partial(*written.operands)


@conforming(_as_partial)
def _gradient(of: Array, by: Array) -> Array:
    if not is_one_number(of.shape):
        raise ShapeError(
            f"gradient of an array of shape {show_shape(of.shape)}",
            "it is not one number; sum it to a cost, or use jacobian(f, x)",
        )
    written = Written("gradient", (of, by), (), _as_partial)
    whole, items = _varied(of, by)
    if not items:
        return reshaped(derivative(of, by), by.shape, written)
    entries = reduce(index, items, _gradient(of, whole))
    return reshaped(entries.args[0], entries.shape, written)  # the same node, in other words


@conforming(_as_partial)
def _jacobian(of: Array, by: Array) -> Array:
    whole, items = _varied(of, by)
    in_all_of_it = (slice(None),) * of.ndim
    entries = reduce(index, [(*in_all_of_it, *each(item)) for item in items], derivative(of, whole))
    written = Written("jacobian", (of, by), (), _as_partial)
    return reshaped(entries, _layout(of.shape, by.shape), written)


def _varied(of: Array, by: Array) -> tuple[Array, Sequence[Any]]:
    """What is varied to differentiate by an array, and the indices of the entries that are asked for.

    An entry is no variable of its own: what depends on it may depend on the array that it is cut out of, or on a block
    that it lies in as well.
    """
    whole, items = cut_from(by)
    return (whole, items) if depends_on(of, [whole.key]) else (by, ())


def _layout(of: Shape, by: Shape) -> Shape:
    rows, columns = _without_ones(of), _without_ones(by)
    if len(rows) + len(columns) >= 2 or (len(of) < 2 and len(by) < 2):
        return rows + columns
    return (*(rows or (sp.Integer(1),)), *(columns or (sp.Integer(1),)))


def _without_ones(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


# ---- matrices ----------------------------------------------------------------------------------------------------


def shape(array: Any) -> ShapeOf:
    """The target of a claim about sizes: `claim(shape(W1 @ x), (n1, 1))`."""
    return ShapeOf(as_array(array))


def diag(vector: Any) -> Array:
    """The diagonal matrix of a vector or of a column, as documents write it; np.diag reads a column as a matrix."""
    array = as_array(vector)
    if not array.conforms or array.ndim != 2 or array.shape[1] != 1:
        return diagonal(array)
    flat = reshaped(array, array.shape[:1])
    return contract([flat, identity(array.shape[0])], [[0], [0, 1]], [0, 1], Written("diag", (array,)))


def basis(size: Any, i: int) -> Array:
    """The i-th standard basis vector as a column of the given size, counted from 1 as documents do."""
    eye = identity(size)
    n = eye.shape[0]
    return block(eye, [(sp.Integer(0), n), (sp.Integer(i - 1), sp.Integer(i))], sized("basis", n, sp.Integer(i)))

"""Symbolic arrays: an immutable expression graph that speaks NumPy's own protocols.

An `Array` is a node. Its sizes are SymPy expressions in size symbols, so one graph serves every shape. There are few
kinds of node, because most of NumPy reduces to them: every element-wise operation is `Apply` of a row of the function
table, and every product, transpose, trace and sum is `Einsum`. How the author wrote it is kept beside (`written`).

What does not conform is data, not an exception: the result is a `Misfit` node that carries the two sizes. Only asking a
misfit for its shape raises. A size symbol is equal to itself and to nothing else: not to 1, not to another symbol.
"""

from __future__ import annotations

import difflib
import inspect
import itertools
import string
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np
import sympy as sp

from gradcheck import functions
from gradcheck.functions import Function
from gradcheck.graph.domains import Domain

Size = Any
"""A SymPy integer, size symbol or expression in them."""
Shape = tuple[Size, ...]
ROUNDED_DIGITS = (15, 16, 17)
"""A decimal constant with as many significant digits is a floating-point number that stands for something else."""


class ShapeError(ValueError):
    """Two sizes that had to be equal are not."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what, self.why = what, why


class SizeError(ValueError):
    """A size that is not a positive whole number or a symbol made by dims()."""


class UnknownFunction(TypeError):
    """A NumPy function that gradcheck has no row or rule for."""


# ---- sizes -------------------------------------------------------------------------------------------------------


def dims(names: str) -> Any:
    """Make the size symbols named in a text: `n, m = dims("n m")`. They stand for positive whole numbers."""
    words = names.replace(",", " ").split()
    if not words:
        raise SizeError(f"dims({names!r}) names no size: write dims('n m')")
    symbols = tuple(_size_symbol(word) for word in words)
    return symbols if len(symbols) > 1 else symbols[0]


class SizeSymbol(sp.Symbol):  # type: ignore[misc]
    """A size. NumPy's functions of what is no array call methods: np.sqrt(d) is d.sqrt()."""

    def sqrt(self) -> sp.Expr:
        """The square root, as in Q @ K.T / np.sqrt(d)."""
        return sp.sqrt(self)

    def log(self) -> sp.Expr:
        """The natural logarithm."""
        return sp.log(self)


def _size_symbol(name: str) -> SizeSymbol:
    return SizeSymbol(name, integer=True, positive=True)


def as_size(value: Any) -> Size:
    """A size as a SymPy expression; anything that cannot be one raises SizeError with the cure."""
    if isinstance(value, Array):
        raise SizeError(f"{value.name or 'an array'} is an array and cannot be a size: sizes come from dims()")
    if isinstance(value, sp.Symbol):
        return _size_symbol(value.name)
    if isinstance(value, sp.Expr) and value.free_symbols:
        return sp.expand(value)
    if isinstance(value, (int, np.integer, sp.Integer)) and not isinstance(value, bool):
        if value <= 0:
            raise SizeError(f"{value} is not a size: sizes are positive")
        return sp.Integer(int(value))
    raise SizeError(f"{value!r} is not a size: use a positive whole number or a symbol from dims()")


def show_shape(shape: Iterable[Size]) -> str:
    """`(n1, m)`, as the messages write shapes."""
    sizes = [str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def is_one_number(shape: Shape) -> bool:
    """Whether every size is the literal 1, whatever the number of axes."""
    return all(size == 1 for size in shape)


def product(sizes: Iterable[Size]) -> Size:
    """The number of entries."""
    return sp.expand(sp.Mul(*sizes))


# ---- nodes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """How the author wrote a node: a word (`matmul`, `T`, `sum`, …), its operands, and options to print."""

    word: str
    operands: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...] = ()


_KEYS: dict[tuple[Any, ...], int] = {}
_OPERANDS: list[tuple[int, ...]] = []
"""Keys count up and operands are made first, so an expression's operands have smaller keys than itself."""


class Array:
    """A node of the expression graph. Subclasses are the kinds; `args` are the nodes it is made of.

    `key` is equal for two nodes exactly if they are the same expression; identity tells whether the author wrote it
    once. Use NumPy on it: operators, `.T`, `.sum()`, `np.log(...)`, `np.einsum(...)`, slices with integer bounds.
    """

    __slots__ = ("_shape", "args", "key", "params", "written")
    __array_priority__ = 1000

    args: tuple[Array, ...]
    params: tuple[Any, ...]
    written: Written | None
    key: int
    _shape: Shape

    def __init__(
        self, args: Sequence[Array], params: tuple[Any, ...], shape: Iterable[Size], written: Written | None = None
    ) -> None:
        self.args, self.params, self.written = tuple(args), params, written
        self._shape = tuple(shape)
        operands = tuple(arg.key for arg in self.args)
        self.key = _KEYS.setdefault((type(self).__name__, params, operands), len(_KEYS))
        if self.key == len(_OPERANDS):
            _OPERANDS.append(operands)

    # -- what NumPy users ask of an array --

    @property
    def shape(self) -> Shape:
        """Sizes, as symbols and whole numbers. Raises ShapeError if the expression does not conform."""
        return self._shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> Size:
        """Number of entries, an expression in the size symbols."""
        return product(self.shape)

    @property
    def T(self) -> Array:
        """The transpose."""
        return transpose(self)

    @property
    def name(self) -> str:
        """The name of an input; empty for anything else."""
        return ""

    def sum(self, axis: Any = None, keepdims: bool = False) -> Array:
        """As numpy.sum."""
        return summed(self, axis, keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Array:
        """As numpy.mean: the sum divided by the number of entries, exactly."""
        return mean(self, axis, keepdims)

    def reshape(self, *sizes: Any) -> Array:
        """As numpy.reshape; one size may be -1. The number of entries must be the same expression."""
        return reshape(self, sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes)

    def __getitem__(self, item: Any) -> Array:
        return index(self, item)

    def __setitem__(self, item: Any, value: Any) -> NoReturn:
        raise TypeError("symbolic arrays cannot be changed: make a new one, with np.where(condition, x, y) if need be")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(
            f"symbolic arrays have no .{name}: {_INSTEAD.get(name, 'use operators, .T, .sum() and np.…')}"
        )

    def dot(self, other: Any) -> Array:
        """As numpy.dot."""
        return dot(self, other)

    def trace(self) -> Array:
        """As numpy.trace."""
        return einsum("ii->", self, written=Written("trace", (self,)))

    # -- operators --

    def __add__(self, other: Any) -> Array:
        return apply(functions.add, self, other)

    def __radd__(self, other: Any) -> Array:
        return apply(functions.add, other, self)

    def __sub__(self, other: Any) -> Array:
        return apply(functions.subtract, self, other)

    def __rsub__(self, other: Any) -> Array:
        return apply(functions.subtract, other, self)

    def __mul__(self, other: Any) -> Array:
        return apply(functions.multiply, self, other)

    def __rmul__(self, other: Any) -> Array:
        return apply(functions.multiply, other, self)

    def __truediv__(self, other: Any) -> Array:
        return apply(functions.divide, self, other)

    def __rtruediv__(self, other: Any) -> Array:
        return apply(functions.divide, other, self)

    def __pow__(self, other: Any) -> Array:
        return apply(functions.power, self, other)

    def __rpow__(self, other: Any) -> Array:
        return apply(functions.power, other, self)

    def __neg__(self) -> Array:
        return apply(functions.negative, self)

    def __pos__(self) -> Array:
        return self

    def __abs__(self) -> Array:
        return apply(functions.absolute, self)

    def __gt__(self, other: Any) -> Array:
        return apply(functions.greater, self, other)

    def __lt__(self, other: Any) -> Array:
        return apply(functions.less, self, other)

    def __ge__(self, other: Any) -> Array:
        return apply(functions.greater_equal, self, other)

    def __le__(self, other: Any) -> Array:
        return apply(functions.less_equal, self, other)

    def __eq__(self, other: object) -> bool:
        if other is self:
            return True
        if isinstance(other, (Array, int, float, sp.Expr, np.ndarray)):
            raise TypeError("== on symbolic arrays is not a mask: for labels of 0 and 1 write Y > 0.5 for Y == 1")
        return NotImplemented

    __hash__ = object.__hash__

    def __matmul__(self, other: Any) -> Array:
        return matmul(self, other)

    def __rmatmul__(self, other: Any) -> Array:
        return matmul(other, self)

    # -- protocols --

    def __apply_function__(self, function: Function, args: Sequence[Any]) -> Array:
        return apply(function, *args)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            raise UnknownFunction(f"np.{ufunc.__name__}.{method} with {sorted(kwargs)} is not supported on arrays")
        if ufunc is np.matmul:
            return matmul(*inputs)
        row = _UFUNCS.get(ufunc.__name__)
        if row is None:
            raise UnknownFunction(_no_row(ufunc.__name__))
        return apply(row, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        rule = _NUMPY.get(function.__name__)
        if rule is None:
            raise UnknownFunction(_no_row(function.__name__))
        return rule(*args, **kwargs)

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("a symbolic array has no numbers to convert: keep it symbolic, or verify() the claim it is in")

    def __bool__(self) -> NoReturn:
        raise TypeError("a symbolic array is neither true nor false: use np.where(condition, x, y) instead of `if`")

    def __float__(self) -> NoReturn:
        raise TypeError("a symbolic array is not a float: leave out float(...), a 1×1 array acts as a number here")

    def _sympy_(self) -> NoReturn:
        # SymPy then leaves `m * A` and `1/m * A` to this class.
        raise sp.SympifyError(self)

    def __iter__(self) -> NoReturn:
        raise TypeError("a symbolic array cannot be looped over, its sizes are symbols: use sums, products or einsum")

    def __len__(self) -> NoReturn:
        raise TypeError("len() must be a number, and sizes here are symbols: use .shape[0]")

    def __repr__(self) -> str:
        from gradcheck.printing import source

        return source(self)

    def rebuild(self, args: Sequence[Array]) -> Array:
        """The same operation on other operands of the same shapes."""
        return type(self)(args, self.params, self._shape, self.written)


class Input(Array):
    """A named array that values are drawn for."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """What the author called it."""
        return str(self.params[0])

    @property
    def domain(self) -> Domain:
        """What values its entries may take."""
        domain: Domain = self.params[2]
        return domain


class Literal(Array):
    """Exact numbers: rationals and expressions in sizes, such as 1/m."""

    __slots__ = ()

    @property
    def values(self) -> tuple[sp.Expr, ...]:
        """The entries, row by row."""
        values: tuple[sp.Expr, ...] = self.params[0]
        return values

    @property
    def rounded(self) -> str:
        """The first entry such as 0.3333333333333333: its author would have written 1/3 if there were a way to."""
        for value in self.values:
            number = repr(float(value)) if value.is_Rational and value.q != 1 else ""
            if _digits_in(number) in ROUNDED_DIGITS and sp.Rational(number) == value:
                return number
        return ""


def _digits_in(number: str) -> int:
    """How many significant digits a decimal number is written with."""
    mantissa = number.partition("e")[0]
    return len(mantissa.replace(".", "").strip("-0"))


class Identity(Array):
    """The identity matrix: Kronecker's delta."""

    __slots__ = ()


class Apply(Array):
    """An element-wise function of the table, with NumPy's broadcasting."""

    __slots__ = ()

    @property
    def function(self) -> Function:
        """The row."""
        function: Function = self.params[0]
        return function


class Einsum(Array):
    """A sum of products: `params` are the axes' labels of each operand and of the result, as tuples of integers."""

    __slots__ = ()


class Reshape(Array):
    """The same entries in row order under other sizes."""

    __slots__ = ()


class Index(Array):
    """A block: for every axis a range `(start, stop)`. Dropping an axis is a reshape on top."""

    __slots__ = ()


class Concatenate(Array):
    """Operands side by side along one axis."""

    __slots__ = ()


class Broadcast(Array):
    """Repeated along new or size-1 axes."""

    __slots__ = ()


class Derivative(Array):
    """All partial derivatives of `args[0]` by `args[1]`, any node that it is made of: `args[0]`'s axes come first."""

    __slots__ = ()


class Misfit(Array):
    """An expression that has no shape, and why."""

    __slots__ = ()

    @property
    def error(self) -> ShapeError:
        """The two sizes that do not fit."""
        error: ShapeError = self.params[0]
        return error

    @property
    def shape(self) -> Shape:
        """Raises the ShapeError."""
        raise self.error


_INSTEAD = {
    "norm": "write np.sqrt((x ** 2).sum())",
    "clip": "write np.minimum(np.maximum(x, low), high)",
    "log1p": "write np.log(1 + x)",
    "expm1": "write np.exp(x) - 1",
    "var": "write ((x - x.mean()) ** 2).mean()",
    "std": "write np.sqrt(((x - x.mean()) ** 2).mean())",
    "squeeze": "leave it out: a 1×1 array acts as a number",
    "astype": "leave it out: masks such as x > 0 are 0 and 1",
    "item": "leave it out: a 1×1 array acts as a number",
    "copy": "leave it out: symbolic arrays never change",
    "flatten": "write x.reshape(-1)",
    "ravel": "write x.reshape(-1)",
    "max": "an array's largest entry has no row; np.maximum(x, y) of two arrays has",
    "sign": "write 2 * (x > 0) - 1",
    "inner": "write np.dot(x, y)",
    "vdot": "write np.dot(x, y)",
    "multiply": "write x * y",
}
"""What to write for names of NumPy's that have no row."""


def _no_row(name: str) -> str:
    known = sorted(set(_UFUNCS) | set(_NUMPY))
    near = difflib.get_close_matches(name, known, 3)
    instead = _INSTEAD.get(name) or (f"did you mean np.{', np.'.join(near)}?" if near else "")
    return (
        f"NumPy's {name} is not in gradcheck's function table{f': {instead}' if instead else ''}. "
        f"Known are {', '.join(known)}; for anything else, gradcheck.notation.abstract stands in, or a row can be added"
    )


# ---- making nodes ------------------------------------------------------------------------------------------------


def conforming(build: Callable[..., Array]) -> Callable[..., Array]:
    """Turns a ShapeError while building into a Misfit node, and lets misfits through: the first one is the cause."""

    def wrapped(*args: Any, **kwargs: Any) -> Array:
        operands = [*args, *(_each(args[0]) if args else ())]
        arrays = tuple(arg for arg in operands if isinstance(arg, Array))
        written = kwargs.get("written") or _as_called(build, args, kwargs)
        for array in arrays:
            if isinstance(array, Misfit):
                return Misfit(arrays, (array.error,), (), written)
        try:
            return build(*args, **kwargs)
        except ShapeError as error:
            return Misfit(arrays, (error,), (), written)

    wrapped.__name__, wrapped.__doc__ = build.__name__, build.__doc__
    return wrapped


def _as_called(build: Callable[..., Array], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Written:
    """What the author wrote, for what does not conform: the arrays, and the other arguments as options."""
    arguments = inspect.signature(build).bind(*args, **kwargs).arguments
    arrays = {name: value for name, value in arguments.items() if any(isinstance(a, Array) for a in _each(value))}
    said = [(k, v) for k, v in arguments.items() if k not in arrays and (k == "item" or not (v is None or v is False))]
    return Written(build.__name__, tuple(arrays.values()), tuple(said))


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (tuple, list)) else (value,)


def make_input(name: str, sizes: Sequence[Any], domain: Domain) -> Input:
    """An input array. Raises SizeError for a size that cannot be one."""
    if not str(name).strip() or not isinstance(name, str):
        raise SizeError(f"an input's first argument is its name, a text such as 'W1', not {name!r}")
    try:
        shape = tuple(as_size(size) for size in sizes)
    except SizeError as error:
        raise SizeError(f"{domain}({name!r}, …): {error}") from None
    return Input((), (name, shape, domain), shape)


def as_array(value: Any) -> Array:
    """Numbers, sizes and NumPy arrays as nodes; exact: a float means the decimal that it prints as."""
    if isinstance(value, Array):
        return value
    if isinstance(value, np.ndarray) and value.dtype != object:
        return Literal(
            (), (tuple(_exact(v) for v in value.ravel().tolist()), value.shape), map(sp.Integer, value.shape)
        )
    return Literal((), ((_exact(value),), ()), ())


def _exact(value: Any) -> sp.Expr:
    if isinstance(value, (bool, np.bool_)):
        return sp.Integer(int(value))
    if isinstance(value, (int, np.integer)):
        return sp.Integer(int(value))
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return sp.Rational(repr(float(value)))
    if isinstance(value, sp.Expr):
        decimals = {number: _exact(float(number)) for number in value.atoms(sp.Float)}
        return value.xreplace({**decimals, **{s: _size_symbol(s.name) for s in value.free_symbols}})
    raise TypeError(f"{value!r} cannot stand in a formula: use numbers, sizes and arrays")


def unify(shapes: Sequence[Shape], what: str) -> Shape:
    """NumPy's broadcasting on symbolic sizes; raises ShapeError naming the two sizes that differ."""
    rank = max(map(len, shapes))
    padded = [(sp.Integer(1),) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    sizes: list[Size] = []
    for axis in zip(*padded, strict=True):
        known = sp.Integer(1)
        for size in axis:
            if size == 1 or size == known:
                continue
            if known != 1:
                raise ShapeError(what, f"{known} is not {size}")
            known = size
        sizes.append(known)
    return tuple(sizes)


def apply(function: Function, *values: Any) -> Array:
    """An element-wise function of the table on arrays and numbers."""
    if len(values) != function.arity:
        raise TypeError(f"{function.name} takes {function.arity} argument(s), not {len(values)}")
    args = tuple(map(as_array, values))
    if function in _EXACT and all(isinstance(arg, Literal) and not arg.shape for arg in args):
        return as_array(function.sympy(*(arg.params[0][0] for arg in args)))
    return _apply(args, function, written=Written("apply", (function, *values)))


_EXACT = (functions.add, functions.subtract, functions.multiply, functions.negative)
"""Operations on numbers that are carried out at once, so that they stay exact."""


@conforming
def _apply(args: tuple[Array, ...], function: Function, written: Written) -> Array:
    shapes = [arg.shape for arg in args]
    sign = f" {function.sign} " if function.sign else ", "
    what = sign.join(map(show_shape, shapes))
    return Apply(args, (function,), unify(shapes, what if function.sign else f"{function.name}({what})"), None)


def contract(
    operands: Sequence[Array], labels: Sequence[Sequence[int]], result: Sequence[int], written: Written | None = None
) -> Array:
    """`Einsum` by integer labels. Raises ShapeError if a label stands for two sizes."""
    sizes: dict[int, Size] = {}
    for operand, axes in zip(operands, labels, strict=True):
        for label, size in zip(axes, operand.shape, strict=True):
            if sizes.setdefault(label, size) != size:
                raise ShapeError(_product(operands), f"{sizes[label]} is not {size}")
    params = (tuple(map(tuple, labels)), tuple(result))
    return Einsum(operands, params, (sizes[label] for label in result), written)


def _product(operands: Sequence[Array]) -> str:
    return " @ ".join(show_shape(operand.shape) for operand in operands)


def einsum(subscripts: Any, *operands: Any, written: Written | None = None) -> Array:
    """As numpy.einsum with a text of subscripts."""
    written = written or Written("einsum", (*operands,), (("subscripts", subscripts),))
    return _einsum(tuple(map(as_array, operands)), str(subscripts), written=written)


@conforming
def _einsum(operands: tuple[Array, ...], subscripts: str, written: Written) -> Array:
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    words = inputs.split(",")
    if not arrow:
        counts = {c: inputs.count(c) for c in inputs if c != ","}
        output = "".join(sorted(c for c, n in counts.items() if n == 1))
    if len(words) != len(operands) or any(len(w) != o.ndim for w, o in zip(words, operands, strict=False)):
        shapes = ", ".join(show_shape(o.shape) for o in operands)
        raise ShapeError(f"einsum({subscripts!r}) of {shapes}", "each operand needs one letter an axis")
    if not set(output) <= set(inputs) or len(set(output)) != len(output):
        raise ShapeError(f"einsum({subscripts!r})", "every letter of the result stands once, and in an operand")
    letters = {c: i for i, c in enumerate(string.ascii_letters)}
    try:
        return contract(operands, [[letters[c] for c in w] for w in words], [letters[c] for c in output], written)
    except ShapeError as error:
        shapes = ", ".join(show_shape(o.shape) for o in operands)
        raise ShapeError(f"einsum({subscripts!r}) of {shapes}", error.why) from None


def matmul(left: Any, right: Any) -> Array:
    """As numpy.matmul, for one and two axes."""
    return _matmul((as_array(left), as_array(right)), written=Written("matmul", (left, right)))


@conforming
def _matmul(operands: tuple[Array, ...], written: Written) -> Array:
    left, right = operands
    what = f"{show_shape(left.shape)} @ {show_shape(right.shape)}"
    if not (1 <= left.ndim <= 2 and 1 <= right.ndim <= 2):
        raise ShapeError(what, "@ needs one or two axes on each side")
    rows = [0] if left.ndim == 2 else []
    columns = [2] if right.ndim == 2 else []
    return contract(operands, [[*rows, 1], [1, *columns]], [*rows, *columns], written)


def dot(left: Any, right: Any) -> Array:
    """As numpy.dot: @ for arrays with axes, a product with a number otherwise."""
    left, right = as_array(left), as_array(right)
    if not isinstance(left, Misfit) and not isinstance(right, Misfit) and not (left.ndim and right.ndim):
        return apply(functions.multiply, left, right)
    return matmul(left, right)


@conforming
def transpose(array: Array, axes: Sequence[int] | None = None) -> Array:
    """As numpy.transpose."""
    order = list(reversed(range(array.ndim))) if axes is None else [a % array.ndim for a in axes]
    written = Written("T", (array,)) if axes is None else Written("transpose", (array,), (("axes", tuple(order)),))
    return contract([array], [range(array.ndim)], order, written)


@conforming
def summed(array: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """As numpy.sum."""
    gone = _axes(array, axis)
    kept = [i for i in range(array.ndim) if i not in gone]
    options = (*((("axis", axis),) if axis is not None else ()), *((("keepdims", True),) if keepdims else ()))
    written = Written("sum", (array,), options)
    total = contract([array], [range(array.ndim)], kept, written)
    if not keepdims:
        return total
    sizes = tuple(sp.Integer(1) if i in gone else size for i, size in enumerate(array.shape))
    return Reshape((total,), (sizes,), sizes, written)


def _axes(array: Array, axis: Any) -> set[int]:
    if axis is None:
        return set(range(array.ndim))
    chosen = set()
    for a in axis if isinstance(axis, tuple) else (axis,):
        if not -array.ndim <= a < array.ndim:
            raise ShapeError(f"axis {a} of {show_shape(array.shape)}", f"there are {array.ndim} axes")
        chosen.add(a % array.ndim)
    return chosen


@conforming
def mean(array: Array, axis: Any = None, keepdims: bool = False) -> Array:
    """As numpy.mean."""
    count = product(array.shape[a] for a in _axes(array, axis))
    return apply(functions.divide, summed(array, axis, keepdims), count)


@conforming
def reshape(array: Array, sizes: Any) -> Array:
    """As numpy.reshape, in row order."""
    wanted = list(sizes) if isinstance(sizes, (tuple, list)) else [sizes]
    free = [i for i, size in enumerate(wanted) if isinstance(size, (int, np.integer)) and size == -1]
    shape = [sp.Integer(1) if i in free else as_size(size) for i, size in enumerate(wanted)]
    if len(free) > 1:
        raise ShapeError(f"reshape{show_shape(wanted)}", "only one size can be -1")
    if free:
        shape[free[0]] = sp.cancel(array.size / product(shape))
    whole = all(sp.denom(size) == 1 for size in shape)
    if not whole or sp.expand(product(shape) - array.size) != 0:
        raise ShapeError(
            f"{show_shape(array.shape)}.reshape{show_shape(wanted)}", f"{array.size} is not {product(shape)}"
        )
    return reshaped(array, shape, Written("reshape", (array,), (("sizes", tuple(shape)),)))


def reshaped(array: Array, shape: Iterable[Size], written: Written | None = None) -> Array:
    """`Reshape` without checks, for sizes that are known to fit."""
    sizes = tuple(shape)
    return array if sizes == array.shape and written is None else Reshape((array,), (sizes,), sizes, written)


@conforming
def index(array: Array, item: Any) -> Array:
    """Basic indexing: whole numbers, slices with whole bounds and step 1, None, and `...`."""
    items = list(item) if isinstance(item, tuple) else [item]
    used = sum(i is not None and i is not Ellipsis for i in items)
    if Ellipsis not in items:
        items.append(Ellipsis)
    if used > array.ndim:
        raise ShapeError(f"{show_shape(array.shape)}{list(items[:-1])}", f"there are {array.ndim} axes, not {used}")
    at = items.index(Ellipsis)
    items[at : at + 1] = [slice(None)] * (array.ndim - used)
    ranges, shape, axis = [], [], 0
    for i in items:
        if i is None:
            shape.append(sp.Integer(1))
            continue
        start, stop = _range(i, array.shape[axis])
        ranges.append((start, stop))
        axis += 1
        if isinstance(i, slice):
            shape.append(stop - start)
    written = Written("index", (array,), (("item", item),))
    return reshaped(block(array, ranges), shape, written)


def _range(item: Any, size: Size) -> tuple[Size, Size]:
    if isinstance(item, (int, np.integer, sp.Integer)) and not isinstance(item, bool):
        start = _bound(item, size)
        if size.is_Integer and not 0 <= start < size:
            raise ShapeError(f"index {item}", f"the axis has {size} entries")
        return start, start + 1
    if not isinstance(item, slice) or item.step not in (None, 1):
        raise TypeError(f"[{item!r}]: symbolic arrays take whole numbers and slices with whole bounds and step 1")
    start = sp.Integer(0) if item.start is None else _bound(item.start, size)
    stop = size if item.stop is None else _bound(item.stop, size)
    if size.is_Integer:
        start, stop = min(start, size), min(stop, size)
    if (stop - start).is_Integer and stop - start <= 0:
        raise ShapeError(f"[{start}:{stop}]", "the slice is empty")
    return start, stop


def _bound(bound: Any, size: Size) -> Size:
    if isinstance(bound, sp.Expr) and bound.free_symbols:
        return as_size(bound)
    if not isinstance(bound, (int, np.integer, sp.Integer)):
        raise TypeError(f"[{bound!r}]: bounds of slices are whole numbers or sizes")
    return sp.Integer(int(bound)) if bound >= 0 else size + int(bound)


def block(array: Array, ranges: Sequence[tuple[Size, Size]], written: Written | None = None) -> Array:
    """`Index` by one `(start, stop)` an axis."""
    if all(start == 0 and stop == size for (start, stop), size in zip(ranges, array.shape, strict=True)):
        return array
    return Index((array,), (tuple(ranges),), (stop - start for start, stop in ranges), written)


@conforming
def concatenate(arrays: Sequence[Any], axis: int = 0, written: Written | None = None) -> Array:
    """As numpy.concatenate."""
    parts = tuple(map(as_array, arrays))
    what = f"concatenate {', '.join(show_shape(p.shape) for p in parts)} along axis {axis}"
    rank = parts[0].ndim
    if any(p.ndim != rank for p in parts) or not -rank <= axis < rank:
        raise ShapeError(what, "the numbers of axes differ" if rank else "there is no axis")
    axis %= rank
    for part in parts[1:]:
        for i in range(rank):
            if i != axis and part.shape[i] != parts[0].shape[i]:
                raise ShapeError(what, f"{parts[0].shape[i]} is not {part.shape[i]}")
    shape = list(parts[0].shape)
    shape[axis] = sp.expand(sp.Add(*(p.shape[axis] for p in parts)))
    return Concatenate(parts, (axis,), shape, written or Written("concatenate", parts, (("axis", axis),)))


def stack_rows(arrays: Sequence[Any]) -> Array:
    """As numpy.vstack."""
    return concatenate(tuple(map(_two_axes, arrays)), 0, written=Written("vstack", tuple(arrays)))


def stack_columns(arrays: Sequence[Any]) -> Array:
    """As numpy.hstack, for two axes."""
    return concatenate(tuple(map(_two_axes, arrays)), 1, written=Written("hstack", tuple(arrays)))


def _two_axes(value: Any) -> Array:
    array = as_array(value)
    if isinstance(array, Misfit) or array.ndim >= 2:
        return array
    return reshaped(array, (sp.Integer(1), *((sp.Integer(1),) if array.ndim == 0 else ()), *array.shape))


def broadcast_to(array: Any, shape: Any, written: Written | None = None) -> Array:
    """As numpy.broadcast_to."""
    sizes = tuple(map(as_size, shape if isinstance(shape, (tuple, list)) else (shape,)))
    return _broadcast(as_array(array), sizes, written=written or Written("broadcast_to", (array,), (("shape", sizes),)))


@conforming
def _broadcast(array: Array, shape: Shape, written: Written | None) -> Array:
    what = f"{show_shape(array.shape)} broadcast to {show_shape(shape)}"
    if unify([array.shape, shape], what) != shape:
        raise ShapeError(what, "it has more entries already")
    return Broadcast((array,), (shape,), shape, written)


def ones(*shape: Any) -> Array:
    """The matrix of ones, 1 with p rows and q columns: `ones(p, q)`."""
    return broadcast_to(1, shape, written=Written("ones", (), (("shape", tuple(map(as_size, shape))),)))


def identity(size: Any) -> Array:
    """The identity matrix, Kronecker's delta."""
    n = as_size(size)
    return Identity((), (n,), (n, n), Written("identity", (), (("size", n),)))


def diagonal(array: Any) -> Array:
    """As numpy.diag: a vector on the diagonal of a matrix, or the diagonal of a matrix."""
    return _diagonal(as_array(array), written=Written("diag", (array,)))


@conforming
def _diagonal(array: Array, written: Written) -> Array:
    if array.ndim == 1:
        return contract([array, identity(array.shape[0])], [[0], [0, 1]], [0, 1], written)
    if array.ndim != 2:
        raise ShapeError(f"diag of {show_shape(array.shape)}", "one or two axes are needed")
    return contract([array], [[0, 0]], [0], written)


@conforming
def outer(left: Any, right: Any) -> Array:
    """As numpy.outer: both operands are read as vectors."""
    left, right = as_array(left), as_array(right)
    flat = [reshaped(a, (a.size,)) for a in (left, right)]
    return contract(flat, [[0], [1]], [0, 1], Written("outer", (left, right)))


def derivative(of: Array, by: Array) -> Array:
    """The raw array of partial derivatives: `of`'s axes first, then `by`'s."""
    return Derivative((of, by), (), (*of.shape, *by.shape))


# ---- NumPy's names -----------------------------------------------------------------------------------------------

_UFUNCS: dict[str, Function] = {
    name: row for name, row in functions.TABLE.items() if isinstance(getattr(np, name, None), np.ufunc)
} | {"absolute": functions.absolute, "fabs": functions.absolute}

_NUMPY: dict[str, Callable[..., Any]] = {
    "sum": summed,
    "mean": mean,
    "reshape": reshape,
    "transpose": transpose,
    "einsum": einsum,
    "dot": dot,
    "outer": outer,
    "diag": diagonal,
    "trace": lambda a: a.trace(),
    "where": lambda c, x, y: apply(functions.where, c, x, y),
    "concatenate": concatenate,
    "vstack": stack_rows,
    "hstack": stack_columns,
    "broadcast_to": broadcast_to,
    "ones_like": lambda a: a if isinstance(a, Misfit) else ones(*a.shape),
    "zeros_like": lambda a: a if isinstance(a, Misfit) else broadcast_to(0, a.shape),
    "shape": lambda a: a.shape,
    "size": lambda a: a.size,
    "ndim": lambda a: a.ndim,
}


# ---- walking the graph -------------------------------------------------------------------------------------------


def rounded_constant(*graphs: Array) -> str:
    """A constant that is a floating-point number and stands for something else, if there is one."""
    return next((node.rounded for node in walk(*graphs) if isinstance(node, Literal) and node.rounded), "")


def walk(*roots: Array, known: Container[int] = ()) -> Iterator[Array]:
    """Every distinct expression under the roots once, operands before what is made of them.

    Expressions whose keys are `known` are passed over, and so is what only they are made of.
    """
    seen: set[int] = set()
    for root in roots:
        pending = [(root, False)]
        while pending:
            node, ready = pending.pop()
            if node.key in seen or node.key in known:
                continue
            if ready:
                seen.add(node.key)
                yield node
            else:
                pending.append((node, True))
                pending.extend((arg, False) for arg in reversed(node.args) if arg.key not in seen)


def replace(
    root: Array, change: Callable[[Array, tuple[Array, ...]], Array | None], new: dict[int, Array] | None = None
) -> Array:
    """The graph rebuilt from below: `change(node, new_args)` gives a new node, or None to keep the operation.

    new: what expressions have become already, by key; the others are added.
    """
    new = {} if new is None else new
    for node in walk(root, known=new):
        args = tuple(new[arg.key] for arg in node.args)
        changed = change(node, args)
        if changed is None:
            same = all(a.key == b.key for a, b in zip(args, node.args, strict=True))
            changed = node if same else node.rebuild(args)
        new[node.key] = changed
    return new[root.key]


def depends_on(root: Array, keys: Iterable[int]) -> bool:
    """Whether any of the expressions occurs in the graph."""
    wanted = set(keys)
    return any(node.key in wanted for node in walk(root))


def affected(keys: Iterable[int], by: int) -> set[int]:
    """Which of the expressions contain the expression `by`."""
    contains: dict[int, bool] = {by: True}

    def look(key: int) -> bool:
        if key not in contains:
            # Operands are older than what is made of them, so nothing older than `by` can contain it.
            contains[key] = key > by and any(look(operand) for operand in _OPERANDS[key])
        return contains[key]

    return {key for key in sorted(keys) if look(key)}


def size_symbols(roots: Iterable[Array]) -> list[sp.Symbol]:
    """The size symbols of the graphs, by name."""
    found: set[sp.Symbol] = set()
    for node in walk(*roots):
        if isinstance(node, Misfit):
            continue
        sizes = node.values if isinstance(node, Literal) else node.shape
        found.update(itertools.chain.from_iterable(sp.sympify(s).free_symbols for s in sizes))
    return sorted(found, key=lambda s: s.name)


def inputs_of(roots: Iterable[Array]) -> list[Input]:
    """The inputs of the graphs, by name."""
    return sorted((node for node in walk(*roots) if isinstance(node, Input)), key=lambda node: node.name)


def strict_misfit(root: Array) -> ShapeError | None:
    """The first element-wise operation whose operands are not of one shape (1×1 acts as a number), if any.

    This is the mathematicians' convention; documents written in NumPy's spirit broadcast instead.
    """
    for node in walk(root):
        if isinstance(node, Misfit):
            return node.error
        if isinstance(node, Apply):
            shapes = [arg.shape for arg in node.args if not is_one_number(arg.shape)]
            for shape in shapes[1:]:
                if shape != shapes[0]:
                    return ShapeError(_strictly(node), _difference(shapes[0], shape))
    return None


def _strictly(node: Apply) -> str:
    shapes = [show_shape(arg.shape) for arg in node.args]
    sign = node.function.sign
    return f" {sign} ".join(shapes) if sign else f"{node.function.name}({', '.join(shapes)})"


def _difference(left: Shape, right: Shape) -> str:
    if len(left) != len(right):
        return f"{len(left)} axes are not {len(right)}"
    return next(f"{a} is not {b}" for a, b in zip(left, right, strict=True) if a != b)


@dataclass(frozen=True)
class ShapeOf:
    """A declared shape to judge: the target of a claim about sizes rather than values."""

    array: Array = field()

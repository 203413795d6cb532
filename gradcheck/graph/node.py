"""A node of the expression graph: what NumPy users ask of an array, and what every kind of node has to state.

An `Array` is immutable. Its sizes are SymPy expressions in size symbols, so one graph serves every shape. There are few
kinds of node, because most of NumPy reduces to them: every element-wise operation is `Apply` of a row of the function
table, and every product, transpose, trace and sum is `Einsum`. How the author wrote it is kept beside (`written`).

A kind is one class, and everything that is known of the kind stands in it. Nothing is presumed of a kind: one that does
not state a fact is an error at import.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import numpy as np
import sympy as sp
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcheck.functions import Function
from gradcheck.functions.held import Held
from gradcheck.graph.cures import for_attribute, for_options, for_other
from gradcheck.graph.expressions import Expression, expression
from gradcheck.graph.names import OPERATORS, UnknownFunction, called, refuse_other, rule_of
from gradcheck.graph.refusals import Unsupported, are_data
from gradcheck.graph.sizes import Shape, Size, SizeError, product
from gradcheck.graph.writing import Piece

Number = Callable[[Size], int]
"""What makes numbers of sizes."""
Defined = tuple[Callable[..., Any], str, str]
"""A mask of the operands' values, what is asked for a value, and where it has one, in words."""
Examples = tuple[Callable[["Array"], Any], ...]
Mistake = tuple[str, tuple["Array", ...], "Array"]
"""Words with {} for the parts they speak of, the parts, and what the node becomes by the mistake."""


@dataclass(frozen=True)
class Written:
    """How the author wrote a node: a word (`matmul`, `T`, `sum`, …), its operands, and options to print.

    layout: how that is put on paper, in the words of a style; by default as a call of the word. held: the type that
    NumPy holds the result in, where the word decides that: what is summed is counted.
    """

    word: str
    operands: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...] = ()
    layout: Callable[[Any, Any], Piece] = lambda style, written: style.call_of(written)
    held: Held | None = None

    def option(self, key: str) -> Any:
        """What was given for an option; None if nothing was."""
        return dict(self.options).get(key)


KINDS: list[type[Array]] = []
"""Every kind of node, in the order of import."""


class Array(NDArrayOperatorsMixin):
    """A node of the expression graph. Subclasses are the kinds; `args` are the nodes it is made of.

    `key` is equal for two nodes exactly if they are the same expression; identity tells whether the author wrote it
    once. Use NumPy on it: operators, `.T`, `.sum()`, `np.log(...)`, `np.einsum(...)`, slices with integer bounds.
    """

    __slots__ = ("__weakref__", "_held", "_shape", "args", "expression", "key", "params", "written")
    __array_priority__ = 1000

    args: tuple[Array, ...]
    params: tuple[Any, ...]
    written: Written | None
    expression: Expression
    key: int
    _shape: Shape
    _held: Held | None

    if TYPE_CHECKING:  # the mixin's operators, which say nothing of types

        def __add__(self, other: Any) -> Array: ...
        def __neg__(self) -> Array: ...

        __sub__ = __mul__ = __truediv__ = __pow__ = __matmul__ = __add__
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = __add__
        __lt__ = __le__ = __gt__ = __ge__ = __add__
        __abs__ = __neg__

    def __init_subclass__(cls, is_kind: bool = True) -> None:
        """A kind states every fact, or is refused; a class that several kinds share states what they have in common."""
        super().__init_subclass__()
        if is_kind:
            unstated = [name for name in dir(cls) if getattr(getattr(cls, name), "__isabstractmethod__", False)]
            if unstated:
                raise TypeError(f"the kind of node {cls.__name__} does not state {', '.join(unstated)}")
            KINDS.append(cls)

    def __init__(
        self, args: Sequence[Array], params: tuple[Any, ...], shape: Iterable[Size], written: Written | None = None
    ) -> None:
        self.args, self.params, self.written = tuple(args), params, written
        self._shape, self._held = tuple(shape), written.held if written else None
        self.expression = expression(type(self).__name__, params, tuple(arg.key for arg in self.args))
        self.key = self.expression.key

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
        """The transpose, axes in reverse order."""
        return _dispatched(np.transpose, self)

    @property
    def held(self) -> Held:
        """How NumPy holds such an array: masks are booleans there. Raises Differs if it computes something else."""
        pending = [self]
        while pending:  # graphs are deeper than Python's stack
            node = pending[-1]
            pending += (unknown := [arg for arg in node.args if arg._held is None])
            if not unknown:
                pending.pop()
                node._held = node._held or node.holds([arg.held for arg in node.args])
        assert self._held is not None
        return self._held

    @property
    def name(self) -> str:
        """The name of an input; empty for anything else."""
        return ""

    @property
    def sizes(self) -> Iterable[Size]:
        """What sizes occur in: of its axes, and in numbers."""
        return self.shape

    @property
    def conforms(self) -> bool:
        """Whether it has a shape."""
        return True

    @property
    def mT(self) -> Array:
        """The transpose of every matrix of a stack."""
        return _dispatched(np.swapaxes, self, -1, -2)

    def sum(self, axis: Any = None, *more: Any, **options: Any) -> Array:
        """As numpy.sum: the shape without the axes, or with 1 in their place under `keepdims=True`."""
        return _dispatched(np.sum, self, axis, *more, **options)

    def mean(self, axis: Any = None, *more: Any, **options: Any) -> Array:
        """As numpy.mean: the sum divided by the number of entries, exactly."""
        return _dispatched(np.mean, self, axis, *more, **options)

    def max(self, axis: Any = None, *more: Any, **options: Any) -> Array:
        """As numpy.max: the largest entry; the shape without the axes, or with 1 in their place under `keepdims`."""
        return _dispatched(np.max, self, axis, *more, **options)

    def min(self, axis: Any = None, *more: Any, **options: Any) -> Array:
        """As numpy.min: the smallest entry, likewise."""
        return _dispatched(np.min, self, axis, *more, **options)

    def var(self, axis: Any = None, *more: Any, **options: Any) -> Array:
        """As numpy.var: the mean square of what is beside the mean; with N - ddof in the place of N."""
        return _dispatched(np.var, self, axis, *more, **options)

    def std(self, axis: Any = None, *more: Any, **options: Any) -> Array:
        """As numpy.std: the root of the variance."""
        return _dispatched(np.std, self, axis, *more, **options)

    def clip(self, min: Any = None, max: Any = None) -> Array:
        """As numpy.clip: minimum(maximum(x, min), max). None is no bound."""
        return _dispatched(np.clip, self, min, max)

    def squeeze(self, axis: Any = None) -> Array:
        """As numpy.squeeze: without the axes of size 1, or without these."""
        return _dispatched(np.squeeze, self, axis)

    def repeat(self, repeats: Any, axis: Any = None) -> Array:
        """As numpy.repeat: every entry so many times, along an axis or in row order."""
        return _dispatched(np.repeat, self, repeats, axis)

    def ravel(self, order: Any = "C") -> Array:
        """As numpy.ravel: all entries in row order."""
        return _dispatched(np.ravel, self, order)

    def flatten(self, order: Any = "C") -> Array:
        """As numpy.ndarray.flatten, which is ravel here."""
        return self.ravel(order)

    def copy(self) -> Array:
        """The array itself: symbolic arrays never change."""
        return _dispatched(np.copy, self)

    def prod(self, axis: Any = None, *more: Any, **options: Any) -> Array:
        """As numpy.prod: the shape without the axes, or with 1 in their place under `keepdims=True`."""
        return _dispatched(np.prod, self, axis, *more, **options)

    def reshape(self, *sizes: Any, **options: Any) -> Array:
        """As numpy.reshape; one size may be -1. The number of entries must be the same expression."""
        return _dispatched(np.reshape, self, sizes[0] if len(sizes) == 1 else sizes, **options)

    def transpose(self, *axes: Any) -> Array:
        """As numpy.transpose: axes in reverse order, or in the order given."""
        return _dispatched(np.transpose, self, axes[0] if len(axes) == 1 else axes or None)

    def swapaxes(self, axis1: int, axis2: int) -> Array:
        """As numpy.swapaxes: `K.swapaxes(-1, -2)` transposes every matrix of a stack."""
        return _dispatched(np.swapaxes, self, axis1, axis2)

    def astype(self, dtype: Any) -> Array:
        """Masks as numbers: `(x > 0).astype(float)`; other types than float and int have no rule."""
        array: Array = _built("astype", OPERATORS["astype"], self, dtype)
        return array

    def __getitem__(self, item: Any) -> Array:
        items = item if isinstance(item, tuple) else (item,)
        selecting = sorted((part for part in items if hasattr(part, "select_from")), key=_is_array)
        if selecting:  # beside labels, arrays are no masks: P[arange(n), y]
            return selecting[0].select_from(self, items)  # type: ignore[no-any-return]
        array: Array = _built("index", OPERATORS["index"], self, item)
        return array

    def select_from(self, array: Array, items: tuple[Any, ...]) -> Any:
        """The entries of an array where this one, a mask, is True: `x[x > 0]`."""
        return _built("index", OPERATORS["choose"], array, self, items)

    def __setitem__(self, item: Any, value: Any) -> NoReturn:
        raise TypeError("symbolic arrays cannot be changed: make a new one, as np.where(mask, y, x) for x[mask] = y")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if are_data() and (callable(getattr(np.ndarray, name, None)) or for_other(name, [self])):
            return partial(_built, name, partial(_refuse_method, name), self)
        raise AttributeError(f"symbolic arrays have no .{name}: {for_attribute(name, self, dir(type(self)))}")

    def dot(self, other: Any) -> Array:
        """As numpy.dot."""
        return _dispatched(np.dot, self, other)

    def trace(self, *more: Any, **options: Any) -> Array:
        """As numpy.trace: one number."""
        return _dispatched(np.trace, self, *more, **options)

    # -- operators and protocols: NumPy's mixin makes ufuncs of all operators but these --

    def __eq__(self, other: object) -> Any:
        if other is self:
            return True
        if isinstance(other, (Array, int, float, sp.Expr, np.ndarray)):
            return _built("equal", rule_of("equal"), self, other)
        return NotImplemented

    def __ne__(self, other: object) -> Any:
        if other is self or not isinstance(other, (Array, int, float, sp.Expr, np.ndarray)):
            return not self == other
        return _built("not_equal", rule_of("not_equal"), self, other)

    __hash__ = object.__hash__

    def __apply_function__(self, function: Function, args: Sequence[Any]) -> Array:
        array: Array = _built(function.name, OPERATORS["apply"], function, *args)
        return array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **kwargs: Any) -> Any:
        if any(hasattr(operand, "__as_array__") for operand in inputs):
            return NotImplemented  # a formula by entries stays one
        name = ufunc.__name__
        if getattr(np, name, None) is not ufunc:
            return _built(name, partial(refuse_other, name), *inputs)
        if method != "__call__" or kwargs or (out and out[0] is not inputs[0]):
            what = f"np.{name}.{method} with {sorted(kwargs)} is not supported on arrays"
            return _built(name, partial(_refuse, what), *inputs)
        made = _built(name, lambda *args: rule_of(name, args)(*args), *inputs)
        return _built(name, OPERATORS["in place"], made, inputs[0]) if out else made  # A += B is A = A + B

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _built(function.__name__, partial(called, function), *args, **kwargs)

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = f"torch.{function.__name__}"
        return _built(name, partial(refuse_other, name), *args)

    def __jax_array__(self) -> NoReturn:
        raise TypeError(
            "a symbolic array is none of JAX's: write NumPy's functions, np.exp for jnp.exp, and those of "
            "gradcheck.notation, such as softmax(x, axis=0) for jax.nn.softmax"
        )

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            "a symbolic array has no numbers to convert: keep it symbolic, with functions of NumPy's and of "
            "gradcheck.notation, or verify() the claim it is in"
        )

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a symbolic array is neither true nor false: use np.where(condition, x, y) instead of `if`, "
            "and (0 < x) * (x < 1) instead of 0 < x < 1"
        )

    def __float__(self) -> NoReturn:
        raise TypeError("a symbolic array is not a float: leave out float(...), a 1×1 array acts as a number here")

    def __copy__(self) -> Array:
        return self.copy()  # an input that is copied is no other input of the same name

    def __deepcopy__(self, memo: Any) -> Array:
        return self.copy()

    def _sympy_(self) -> NoReturn:
        # SymPy then leaves `m * A` and `1/m * A` to this class.
        raise sp.SympifyError(self)

    def __iter__(self) -> NoReturn:
        raise TypeError("a symbolic array cannot be looped over, its sizes are symbols: use sums, products or einsum")

    def __len__(self) -> NoReturn:
        raise TypeError("len() must be a number, and sizes here are symbols: use .shape[0]")

    def __repr__(self) -> str:
        text: str = OPERATORS["repr"](self)
        return text

    def rebuild(self, args: Sequence[Array]) -> Array:
        """The same operation on other operands of the same shapes."""
        return type(self)(args, self.params, self._shape, self.written)

    def said(self, written: Written) -> Array:
        """The same operation in an author's words."""
        return type(self)(self.args, self.params, self._shape, written)

    def rewritten(self, args: Sequence[Array]) -> Array:
        """As `rebuild`, in the author's words with the new operands; in the kind's own where these words say others."""
        written, new = self.written, dict(zip(map(id, self.args), args, strict=True))
        if written is not None:
            is_of_args = all(id(operand) in new for operand in written.operands)
            operands = tuple(new.get(id(operand)) for operand in written.operands)
            written = replace(written, operands=operands) if is_of_args else None
        return type(self)(args, self.params, self._shape, written)

    # -- how it is written --

    word: ClassVar[str] = ""
    """What a node is called that no author wrote: `word(operands)`. Kinds that need none write themselves."""

    @property
    def parts(self) -> tuple[Array, ...]:
        """The arrays that its text is made of."""
        operands = self.args if self.written is None else self.written.operands
        return tuple(operand for operand in operands if isinstance(operand, Array))

    @property
    def vocabulary(self) -> Iterable[str]:
        """Names of sizes, inputs and functions that may stand in its own words."""
        sizes = self.sizes if self.conforms else ()
        return (symbol.name for size in sizes for symbol in sp.sympify(size).free_symbols)

    def write(self, style: Any) -> Piece:
        """The node in the words of a style: as the author wrote it, if one did."""
        written = self.written or Written(self.word, self.args)
        return written.layout(style, written)

    # -- what every kind states: values --

    @property
    @abstractmethod
    def verb(self) -> str:
        """The method of a number system that makes its value of the values of its operands: verb(node, *operands)."""

    @abstractmethod
    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """What its value changes by when operands do (None: does not), by an identity that does not cancel.

        In the words of a carrier `on` (increments, their sizes, bounds of errors, tangents). `value` is its own.
        """

    @abstractmethod
    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """What computing it loses in floating point, beside what its operands have lost: a bound for each entry."""

    @abstractmethod
    def cotangent(self, position: int, incoming: Array, lead: int) -> Array | None:
        """The vector-Jacobian product for one operand; `incoming` has `lead` more axes in front. None is 0."""

    @property
    @abstractmethod
    def defined(self) -> Defined | None:
        """Where it has a value; None: always."""

    @property
    @abstractmethod
    def divisors(self) -> tuple[Array, ...]:
        """Expressions in its operands at whose zeros it has no value, as a matrix is divided by its determinant.

        What an element-wise function is divided by is said by its domain.
        """

    # -- what every kind states: facts --

    @abstractmethod
    def holds(self, operands: Sequence[Held]) -> Held:
        """The type that NumPy holds its value in, given those of its operands. Raises Differs."""

    @property
    @abstractmethod
    def kinks(self) -> tuple[Callable[..., Any], ...]:
        """Linear expressions in its operands' values at whose zeros it has no derivative."""

    @property
    @abstractmethod
    def kinks_are_ties(self) -> bool:
        """Whether its kinks are ties between entries, of which some lie on either side at any point."""

    @property
    @abstractmethod
    def is_jump(self) -> bool:
        """Whether it jumps at its kinks rather than bends."""

    @abstractmethod
    def is_rational(self, number: Number) -> bool:
        """Whether entries are rational functions of the operands' entries, with rational coefficients.

        Of no operands: rational numbers, or variables that may be moved a little.
        """

    @property
    @abstractmethod
    def forgets_numbering(self) -> bool:
        """Whether renumbering the units of a size in all operands renumbers its value likewise, and does no more."""

    @property
    @abstractmethod
    def is_by_entry(self) -> bool:
        """Whether entry (i, j, …) is one expression in the operands' entries at these places, whatever the sizes."""

    @abstractmethod
    def has_factor(self, position: int, summed: bool) -> bool:
        """Whether an entry is an entry of this operand times others' entries, or a sum of such, each with another one.

        summed: whether besides, different entries of it have different entries of the operand.
        """

    @abstractmethod
    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """Whether it is visibly positive, given whether its operands are."""

    @abstractmethod
    def fits(self, number: Number) -> bool:
        """Whether there is such an array at these sizes."""

    @abstractmethod
    def length(self, operands: Sequence[int], number: Number) -> int:
        """About how many symbols an entry has when it is written out, given those of the operands' entries."""

    def finite(self, operands: Sequence[Array | None]) -> Array | None:
        """The mask of its entries that are not -∞, given those of its operands; None: all are finite.

        Nothing is presumed: a kind that says nothing has no rule for -∞. Raises Unsupported.
        """
        if all(mask is None for mask in operands):
            return None
        raise Unsupported(
            f"{self!r} is made of entries -inf, for which only +, exp, softmax, logsumexp and max have rules: "
            "write what it becomes, as np.where(mask, np.tanh(S), -1) for np.tanh(np.where(mask, S, -np.inf))"
        )

    def work(self, number: Number) -> int:
        """About how many numbers are multiplied to compute it."""
        return number(self.size)

    @abstractmethod
    def mistakes(self) -> Iterable[Mistake]:
        """How people get it wrong."""

    @property
    @abstractmethod
    def examples(self) -> Examples:
        """Ways to make one of any matrix: tests of all kinds go through them."""


def _is_array(value: Any) -> bool:
    return isinstance(value, Array)


def _dispatched(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Array:
    """What NumPy's function makes of symbolic arrays."""
    cure = for_options(function.__name__, kwargs)
    array: Array = (
        _built(function.__name__, partial(_refuse, cure), *args, **kwargs) if cure else function(*args, **kwargs)
    )
    return array


def _built(word: str, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a rule makes of an author's words; what it refuses is data while a derivation runs."""
    try:
        return rule(*args, **kwargs)
    except (TypeError, SizeError) as error:
        return OPERATORS["refused"](error, word, args, kwargs)


def _refuse_method(name: str, *args: Any, **kwargs: Any) -> NoReturn:
    raise UnknownFunction(f"symbolic arrays have no .{name}: {for_other(name, args) or 'use operators and np.…'}")


def _refuse(what: str, *args: Any, **kwargs: Any) -> NoReturn:
    raise UnknownFunction(what)

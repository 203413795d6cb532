"""A graph as steps of a straight-line program: one NumPy call for each expression that is computed.

A number system, too: the value of an expression is what it is called in the program.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from gradcheck.functions import Function
from gradcheck.functions.row import step
from gradcheck.graph import (
    Apply,
    Array,
    Broadcast,
    Concatenate,
    Determinant,
    Einsum,
    Index,
    Input,
    Inverse,
    Largest,
    LogDeterminant,
    Misfit,
    Moving,
    Multiplied,
    Reshape,
    Unsupported,
    walk,
)
from gradcheck.graph.selections import Selected, Which
from gradcheck.graph.sizes import Shape
from gradcheck.numerics.contractions import MatrixProduct, matrix_product
from gradcheck.numerics.evaluate import Evaluation, NumberSystem, Values
from gradcheck.programs.structure import SMALL


@dataclass(frozen=True)
class Step:
    """What is computed, and from what.

    name: what the result is called. shape: its shape. reads: the names of arrays in it. expression: as a person writes
    it. call: the same as a call without the bracket that closes it, so that a place for the result may follow; empty
    if NumPy has none. is_view: the result is memory of what is read. is_by_entry: an entry is made of the entries at
    its place, and may replace them. is_reshape: it is a view only of entries that lie in row order.
    """

    name: str
    shape: tuple[int, ...]
    reads: tuple[str, ...]
    expression: str
    call: str = ""
    is_view: bool = False
    is_by_entry: bool = False
    is_reshape: bool = False


ZERO = "0.0"
CALLS = {
    "softplus": "np.logaddexp({}, {}",
    "abs": "np.abs({}",
    "maximum": "np.maximum({}, {}",
    "minimum": "np.minimum({}, {}",
}
"""Calls for functions whose kernels are no functions of NumPy's; the result's place may follow.

One place more than the function has arguments is for a 0.
"""
COMPARISONS = ("greater", "less", "greater_equal", "less_equal")
EXPRESSIONS = {
    "negative": "-{}",
    "where": "np.where({}, {}, {})",
    "identity": "({} + 0.0)",
    "cross_entropy": "-({1} * np.log({0}) + (1.0 - {1}) * np.log1p(-{0}))",
}
"""How people write those that are no call, or have none."""


class Steps(NumberSystem[str]):
    """The steps that compute graphs without derivatives, at sizes that are put in already.

    names: what the inputs are called. dtype: what is computed in.
    """

    def __init__(self, roots: Sequence[Array], names: Mapping[int, str], dtype: np.dtype[Any]) -> None:
        super().__init__({})
        self.names, self.dtype = names, dtype
        self.steps: list[Step] = []
        self.constants: dict[str, Values] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self._written: dict[str, float] = {ZERO: 0.0}
        self._transposes: dict[str, str] = {}
        self._moving = _moving(roots)
        self._fixed = Evaluation({}, {})
        self.outputs = [self(root) for root in roots]

    def compute(self, node: Array) -> str:
        """What depends on no input is a constant."""
        name = self._constant(self._fixed(node)) if self.is_constant(node) else super().compute(node)
        if name not in self._written:
            self.shapes.setdefault(name, self.shape(node.shape))
        return name

    def is_constant(self, node: Array) -> bool:
        """Whether it is computed once and for all."""
        return node.key not in self._moving

    def _constant(self, value: Values) -> str:
        """Numbers stand in the text, arrays beside it."""
        if not value.ndim:
            text = repr(float(value)) if np.isfinite(value) else f"float('{float(value)}')"
            text = f"({text})" if text.startswith("-") else text
            self._written[text] = float(value)
            return text
        value = value.astype(self.dtype)
        same = (name for name, known in self.constants.items() if np.array_equal(known, value, equal_nan=True))
        name = next(same, f"k{len(self.constants) + 1}")
        self.constants[name] = value
        self.shapes[name] = value.shape
        return name

    def _add(self, sizes: Shape, reads: Iterable[str], expression: str, **more: Any) -> str:
        shape = self.shape(sizes)
        name = f"v{len(self.steps) + 1}"
        arrays = tuple(read for read in reads if read in self.shapes)
        self.steps.append(Step(name, shape, arrays, expression, **more))
        self.shapes[name] = shape
        return name

    # -- the verbs of kinds ------------------------------------------------------------------------------------------

    def given(self, node: Input) -> str:
        """Its name."""
        return self.names[node.key]

    def elementwise(self, node: Apply, *args: str) -> str:
        """A function of NumPy's, or the row's definition."""
        row = node.function
        if row.is_abstract:
            raise Unsupported(f"{row.name} stands for any function: a program needs one that has values")
        if row.name in COMPARISONS:
            call = f"np.{row.name}({args[0]}, {args[1]}"
            expression = f"{call}).astype(np.{self.dtype})"
        else:
            given, template = [*args, ZERO], _call_of(row)
            plain, call = template.format(*given), template.format(*(self._filled(arg, node) for arg in given))
            sign = row.sign if row.sign != "**" else ""
            expression = f"{args[0]} {sign} {args[1]}" if sign else _expression_of(row, args, plain)
        return self._add(node.shape, args, expression, call=call if node.shape else "", is_by_entry=True)

    def _filled(self, arg: str, node: Apply) -> str:
        """A number as an array of the result's shape, if that is small: NumPy is faster with two equal shapes."""
        shape = self.shape(node.shape)
        if arg not in self._written or not shape or math.prod(shape) > SMALL:
            return arg
        return self._constant(np.full(shape, self._written[arg]))

    def product(self, node: Einsum, *operands: str) -> str:
        """A sum, a transpose, or a product of matrices where it is one."""
        labels, result = node.params
        if len(operands) == 1:
            return self._of_one(node, operands[0], labels[0], result)
        product = matrix_product(labels, result)
        if product is not None and product.result == tuple(range(len(result))):
            return self._multiplied(node, operands, product)
        if len(operands) == 2 and labels[0] == labels[1] and not result:
            return self._add(node.shape, operands, f"np.vdot({', '.join(operands)})")
        return self._einsum(node, operands)

    def _of_one(self, node: Einsum, operand: str, labels: tuple[int, ...], result: tuple[int, ...]) -> str:
        kept = [label for label in labels if label in result]
        if len(set(labels)) < len(labels) or (tuple(kept) != result and len(kept) < len(labels)):
            return self._einsum(node, [operand])
        if len(kept) == len(labels):
            return self._transposed(operand, tuple(labels.index(label) for label in result))
        axes = tuple(axis for axis, label in enumerate(labels) if label not in result)
        call = f"np.add.reduce({operand}, axis={axes}"
        return self._add(node.shape, [operand], f"{call})", call=call if node.shape else "")

    def _multiplied(self, node: Einsum, operands: Sequence[str], product: MatrixProduct) -> str:
        left, right = (
            self._transposed(operands[i], order) for i, order in zip(product.operands, product.orders, strict=True)
        )
        is_stack = len(product.orders[0]) > 2 - product.vectors[0]
        if is_stack and any(product.vectors):
            return self._einsum(node, operands)
        # The method is what np.dot calls, which asks first whether an operand brings a dot of its own.
        call = f"np.matmul({left}, {right}" if is_stack else f"{left}.dot({right}"
        return self._add(node.shape, [left, right], f"{left} @ {right}", call=call)

    def _transposed(self, operand: str, order: tuple[int, ...]) -> str:
        if order == tuple(range(len(order))):
            return operand
        expression = f"{operand}.T" if order == tuple(range(len(order)))[::-1] else f"{operand}.transpose{order}"
        if expression not in self._transposes:
            shape = tuple(self.shapes[operand][axis] for axis in order)
            self._transposes[expression] = self._add(shape, [operand], expression, is_view=True)
        return self._transposes[expression]

    def _einsum(self, node: Einsum, operands: Sequence[str]) -> str:
        labels, result = node.params
        words = ["".join(string.ascii_letters[label] for label in axes) for axes in (*labels, result)]
        optimize = ", optimize=True" if len(operands) > 2 else ""
        call = f"np.einsum({','.join(words[:-1]) + '->' + words[-1]!r}, {', '.join(operands)}{optimize}"
        return self._add(node.shape, operands, f"{call})", call=call if node.shape else "")

    def moved(self, node: Moving, *values: str) -> str:
        """Shapes, blocks, repetitions and what stands side by side."""
        return MOVES[type(node)](self, node, *values)

    def _reshaped(self, node: Reshape, value: str) -> str:
        shape = self.shape(node.shape)
        expression = f"{value}.reshape{shape or '(())'}" if self.shapes[value] else f"np.reshape({value}, {shape})"
        return self._add(node.shape, [value], expression, is_view=True, is_reshape=True)

    def _repeated(self, node: Broadcast, value: str) -> str:
        expression = f"np.full({self.shape(node.shape)}, {value}, dtype=np.{self.dtype})"
        return self._add(node.shape, [value], expression)

    def _block(self, node: Index, value: str) -> str:
        bounds = (f"{self.number(start)}:{self.number(stop)}" for start, stop in node.params[0])
        return self._add(node.shape, [value], f"{value}[{', '.join(bounds)}]", is_view=True)

    def _side_by_side(self, node: Concatenate, *values: str) -> str:
        call = f"np.concatenate([{', '.join(values)}], axis={node.params[0]}"
        return self._add(node.shape, values, f"{call})", call=call)

    def largest(self, node: Largest, value: str) -> str:
        """NumPy's."""
        axes = f"({value}, axis={node.axes}"
        call = f"np.{_word(node)}imum.reduce{axes}"
        return self._add(node.shape, [value], f"np.{_word(node)}{axes})", call=call if node.shape else "")

    def selected(self, node: Selected, value: str) -> str:
        """A comparison with the largest, in numbers: where entries tie, all of them are chosen."""
        top = f"np.{_word(node)}({value}, axis={node.axes}, keepdims=True)"
        sign = "!=" if node.which is Which.OTHERS else "=="
        return self._add(node.shape, [value], f"({value} {sign} {top}).astype(np.{self.dtype})")

    def multiplied(self, node: Multiplied, value: str) -> str:
        """NumPy's."""
        axis = f"({value}, axis={node.axes[0]}"
        call = f"np.multiply.reduce{axis}" if node.shape else ""
        return self._add(node.shape, [value], f"np.prod{axis})", call=call)

    def inverse(self, node: Inverse, value: str) -> str:
        """NumPy's, which stops at a singular matrix."""
        return self._add(node.shape, [value], f"np.linalg.inv({value})")

    def determinant(self, node: Determinant, value: str) -> str:
        """NumPy's."""
        return self._add(node.shape, [value], f"np.linalg.det({value})")

    def logdet(self, node: LogDeterminant, value: str) -> str:
        """NumPy's."""
        return self._add(node.shape, [value], f"np.linalg.slogdet({value})[1]")

    def misfit(self, node: Misfit, *operands: str) -> str:
        """There is none: raises the ShapeError."""
        raise node.error


MOVES: dict[type, Callable[..., str]] = {
    Reshape: Steps._reshaped,
    Broadcast: Steps._repeated,
    Index: Steps._block,
    Concatenate: Steps._side_by_side,
}
"""How kinds that move entries are written."""


def _moving(roots: Sequence[Array]) -> set[int]:
    """The expressions that inputs occur in."""
    moving: set[int] = set()
    for node in walk(*roots):
        if node.verb in ("given", "misfit") or any(arg.key in moving for arg in node.args):
            moving.add(node.key)
    return moving


def _word(node: Largest | Selected) -> str:
    return "max" if node.sign > 0 else "min"


def _call_of(row: Function) -> str:
    """The call that computes a function, with places for its arguments; empty if there is none."""
    if isinstance(row.numpy, np.ufunc):
        return f"np.{row.numpy.__name__}({', '.join(['{}'] * row.arity)}"
    return CALLS.get(row.name, "")


def _expression_of(row: Function, args: Sequence[str], call: str) -> str:
    """A function written out: as people write it, as a call if there is one, else the row's definition."""
    if row.name in EXPRESSIONS or call:
        return EXPRESSIONS[row.name].format(*args) if row.name in EXPRESSIONS else f"{call})"
    symbols, definition = row.definition
    if definition.has(*WITHOUT_NUMPY):
        raise Unsupported(f"{row.name} is none of NumPy's functions: a program that needs no more than NumPy has none")
    printer = _Printer({"fully_qualified_modules": True})
    text: str = printer.doprint(definition).replace("numpy.", "np.")
    for symbol, arg in zip(symbols, args, strict=True):
        text = text.replace(printer.doprint(symbol), arg)
    return text


WITHOUT_NUMPY = (sp.erf, sp.loggamma, sp.polygamma)


class _Printer(NumPyPrinter):  # type: ignore[misc]
    """Definitions with steps, as those of functions with a kink."""

    def _print_step(self, expression: step) -> str:
        return f"np.heaviside({self._print(expression.args[0])}, 0.0)"

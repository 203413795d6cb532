"""The one place where training asks the engine: values of expressions, and gradients by reverse mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.graph import Array, Input, Size, inputs_of, show_shape
from gradcheck.graph.sizes import size_symbol
from gradcheck.notation import gradient
from gradcheck.numerics import rounding
from gradcheck.numerics.evaluate import Evaluation, number_of
from gradcheck.numerics.reverse_mode import expand
from gradcheck.programs import Program

Floats = np.ndarray[Any, np.dtype[Any]]
Values = Mapping[str, Any]
"""Arrays by the names of inputs; and numbers by the names of sizes, where no array tells them."""


def value_and_gradients(cost: Array, parameters: Sequence[Input], values: Values) -> tuple[float, list[Floats]]:
    """The cost, and its gradient by each of the parameters in the shape of the parameter.

    cost: an expression that is one number. parameters: inputs that it is made of. values: all inputs of it, by name.
    What overflows is infinite or NaN.

    Raises:
        ValueError: an array that does not have the shape that its input is declared with.
        MissingValue: an input without a value.
    """
    value, *slopes = evaluated([cost, *(gradient(cost, parameter) for parameter in parameters)], values)
    return value.item(), slopes


class Compiled:
    """`value_and_gradients` as a program, compiled for the shapes and the type of what it is first called with."""

    def __init__(self, cost: Array, parameters: Sequence[Input]) -> None:
        self.cost, self.parameters = cost, parameters
        self.program: Program | None = None

    def __call__(self, values: Values) -> tuple[float, list[Floats]]:
        """The cost and its gradients. Raises as `value_and_gradients` does."""
        if not all(np.isfinite(values[node.name]).all() for node in self.parameters):
            return value_and_gradients(self.cost, self.parameters, values)  # a program takes no NaN
        program = self.program = self.program or self._compiled(values)
        arrays = {name: np.asarray(values[name], program.dtype) for name in program.inputs}
        value, *slopes = program(arrays)
        return value.item(), slopes

    def _compiled(self, values: Values) -> Program:
        inputs = inputs_of([self.cost])
        graphs = [self.cost, *(gradient(self.cost, parameter) for parameter in self.parameters)]
        return Program(graphs, sizes_of(inputs, values), np.result_type(*(values[node.name] for node in inputs)))


def evaluated(expressions: Sequence[Array], values: Values) -> list[Floats]:
    """The values of expressions, whose derivatives are those of reverse mode. Raises as `value_and_gradients` does."""
    plain = [expand(expression) for expression in expressions]
    evaluation = point(plain, values)
    with np.errstate(all="ignore"):
        return [evaluation(expression) for expression in plain]


def rounding_errors(expressions: Sequence[Array], values: Values) -> list[Floats]:
    """Bounds on the rounding errors of what `evaluated` gives."""
    plain, errors = [expand(expression) for expression in expressions], dict[int, Floats]()
    evaluation = point(plain, values)
    return [rounding.bound(expression, evaluation, errors) for expression in plain]


def point(plain: Sequence[Array], values: Values) -> Evaluation:
    """The values of the inputs of expressions, as a point at which these are evaluated."""
    inputs = [node for node in inputs_of(plain) if node.name in values]
    return Evaluation({node.key: values[node.name] for node in inputs}, sizes_of(inputs, values))


def sizes_of(inputs: Sequence[Input], values: Values) -> dict[sp.Symbol, int]:
    """The sizes that the arrays have. Raises ValueError for an array that does not have its input's shape."""
    known = {size_symbol(name): value for name, value in values.items() if isinstance(value, int)}
    for node in inputs:
        shape = np.shape(values[node.name])
        if len(shape) == node.ndim:
            known |= {
                size: n for size, n in zip(node.shape, shape, strict=True) if size.is_Symbol and size not in known
            }
        if len(shape) != node.ndim or any(_number(size, known) != n for size, n in zip(node.shape, shape, strict=True)):
            raise ValueError(f"{node.name} has shape {shape} and is declared as {_declared(node, known)}")
    return known


def symbols_of(inputs: Sequence[Input]) -> list[sp.Symbol]:
    """The size symbols of the inputs, by name."""
    return sorted({symbol for node in inputs for size in node.shape for symbol in size.free_symbols}, key=str)


def _number(size: Size, known: Mapping[sp.Symbol, int]) -> int | None:
    """A size as a number; None if a symbol in it is not known."""
    return number_of(size, known) if size.free_symbols <= set(known) else None


def _declared(node: Input, known: Mapping[sp.Symbol, int]) -> str:
    numbers = [f"{symbol}={known[symbol]}" for symbol in symbols_of([node]) if symbol in known]
    return f"{show_shape(node.shape)}{' with ' + ', '.join(numbers) if numbers else ''}"

"""Graphs at any sizes as a function of plain NumPy, to take away: names are people's, sizes are read from arrays."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from gradcheck.graph import (
    Apply,
    Array,
    Counted,
    Einsum,
    Identity,
    Input,
    Literal,
    Moving,
    Positional,
    Unsupported,
    size_symbols,
    walk,
)
from gradcheck.graph.sizes import Shape, Size
from gradcheck.programs.forms import plain
from gradcheck.programs.steps import Steps
from gradcheck.programs.structure import summed, summed_in_place

LONGEST = 80
"""So long is an expression that is written where it is read, if it is read once."""
STEP = re.compile(r"v\d+")
"""What steps are called that nobody has called otherwise."""


def listing(name: str, inputs: Sequence[Input], results: Mapping[str, Array], called: Mapping[int, str]) -> str:
    """A function of the inputs, and of abstract functions that are computed with, which returns the results.

    inputs: what the results are made of, in the order of the arguments. results: graphs, by what their values are to be
    called. called: what people call parts of them, by key.

    Raises:
        ShapeError: a result that does not conform.
        Unsupported: a size that no input's shape tells.
    """
    graphs, symbols, words = list(results.values()), size_symbols([*results.values(), *inputs]), _Words()
    name = words.new(name)
    sizes = {symbol: sp.Symbol(words.new(symbol.name)) for symbol in symbols}
    outputs = [words.new(result) for result in results]
    known = {node.key: words.new(node.name) for node in inputs}
    named = [
        node for node in walk(*graphs) if node.key in called.keys() - known.keys() and called[node.key] not in results
    ]
    forms = plain([*graphs, *named])
    images = {image.key: called[node.key] for image, node in zip(forms[len(graphs) :], named, strict=True)}
    steps = _Listed(forms[: len(graphs)], known, words, images, sizes)
    lines = list(_lines(steps, dict(zip(outputs, steps.outputs, strict=True))))
    read = {part.id for line in lines for part in ast.walk(ast.parse(line)) if isinstance(part, ast.Name)}
    told = [_told(size, inputs, known) for size in symbols if sizes[size].name in read]
    body = [*(f"{sizes[size]} = {shape}" for size, shape in told), *lines, f"return {', '.join(outputs)}"]
    return "\n    ".join([f"def {name}({', '.join([*known.values(), *steps.unknown.values()])}):", *body]) + "\n"


class _Words:
    """Names of a function, each for one thing."""

    def __init__(self) -> None:
        self.taken = {"np", "float"}

    def new(self, wanted: str) -> str:
        """The name as Python takes it, longer if it is taken: Z1 for Z[1], g_prime for g′."""
        word = re.sub(r"\W", "", unicodedata.normalize("NFKC", wanted.replace("′", "_prime")))
        word = word if word.isidentifier() else f"a{word}"
        while word in self.taken or keyword.iskeyword(word) or STEP.fullmatch(word):
            word += "_"
        self.taken.add(word)
        return word


class _Listed(Steps):
    """Steps at sizes that have names.

    called: what nodes are called. sizes: the symbols of sizes as they are called. unknown: what abstract functions are
    called. renamed: what people call the steps that have another name.
    """

    def __init__(
        self,
        roots: Sequence[Array],
        names: Mapping[int, str],
        words: _Words,
        called: Mapping[int, str],
        sizes: Mapping[sp.Symbol, sp.Symbol],
    ) -> None:
        self.words, self.called, self.symbols = words, called, sizes
        self.unknown: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        super().__init__(roots, names, np.dtype(np.float64))

    def number(self, size: Size) -> Any:
        """A size as it is called."""
        return sp.sympify(size).xreplace(self.symbols)

    def shape(self, sizes: Shape) -> Any:
        """Sizes as they are called."""
        return tuple(map(self.number, sizes))

    def is_constant(self, node: Array) -> bool:
        """Whoever reads it wants to see all that is computed."""
        return False

    def compute(self, node: Array) -> str:
        """A step, by its author's name where there is one."""
        before = len(self.steps)
        name = super().compute(node)
        if len(self.steps) == before or node.key not in self.called:
            return name
        self.renamed[name] = self.words.new(self.called[node.key])
        return name

    def literal(self, node: Literal) -> str:
        """Numbers in the text."""
        entries = [_number(self.number(value)) for value in node.values]
        if node.shape:
            return self._add(node.shape, [], f"np.array([{', '.join(entries)}]).reshape({self.shape(node.shape)})")
        self._written[entries[0]] = 0.0
        return entries[0]

    def identity(self, node: Identity) -> str:
        """NumPy's."""
        return self._add(node.shape, [], f"np.eye({self.number(node.params[0])})")

    def counted(self, node: Counted) -> str:
        """NumPy's."""
        return self._add(node.shape, [], f"np.arange({self.number(node.params[0])})")

    def positional(self, node: Positional) -> str:
        """Where an expression in the position is 0, or not negative."""
        shape, coefficients, constant, is_range = node.params
        terms = [
            f"{self.number(c)} * np.arange({self.number(size)}){_axis(i, len(shape))}"
            for i, (c, size) in enumerate(zip(coefficients, shape, strict=True))
        ]
        total = " + ".join([str(self.number(constant)), *terms])
        return self._add(node.shape, [], f"({total} {'>=' if is_range else '=='} 0).astype(float)")

    def elementwise(self, node: Apply, *args: str) -> str:
        """What is not known of a function is an argument."""
        row = node.function
        if row.is_jump and row.sign:
            return self._add(node.shape, args, f"({args[0]} {row.sign} {args[1]}).astype(float)")
        if not row.is_abstract:
            return super().elementwise(node, *args)
        word = self.unknown.get(row.name) or self.words.new(row.name)
        self.unknown[row.name] = word
        return self._add(node.shape, args, f"{word}({', '.join(args)})")

    def moved(self, node: Moving, *values: str) -> str:
        """A sum that keeps its axes in one call."""
        axes = summed_in_place(node)
        if axes:
            (operand,) = (self.values[arg.key] for arg in node.args[0].args)
            return self._add(node.shape, [operand], f"np.sum({operand}, {_said(axes)}, keepdims=True)")
        return super().moved(node, *values)

    def _of_one(self, node: Einsum, operand: str, labels: tuple[int, ...], result: tuple[int, ...]) -> str:
        axes = summed(node)
        if not axes:
            return super()._of_one(node, operand, labels, result)
        return self._add(node.shape, [operand], f"np.sum({operand}{', ' * bool(result)}{_said(axes) * bool(result)})")

    def _filled(self, arg: str, node: Apply) -> str:
        return arg


def _axis(axis: int, rank: int) -> str:
    """The brackets that put a vector along an axis."""
    behind = ", None" * (rank - 1 - axis)
    return f"[:{behind}]" if behind else ""


def _said(axes: tuple[int, ...]) -> str:
    return f"axis={axes[0] if len(axes) == 1 else axes}"


def _number(value: sp.Expr) -> str:
    """A number, or an expression in sizes, in brackets."""
    if value.is_Rational and sp.Rational(float(value)) == value:
        return f"({float(value)!r})"
    if value.is_rational_function():
        return f"({value})"
    return f"({NumPyPrinter({'fully_qualified_modules': True}).doprint(value).replace('numpy.', 'np.')})"


def _told(size: sp.Symbol, inputs: Sequence[Input], known: Mapping[int, str]) -> tuple[sp.Symbol, str]:
    """A size, and what reads it from an input's shape. Raises Unsupported."""
    for node in inputs:
        if size in node.shape:
            return size, f"{known[node.key]}.shape[{node.shape.index(size)}]"
    raise Unsupported(f"the size {size} is that of no input's axis, so that no array tells it")


# ---- lines ---------------------------------------------------------------------------------------------------------


def _lines(steps: _Listed, outputs: dict[str, str]) -> Iterator[str]:
    """The steps and the results as assignments; what is read once stands where it is read, if it is short."""
    expressions = {step.name: step.expression for step in steps.steps}
    for name, output in outputs.items():
        if output in expressions and output not in steps.renamed:
            steps.renamed[output] = name
        else:
            expressions[name] = output
    written = {name: ast.parse(text, mode="eval").body for name, text in expressions.items()}
    reads = Counter([*outputs, *outputs.values()])
    for name in reversed(written):
        if reads[name]:
            reads.update(part.id for part in ast.walk(written[name]) if isinstance(part, ast.Name))
    put = _Put()
    for name in [name for name in written if reads[name]]:
        tree = put.visit(written[name])
        text = ast.unparse(tree)
        is_short = isinstance(tree, (ast.Attribute, ast.Name)) or (reads[name] == 1 and len(text) <= LONGEST)
        if STEP.fullmatch(name) and name not in steps.renamed and is_short:
            put.known[name] = tree
        else:
            word = name if name in outputs else steps.renamed.get(name) or put.new()
            put.known[name] = ast.Name(word)
            yield f"{word} = {text}"


class _Put(ast.NodeTransformer):
    """Expressions in place of the names of steps."""

    def __init__(self) -> None:
        self.known: dict[str, ast.expr] = {}
        self.lines = 0

    def new(self) -> str:
        """A name for a step."""
        self.lines += 1
        return f"v{self.lines}"

    def visit_Name(self, name: ast.Name) -> ast.expr:
        """What the name stands for."""
        return self.known.get(name.id, name)

"""Formulas as text: as NumPy source, in Unicode as a document would print them, and in LaTeX.

The three share one walk over the graph; a style says how each construct is put on paper. The author's names are used
where there are some. In the mathematical styles `W1` is the layer's W^{[1]}, and a name that is a word, not a symbol,
is written out instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from unicodedata import normalize

import sympy as sp

from gradcheck.functions import Function
from gradcheck.graph import (
    Apply,
    Array,
    Identity,
    Input,
    Literal,
    Misfit,
    ShapeOf,
    Written,
    as_array,
    is_one_number,
    show_shape,
)
from gradcheck.verdicts import Text

COMPARE, ADD, MULTIPLY, MATMUL, UNARY, POWER, ATOM = range(7)
"""How tightly an expression holds together: as in Python, but a reader wants brackets where @ meets *."""

HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"

Names = Mapping[int, str]
"""What the author calls nodes, by `id`."""


def text(formula: Any, names: Names | None = None, layers: str = "[]") -> Text:
    """A formula in all styles. layers: the brackets that the document puts a layer's number in."""
    return Text(*(_write(style(names or {}, layers), formula) for style in (_Source, _Unicode, _Latex)))


def source(formula: Any, names: Names | None = None) -> str:
    """The formula as its author wrote it. The formula itself is written out even if it has a name."""
    return _write(_Source(names or {}, "[]"), formula)


def name(array: Array, names: Names) -> str:
    """What the author calls an array, or its source."""
    return _Source(names, "[]").write(array, COMPARE)


def _write(style: _Source, formula: Any) -> str:
    if isinstance(formula, tuple):
        return style.shape(formula)
    if isinstance(formula, ShapeOf):
        return style.shape_of(style.write(formula.array, COMPARE))
    return style.expand(as_array(formula))[0]


Piece = tuple[str, int]
"""A text, and how tightly it holds together."""

_JOINING = ("concatenate", "vstack", "hstack")
"""NumPy's functions that take a list of arrays."""


class _Source:
    """NumPy source, with ∂ for derivatives."""

    def __init__(self, names: Names, layers: str) -> None:
        self.names, self.layers = names, layers

    # -- the walk, common to all styles --

    def write(self, value: Any, level: int) -> str:
        """The operand's name, or its text in brackets if it holds together less tightly than `level`."""
        name = self.names.get(id(value))
        if name and self.is_symbol(name):
            return self.label(name)
        words, own = self.expand(as_array(value))
        return words if own >= level else self.brackets(words)

    def expand(self, node: Array) -> Piece:
        """The expression written out, whatever its name."""
        if isinstance(node, Input):
            return self.label(node.name), ATOM
        if isinstance(node, Literal):
            return self.literal(node)
        if isinstance(node, Apply):
            return self.application(node.function, node.args)
        if node.written is not None:
            return self.as_written(node.written)
        if isinstance(node, Identity):
            return self.sizes("identity", node.params), ATOM
        return self.call(type(node).__name__.lower(), [self.write(arg, COMPARE) for arg in node.args]), ATOM

    def as_written(self, written: Written) -> Piece:
        rule = _WORDS.get(written.word)
        if rule is not None:
            return rule(self, written)
        inner = [self.write(operand, COMPARE) for operand in _flat(written.operands)]
        if written.word in _JOINING:
            inner = [f"[{', '.join(inner)}]"]
        inner += [show_shape(value) for key, value in written.options if key == "shape"]
        inner += [f"{key}={value!r}" for key, value in written.options if key in ("axis", "axes")]
        return self.call(written.word, inner), ATOM

    def application(self, function: Function, args: tuple[Any, ...]) -> Piece:
        if function.name == "negative":
            return f"{self.minus}{self.write(args[0], UNARY)}", UNARY
        if function.name == "divide":
            return self.quotient(*args)
        if function.name == "power":
            return self.power(*args)
        if not function.sign:
            return self.call(function.name, [self.write(arg, COMPARE) for arg in args]), ATOM
        level = _LEVELS[function.sign]
        left = self.write(args[0], level)
        if function.sign == "*" and _is_matmul(args[0]) and id(args[0]) not in self.names:
            left = self.brackets(left)
        right = self.write(args[1], UNARY if level == MULTIPLY else level + 1)
        return f"{left}{self.sign(function.sign, args)}{right}", level

    # -- how this style puts things --

    minus = "-"

    def is_symbol(self, name: str) -> bool:
        """Whether a name is used; otherwise what it stands for is written out."""
        return True

    def label(self, name: str) -> str:
        return name

    def brackets(self, words: str) -> str:
        return f"({words})"

    def shape(self, sizes: tuple[Any, ...]) -> str:
        return show_shape(sizes)

    def shape_of(self, words: str) -> str:
        return f"shape({words})"

    def number(self, value: sp.Expr) -> str:
        return _decimal(value) if value.is_Rational else str(value)

    def literal(self, node: Literal) -> Piece:
        if node.shape:
            return self.call("array", [self._nested(iter(node.values), [int(size) for size in node.shape])]), ATOM
        value = node.values[0]
        words = self.number(value)
        if value.is_Symbol or (value.is_Rational and value >= 0 and "/" not in words):
            return words, ATOM
        return words, MULTIPLY if value.is_Mul or value.is_Rational or value.is_Pow else ADD

    def _nested(self, values: Iterator[sp.Expr], shape: Sequence[int]) -> str:
        """Numbers in row order as NumPy's nested lists."""
        if not shape:
            return self.number(next(values))
        return f"[{', '.join(self._nested(values, shape[1:]) for _ in range(shape[0]))}]"

    def sign(self, sign: str, args: tuple[Any, ...]) -> str:
        return f" {sign} "

    def quotient(self, above: Any, below: Any) -> Piece:
        return f"{self.write(above, MULTIPLY)} / {self.write(below, UNARY)}", MULTIPLY

    def power(self, base: Any, exponent: Any) -> Piece:
        return f"{self.write(base, ATOM)}**{self.write(exponent, POWER)}", POWER

    def call(self, word: str, args: list[str]) -> str:
        return f"{word}({', '.join(args)})"

    def matmul(self, left: Any, right: Any) -> Piece:
        return f"{self.write(left, MATMUL)} @ {self.write(right, UNARY)}", MATMUL

    def transpose(self, array: Any) -> Piece:
        return f"{self.write(array, ATOM)}.T", ATOM

    def reduction(self, word: str, array: Any, options: dict[str, Any]) -> Piece:
        inner = ", ".join(f"{key}={value}" for key, value in options.items())
        return f"{self.write(array, ATOM)}.{word}({inner})", ATOM

    def entry(self, array: Any, item: Any) -> Piece:
        return f"{self.write(array, ATOM)}[{_item(item)}]", ATOM

    def einsum(self, subscripts: str, operands: tuple[Any, ...]) -> Piece:
        return self.call("einsum", [repr(subscripts), *(self.write(operand, COMPARE) for operand in operands)]), ATOM

    def reshape(self, array: Any, sizes: tuple[Any, ...]) -> Piece:
        return f"{self.write(array, ATOM)}.reshape{show_shape(sizes)}", ATOM

    def partial(self, of: Any, by: Any) -> Piece:
        return f"∂{self.write(of, ATOM)}/∂{self.write(by, ATOM)}", ATOM

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        return self.call(word, list(map(str, sizes)))


class _Unicode(_Source):
    """As a document prints it, on one line of a terminal."""

    minus = "−"

    def is_symbol(self, name: str) -> bool:
        return _SYMBOL.fullmatch(name) is not None

    def label(self, name: str) -> str:
        letter, layer, index = _parts(name)
        layer = f"{self.layers[0]}{layer}{self.layers[1]}" if layer else ""
        if letter.endswith("hat") and letter != "hat":
            letter = normalize("NFC", letter.removesuffix("hat") + HAT)
        return f"{_GREEK.get(letter, letter)}{layer}{f'_{index}' if index else ''}"

    def sign(self, sign: str, args: tuple[Any, ...]) -> str:
        if sign == "*":
            return " · " if any(_is_number(arg) for arg in args) else " ⊙ "
        return f" {_SIGNS.get(sign, sign)} "

    def power(self, base: Any, exponent: Any) -> Piece:
        words = self.write(exponent, ATOM)
        return self.write(base, ATOM) + (words.translate(_RAISED) if words.isdigit() else f"^{words}"), POWER

    def call(self, word: str, args: list[str]) -> str:
        stem = word.rstrip("′")
        return f"{_FUNCTIONS.get(stem, (stem, ''))[0]}{word[len(stem) :]}({', '.join(args)})"

    def matmul(self, left: Any, right: Any) -> Piece:
        return f"{self.write(left, MATMUL)} {self.write(right, UNARY)}", MATMUL

    def transpose(self, array: Any) -> Piece:
        return f"{self.write(array, ATOM)}ᵀ", ATOM

    def reduction(self, word: str, array: Any, options: dict[str, Any]) -> Piece:
        inner = [f"axis={options['axis']}"] if "axis" in options else []
        inner += ["keepdims"] if "keepdims" in options else []
        axis = f"[{', '.join(inner)}]" if inner else ""
        return f"{'Σ' if word == 'sum' else word}{axis}{self.brackets(self.write(array, COMPARE))}", ATOM

    def entry(self, array: Any, item: Any) -> Piece:
        return f"{self.write(array, ATOM)}_{_counted(array, item)}", ATOM

    def einsum(self, subscripts: str, operands: tuple[Any, ...]) -> Piece:
        inputs, _, output = subscripts.replace(" ", "").partition("->")
        summed = "".join(sorted(set(inputs) - set(output) - {","}))
        factors = [
            f"{self.write(operand, ATOM)}_{letters}" if letters else self.write(operand, UNARY)
            for operand, letters in zip(operands, inputs.split(","), strict=True)
        ]
        words = f"{f'Σ_{summed} ' if summed else ''}{' '.join(factors)}"
        return (f"[{words}]_{output}", ATOM) if output else (words, MULTIPLY)

    def reshape(self, array: Any, sizes: tuple[Any, ...]) -> Piece:
        return f"{self.write(array, ATOM)}", ATOM

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        if word == "basis":
            return f"e_{sizes[1]}"
        return f"{'I' if word == 'identity' else '𝟏'}_{'×'.join(map(str, sizes))}"

    def shape(self, sizes: tuple[Any, ...]) -> str:
        return " × ".join(map(str, sizes)) or "1"

    def shape_of(self, words: str) -> str:
        return f"size of {words}"


class _Latex(_Unicode):
    """LaTeX mathematics."""

    minus = "-"

    def label(self, name: str) -> str:
        letter, layer, index = _parts(name)
        if letter.endswith("hat") and letter != "hat":
            letter = f"\\hat{{{letter.removesuffix('hat')}}}"
        plain = letter.removeprefix("d")
        word = f"\\{letter}" if letter in _GREEK else f"\\mathrm{{d}}{plain}" if plain != letter and plain else letter
        raised = f"^{{{self.layers[0]}{layer}{self.layers[1]}}}" if layer else ""
        index = index if len(index) < 3 else f"\\mathrm{{{index}}}"
        return word + raised + (f"_{{{index}}}" if index else "")

    def brackets(self, words: str) -> str:
        return f"\\left({words}\\right)"

    def number(self, value: sp.Expr) -> str:
        return str(sp.latex(value)) if not value.is_Rational or value.q != 1 else str(value)

    def sign(self, sign: str, args: tuple[Any, ...]) -> str:
        if sign == "*":
            return " \\cdot " if any(_is_number(arg) for arg in args) else " \\odot "
        return f" {_LATEX_SIGNS.get(sign, sign)} "

    def quotient(self, above: Any, below: Any) -> Piece:
        return f"\\frac{{{self.write(above, COMPARE)}}}{{{self.write(below, COMPARE)}}}", UNARY

    def power(self, base: Any, exponent: Any) -> Piece:
        words = self.write(base, ATOM)
        return f"{words if '^' not in words else f'{{{words}}}'}^{{{self.write(exponent, COMPARE)}}}", POWER

    def call(self, word: str, args: list[str]) -> str:
        stem = word.rstrip("′")
        known = _FUNCTIONS.get(stem, ("", stem if len(stem) == 1 else f"\\operatorname{{{_plain(stem)}}}"))[1]
        return known + "'" * (len(word) - len(stem)) + self.brackets(", ".join(args))

    def transpose(self, array: Any) -> Piece:
        words = self.write(array, ATOM)
        raised = _RAISED_LABEL.fullmatch(words)
        return (f"{raised[1]}^{{{raised[2]}T}}{raised[3] or ''}" if raised else f"{words}^{{T}}"), ATOM

    def reduction(self, word: str, array: Any, options: dict[str, Any]) -> Piece:
        inner = [f"\\text{{axis}}={options['axis']}"] if "axis" in options else []
        inner += ["\\text{keepdims}"] if "keepdims" in options else []
        axis = f"_{{{', '.join(inner)}}}" if inner else ""
        name = "\\sum" if word == "sum" else f"\\operatorname{{{word}}}"
        return f"{name}{axis} {self.brackets(self.write(array, COMPARE))}", MULTIPLY

    def entry(self, array: Any, item: Any) -> Piece:
        return f"{self._indexed(array)}_{{{_counted(array, item)}}}", ATOM

    def _indexed(self, array: Any) -> str:
        words = self.write(array, ATOM)
        return f"{{{words}}}" if "_" in words and not words.startswith("\\left") else words

    def einsum(self, subscripts: str, operands: tuple[Any, ...]) -> Piece:
        inputs, _, output = subscripts.replace(" ", "").partition("->")
        summed = ",".join(sorted(set(inputs) - set(output) - {","}))
        factors = [
            f"{self._indexed(operand)}_{{{letters}}}" if letters else self.write(operand, UNARY)
            for operand, letters in zip(operands, inputs.split(","), strict=True)
        ]
        words = (f"\\sum_{{{summed}}} " if summed else "") + " ".join(factors)
        return (f"\\left[{words}\\right]_{{{output}}}", ATOM) if output else (words, MULTIPLY)

    def partial(self, of: Any, by: Any) -> Piece:
        above, below = self.write(of, ATOM), self.write(by, ATOM)
        return f"\\frac{{\\partial {above}}}{{\\partial {below}}}", UNARY

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        if word == "basis":
            return f"\\mathbf{{e}}_{{{sizes[1]}}}"
        name = "I" if word == "identity" else "\\mathbf{1}"
        return f"{name}_{{{self.shape(sizes)}}}"

    def shape(self, sizes: tuple[Any, ...]) -> str:
        return " \\times ".join(str(sp.latex(size)) for size in sizes) or "1"

    def shape_of(self, words: str) -> str:
        return f"\\text{{size of }} {words}"


# ---- names -------------------------------------------------------------------------------------------------------

_LETTERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu")
_MORE_LETTERS = ("xi", "omicron", "pi", "rho", "final sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega")
_GREEK = {name: chr(0x3B1 + i) for i, name in enumerate(_LETTERS + _MORE_LETTERS)} | {"Phi": "Φ", "Delta": "Δ"}
_SYMBOL = re.compile(rf"d?(?:[A-Za-z]|{'|'.join(_GREEK)})\d*(?:_[A-Za-z0-9]+)*(?:\[\w+\])?")
_RAISED_LABEL = re.compile(r"([^{}^_]+)\^\{([^{}]+)\}(_\{[^{}]*\})?")


def _parts(name: str) -> tuple[str, str, str]:
    """Letter, layer and index of a name: W1_new is W, 1, new; Z[2] is Z, 2."""
    found = re.fullmatch(r"(d?[A-Za-z]+?)(\d*)(?:\[(\w+)\])?(?:_(\w+))?(?:\[(\w+)\])?", name)
    if found is None:
        return name, "", ""
    letter, number, layer, index, last = found.groups()
    return letter, number or layer or last or "", index or ""


def _plain(word: str) -> str:
    return word.replace("_", " ")


_FUNCTIONS = {
    "sigmoid": ("σ", "\\sigma"),
    "relu": ("ReLU", "\\operatorname{ReLU}"),
    "log": ("log", "\\log"),
    "exp": ("exp", "\\exp"),
    "tanh": ("tanh", "\\tanh"),
    "sin": ("sin", "\\sin"),
    "cos": ("cos", "\\cos"),
    "maximum": ("max", "\\max"),
    "minimum": ("min", "\\min"),
}
_LEVELS = {"+": ADD, "-": ADD, "*": MULTIPLY, ">": COMPARE, "<": COMPARE, ">=": COMPARE, "<=": COMPARE}
_SIGNS = {"-": "−", ">=": "≥", "<=": "≤"}
_LATEX_SIGNS = {">=": "\\ge", "<=": "\\le"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


# ---- how nodes were written ---------------------------------------------------------------------------------------


def _is_matmul(value: Any) -> bool:
    return isinstance(value, Array) and value.written is not None and value.written.word == "matmul"


def _is_number(value: Any) -> bool:
    array = as_array(value)
    return not isinstance(array, Misfit) and is_one_number(array.shape)


def _flat(operands: tuple[Any, ...]) -> list[Any]:
    return [item for operand in operands for item in (operand if isinstance(operand, (tuple, list)) else (operand,))]


def _decimal(value: sp.Rational) -> str:
    """A number as it was most likely written: as a decimal if it is a short one, else as a fraction."""
    short = next((k for k in range(20) if (value * 10**k).is_Integer), None)
    return str(value) if not short else f"{Decimal(int(value * 10**short)).scaleb(-short):f}"


def _item(item: Any) -> str:
    if isinstance(item, tuple):
        return ", ".join(map(_item, item))
    if isinstance(item, slice):
        return f"{'' if item.start is None else item.start}:{'' if item.stop is None else item.stop}"
    return "..." if item is Ellipsis else str(item)


def _counted(array: Any, item: Any) -> str:
    """An index counted from 1, as documents do, without the axes that have one entry."""
    items = item if isinstance(item, tuple) else (item,)
    node = as_array(array)
    sizes = (None,) * len(items) if isinstance(node, Misfit) else node.shape
    words = [_from_one(i) for i, size in zip(items, sizes, strict=False) if size != 1]
    return ",".join(words) or "1"


def _from_one(item: Any) -> str:
    if isinstance(item, slice):
        start = 1 if item.start is None else item.start + 1
        if item.stop is None:
            return ":" if item.start is None else f"{start}:"
        return str(start) if start == item.stop else f"{start}:{item.stop}"
    return str(item + 1) if isinstance(item, int) else _item(item)


def _options(written: Written) -> dict[str, Any]:
    return dict(written.options)


def _sized(style: _Source, written: Written) -> Piece:
    (value,) = _options(written).values()
    return style.sizes(written.word, value if isinstance(value, tuple) else (value,)), ATOM


def _reshaped(style: _Source, written: Written) -> Piece:
    sizes = _options(written)["sizes"]
    return style.reshape(
        written.operands[0], tuple(map(sp.sympify, sizes if isinstance(sizes, (tuple, list)) else (sizes,)))
    )


_WORDS: dict[str, Callable[[_Source, Written], Piece]] = {
    "apply": lambda style, w: style.application(w.operands[0], tuple(w.operands[1:])),
    "matmul": lambda style, w: style.matmul(*w.operands),
    "T": lambda style, w: style.transpose(w.operands[0]),
    "sum": lambda style, w: style.reduction("sum", w.operands[0], _options(w)),
    "summed": lambda style, w: style.reduction("sum", w.operands[0], _options(w)),
    "mean": lambda style, w: style.reduction("mean", w.operands[0], _options(w)),
    "trace": lambda style, w: style.reduction("trace", w.operands[0], {}),
    "index": lambda style, w: style.entry(w.operands[0], _options(w).get("item", w.operands[-1])),
    "einsum": lambda style, w: style.einsum(_options(w)["subscripts"], w.operands),
    "reshape": _reshaped,
    "gradient": lambda style, w: style.partial(*w.operands),
    "jacobian": lambda style, w: style.partial(*w.operands),
    "ones": _sized,
    "identity": _sized,
    "basis": _sized,
}

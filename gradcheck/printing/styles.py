"""Source that runs, and the mathematical styles: Unicode as a document would print it, and LaTeX.

`W1` is the layer's W^{[1]}, and a name that is a word, not a symbol, is written out instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

import sympy as sp

from gradcheck.functions import Function, upright
from gradcheck.graph.sizes import is_one_number
from gradcheck.graph.writing import ATOM, COMPARE, MATMUL, MULTIPLY, POWER, UNARY, Piece, Source, is_number, item_text
from gradcheck.printing.names import GREEK, HAT, RAISED_LABEL, SYMBOL, parts


class Code(Source):
    """NumPy source to paste into a module of derivations."""

    def applied(self, function: Function, args: list[str]) -> str:
        return self.call(runnable(function.name), args)

    def juxtaposed(self, row: Sequence[Any], read: Any) -> Piece:
        piece: Piece = read.write(self)
        return piece

    def partial(self, of: Any, by: Any) -> Piece:
        word = "gradient" if is_one_number(of.shape) else "jacobian"
        return self.call(word, [self.write(of, COMPARE), self.write(by, COMPARE)]), ATOM


def runnable(words: str) -> str:
    """Source in which derivatives of functions are called as Python can."""
    return words.replace("relu′", "relu_prime").replace("′", ".prime")


class Unicode(Source):
    """As a document prints it, on one line of a terminal."""

    minus = "−"
    constants: Mapping[str, str] = {"identity": "I", "ones": "𝟏", "zeros": "𝟎"}

    def is_symbol(self, name: str) -> bool:
        return SYMBOL.fullmatch(name) is not None

    def label(self, name: str) -> str:
        letter, layer, index = parts(name)
        layer = f"{self.layers[0]}{layer}{self.layers[1]}" if layer else ""
        if letter.endswith("hat") and letter != "hat":
            letter = normalize("NFC", letter.removesuffix("hat") + HAT)
        return f"{GREEK.get(letter, letter)}{layer}{f'_{index}' if index else ''}"

    def operator(self, function: Function, args: Sequence[Any]) -> str:
        is_scaling = function.sign == "*" and any(map(is_number, args))
        return "·" if is_scaling else function.facts.unicode or function.sign

    def relation(self, sign: str) -> str:
        return {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤"}.get(sign, sign)

    def power(self, base: Any, exponent: Any) -> Piece:
        words = self.write(exponent, ATOM)
        return self.write(base, ATOM) + (words.translate(_RAISED) if words.isdigit() else f"^{words}"), POWER

    def applied(self, function: Function, args: list[str]) -> str:
        return self.call(function.facts.unicode or function.name, args)

    def matmul(self, left: Any, right: Any) -> Piece:
        return f"{self.write(left, MATMUL)} {self.write(right, UNARY)}", MATMUL

    def transpose(self, array: Any) -> Piece:
        return f"{self.write(array, ATOM)}ᵀ", ATOM

    def reduction(self, word: str, array: Any, options: Mapping[str, Any]) -> Piece:
        inner = [f"axis={options['axis']}"] if "axis" in options else []
        inner += ["keepdims"] if "keepdims" in options else []
        inner += [f"ddof={options['ddof']}"] if "ddof" in options else []
        axis = f"[{', '.join(inner)}]" if inner else ""
        return f"{'Σ' if word == 'sum' else word}{axis}{self.brackets(self.write(array, COMPARE))}", ATOM

    def entry(self, array: Any, item: Any) -> Piece:
        return self.indexed(array, _counted(array, item)), ATOM

    def einsum(self, subscripts: str, operands: Sequence[Any]) -> Piece:
        inputs, _, output = subscripts.replace(" ", "").partition("->")
        summed = self.summed(sorted(set(inputs) - set(output) - {","}))
        factors = [
            self.indexed(operand, letters) if letters else self.write(operand, UNARY)
            for operand, letters in zip(operands, inputs.split(","), strict=True)
        ]
        words = summed + " ".join(factors)
        return (self.with_axes(words, output), ATOM) if output else (words, MULTIPLY)

    def summed(self, letters: Sequence[str]) -> str:
        return f"Σ_{''.join(letters)} " if letters else ""

    def indexed(self, array: Any, letters: str) -> str:
        return f"{self.write(array, ATOM)}_{letters}"

    def with_axes(self, words: str, letters: str) -> str:
        return f"[{words}]_{letters}"

    def reshape(self, array: Any, sizes: tuple[Any, ...]) -> Piece:
        return f"{self.write(array, ATOM)}", ATOM

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        if word == "basis":
            return f"e_{sizes[1]}"
        return f"{self.constants.get(word, word)}_{'×'.join(map(str, sizes))}"

    def shape(self, sizes: tuple[Any, ...]) -> str:
        return " × ".join(map(str, sizes)) or "1"

    def shape_of(self, words: str) -> str:
        return f"size of {words}"


class Latex(Unicode):
    """LaTeX mathematics."""

    minus = "-"
    constants: Mapping[str, str] = {"identity": "I", "ones": "\\mathbf{1}", "zeros": "\\mathbf{0}"}

    def where(self, words: str, definitions: Sequence[str]) -> str:
        return f"{words},\\quad \\text{{where }} " + ";\\quad ".join(definitions)

    def label(self, name: str) -> str:
        letter, layer, index = parts(name)
        if letter.endswith("hat") and letter != "hat":
            letter = f"\\hat{{{letter.removesuffix('hat')}}}"
        plain = letter.removeprefix("d")
        word = f"\\{letter}" if letter in GREEK else f"\\mathrm{{d}}{plain}" if plain != letter and plain else letter
        raised = f"^{{{self.layers[0]}{layer}{self.layers[1]}}}" if layer else ""
        index = index if len(index) < 3 else f"\\mathrm{{{index}}}"
        return word + raised + (f"_{{{index}}}" if index else "")

    def brackets(self, words: str) -> str:
        return f"\\left({words}\\right)"

    def number(self, value: sp.Expr) -> str:
        return str(sp.latex(value)) if not value.is_Rational or value.q != 1 else str(value)

    def operator(self, function: Function, args: Sequence[Any]) -> str:
        is_scaling = function.sign == "*" and any(map(is_number, args))
        return "\\cdot" if is_scaling else function.facts.latex

    def relation(self, sign: str) -> str:
        return {"==": "=", "!=": "\\ne", ">=": "\\ge", "<=": "\\le"}.get(sign, sign)

    def sign(self, sign: str) -> str:
        return {"·": "\\cdot", "∘": "\\circ", "⊙": "\\odot"}.get(sign, sign)

    def quotient(self, above: Any, below: Any) -> Piece:
        return f"\\frac{{{self.write(above, COMPARE)}}}{{{self.write(below, COMPARE)}}}", UNARY

    def power(self, base: Any, exponent: Any) -> Piece:
        words = self.write(base, ATOM)
        return f"{words if '^' not in words else f'{{{words}}}'}^{{{self.write(exponent, COMPARE)}}}", POWER

    def applied(self, function: Function, args: list[str]) -> str:
        return function.facts.latex + self.brackets(", ".join(args))

    def call(self, word: str, args: list[str]) -> str:
        return upright(word) + self.brackets(", ".join(args))

    def transpose(self, array: Any) -> Piece:
        words = self.write(array, ATOM)
        raised = RAISED_LABEL.fullmatch(words)
        return (f"{raised[1]}^{{{raised[2]}T}}{raised[3] or ''}" if raised else f"{words}^{{T}}"), ATOM

    def reduction(self, word: str, array: Any, options: Mapping[str, Any]) -> Piece:
        inner = [f"\\text{{axis}}={options['axis']}"] if "axis" in options else []
        inner += ["\\text{keepdims}"] if "keepdims" in options else []
        inner += [f"\\text{{ddof}}={options['ddof']}"] if "ddof" in options else []
        axis = f"_{{{', '.join(inner)}}}" if inner else ""
        name = "\\sum" if word == "sum" else f"\\operatorname{{{word}}}"
        return f"{name}{axis} {self.brackets(self.write(array, COMPARE))}", MULTIPLY

    def summed(self, letters: Sequence[str]) -> str:
        return f"\\sum_{{{','.join(letters)}}} " if letters else ""

    def indexed(self, array: Any, letters: str) -> str:
        words = self.write(array, ATOM)
        is_indexed = "_" in words and not words.startswith("\\left")
        return f"{f'{{{words}}}' if is_indexed else words}_{{{letters}}}"

    def with_axes(self, words: str, letters: str) -> str:
        return f"\\left[{words}\\right]_{{{letters}}}"

    def partial(self, of: Any, by: Any) -> Piece:
        above, below = self.write(of, ATOM), self.write(by, ATOM)
        return f"\\frac{{\\partial {above}}}{{\\partial {below}}}", UNARY

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        if word == "basis":
            return f"\\mathbf{{e}}_{{{sizes[1]}}}"
        return f"{self.constants.get(word, upright(word))}_{{{self.shape(sizes)}}}"

    def shape(self, sizes: tuple[Any, ...]) -> str:
        return " \\times ".join(str(sp.latex(size)) for size in sizes) or "1"

    def shape_of(self, words: str) -> str:
        return f"\\text{{size of }} {words}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _counted(array: Any, item: Any) -> str:
    """An index counted from 1, as documents do, without the axes that have one entry."""
    items = item if isinstance(item, tuple) else (item,)
    sizes = array.shape if array.conforms else (None,) * len(items)
    words = [_from_one(i) for i, size in zip(items, sizes, strict=False) if size != 1]
    return ",".join(words) or "1"


def _from_one(item: Any) -> str:
    if isinstance(item, slice):
        start = 1 if item.start is None else item.start + 1
        if item.stop is None:
            return ":" if item.start is None else f"{start}:"
        return str(start) if start == item.stop else f"{start}:{item.stop}"
    return str(item + 1) if isinstance(item, int) else item_text(item)

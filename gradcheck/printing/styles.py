"""Source that runs, and the mathematical styles: Unicode as a document would print it, and LaTeX.

`W1` is the layer's W^{[1]}, and a name that is a word, not a symbol, is written out instead.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from unicodedata import normalize

import sympy as sp
from sympy.printing.latex import LatexPrinter

from gradcheck.functions import Function, upright
from gradcheck.graph.sizes import is_one_number
from gradcheck.graph.writing import (
    ATOM,
    COMPARE,
    MATMUL,
    MULTIPLY,
    POWER,
    UNARY,
    Piece,
    Source,
    index_text,
    is_number,
    signed,
    terms,
)
from gradcheck.printing.indices import counted
from gradcheck.printing.names import ACCENTS, GREEK, index_of, letter_of, symbol
from gradcheck.printing.scripts import raised, scripted


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


class Verbatim(Code):
    """The same in LaTeX."""

    def page(self, words: str) -> str:
        return upright(words)

    def partial_at(self, array: Any, items: Sequence[Any], sides: tuple[Any, Any]) -> Piece:
        return self.at_indices(array, items), ATOM


def runnable(words: str) -> str:
    """Source in which derivatives of functions are called as Python can."""
    return words.replace("relu′", "relu_prime").replace("′", ".prime")


class Unicode(Source):
    """As a document prints it, on one line of a terminal."""

    minus, negation, infinity, conjunction = "−", "¬", "∞", " and "
    constants: Mapping[str, str] = {"identity": "I", "ones": "𝟏", "zeros": "𝟎"}

    def is_symbol(self, name: str) -> bool:
        return symbol(name) is not None

    def label(self, name: str) -> str:
        found = symbol(name)
        if found is None:
            return name
        letter = normalize("NFC", GREEK.get(found.letter, found.letter) + ACCENTS.get(found.accent, ""))
        layer = f"{self.layers[0]}{found.layer}{self.layers[1]}" if found.layer else ""
        return f"{'d' * found.is_differential}{letter}{'′' * found.has_prime}{layer}{_below(found.indices)}"

    def size(self, size: Any) -> str:
        """A size."""
        words = re.sub(r"\*\*(\d+)", lambda power: power[1].translate(_RAISED), str(size))
        return words.replace("*", "·").replace("-", self.minus)

    def bound(self, size: Any) -> str:
        """A size below a symbol."""
        return self.brackets(self.size(size)) if sp.sympify(size).is_Add else self.size(size)

    def number(self, value: sp.Expr) -> str:
        return self.size(value) if value.free_symbols else re.sub(r"\bpi\b", "π", super().number(value))

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
        return _raised(self.write(array, ATOM), "ᵀ", "⁻¹", "⁻ᵀ"), ATOM

    def inverse(self, array: Any) -> Piece:
        return _raised(self._once_raised(array), "⁻¹", "ᵀ", "⁻ᵀ"), ATOM

    def _once_raised(self, array: Any) -> str:
        """In brackets if it is an inverse itself."""
        words = self.write(array, ATOM)
        return self.brackets(words) if words.endswith(("⁻¹", "⁻ᵀ", "^{-1}", "^{-T}")) else words

    def solve(self, matrix: Any, right: Any) -> Piece:
        return f"{self.inverse(matrix)[0]} {self.write(right, UNARY)}", MATMUL

    def of_slogdet(self, word: str, array: Any) -> Piece:
        det = self.call("det", [self.write(array, COMPARE)])
        return (f"log|{det}|" if word == "logabsdet" else f"sign {det}"), MULTIPLY

    def matrix_power(self, array: Any, exponent: int) -> Piece:
        return f"{self._once_raised(array)}{str(exponent).replace('-', '⁻').translate(_RAISED)}", POWER

    def norm(self, array: Any, options: Mapping[str, Any]) -> Piece:
        order = options.get("ord")
        below = {None: "", "fro": "_F", math.inf: "_∞", -math.inf: "_−∞"}.get(order, f"_{order}")
        return f"‖{self.write(array, COMPARE)}‖{below}{self.axes(options)}", ATOM

    def kron(self, left: Any, right: Any) -> Piece:
        return f"{self.write(left, MATMUL)} ⊗ {self.write(right, UNARY)}", MULTIPLY

    def axes(self, options: Mapping[str, Any]) -> str:
        """Along which axes something is taken."""
        inner = [f"{key}={options[key]}" for key in ("axis", "axis1", "axis2") if key in options]
        inner += ["keepdims"] if "keepdims" in options else []
        inner += [f"ddof={options['ddof']}"] if "ddof" in options else []
        return f"[{', '.join(inner)}]" if inner else ""

    def reduction(self, word: str, array: Any, options: Mapping[str, Any]) -> Piece:
        axis = self.axes(options)
        return f"{'Σ' if word == 'sum' else word}{axis}{self.brackets(self.write(array, COMPARE))}", ATOM

    def entry(self, array: Any, item: Any) -> Piece:
        return self.indexed(array, counted(self, array, item)), ATOM

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
        return f"{self.indexable(array)}_{letters}"

    def with_axes(self, words: str, letters: str) -> str:
        return f"[{words}]_{letters}"

    def reshape(self, array: Any, sizes: tuple[Any, ...]) -> Piece:
        return f"{self.write(array, ATOM)}", ATOM

    def reshape_by_columns(self, array: Any, sizes: tuple[Any, ...]) -> Piece:
        is_vector = sum(size != 1 for size in sizes) < 2
        return self.call("vec" if is_vector else "reshape", [self.write(array, COMPARE)]), ATOM

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        if word == "basis":
            return f"e_{sizes[1]}"
        return f"{self.constants.get(word, word)}_{'×'.join(map(self.bound, sizes))}"

    def given_sizes(self, sizes: Iterable[Any]) -> str:
        return self.brackets(", ".join(map(self.size, sizes)))

    def shape(self, sizes: tuple[Any, ...]) -> str:
        return self.times.join(self._factors(sizes)) or "1"

    times = " × "

    def _factors(self, sizes: tuple[Any, ...]) -> Iterator[str]:
        """Sizes, in brackets where they are sums beside others."""
        for size in map(sp.sympify, sizes):
            yield self.brackets(self.size(size)) if size.is_Add and len(sizes) > 1 else self.size(size)

    def shape_of(self, words: str) -> str:
        return f"size of {words}"

    def by_entries(self, formula: Any, letters: Sequence[Any]) -> Piece:
        words: Piece = formula.write(self)
        return words

    def position(self, place: Any, first: int) -> str:
        parts = [(number, self.index_word(letter)) for letter, number in place.coefficients.items()]
        constant = place.constant + first - sum(place.coefficients.values())
        parts += [(number, word and self.size(sp.sympify(word))) for number, word in terms(constant)]
        return signed(parts, "", self.minus)

    def limits(self, lower: str, letter: str, upper: str) -> str:
        signs = [self.relation("<=")] * 2
        words = [word for word in (lower, signs[0] * bool(lower), letter, signs[1] * bool(upper), upper) if word]
        return self.around(" ".join(words))

    def around(self, words: str) -> str:
        return self.brackets(words) if " " in words else words

    def at_indices(self, array: Any, items: Sequence[Any]) -> str:
        return self.indexed(array, self.below(self.letters(_told_apart(array, items))))

    def below(self, words: str) -> str:
        return self.around(words).replace(" ", "")

    def letters(self, items: Sequence[Any]) -> str:
        words = [self.index_word(item) for item in items]
        return ("" if all(len(word) == 1 for word in words) else ",").join(words)

    def index_word(self, item: Any) -> str:
        if isinstance(item, int):
            return str(item + 1)
        return str(item.said(self)) if hasattr(item, "said") else self.label(index_text(item))

    def indexed_name(self, name: str, items: Sequence[Any]) -> str:
        return f"{self.label(name)}_{self.below(self.letters(items))}"

    def side_by_side(self, left: Any, right: Any) -> Piece:
        first = self.write(left, MULTIPLY)
        first = self.brackets(first) if left.is_open else first
        second = self.write(right, UNARY)
        return f"{first}{self.between(second)}{second}", MULTIPLY

    def between(self, second: str) -> str:
        return " · " if second[:1].isdigit() else " "

    def total(self, of: Any, letters: Sequence[Any]) -> Piece:
        return f"Σ_{self.letters(letters)} {self.write(of, MULTIPLY)}", MULTIPLY

    def over(self, word: str, of: Any, letters: Sequence[Any]) -> str:
        return f"{word}_{self.letters(letters)}{self.brackets(self.write(of, COMPARE))}"

    def delta(self, one: Any, other: Any) -> str:
        return f"δ_{self.letters((one, other))}"

    def compared_indices(self, sign: str, one: Any, other: Any) -> str:
        return f"{self.letters((one,))} {self.relation(sign)} {self.letters((other,))}"

    def indicator(self, words: str) -> str:
        return f"𝟏[{words}]"

    def unequal(self, one: Any, other: Any) -> Piece:
        return self.brackets(f"1 {self.minus} {self.delta(one, other)}"), ATOM

    def cases(self, condition: Any, yes: Any, no: Any) -> Piece:
        first, second = (self.write(part, COMPARE) for part in (yes, no))
        return f"{{{first} if {condition.said(self)}, else {second}}}", ATOM


class Latex(Unicode):
    """LaTeX mathematics."""

    minus, negation, infinity, conjunction = "-", "\\neg ", "\\infty", ",\\ "
    constants: Mapping[str, str] = {"identity": "I", "ones": "\\mathbf{1}", "zeros": "\\mathbf{0}"}

    def where(self, words: str, definitions: Sequence[str]) -> str:
        return f"{words},\\quad \\text{{where }} " + ";\\quad ".join(definitions)

    def label(self, name: str) -> str:
        found = symbol(name)
        if found is None:
            return upright(name)
        letter = letter_of(found.letter)
        letter = f"\\{found.accent}{{{letter}}}" if found.accent else letter
        letter = f"\\mathrm{{d}}{letter}" if found.is_differential else letter
        left, right = (bracket.translate(_BRACES) for bracket in self.layers)
        above = f"{left}{index_of(found.layer)}{right}" if found.layer else ""
        above += "\\prime" if found.has_prime else ""
        below = ",".join(map(index_of, found.indices))
        return letter + (f"^{{{above}}}" if above else "") + (f"_{{{below}}}" if below else "")

    def word(self, name: str) -> str:
        return f"\\text{{{name}}}"

    def thing(self, value: Any) -> str:
        words = super().thing(value)
        return words if hasattr(value, "conforms") or re.fullmatch(r"[\d., ()-]+", words) else upright(words)

    def brackets(self, words: str) -> str:
        return f"\\left({words}\\right)"

    def size(self, size: Any) -> str:
        return str(_SIZES.doprint(size))

    def bound(self, size: Any) -> str:
        return self.size(size)

    def number(self, value: sp.Expr) -> str:
        return self.size(value)

    def is_fraction(self, words: str) -> bool:
        return "\\frac" in words

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
        return scripted(self.write(base, ATOM), "^", self.write(exponent, COMPARE)), POWER

    def applied(self, function: Function, args: list[str]) -> str:
        return function.facts.latex + self.brackets(", ".join(args))

    def call(self, word: str, args: list[str]) -> str:
        return upright(word) + self.brackets(", ".join(args))

    def transpose(self, array: Any) -> Piece:
        words, is_label = self.write(array, ATOM), self.has_name(array) or array.name
        if words.endswith("^{-1}"):
            return words.removesuffix("^{-1}") + "^{-T}", ATOM
        return raised(words, "T") if is_label else scripted(words, "^", "T"), ATOM

    def inverse(self, array: Any) -> Piece:
        words = self._once_raised(array)
        if words.endswith("^{T}"):
            return words.removesuffix("^{T}") + "^{-T}", ATOM
        return scripted(words, "^", "-1"), ATOM

    def of_slogdet(self, word: str, array: Any) -> Piece:
        det = f"\\det {self.brackets(self.write(array, COMPARE))}"
        return (f"\\log \\left|{det}\\right|" if word == "logabsdet" else f"{upright('sign')} {det}"), MULTIPLY

    def reduction(self, word: str, array: Any, options: Mapping[str, Any]) -> Piece:
        axis = f"_{{{inner}}}" if (inner := self.axes(options)) else ""
        name = "\\sum" if word == "sum" else upright(word)
        return f"{name}{axis} {self.brackets(self.write(array, COMPARE))}", MULTIPLY

    def matrix_power(self, array: Any, exponent: int) -> Piece:
        return scripted(self._once_raised(array), "^", str(exponent)), POWER

    def norm(self, array: Any, options: Mapping[str, Any]) -> Piece:
        order = options.get("ord")
        words = {None: "", "fro": "F", math.inf: "\\infty", -math.inf: "-\\infty"}.get(order, str(order))
        below = ",\\ ".join(filter(None, [words, self.axes(options)]))
        return f"\\left\\|{self.write(array, COMPARE)}\\right\\|" + (f"_{{{below}}}" if below else ""), ATOM

    def kron(self, left: Any, right: Any) -> Piece:
        return f"{self.write(left, MATMUL)} \\otimes {self.write(right, UNARY)}", MULTIPLY

    def axes(self, options: Mapping[str, Any]) -> str:
        inner = [self.option(key, options[key]) for key in ("axis", "axis1", "axis2") if key in options]
        inner += ["\\text{keepdims}"] if "keepdims" in options else []
        return ", ".join([*inner, *([f"\\text{{ddof}}={options['ddof']}"] if "ddof" in options else [])])

    def summed(self, letters: Sequence[str]) -> str:
        return f"\\sum_{{{','.join(letters)}}} " if letters else ""

    def indexed(self, array: Any, letters: str) -> str:
        return scripted(self.indexable(array), "_", letters)

    def chosen(self, array: Any, mask: Any) -> str:
        return self.indexed(array, self.write(mask, COMPARE))

    def with_axes(self, words: str, letters: str) -> str:
        return f"\\left[{words}\\right]_{{{letters}}}"

    def partial(self, of: Any, by: Any) -> Piece:
        above, below = self.write(of, ATOM), self.write(by, ATOM)
        return f"\\frac{{\\partial {above}}}{{\\partial {below}}}", UNARY

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        if word == "basis":
            return f"\\mathbf{{e}}_{{{sizes[1]}}}"
        return f"{self.constants.get(word, upright(word))}_{{{self.shape(sizes)}}}"

    times = " \\times "

    def shape_of(self, words: str) -> str:
        return f"\\text{{size of }} {words}"

    def around(self, words: str) -> str:
        return words

    def below(self, words: str) -> str:
        return words

    def indexed_name(self, name: str, items: Sequence[Any]) -> str:
        return f"{self.label(name)}_{{{self.letters(items)}}}"

    def between(self, second: str) -> str:
        return " \\cdot " if second[:1].isdigit() else " "

    def total(self, of: Any, letters: Sequence[Any]) -> Piece:
        return f"\\sum_{{{self.letters(letters)}}} {self.write(of, MULTIPLY)}", MULTIPLY

    def over(self, word: str, of: Any, letters: Sequence[Any]) -> str:
        return f"{upright(word)}_{{{self.letters(letters)}}} {self.brackets(self.write(of, COMPARE))}"

    def indicator(self, words: str) -> str:
        return f"\\mathbf{{1}}\\left[{words}\\right]"

    def delta(self, one: Any, other: Any) -> str:
        return f"\\delta_{{{self.letters((one, other))}}}"

    def cases(self, condition: Any, yes: Any, no: Any) -> Piece:
        first, second = (self.write(part, COMPARE) for part in (yes, no))
        when = condition.said(self)
        return rf"\begin{{cases}} {first} & {when} \\ {second} & \text{{otherwise}} \end{{cases}}", ATOM


def _told_apart(array: Any, items: Sequence[Any]) -> Sequence[Any]:
    """The indices without those of axes that have one position: the entries of a column have one index."""
    if not array.conforms:
        return items
    sizes = [*array.shape[: len(items)], *[None] * (len(items) - array.ndim)]
    return [item for item, size in zip(items, sizes, strict=True) if not isinstance(item, int) or size != 1] or items


def _raised(words: str, mark: str, other: str, both: str) -> str:
    """Words with a mark behind them; behind the other one, which it changes places with, both are one."""
    return words.removesuffix(other) + both if words.endswith(other) else words + mark


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


_BRACES = str.maketrans({"{": "\\{", "}": "\\}"})


def _below(indices: Sequence[str]) -> str:
    return f"_{','.join(GREEK.get(index, index) for index in indices)}" if indices else ""


class _Sizes(LatexPrinter):  # type: ignore[misc]
    """Numbers and expressions in sizes, whose numbers are no layers: n1 is n_{1}."""

    def _print_Symbol(self, size: sp.Symbol, style: str = "plain") -> str:
        found = symbol(size.name)
        if found is None:
            return upright(size.name)
        below = ",".join(map(index_of, filter(None, (found.layer, *found.indices))))
        return letter_of(found.letter) + (f"_{{{below}}}" if below else "")


_SIZES = _Sizes()

"""How expressions are put on paper: the words that kinds of nodes write themselves in, here as NumPy source.

Other styles derive from this one and put the same words differently. The author's names are used where there are some.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import sympy as sp
from sympy.printing.str import StrPrinter

from gradcheck.functions import Function
from gradcheck.graph.sizes import is_one_number, show_shape

COMPARE, ADD, MULTIPLY, MATMUL, UNARY, POWER, ATOM = range(7)
"""How tightly an expression holds together: as in Python, but a reader wants brackets where @ meets *."""
_LEVELS = {"+": ADD, "-": ADD, "*": MULTIPLY, ">": COMPARE, "<": COMPARE, ">=": COMPARE, "<=": COMPARE}

OPTIONS = ("axis", "axes", "keepdims", "reps", "repeats")
"""What is written behind the operands of a call as it was given."""

Names = Mapping[int, str]
"""What the author calls nodes, by `id`."""
Piece = tuple[str, int]
"""A text, and how tightly it holds together."""


class Source:
    """NumPy source, with ∂ for derivatives. layers: the brackets that the document puts a layer's number in.

    pieces: the texts of operands that are written already, by `id`.
    """

    def __init__(self, names: Names, layers: str) -> None:
        self.names, self.layers = dict(names), layers
        self.pieces: dict[int, Piece] = {}

    # -- operands, common to all styles --

    def write(self, node: Any, level: int) -> str:
        """The operand's name, or its text in brackets if it holds together less tightly than `level`."""
        if self.has_name(node):
            return self.label(self.names[id(node)])
        words, own = self.pieces.get(id(node)) or node.write(self)
        return words if own >= level else self.brackets(words)

    def has_name(self, node: Any) -> bool:
        """Whether an operand is written as a name."""
        name = self.names.get(id(node))
        return bool(name and self.is_symbol(name))

    # -- the words of kinds --

    def call_of(self, written: Any, is_list: bool = False) -> Piece:
        """A call of NumPy's function; is_list: whether the arrays stand in a list."""
        inner = [self.write(operand, COMPARE) for operand in written.operands]
        if is_list:
            inner = [f"[{', '.join(inner)}]"]
        inner += [self.given_sizes(value) for key, value in written.options if key == "shape"]
        inner += [self.option(key, value) for key, value in written.options if key in OPTIONS]
        return self.call(written.word, inner), ATOM

    def application(self, function: Function, args: Sequence[Any]) -> Piece:
        """An element-wise function of the table."""
        if function.layout is not None:
            piece: Piece = function.layout(self, *args)
            return piece
        if function.sign:
            return self.infix(function, *args)
        return self.applied(function, [self.write(arg, COMPARE) for arg in args]), ATOM

    def infix(self, function: Function, left: Any, right: Any) -> Piece:
        """An operator between its operands."""
        level = _LEVELS[function.sign]
        first = self.write(left, level)
        if function.sign == "*" and is_matmul(left) and id(left) not in self.names:
            first = self.brackets(first)
        second = self.write(right, UNARY if level == MULTIPLY else level + 1)
        return f"{first} {self.operator(function, (left, right))} {second}", level

    def compared(self, sign: str, left: Any, right: Any) -> Piece:
        """Two arrays with the sign of a relation between them."""
        return f"{self.write(left, ADD)} {self.relation(sign)} {self.write(right, ADD)}", COMPARE

    def negated(self, operand: Any) -> Piece:
        """An operand with its sign turned."""
        return f"{self.minus}{self.write(operand, UNARY)}", UNARY

    def inverted(self, mask: Any) -> Piece:
        """A mask the other way round."""
        return f"{self.negation}{self.write(mask, UNARY)}", UNARY

    def literal(self, node: Any) -> Piece:
        """Exact numbers."""
        if node.shape:
            return self.call("array", [self._nested(iter(node.values), [int(size) for size in node.shape])]), ATOM
        value = node.values[0]
        words = self.number(value)
        is_one_word = value.is_Symbol or value.is_Function or value in (sp.E, sp.pi)
        if is_one_word or (value.is_Rational and value >= 0 and not self.is_fraction(words)):
            return words, ATOM
        return words, MULTIPLY if value.is_Mul or value.is_Rational or value.is_Pow else ADD

    def _nested(self, values: Iterator[sp.Expr], shape: Sequence[int]) -> str:
        """Numbers in row order as NumPy's nested lists."""
        if not shape:
            return self.number(next(values))
        return f"[{', '.join(self._nested(values, shape[1:]) for _ in range(shape[0]))}]"

    def juxtaposed(self, row: Sequence[Any], read: Any) -> Piece:
        """Arrays as they stand in print, with the signs between them as texts; the first is that before all of them.

        read: what they are taken for in NumPy's operators, by styles that have to run or to be taken apart.
        """
        words = (self.sign(thing) if isinstance(thing, str) else self.write(thing, POWER) for thing in row[1:])
        is_sum = any(thing in ("+", "-") for thing in row if isinstance(thing, str))
        return self.minus * bool(row[0]) + " ".join(filter(None, words)), ADD if is_sum else MULTIPLY

    # -- formulas by entries --

    def by_entries(self, formula: Any, letters: Sequence[Any]) -> Piece:
        """An array that is made by entries; letters: the axes' names."""
        if not letters:
            words: Piece = formula.write(self)
            return words
        return f"{self.write(formula, ATOM)}.array({', '.join(letter.name for letter in letters)})", ATOM

    def position(self, place: Any, first: int) -> str:
        """A sum of indices and sizes; first: how positions are counted where that is printed."""
        return str(place.name)

    def limits(self, lower: str, letter: str, upper: str) -> str:
        """Between which positions an index runs; either end may be empty."""
        return letter

    def at_indices(self, array: Any, items: Sequence[Any]) -> str:
        """An array at indices."""
        return f"{self.write(array, ATOM)}[{', '.join(map(index_text, items))}]"

    def partial_at(self, array: Any, items: Sequence[Any], sides: tuple[Any, Any]) -> Piece:
        """A derivative at indices, whose sides have each their own."""
        return self.partial(*sides)

    def side_by_side(self, left: Any, right: Any) -> Piece:
        """A product of numbers."""
        return f"{self.write(left, MULTIPLY)} * {self.write(right, UNARY)}", MULTIPLY

    def total(self, of: Any, letters: Sequence[Any]) -> Piece:
        """A sum over indices."""
        return self.over("sum", of, letters), ATOM

    def over(self, word: str, of: Any, letters: Sequence[Any]) -> str:
        """What is done over indices."""
        return f"{self.write(of, ATOM)}.{word}({', '.join(letter.name for letter in letters)})"

    def delta(self, one: Any, other: Any) -> str:
        """1 where two indices are equal."""
        return self.brackets(self.compared_indices("==", one, other))

    def compared_indices(self, sign: str, one: Any, other: Any) -> str:
        """A condition on indices."""
        return f"{index_text(one)} {self.relation(sign)} {index_text(other)}"

    def indicator(self, words: str) -> str:
        """1 where a condition holds."""
        return self.brackets(words)

    def unequal(self, one: Any, other: Any) -> Piece:
        """1 where two indices differ."""
        return self.brackets(self.compared_indices("!=", one, other)), ATOM

    def cases(self, condition: Any, yes: Any, no: Any) -> Piece:
        """One formula where a condition on indices holds, another one elsewhere."""
        return self.call("where", [self.write(part, COMPARE) for part in (condition, yes, no)]), ATOM

    # -- how this style puts things --

    minus, negation, infinity, conjunction = "-", "~", "np.inf", ") * ("

    def is_symbol(self, name: str) -> bool:
        """Whether a name is used; otherwise what it stands for is written out."""
        return True

    def label(self, name: str) -> str:
        """A name."""
        return name

    def page(self, words: str) -> str:
        """A whole formula."""
        return words

    def where(self, words: str, definitions: Sequence[str]) -> str:
        """Words, and what the names in them stand for."""
        return f"{words}, where {'; '.join(definitions)}"

    def brackets(self, words: str) -> str:
        """Words in brackets."""
        return f"({words})"

    def given_sizes(self, sizes: Iterable[Any]) -> str:
        """Sizes that are given to a function."""
        return show_shape(sizes)

    def option(self, key: str, value: Any) -> str:
        """An argument with its name."""
        return f"{self.word(key)}={self.thing(value)}"

    def word(self, name: str) -> str:
        """The name of an argument."""
        return name

    def thing(self, value: Any) -> str:
        """What stands in a formula and is no array, as an author wrote it."""
        return self.write(value, COMPARE) if hasattr(value, "conforms") else str(value)

    def shape(self, sizes: tuple[Any, ...]) -> str:
        """The sizes of an array."""
        return show_shape(sizes)

    def shape_of(self, words: str) -> str:
        """The target of a claim about sizes."""
        return f"shape({words})"

    def number(self, value: sp.Expr) -> str:
        """A number, or an expression in sizes."""
        return _decimal(value) if value.is_Rational else _NumPy().doprint(value)

    def is_fraction(self, words: str) -> bool:
        """Whether a number is written as one."""
        return "/" in words

    def operator(self, function: Function, args: Sequence[Any]) -> str:
        """The sign between two operands."""
        return function.sign

    def relation(self, sign: str) -> str:
        """The sign of a relation."""
        return sign

    def sign(self, sign: str) -> str:
        """A sign that stands between arrays in print."""
        return sign

    def applied(self, function: Function, args: list[str]) -> str:
        """A function's name and its arguments in brackets."""
        return self.call(function.name, args)

    def call(self, word: str, args: list[str]) -> str:
        """A word and what stands in brackets behind it."""
        return f"{word}({', '.join(args)})"

    def quotient(self, above: Any, below: Any) -> Piece:
        """A fraction."""
        return f"{self.write(above, MULTIPLY)} / {self.write(below, UNARY)}", MULTIPLY

    def power(self, base: Any, exponent: Any) -> Piece:
        """A power."""
        return f"{self.write(base, ATOM)}**{self.write(exponent, POWER)}", POWER

    def matmul(self, left: Any, right: Any) -> Piece:
        """A product of matrices."""
        return f"{self.write(left, MATMUL)} @ {self.write(right, UNARY)}", MATMUL

    def transpose(self, array: Any) -> Piece:
        """A transpose."""
        return f"{self.write(array, ATOM)}.T", ATOM

    def inverse(self, array: Any) -> Piece:
        """An inverse."""
        return self.call("inv", [self.write(array, COMPARE)]), ATOM

    def solve(self, matrix: Any, right: Any) -> Piece:
        """The solution of linear equations."""
        return self.call("solve", [self.write(matrix, COMPARE), self.write(right, COMPARE)]), ATOM

    def of_slogdet(self, word: str, array: Any) -> Piece:
        """The sign of a determinant, or the log of its size: `sign` or `logabsdet`."""
        return f"{self.call('slogdet', [self.write(array, COMPARE)])}.{word}", ATOM

    def matrix_power(self, array: Any, exponent: int) -> Piece:
        """A power of a matrix."""
        return self.call("matrix_power", [self.write(array, COMPARE), str(exponent)]), ATOM

    def norm(self, array: Any, options: Mapping[str, Any]) -> Piece:
        """A norm, of some order along some axes."""
        words = {math.inf: "np.inf", -math.inf: "-np.inf"}
        inner = [f"{key}={words.get(value) or repr(value)}" for key, value in options.items()]
        return self.call("norm", [self.write(array, COMPARE), *inner]), ATOM

    def kron(self, left: Any, right: Any) -> Piece:
        """A Kronecker product."""
        return self.call("kron", [self.write(left, COMPARE), self.write(right, COMPARE)]), ATOM

    def reduction(self, word: str, array: Any, options: Mapping[str, Any]) -> Piece:
        """A sum, mean or trace, over axes."""
        inner = ", ".join(self.option(key, value) for key, value in options.items())
        return f"{self.write(array, ATOM)}.{word}({inner})", ATOM

    def entry(self, array: Any, item: Any) -> Piece:
        """An entry, or a slice."""
        return f"{self.indexable(array)}[{item_text(item)}]", ATOM

    def chosen(self, array: Any, mask: Any) -> str:
        """The entries where a mask is True."""
        return f"{self.indexable(array)}[{self.write(mask, COMPARE)}]"

    def of_chosen(self, word: str, chosen: Any, options: Mapping[str, Any]) -> Piece:
        """What is made of the entries that a mask leaves."""
        return self.reduction(word, chosen, options)

    def indexable(self, array: Any) -> str:
        """An array in front of an index: ∂z/∂W[0] is by an entry, and no entry of ∂z/∂W.

        An entry of a gradient is the derivative by that entry.
        """
        words = self.write(array, ATOM)
        is_jacobian = array.written is not None and array.written.word == "jacobian" and not self.has_name(array)
        return self.brackets(words) if is_jacobian and words.startswith("∂") else words

    def einsum(self, subscripts: str, operands: Sequence[Any]) -> Piece:
        """A sum of products by subscripts."""
        return self.call("einsum", [repr(subscripts), *(self.write(operand, COMPARE) for operand in operands)]), ATOM

    def reshape(self, array: Any, sizes: tuple[Any, ...]) -> Piece:
        """The same entries under other sizes."""
        return f"{self.write(array, ATOM)}.reshape{show_shape(sizes)}", ATOM

    def reshape_by_columns(self, array: Any, sizes: tuple[Any, ...]) -> Piece:
        """Likewise, the first axis counting fastest."""
        inner = [show_shape(sizes), "order='F'"]
        return f"{self.write(array, ATOM)}.reshape({', '.join(inner)})", ATOM

    def partial(self, of: Any, by: Any) -> Piece:
        """A derivative."""
        return f"∂{self.write(of, ATOM)}/∂{self.write(by, ATOM)}", ATOM

    def sizes(self, word: str, sizes: tuple[Any, ...]) -> str:
        """A constant array of given sizes: `identity`, `ones`, `basis`."""
        return self.call(word, list(map(str, sizes)))


def is_matmul(node: Any) -> bool:
    """Whether its author wrote it as a product of matrices."""
    return node.written is not None and node.written.word == "matmul"


def is_number(node: Any) -> bool:
    """Whether it is one number."""
    return bool(node.conforms and is_one_number(node.shape))


def item_text(item: Any) -> str:
    """What stands in the brackets of an index, as Python writes it."""
    if isinstance(item, tuple):
        return ", ".join(map(item_text, item))
    if isinstance(item, slice):
        step = "" if item.step is None else f":{item.step}"
        return f"{'' if item.start is None else item.start}:{'' if item.stop is None else item.stop}{step}"
    return "..." if item is Ellipsis else str(item)


def index_text(item: Any) -> str:
    """An index by its name, or what else stands in the brackets."""
    return str(getattr(item, "name", "") or item_text(item))


def terms(constant: sp.Expr) -> Iterator[tuple[sp.Expr, str]]:
    """The terms of a constant, each as a number and the rest in words."""
    for rest, number in sp.expand(constant).as_coefficients_dict().items():
        if number:
            yield number, "" if rest == 1 else str(rest)


def signed(parts: Iterable[tuple[Any, str]], times: str = "*", minus: str = "-") -> str:
    """A sum in words, what is added first, numbers last."""
    ordered = sorted(parts, key=lambda part: (not part[1], bool(part[0] < 0)))
    words = ""
    for number, word in ordered:
        sign = f" {minus} " if number < 0 else " + "
        size = abs(number)
        text = str(size) if not word else word if size == 1 else f"{size}{times}{word}"
        words += (sign if words else minus * bool(number < 0)) + text
    return words or "0"


class _NumPy(StrPrinter):  # type: ignore[misc]
    """Numbers as they are written with the functions of the notation."""

    def _print_Exp1(self, number: sp.Expr) -> str:
        return "exp(1)"

    def _print_Pi(self, number: sp.Expr) -> str:
        return "pi"

    def _print_atan(self, number: sp.Expr) -> str:
        return f"arctan({self._print(number.args[0])})"


def _decimal(value: sp.Rational) -> str:
    """A number as it was most likely written: as a decimal if it is a short one, else as a fraction."""
    short = next((k for k in range(20) if (value * 10**k).is_Integer), None)
    return str(value) if not short else f"{Decimal(int(value * 10**short)).scaleb(-short):f}"

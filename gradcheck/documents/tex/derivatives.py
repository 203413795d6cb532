"""Derivatives as texts write them: ∂L/∂W, ∂z_i/∂x_j, ∂/∂X tr(A X), ∇_w L, ∇²f, ∂²L/∂β∂βᵀ.

A gradient has the shape of what it is by. A Jacobian of columns has the rows of the one and the columns of the other
(numerator layout).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from gradcheck.documents.tex import stacking, terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described, items, pieces
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, span

LOSSES = frozenset(("L", "J", "C", "E", "ell", "loss", "cost", "Loss"))
"""What losses are called. A loss is one number: where it is an array, it was not meant as it stands."""


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """A derivative, if one begins here."""
    node = nodes[at]
    if node.kind == "fraction" and is_derivative(node):
        return _fraction(reader, nodes, at)
    if node.kind == "nabla":
        return _nabla(reader, nodes, at)
    if node.kind == "partial":
        return _inline(reader, nodes, at)
    return None


def is_derivative(node: Node) -> bool:
    """Whether a fraction is one of differentials."""
    above, below = (solid(part) for part in node.parts)
    if not above or not below:
        return False
    if above[0].kind == "partial":
        return below[0].kind == "partial"
    return _is_d(above[0]) and _is_d(below[0]) and len(below) > 1 and below[1].kind not in ("operator", "number")


def pairs(rows: Iterable[Row]) -> Iterator[tuple[Described, Described]]:
    """What is differentiated in formulas, and by what, where both are letters: L and w of ∂L/∂w and ∇_w L."""
    for row in rows:
        nodes = solid(row)
        for node, behind in pairwise((*nodes, Node("space"))):
            pair: Sequence[Node] = ()
            if node.kind == "fraction" and is_derivative(node):
                above, below = (solid(part) for part in node.parts)
                pair = (above[1], below[1]) if len(above) == len(below) == 2 else ()
            elif node.kind == "nabla" and node.sub and len(solid(node.sub[0])) == 1:
                pair = (behind, solid(node.sub[0])[0])
            of, by = (described(one) for one in pair) if pair else (None, None)
            if of is not None and by is not None:
                yield of, by
            yield from pairs(node.parts)


def of_arguments(rows: Iterable[Row]) -> Iterator[Described]:
    """What is differentiated by its argument: the J of ∇J(w)."""
    for row in rows:
        nodes = solid(row)
        for node, behind, bracket in zip(nodes, nodes[1:], nodes[2:], strict=False):
            one = described(behind) if node.kind == "nabla" and not node.sub and bracket.is_("bracket", "()") else None
            if one is not None:
                yield one


def of_letters(nodes: Sequence[Node]) -> tuple[Node, Node] | None:
    """L and W, where nothing stands there but ∂L/∂W, as a fraction or with a slash, and both are one letter."""
    if len(nodes) == 1 and nodes[0].kind == "fraction":
        above, below = (solid(part) for part in nodes[0].parts)
    elif len(nodes) == 5 and nodes[2].is_("operator", "/"):
        above, below = list(nodes[:2]), list(nodes[3:])
    else:
        return None
    is_pair = len(above) == len(below) == 2 and above[0].kind == below[0].kind == "partial"
    return (above[1], below[1]) if is_pair else None


def printed(loss: Row, partial: Node, letter: Node) -> Node:
    """∂L/∂W as a page would print it, for what is short for it; what transposes the letter transposes the whole."""
    above = tuple(pieces(letter.sup))
    by = replace(letter, sup=tuple(row for row in above if plain(row) not in TRANSPOSED))
    turned = tuple(row for row in above if plain(row) in TRANSPOSED)
    parts = ((partial, *loss), (partial, by))
    return Node("fraction", "", parts, sup=turned, start=partial.start, stop=letter.stop)


def _is_d(node: Node) -> bool:
    one = described(node)
    return one is not None and one.base == "d" and not one.subs and not one.primes


def _fraction(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
    node = nodes[at]
    above, below = (solid(part) for part in node.parts)
    order = "".join(plain(row) for row in above[0].sup) or "1"
    if not order.isdigit():
        raise Unread(f"a derivative of order {order}", node.start, node.stop)
    after = at + 1
    if len(above) > 1:
        of = reader.term(above[1:])
    elif after >= len(nodes):
        raise Unread("a derivative of nothing", node.start, node.stop)
    elif nodes[after].is_("bracket", "()", "[]") and any(_is_operator(one) for one in nodes[after + 1 :]):
        of, after = reader.factor(nodes, after)  # ∂/∂w (f) ∂/∂w (g) is a product
    else:
        of, after = reader.term(nodes[after:]), len(nodes)
    variables = _variables(below, int(order), node)
    found = _by_each(reader, of, variables, in_chain=any(map(_is_operator, nodes[max(at - 2, 0) : at])))
    if len(variables) == 1 and of.is_number and found.is_column and _goes_on(nodes, after, variables[0]):
        found = _as_row(found)
    elif len(above) > 1 and after < len(nodes):
        after += _at_argument(reader, above[1], nodes[after])
    return reader.scripted(found, node), after


def _as_row(found: Term) -> Term:
    """A gradient as the Jacobian that it is in a chain."""
    if found.letters:
        return terms.transposed(found)
    shape = found.shape and found.shape[::-1]
    return terms.made(f"jacobian{found.source.removeprefix('gradient')}", ATOM, shape, found)


def _is_operator(node: Node) -> bool:
    return node.kind == "fraction" and is_derivative(node)


def _goes_on(nodes: Sequence[Node], after: int, by: Sequence[Node]) -> bool:
    """Whether the derivative of what this one is by stands behind it, as in a chain ∂z/∂a ∂a/∂w: then it is a row."""
    rest = [node for node in nodes[after : after + 2] if not node.is_("operator", "cdot", "times")]
    if not rest or not _is_operator(rest[0]):
        return False
    return plain(solid(rest[0].parts[0])[1:]) == plain(by)


def _at_argument(reader: Reader, of: Node, behind: Node) -> bool:
    """Whether df/dx is followed by the (x) of f. Raises Unread for another one, as in df/dx (2)."""
    if not behind.is_("bracket", "()") or behind.is_scripted or any(n.kind == "operator" for n in behind.inner):
        return False
    one = described(of)
    symbol = reader.lookup(one)[0] if one is not None else None
    if symbol is not None and symbol.args and symbol.args == plain(behind.inner):
        return True
    raise Unread(f"a derivative at {plain((behind,))}, or times it?", behind.start, behind.stop)


def _variables(below: Sequence[Node], order: int, node: Node) -> list[list[Node]]:
    """What it is differentiated by, as often as it is."""
    found: list[list[Node]] = []
    for one in below:
        if one.kind == "partial" or (_is_d(one) and below[0].kind != "partial"):
            found.append([])
        else:
            found[-1].append(one)
    if len(found) == 1 and order > 1:
        last = found[0][-1]
        kept = tuple(row for row in pieces(last.sup) if plain(row) != str(order))
        found = [[*found[0][:-1], replace(last, sup=kept)]] * order
    if len(found) != order or not all(found):
        raise Unread(f"a derivative of order {order} by {len(found)} things", node.start, node.stop)
    return found


_COLUMN = re.compile(r"(\w+)\.T\.reshape\(([^,]+), ([^,]+), 1\)\[(\w+)\]")


def _by_column(reader: Reader, of: Term, by: Term, name: str, count: str, rows: str, number: str) -> Term:
    """The derivative by a column of an array, that of each entry."""
    if not of.is_number or not set(by.uses) <= reader.scope.reached(of.uses):
        raise Unread(f"the derivative of {of.source} by a column of {name}")
    position = next(name for name in reader.scope.positions() if name not in (*of.letters, *by.letters))
    entry = Term(f"{name}[{position}, {number}]", ATOM, (), {**by.letters, position: rows}, True, uses=by.uses)
    slope = _made("jacobian" if of.letters else "gradient", of, entry, ())
    letters = {letter: size for letter, size in {**of.letters, **by.letters}.items() if letter != position}
    source = f"{slope.source}.array({', '.join([*letters, position])})"
    source += f".reshape({', '.join([*letters.values(), rows, '1'])})" + (f"[{', '.join(letters)}]" if letters else "")
    return replace(slope, source=source, shape=(rows, "1"), letters=letters, by_entries=bool(letters))


def _by_member(reader: Reader, of: Term, by: Term, key: str) -> Term | None:
    """The derivative by a row or a column of what is made of the matrix, too: that of its derivative by the matrix.

    None for what is made of such members alone. Raises Unread where it cannot be written so.
    """
    whole, are_rows = reader.scope.members.get(key, ("", True))
    if whole not in reader.scope.reached(of.uses, beside=key):
        return None
    if not re.fullmatch(r"\w+\[\w+\]", by.source) or not (of.is_number or of.is_column):
        raise Unread(f"the derivative of {of.source}, which is made of {whole}, too, by {by.source}")
    if of.letters or of.is_column:
        return _at_members(reader, of, by, reader.scope.symbols[whole], are_rows)
    matrix, symbol = reader.scope.symbols[whole], reader.scope.symbols[key]
    slope = _made("gradient", of, Term(matrix.name, ATOM, matrix.shape, uses=frozenset((whole,))), matrix.shape)
    turned = f"{slope.source}{'' if are_rows else '.T'}.reshape({', '.join(symbol.axes)}, 1)"
    index = by.source[by.source.index("[") :]
    return replace(slope, source=turned + index, shape=symbol.shape, letters=by.letters, by_entries=by.by_entries)


def _at_members(reader: Reader, of: Term, by: Term, matrix: Symbol, are_rows: bool) -> Term:
    """The derivative of numbers or columns at indices by a row or a column of a matrix: by entries of the matrix."""
    assert by.shape is not None
    letters = dict(of.letters) | dict(by.letters)
    rows, one = _positions(reader, of, letters)
    column = next(name for name in reader.scope.positions() if name not in (*letters, *rows))
    number = by.source[by.source.index("[") + 1 : -1]
    at = [number, column] if are_rows else [column, number]
    sizes = [*letters.values(), *(rows.values() if of.is_column else ()), by.shape[0]]
    if not all(sizes):
        raise Unread("nothing says what its indices run to")
    shape = (*rows.values(), by.shape[0]) if of.is_column else by.shape
    source = f"jacobian({one}, {matrix.name}[{', '.join(at)}]).array({', '.join([*letters, *rows, column])})"
    source += f".reshape({', '.join([*letters.values(), *shape])})" + (f"[{', '.join(letters)}]" if letters else "")
    return replace(terms.made(source, ATOM, shape, of, by), letters=letters, by_entries=bool(letters))


def _by_each(reader: Reader, of: Term, variables: Sequence[Sequence[Node]], in_chain: bool = False) -> Term:
    """The derivative by one after the other; ∂²f/∂β∂βᵀ is the Hessian, whichever of them is printed as a row."""
    for nodes in reversed(variables):
        of = _by(reader, of, nodes, keeps_row=len(variables) == 1, in_chain=in_chain)
    return of


def _by(reader: Reader, of: Term, nodes: Sequence[Node], keeps_row: bool = True, in_chain: bool = False) -> Term:
    """∂of/∂variable; by a transpose, the transpose of a gradient."""
    last = nodes[-1]
    kept = [row for row in pieces(last.sup) if plain(row) not in TRANSPOSED]
    is_transposed = len(kept) < len(tuple(pieces(last.sup)))
    primes = last.primes if reader.scope.primes_transpose else 0
    bare = replace(last, sup=tuple(kept), primes=last.primes - primes)
    if (at_place := _at_place(reader, of, nodes[:-1], bare)) is not None:
        return at_place
    by = reader.term([*nodes[:-1], bare])
    if column := _COLUMN.fullmatch(by.source):
        return _by_column(reader, of, by, *column.groups())
    if (slope := _by_power(reader, of, by)) is not None:
        return slope
    if len(by.uses) != 1 or not re.fullmatch(r"\w+(\[[^\]]*\])?", by.source):
        raise Unread(f"a derivative by {plain(nodes)}, which is no symbol", *span(nodes))
    (key,) = by.uses
    _refuse_unsaid(reader, of, key, nodes, in_chain or bool(by.letters))
    is_zero = in_chain and reader.scope.symbols[key].is_input  # what a chain differentiates may not depend on it
    if (slope := _by_member(reader, of, by, key)) is not None:
        return terms.transposed(slope) if is_transposed and keeps_row else slope
    if (slope := _by_parameter(reader, of, by, key)) is not None:
        return slope
    if key not in reader.scope.reached(of.uses) and not is_zero:
        raise Unread(f"the derivative of {of.source} by {by.source}, of which it is not made", *span(nodes))
    if of.is_column and (of.letters or by.letters or _is_matrix(by)):
        found = _between_members(reader, of, by)
    else:
        found = derived(of, by)
        found = _laid_out(reader, found, of, by) if keeps_row and not is_transposed else found
    is_row = (is_transposed or primes % 2) and of.is_number and keeps_row
    return terms.transposed(found) if is_row else found


_AT_STEP = re.compile(r"[_^]\W?\d+\W?\Z")
"""What the key of a letter ends with that stands at a step, or in a layer."""


def _refuse_unsaid(reader: Reader, of: Term, key: str, nodes: Sequence[Node], is_partial: bool) -> None:
    """Raises Unread for second derivatives of a loss of which nothing is known, and where it is not said what is fixed.

    As in ∂a_t/∂W_ij where a_t is made of a_{t-1}, which is made of W, too: in chains, it is fixed.
    """
    if reader.scope.linear & reader.scope.reached(of.uses) and re.search(r"gradient\(|jacobian\(", of.source):
        raise Unread("a second derivative of a loss of which the page says nothing", *span(nodes))
    if not is_partial or not reader.scope.symbols[key].is_input:
        return
    bases = {_AT_STEP.sub("", one) for one in of.uses if _AT_STEP.search(one)}
    for other in reader.scope.reached(of.uses) - of.uses:
        if _AT_STEP.sub("", other) in bases and key in reader.scope.reached([other]):
            raise Unread(f"a derivative by {key}: is {other} held fixed, which is made of {key}, too?", *span(nodes))


_DEVIATIONS = ("sigma", "tau", "varsigma", "s")
"""Letters of standard deviations: of others, a square below is that of a sloppy second derivative as well."""


def _by_power(reader: Reader, of: Term, by: Term) -> Term | None:
    """The derivative by a power of a number, as σ²: that by the number, over that of the power. None by others."""
    symbols = [reader.scope.symbols[key] for key in by.uses]
    is_power = re.fullmatch(r"\(?\w+ ?\*\* ?\d+\)?", by.source) is not None and by.uses <= set(_DEVIATIONS)
    if not is_power or len(symbols) != 1 or not symbols[0].is_lone_number or not of.is_number or of.letters:
        return None
    if not by.uses <= reader.scope.reached(of.uses):
        return None
    own = Term(symbols[0].name, ATOM, (), uses=by.uses)
    return terms.divided(derived(of, own), derived(by, own))


def _by_parameter(reader: Reader, of: Term, by: Term, key: str) -> Term | None:
    """The derivative by what a number is written as, instead of it: by η = log τ of what is made of τ.

    Where η is a function of τ alone, τ is one of η, and ∂f/∂η = (∂f/∂τ) / (∂η/∂τ). None where it is another derivative.
    """
    made, reached = reader.scope.made_of.get(key, frozenset()), reader.scope.reached(of.uses)
    if key in reached or len(made) != 1 or not made <= reached or not (of.is_number and by.is_number) or of.letters:
        return None
    (other,) = made
    symbol = reader.scope.symbols.get(other)
    if symbol is None or not symbol.is_input or not symbol.is_lone_number:
        return None
    own = Term(symbol.name, ATOM, (), uses=made)
    return terms.divided(derived(of, own), derived(by, own))


def _at_place(reader: Reader, of: Term, before: Sequence[Node], last: Node) -> Term | None:
    """The derivative of a number by an entry at i + a - 1: that by the array, there. None by other things."""
    one = described(last)
    symbol, sups, subs = reader.found(one) if one is not None else (None, (), ())
    is_shifted = any(len(solid(item)) > 1 for row in subs for item in items(row))
    if symbol is None or symbol.family or sups or before or not is_shifted or not of.is_number or of.letters:
        return None
    if symbol.key not in reader.scope.reached(of.uses):
        return None
    return reader.at_indices(derived(of, reader.indexed_symbol(symbol, ())), None, subs)


def _laid_out(reader: Reader, found: Term, of: Term, by: Term) -> Term:
    """A derivative in the layout that the page says: Jacobians are turned in one, and gradients in the other."""
    layouts = reader.scope.layouts
    if not layouts or found.letters or of.letters or by.is_number or found.is_number:
        return found
    if len(layouts) > 1:
        raise Unread("a derivative in one of the two layouts of which the page speaks")
    is_turned = of.is_number == ("numerator" in layouts)
    return terms.transposed(found) if is_turned else found


def _is_matrix(of: Term) -> bool:
    return of.shape is not None and len(of.shape) == 2 and "1" not in of.shape


def derived(of: Term, by: Term) -> Term:
    """∂of/∂by. Raises Unread for what has more than two axes."""
    if of.shape is None:
        raise Unread("the derivative of what has no shape")
    if not of.uses:
        raise Unread(f"the derivative of {of.source}, which is made of no symbol")
    if of.is_number:
        word = "jacobian" if of.letters and by.is_number else "gradient"
        if word == "jacobian" and by.shape == ("1", "1") and "[" not in by.source:
            by = terms.entry(by, ["0", "0"], {})  # sides at indices are numbers
        if of.letters and of.shape == ("1", "1"):
            of = terms.entry(of, ["0", "0"], {})
        return _made(word, of, by, by.shape)
    if of.letters or by.letters or "[" in by.source:
        raise Unread("the derivative of an array at indices")
    if by.is_number:
        return _made("jacobian", of, by, of.shape)
    if (of.is_column or of.is_row) and (by.is_column or by.is_row):
        if of.source.isidentifier() and any(key.rpartition(":")[2] in LOSSES for key in of.uses):
            raise Unread(f"the derivative of {of.source}, which is an array: are its entries to be summed?")
        return _made("jacobian", of, by, (_length(of), _length(by)))
    raise Unread("the derivative of a matrix by an array, without indices")


def _made(word: str, of: Term, by: Term, shape: terms.Shape) -> Term:
    return replace(terms.made(f"{word}({of.source}, {by.source})", ATOM, shape, of, by), notes=of.notes)


def _between_members(reader: Reader, of: Term, by: Term) -> Term:
    """∂z/∂W_ij and ∂z/∂a at an index: columns at indices have the derivatives of their entries."""
    assert of.shape is not None
    assert by.shape is not None
    letters = dict(of.letters) | dict(by.letters)
    rows, one = _positions(reader, of, letters)
    columns, other = _positions(reader, by, {**letters, **rows})
    sizes = [*letters.values(), *rows.values(), *(columns.values() or ("1",))]
    if not all(sizes):
        raise Unread("nothing says what its indices run to")
    source = f"jacobian({one}, {other}).array({', '.join([*letters, *rows, *columns])})"
    source += f".reshape({', '.join(sizes)})" + (f"[{', '.join(letters)}]" if letters else "")
    shape = (*rows.values(), *(columns.values() or ("1",)))
    return replace(terms.made(source, ATOM, shape, of, by), letters=letters, by_entries=bool(letters))


def _positions(reader: Reader, of: Term, taken: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Letters for the axes of an array at indices, and the source of its entry there."""
    found: dict[str, str] = {}
    items = []
    for size in of.shape or ():
        letter = next((name for name in reader.scope.positions() if name not in (*taken, *found)), None)
        if size == "1" or letter is None:
            items.append("0")
        else:
            found[letter] = size
            items.append(letter)
    if not found:
        return {}, of.source
    if at := re.fullmatch(r"(\w+)\[([^\]]*)\]", of.source):
        return found, f"{at[1]}[{', '.join([at[2], *items])}]"
    if not of.letters:
        return found, f"{of.at(ATOM)}[{', '.join(items)}]"
    return found, f"{of.at(ATOM)}.array({', '.join(of.letters)})[{', '.join([*of.letters, *items])}]"


def _length(of: Term) -> str:
    assert of.shape is not None
    return next(size for size in of.shape if size != "1")


def _nabla(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
    """∇_w L, ∇²L: by what stands below, or by the one argument of the function."""
    node = nodes[at]
    order = "".join(plain(row) for row in node.sup) or "1"
    if not order.isdigit() or int(order) > 2:
        raise Unread(f"∇ to the power of {order}", node.start, node.stop)
    if at + 1 >= len(nodes):
        raise Unread("∇ of nothing", node.start, node.stop)
    if (begins := _behind_numbers(reader, nodes, at)) > at + 1:
        whole, after = _with_numbers(reader, nodes, at + 1, begins)
        by = [solid(node.sub[0])] if node.sub else _arguments(reader, nodes, begins, whole)
        return _by_each(reader, whole, by * int(order)), after
    first, after = reader.factor(nodes, at + 1)
    by = [solid(node.sub[0])] if node.sub else _arguments(reader, nodes, at + 1, first)
    if node.sub and not first.is_number and after < len(nodes):  # ∇_x xᵀA x is that of all of it
        whole = reader.term(nodes[at + 1 :])
        return _by_each(reader, whole, by * int(order)), len(nodes)
    last = nodes[after - 1]
    kept = tuple(row for row in pieces(last.sup) if plain(row) not in TRANSPOSED)
    of, _ = reader.factor([*nodes[at + 1 : after - 1], replace(last, sup=kept)], 0)
    _refuse_elsewhere(reader, nodes[at + 1 : after])
    if len(by) > 1 and order != "1":
        raise Unread("∇ by what?", node.start, node.stop)
    several = len(by) > 1
    found = stacking.below([_by(reader, of, one) for one in by]) if several else _by_each(reader, of, by * int(order))
    is_transposed = of.is_number and len(kept) < len(tuple(pieces(last.sup)))  # ∇f(x)ᵀ is a row
    return (terms.transposed(found) if is_transposed else found), after


def _behind_numbers(reader: Reader, nodes: Sequence[Node], at: int) -> int:
    """Where what ∇ goes over begins, behind the numbers in front of it, which scale it: ∇_w ½ λ ‖w‖²."""
    by = reader.term(solid(nodes[at].sub[0])).uses if nodes[at].sub else frozenset[str]()
    begins = at + 1
    while begins < len(nodes):
        factor, after = reader.factor(nodes, begins)
        symbols = [reader.scope.symbols[key] for key in factor.uses]
        is_given = all(one.is_input and one.shape == () and not one.family and one.key not in by for one in symbols)
        is_constant = factor.is_number and not factor.letters and is_given and (bool(nodes[at].sub) or not symbols)
        if not is_constant or after >= len(nodes):
            break
        begins = after
    return begins


def _with_numbers(reader: Reader, nodes: Sequence[Node], start: int, begins: int) -> tuple[Term, int]:
    """What ∇ goes over with numbers in front of it: one number behind these, or the whole product of arrays."""
    factor, after = reader.factor(nodes, begins)
    if not factor.is_number:
        return reader.term(nodes[start:]), len(nodes)
    is_turned = any(plain(row) in TRANSPOSED for row in pieces(nodes[after - 1].sup))
    if after < len(nodes) or is_turned:
        raise Unread("∇ of a product: of which of its factors?", nodes[start].start, nodes[-1].stop)
    _refuse_elsewhere(reader, nodes[begins:after])
    return reader.term(nodes[start:after]), after


def _refuse_elsewhere(reader: Reader, nodes: Sequence[Node]) -> None:
    """Raises Unread for ∇f(2x), which is the gradient of f at 2x, and not that of what f(2x) is."""
    one = described(nodes[0])
    symbol = reader.lookup(one)[0] if one is not None else None
    if symbol is not None and symbol.args and nodes[-1].kind == "bracket" and plain(nodes[-1].inner) != symbol.args:
        raise Unread(f"∇ at another argument than {symbol.args}", nodes[0].start, nodes[-1].stop)


def arguments_of(reader: Reader, symbol: Symbol, of: Term) -> Term:
    """The row of the derivatives of a number by all of its arguments: dL of L(w, b)."""
    rows = []
    for argument in symbol.arguments:
        slope = _by(reader, of, argument)
        rows.append(terms.transposed(slope) if slope.is_column else slope)
    return stacking.beside(rows)


def _arguments(reader: Reader, nodes: Sequence[Node], at: int, of: Term) -> list[Row]:
    """What a function is a function of; for what is no function, the one input that it is made of."""
    one = described(nodes[at])
    symbol = reader.lookup(one)[0] if one else None
    if symbol is not None and symbol.arguments:
        return list(symbol.arguments)
    if (own := _own_argument(reader, nodes, at + 1)) is not None:
        return [own]
    made_of = of.uses if len(of.uses) != 1 else frozenset(_input_of(reader, *of.uses))
    only = reader.scope.symbols[next(iter(made_of))] if len(made_of) == 1 else None
    if only is None or not only.is_input or only.family or of.letters or not of.is_number:
        raise Unread("∇ by what?", nodes[at].start, nodes[at].stop)
    return [_printed_as(only.key, nodes[at])]


def _own_argument(reader: Reader, nodes: Sequence[Node], at: int) -> Row | None:
    """The w of ∇F(w), where w is an input: there, what F does to it is differentiated by it."""
    behind = nodes[at] if at < len(nodes) else None
    inner = solid(behind.inner) if behind is not None and behind.is_("bracket", "()") else []
    one = described(inner[0]) if len(inner) == 1 and not inner[0].is_scripted else None
    symbol = reader.lookup_known(one) if one is not None else None
    return tuple(inner) if symbol is not None and symbol.is_input and not symbol.family else None


def _input_of(reader: Reader, key: str) -> Iterable[str]:
    """A symbol, or what it is made of where it is a number that is defined."""
    symbol = reader.scope.symbols[key]
    is_defined = symbol.shape == () and not symbol.family and not symbol.is_input
    return reader.scope.made_of.get(key, ()) if is_defined else (key,)


def _printed_as(key: str, node: Node) -> Row:
    """A letter as it is printed, of what it is known by. Raises Unread for what is no plain letter."""
    font, _, letter = key.rpartition(":")
    symbol = Node("symbol", letter, start=node.start, stop=node.stop)
    if not letter.isalpha() or font not in ("", "bold"):
        raise Unread("∇ by what?", node.start, node.stop)
    return (replace(symbol, kind="font", value="mathbf", parts=((symbol,),)),) if font else (symbol,)


def _inline(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
    """∂L / ∂w on one line; ∂_x L."""
    node = nodes[at]
    if node.sub and at + 1 < len(nodes):
        of, after = reader.factor(nodes, at + 1)
        return _by(reader, of, solid(node.sub[0])), after
    slash = next((i for i in range(at + 1, len(nodes)) if nodes[i].is_("operator", "/")), None)
    if slash is None or slash + 2 >= len(nodes) or nodes[slash + 1].kind != "partial":
        raise Unread("∂ without what it is by", node.start, node.stop)
    of = reader.term(nodes[at + 1 : slash])
    return _by(reader, of, [nodes[slash + 2]]), slash + 3

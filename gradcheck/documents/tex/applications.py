"""Functions that are applied, norms, and letters that mean the same everywhere: 𝟏, I, 𝟎."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradcheck.documents.tex import functions, index_sets, known, stacking, sums, terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.known import BASES
from gradcheck.documents.tex.lists import arguments, refuse_factor, spells
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import INVERTED, TRANSPOSED, Described, described, items, script
from gradcheck.documents.tex.sizes import size_of
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, walked

ONES = ("bold:1", "bb:1")
IDENTITIES = ("I", "bold:I")
ZEROS = ("bold:0",)
LONGEST_WRITTEN_OUT = 2_000
"""A definition is not put into others if it is longer than this."""


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """A function with its argument, if one begins here; or a symbol with what it is applied to."""
    nodes, at = _spelled(nodes, at)
    one = described(nodes[at])
    if one is None:
        return None
    if one.base in (*ONES, "I") and (found := _indicated(reader, one, nodes, at)):
        return found
    symbol = reader.lookup(one)[0]
    if symbol is not None:
        return _applied_symbol(reader, symbol, nodes, at)
    name = function_name(reader, one, nodes, at)
    return None if name is None else _application(reader, one, name, nodes, at)


def _spelled(nodes: Sequence[Node], at: int) -> tuple[Sequence[Node], int]:
    """A name that is typed in letters, diag(…), as a word. Where it stands then: at its last letter."""
    if not spells(nodes, at, "diag"):
        return nodes, at
    letters = nodes[at : at + 4]
    word = Node("word", "diag", start=letters[0].start, stop=letters[-1].stop)
    return [*nodes[: at + 3], word, *nodes[at + 4 :]], at + 3


def function_name(reader: Reader, one: Described, nodes: Sequence[Node], at: int) -> str | None:
    """What a letter or a word is as a function; None if it is none."""
    for key in _keys(reader, one):
        if (name := reader.scope.functions.get(key)) is not None:
            return _printed_slope(reader, key, one.primes) or name
    bare = one.base.rpartition(":")[2]
    sub = "".join(f"_{plain(row)}" for row in one.subs)
    if sub and (bare in known.ELEMENTWISE or bare in known.OF_ARRAYS):
        raise Unread(f"{plain((nodes[at],))}: a function with something below it", nodes[at].start, nodes[at].stop)
    if bare in known.ELEMENTWISE and one.base not in reader.scope.symbols:
        return known.ELEMENTWISE[bare]
    if bare in known.OF_ARRAYS:
        return bare
    is_called = at + 1 < len(nodes) and nodes[at + 1].is_("bracket", "()", "[]")
    if one.base in known.CUSTOMARY and is_called and not sub and not reader.scope.declared_later(one.base):
        name, words = known.CUSTOMARY[one.base]
        reader.scope.assumed[one.base] = words
        return name
    return None


def _keys(reader: Reader, one: Described) -> tuple[str, str]:
    """What a function is known by: its letter with its layer and what stands below it, or without the layer."""
    numbers = {**reader.scope.step_sizes, **reader.scope.steps}
    sub = "".join(f"_{plain(row)}" for row in one.subs)
    sup = "".join(f"^{script(row, numbers)}" for row in one.sups if row and row[0].kind == "bracket")
    return one.base + sup + sub, one.base + sub


def _printed_slope(reader: Reader, key: str, order: int) -> str | None:
    """What a page prints for the derivative of a function that has no other; None where it has one, or is not primed.

    What is printed may be a mistake: then what is made of the derivative is none.
    """
    functions = reader.scope.functions
    return functions.get(key + "'" * order) if order and functions[key] in reader.scope.lambdas else None


def _application(reader: Reader, one: Described, name: str, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
    """A function with its powers and primes, and its argument with what stands at its bracket."""
    node = nodes[at]
    outer: Node | None = None
    own = reader.scope.own_letters.get(functions.key_of(one), "")
    is_alone = at + 1 >= len(nodes) or not nodes[at + 1].is_("bracket", "()", "[]", "{}")
    if is_alone and own in reader.scope.symbols:  # L of ∂L/∂w is L(w)
        bracket = Node("bracket", "()", ((Node("symbol", own),),), start=node.stop, stop=node.stop)
        return _application(reader, one, name, [node, bracket], 0)[0], at + 1
    if at + 1 >= len(nodes):
        raise Unread(f"{plain((node,))} is a function, and stands without its argument", node.start, node.stop)
    behind = nodes[at + 1]
    if (
        behind.kind == "bracket"
        and behind.value in ("()", "[]", "{}")
        and name in known.DIAGONALS
        and (column := _listed_column(reader, behind))
    ):
        given, after, outer = [column], at + 2, behind
    elif behind.kind == "bracket" and behind.value in ("()", "[]", "{}"):
        given, after, outer = [reader.read(part) for part in arguments(behind)], at + 2, behind
    elif name in known.TRACES:
        given, after = [reader.term(nodes[at + 1 :])], len(nodes)
    else:
        argument, after = _bare_argument(reader, nodes, at + 1)
        refuse_factor(nodes[at], nodes[after:])
        given = [argument]
    printed = {name for key, name in reader.scope.functions.items() if key.endswith("'")}
    for _ in range(0 if name in printed & reader.scope.lambdas else one.primes):
        if name in known.OF_ARRAYS or name in reader.scope.lambdas:
            raise Unread(f"the derivative of {name}", node.start, node.stop)
        name = f"{name}.prime"
    found = _powered(node, one, applied(reader, name, given))
    return (reader.scripted(found, outer) if outer is not None else found), after


def _bare_argument(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
    """The factor that a function without brackets is of; log 2π is that of 2π."""
    is_multiple = nodes[at].kind == "number" and at + 1 < len(nodes) and nodes[at + 1].is_("symbol", "pi")
    if is_multiple and not nodes[at].is_scripted:
        return reader.term(nodes[at : at + 2]), at + 2
    return reader.factor(nodes, at)


def _powered(node: Node, one: Described, found: Term) -> Term:
    """What a function makes, with the powers that stand at its name."""
    for row in one.sups:
        text = plain(row)
        if row and row[0].is_("bracket", "()") and re.fullmatch(r"\(\d+\)", text):
            raise Unread(f"{plain((node,))}: a derivative of this order, or the function of a layer?")
        if row and row[0].kind == "bracket":
            continue  # a layer's number is a part of the function's name
        if text == "-1" or not (text in TRANSPOSED or re.fullmatch(r"[\d.]+", text)):
            raise Unread(f"{plain((node,))} of a function", node.start, node.stop)
        found = terms.transposed(found) if text in TRANSPOSED else terms.power(found, terms.number(text))
    return found


def _listed_column(reader: Reader, bracket: Node) -> Term | None:
    """The column whose entries are listed: (m_1, …, m_n), or by what they are, as in (p_1 q_1, …, p_n q_n)."""
    parts = arguments(bracket)
    if len(parts) < 3 or not any(len(part) == 1 and part[0].kind == "dots" for part in parts):
        return None
    symbol = _entries_of(reader, parts)
    if symbol is not None:
        return reader.indexed_symbol(symbol, ())
    column = replace(bracket.bare(), kind="matrix", value="matrix", parts=tuple(parts), columns=(1,) * len(parts))
    return reader.read([column])


def _entries_of(reader: Reader, parts: Sequence[Row]) -> Symbol | None:
    """The column of which each part is an entry, from the first to the last."""
    named = [described(part[0]) for part in parts if len(part) == 1 and part[0].kind != "dots"]
    letters = [one for one in named if one is not None and len(one.subs) == 1 and not one.sups and not one.primes]
    if len(letters) != len(parts) - 1 or len({one.base for one in letters}) != 1:
        return None
    symbol = reader.scope.symbols.get(letters[0].base)
    if symbol is None or symbol.family or symbol.shape is None or len(symbol.shape) != 2 or symbol.shape[1] != "1":
        return None
    ends = [plain(letters[i].subs[0]) for i in (0, -1)]
    count = next((key for key, size in reader.scope.sizes.items() if size == symbol.shape[0]), "")
    return symbol if ends == ["1", count] else None


def applied(reader: Reader, name: str, given: Sequence[Term]) -> Term:
    """A function of what it is given. Raises Unread."""
    of = given[0]
    if len(given) > 1 and name not in ("hypot", "logaddexp"):
        raise Unread(f"{name} of {len(given)} things")
    if name in known.TRACES:
        return _trace(of)
    if name in known.DETERMINANTS:
        _refuse_unless_square(of, name)
        return terms.determinant(of)
    if name in known.DIAGONALS:
        return _diagonal(reader, of)
    if name in known.SOFTMAXES:
        return _softmax(reader, of)
    if name == "vec":
        raise Unread("vec")
    if name == "log" and re.fullmatch(r"gamma\(.*\)", of.source) and of.level == ATOM:
        return terms.made(f"l{of.source}", ATOM, of.shape, of)
    if of.is_square and name in ("exp", "log", "sqrt") and not of.letters and not reader.scope.functions_by_entry:
        raise Unread(f"{name} of a square matrix: of the matrix, or of its entries?")
    return terms.called(name, *given)


def _refuse_unless_square(of: Term, name: str) -> None:
    if of.shape is not None and not of.is_square and not of.is_number:
        raise Unread(f"{name} of an array of shape ({', '.join(of.shape)})")


def _trace(of: Term) -> Term:
    if of.is_number:
        return of
    _refuse_unless_square(of, "trace")
    return terms.made(f"trace({of.as_array})", ATOM, (), of)


def _diagonal_at(reader: Reader, of: Term) -> Term:
    """The diagonal matrix of a column at indices, diag(y_n): by its entries."""
    size, *_ = of.shape or ("",)
    row, column = [name for name in reader.scope.positions() if name not in of.letters][:2]
    entry = terms.entry(of, [row, "0"], {row: size})
    sizes = [*of.letters.values(), size, size]
    if not all(sizes):
        raise Unread("diag of a column at an index, of which nothing says what it runs to")
    source = f"({entry.at(terms.PRODUCT)} * ({row} == {column})).array({', '.join([*of.letters, row, column])})"
    source += f".reshape({', '.join(sizes)})[{', '.join(of.letters)}]"
    return replace(of, source=source, level=ATOM, shape=(size, size), by_entries=True)


def _diagonal(reader: Reader, of: Term) -> Term:
    if of.is_column and of.letters:
        return _diagonal_at(reader, of)
    if of.is_column and of.shape:
        return terms.made(f"diag({of.as_array})", ATOM, (of.shape[0], of.shape[0]), of)
    if of.is_square and of.shape:
        return terms.made(f"diag({of.as_array}).reshape(-1, 1)", ATOM, (of.shape[0], "1"), of)
    raise Unread("diag of what is neither a column nor a square matrix")


def _softmax(reader: Reader, of: Term) -> Term:
    if of.is_number or of.shape is None:
        raise Unread("softmax of what is no array")
    axis = 0 if of.is_column else 1 if of.is_row else reader.scope.softmax_axis
    if axis is None:
        raise Unread("softmax of a matrix: along its rows or its columns?")
    if of.letters:  # of each of them
        at, before = ", ".join(of.letters), len(of.letters)
        source = f"softmax({of.at(ATOM)}.array({at}), axis={before + axis})[{at}]"
        return replace(of, source=source, level=ATOM, by_entries=True)
    return terms.made(f"softmax({of.as_array}, axis={axis})", ATOM, of.shape, of)


def _applied_symbol(reader: Reader, symbol: Symbol, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """A symbol that is defined with arguments, with these behind it; None for any other."""
    behind = nodes[at + 1] if at + 1 < len(nodes) else None
    if not symbol.args or behind is None or not behind.is_("bracket", "()", "[]"):
        return None
    one = described(nodes[at])
    if one is not None and plain(behind.inner) != symbol.args and any(plain(row) in INVERTED for row in one.sups):
        return None  # the inverse of a matrix H(w), times what stands behind
    if one is not None and one.primes and not one.base.endswith("'") and not reader.scope.primes_transpose:
        return _slope(reader, symbol, nodes[at], behind, one.primes), at + 2
    said = plain(behind.inner)
    if said != symbol.args and (index := _common_index(symbol, behind)) is not None:
        whole = replace(symbol, implicit=())
        return reader.indexed_symbol(whole, [index]), at + 2
    if said != symbol.args and _is_factor(symbol, behind):
        return None
    if said != symbol.args:
        elsewhere = _elsewhere(reader, symbol, behind)
        if elsewhere is not None:
            return reader.scripted(elsewhere, behind), at + 2
        words = f"{symbol.text or symbol.key}({said}): it is defined with ({symbol.args})"
        raise Unread(words, nodes[at].start, behind.stop)
    term, _ = reader.factor([nodes[at]], 0)
    return reader.scripted(term, behind), at + 2


def _slope(reader: Reader, symbol: Symbol, node: Node, behind: Node, order: int) -> Term:
    """ℓ'(t) of a number that is defined as a function of another one. Raises Unread."""
    variable = symbol.arguments[0] if len(symbol.arguments) == 1 else ()
    one = described(variable[0]) if len(variable) == 1 else None
    by = reader.lookup_known(one) if one is not None else None
    is_of_a_number = by is not None and by.shape == () and not by.family and symbol.shape == () and not symbol.family
    if by is None or not is_of_a_number or plain(behind.inner) != symbol.args or behind.is_scripted or node.sup:
        words = f"{plain((node, behind))}: the derivative of what is no function of one number"
        raise Unread(words, node.start, behind.stop)
    found = reader.indexed_symbol(symbol, ())
    for _ in range(order):
        found = terms.made(f"gradient({found.source}, {by.name})", ATOM, (), found, reader.indexed_symbol(by, ()))
    return found


def _common_index(symbol: Symbol, behind: Node) -> Row | None:
    """The index that all arguments have here, and none where it is defined: 𝕃(a_j, y_j) is entry j of 𝕃(a, y)."""
    given = arguments(behind)
    if len(given) != len(symbol.arguments) or any(len(one) != 1 or len(one[0].sub) != 1 for one in given):
        return None
    bare = [(replace(one[0], sub=()),) for one in given]
    names = {plain(one[0].sub[0]) for one in given}
    is_same = [plain(one) for one in bare] == [plain(one) for one in symbol.arguments]
    return given[0][0].sub[0] if is_same and len(names) == 1 else None


def _is_factor(symbol: Symbol, behind: Node) -> bool:
    """Whether a bracket is multiplied with: p(1 - p), of a p(z). Raises Unread for what may be both: p(1 - q)."""
    letters = {one.base for node in walked(behind.inner) if (one := described(node)) is not None}
    variables = {one.base for row in symbol.arguments for node in row if (one := described(node)) is not None}
    if symbol.key in letters:
        return True
    if letters & variables or len(solid(behind.inner)) <= 2 * len(symbol.arguments):
        return False
    words = f"{symbol.text or symbol.key}{plain((behind,))}: a product, or the function at this argument?"
    raise Unread(words, behind.start, behind.stop)


def _elsewhere(reader: Reader, symbol: Symbol, behind: Node) -> Term | None:
    """What is defined with arguments, at another one: its definition with that in the place of its variable."""
    given = arguments(behind)
    if (symbol.family and not symbol.implicit) or len(given) != len(symbol.arguments):
        return None
    variables, parts = [], [Term("", ATOM, ())]
    values: dict[str, str] = {}
    at = ", ".join(map(reader.scope.letter, symbol.implicit))  # each example at its own argument
    for variable, value in zip(symbol.arguments, given, strict=True):
        one = described(variable[0]) if len(variable) == 1 else None
        known_symbol = reader.lookup_known(one) if one is not None else None
        if known_symbol is None or known_symbol.implicit != symbol.implicit:
            return None
        if plain(variable) == plain(value):
            continue
        term = reader.read(value)
        if ", ".join(term.letters) != at or not terms.same_shape(term.shape, known_symbol.shape):
            return None
        variables.append(known_symbol.key)
        place = rf"{known_symbol.name}\[{re.escape(at)}\]" if at else rf"{known_symbol.name}\b"
        values[place] = f"({term.source if at else term.as_array})"
        parts.append(term)
    source = _written_out(reader, symbol.key, variables)
    if source is None:
        return None
    source = _with_values(source, values)
    return terms.made(source.removesuffix(f".array({at})") if at else source, terms.SUM, symbol.shape, *parts)


def _with_values(source: str, values: Mapping[str, str]) -> str:
    """Source with values in the places that are found by patterns, all at once."""
    places = "|".join(f"({place})" for place in values) or "(?!)"
    said = list(values.values())
    return re.sub(rf"(?<![\w.])(?:{places})", lambda match: said[(match.lastindex or 1) - 1], source)


def _written_out(reader: Reader, key: str, variables: Sequence[str]) -> str | None:
    """The definition of a symbol in which nothing else is made of the variables; None where one has no definition."""
    scope = reader.scope
    source = scope.sources.get(key)
    if source is None or len(source) > LONGEST_WRITTEN_OUT:
        return None
    for other in scope.made_of.get(key, ()):
        if other in variables or not set(variables) & scope.reached([other]):
            continue
        inner = _written_out(reader, other, variables)
        if inner is None:
            return None
        source = re.sub(rf"\b{scope.symbols[other].name}\b", f"({inner})", source)
    return source


def _indicated(reader: Reader, one: Described, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """1 where a condition holds: 𝟏[i = j], 𝟏_{x > 0}."""
    for row in one.subs:
        if any(node.kind == "relation" for node in row):
            return sums.indicator(reader, solid(row)), at + 1
    behind = nodes[at + 1] if at + 1 < len(nodes) else None
    if behind is not None and behind.kind == "bracket" and any(node.kind == "relation" for node in behind.inner):
        return reader.scripted(sums.indicator(reader, solid(behind.inner)), behind), at + 2
    return None


# ---- norms -----------------------------------------------------------------------------------------------------------


def norm(reader: Reader, node: Node) -> Term:
    """‖x‖, of vectors and of matrices that of all entries; |x| of a number, |A| is a determinant, |S| counts a set."""
    count = (sums.members(reader, node) or index_sets.members(reader, node)) if node.value == "||" else None
    if count is not None:
        return reader.scripted(count, node)
    of = reader.read(node.inner)
    if node.value == "||":
        if of.is_square:
            return reader.scripted(terms.determinant(of), node)
        if not of.is_number:
            raise Unread("|…| of an array", node.start, node.stop)
        return reader.scripted(terms.called("abs", of), node)
    kind = "".join(map(plain, node.sub))
    is_squared = [plain(row) for row in node.sup] == ["2"]
    bare = Node("bracket", "()", node.parts, sup=() if is_squared else node.sup, start=node.start, stop=node.stop)
    if kind == "1" and (of.is_column or of.is_row) and not of.by_entries:
        return reader.scripted(terms.made(f"abs({of.source}).sum()", ATOM, (), of), replace(node, sub=()))
    if kind not in ("", "2", "F") or (kind == "2" and not (of.is_column or of.is_row or of.is_number)):
        raise Unread(f"the norm with {kind}", node.start, node.stop)
    square = _sum_of_squares(of)
    return square if is_squared else reader.scripted(terms.called("sqrt", square, shape=()), bare)


def inner_product(reader: Reader, node: Node) -> Term:
    """⟨a, b⟩ of two columns, rows or matrices of one shape: the sum of the products of their entries. Raises Unread."""
    parts = [reader.read(part) for part in arguments(node)]
    if len(parts) != 2 or "".join(map(plain, node.sub)) not in ("", "F", "2"):
        raise Unread(f"brackets {plain((node,))}", node.start, node.stop)
    left, right = parts
    is_of_numbers = left.is_number and right.is_number
    if is_of_numbers or (left.is_column and right.is_column):
        return terms.scaled(left, right) if is_of_numbers else terms.matrix_product(terms.transposed(left), right)
    product = terms.by_entry(left, right)
    if product.shape is None or product.letters or left.is_number or right.is_number:
        raise Unread(f"{plain((node,))}: an inner product of what has two shapes, or indices", node.start, node.stop)
    return terms.made(f"({product.as_array}).sum()", ATOM, (), product)


def _sum_of_squares(of: Term) -> Term:
    if of.is_number:
        return terms.made(f"{of.at(ATOM)}**2", terms.POWER, of.shape, of)
    if not of.by_entries:
        return terms.made(f"({of.at(ATOM)}**2).sum()", ATOM, (), of)
    if of.is_column:
        return terms.matrix_product(terms.transposed(of), of)
    if of.is_row:
        return terms.matrix_product(of, terms.transposed(of))
    if not of.letters:
        return terms.made(f"({of.as_array}**2).sum()", ATOM, (), of)
    raise Unread("the norm of a matrix at indices")


# ---- constants -------------------------------------------------------------------------------------------------------


def constant(reader: Reader, one: Described) -> Term | None:
    """𝟏, I and 𝟎, of the sizes below them or of those that fit."""
    if one.base in ZEROS:
        return terms.number("0")
    if reader.scope.has_basis and one.base in BASES and len(one.subs) == 1 and not one.sups:
        return _basis(reader, one)
    if one.base not in (*ONES, *IDENTITIES):
        return None
    if one.base in IDENTITIES and (pair := _indices_below(reader, one)):
        return reader.raised(sums.equal(reader, pair[0], "==", pair[1]), one.sups, one.primes, one.node)
    sizes = [size_of(reader, row) for row in _sizes(one.subs)]
    if one.base in IDENTITIES:
        size = sizes[0] if sizes else terms.unknown()
        found = Term(f"identity({size})", ATOM, (size, size))
    else:
        rows, columns = [*(sizes or [terms.unknown()]), "1"][:2]
        found = Term(f"ones({rows}, {columns})", ATOM, (rows, columns))
    return reader.raised(found, one.sups, one.primes, one.node)


def _indices_below(reader: Reader, one: Described) -> list[str]:
    """The two indices of I_kj, an entry of the identity; none of I_n and I_{n n}, whose size is said."""
    names = [plain(item) for row in one.subs for item in items(row)]
    are_letters = all(re.fullmatch("[a-z]'*", name) and name not in reader.scope.sizes for name in names)
    return names if len(names) == 2 and names[0] != names[1] and are_letters else []


def _basis(reader: Reader, one: Described) -> Term:
    """e_i, the i-th column of the identity of the size that fits."""
    size, sizes = terms.unknown(), dict[str, str]()
    number = reader.index(one.subs[0], size, sizes)
    source = f"identity({size}).reshape({size}, {size}, 1)[{number}]"
    return Term(source, ATOM, (size, "1"), sizes, bool(sizes))


def _sizes(subs: Sequence[Row]) -> list[Row]:
    found: list[list[Node]] = [[]]
    for row in subs:
        for node in solid(row):
            if node.is_("operator", "times", ","):
                found.append([])
            else:
                found[-1].append(node)
    return [tuple(part) for part in found if part]


# ---- arrays of parts -------------------------------------------------------------------------------------------------


def listed(reader: Reader, node: Node) -> Term:
    """[A, B]: matrices side by side."""
    parts = [reader.read(part) for part in arguments(node)]
    return side_by_side(parts)


def side_by_side(parts: Sequence[Term]) -> Term:
    """Matrices side by side; a 𝟏 has as many rows as the others, and a number among rows is a block of one entry."""
    if any(part.letters for part in parts):
        return stacking.beside(parts)
    parts = [_as_block(part) for part in parts]
    if any(part.shape is None for part in parts):  # that a block does not conform is for the judge to say
        return terms.made(f"hstack([{', '.join(part.as_array for part in parts)}])", ATOM, None, *parts)
    known = [part.shape[0] for part in parts if part.shape and not terms.is_unknown(part.shape[0])]
    if known:
        parts = [terms.with_rows(part, known[0]) for part in parts]
    rows = {part.shape[0] if part.shape else None for part in parts}
    if any(part.letters or part.shape is None for part in parts) or len(rows) != 1 or all(p.is_number for p in parts):
        raise Unread("a list of things that do not stand side by side as matrices do")
    columns = " + ".join(part.shape[1] for part in parts if part.shape)
    source = f"hstack([{', '.join(part.as_array for part in parts)}])"
    return terms.made(source, ATOM, (str(rows.pop()), _total(columns)), *parts)


def _as_block(part: Term) -> Term:
    if part.shape != () or part.letters:
        return part
    return terms.made(f"{part.at(terms.PRODUCT)} * ones(1, 1)", terms.PRODUCT, ("1", "1"), part)


def _total(sizes: str) -> str:
    """A sum of sizes, whose numbers are added up."""
    words = sizes.split(" + ")
    count = sum(int(word) for word in words if word.isdigit())
    named = [word for word in words if not word.isdigit()]
    return " + ".join([*named, *([str(count)] if count else [])])


def blocks(reader: Reader, node: Node) -> Term:
    """A matrix that is written out, of numbers or of blocks."""
    rows = [[reader.read(cell) for cell in row] for row in node.rows]
    cells = [cell for row in rows for cell in row]
    if len({len(row) for row in rows}) != 1:
        raise Unread("a matrix whose rows have several lengths", node.start, node.stop)
    if any(cell.letters for cell in cells):
        return stacking.below([side_by_side(row) if len(row) > 1 else row[0] for row in rows])
    if all(cell.is_number for cell in cells):
        lines = [f"[{', '.join(_scalar(cell) for cell in row)}]" for row in rows]
        source = f"stack([{', '.join(f'stack({line})' for line in lines)}])"
        return terms.made(source, ATOM, (str(len(rows)), str(len(rows[0]))), *cells)
    if len(rows[0]) == 1 and any(cell.source == "0" for cell in cells):
        raise Unread("a 0 below a block: a number, or how many?", node.start, node.stop)
    rows = _with_zeros(rows)
    lines_of = [side_by_side(row) if len(row) > 1 else _as_block(row[0]) for row in rows]
    if any(line.shape is None for line in lines_of):
        return terms.made(f"vstack([{', '.join(line.as_array for line in lines_of)}])", ATOM, None, *lines_of)
    columns = {line.shape[1] if line.shape else None for line in lines_of}
    if len(columns) != 1 or any(line.shape is None or len(line.shape) < 2 for line in lines_of):
        raise Unread("blocks whose sizes do not fit", node.start, node.stop)
    height = _total(" + ".join(line.shape[0] for line in lines_of if line.shape))
    source = f"vstack([{', '.join(line.as_array for line in lines_of)}])" if len(lines_of) > 1 else lines_of[0].source
    return terms.made(source, ATOM, (height, str(columns.pop())), *lines_of)


def _with_zeros(rows: list[list[Term]]) -> list[list[Term]]:
    """The same, with a block of zeros for each 0: as high as what stands beside it, as wide as what is above or below.

    Where these do not say it, it stays.
    """

    def zeros(i: int, j: int) -> Term:
        beside = {cell.shape[0] for cell in rows[i] if cell.source != "0" and cell.shape}
        shapes = [row[j].shape or () for row in rows if row[j].source != "0"]
        along = {shape[1] for shape in shapes if len(shape) == 2}
        if len(beside) != 1 or len(along) != 1:
            return rows[i][j]
        height, width = beside.pop(), along.pop()
        return Term(f"zeros({height}, {width})", ATOM, (height, width))

    return [[zeros(i, j) if cell.source == "0" else cell for j, cell in enumerate(row)] for i, row in enumerate(rows)]


def _scalar(cell: Term) -> str:
    return cell.as_array if cell.shape == () else f"{cell.at(ATOM)}.reshape(())"

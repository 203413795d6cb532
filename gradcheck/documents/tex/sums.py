"""Σ, max and min over indices, δ, conditions and cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradcheck.documents.tex import index_sets, named_sets, shifts, terms
from gradcheck.documents.tex.below import UP_TO, below
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.lists import arguments, refuse_factor
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import Described, described, items, script
from gradcheck.documents.tex.sizes import size_of
from gradcheck.documents.tex.terms import ATOM, PRODUCT, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, span, walked

COMPARED: Mapping[str, str] = {"=": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
OPPOSITE: Mapping[str, str] = {"=": "!=", "!=": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """Something over indices, or δ, if it begins here."""
    node = nodes[at]
    if node.is_("big", "sum"):
        return _sum(reader, node, nodes[at + 1 :]), len(nodes)
    if node.is_("big", "max", "min"):
        return _extreme(reader, nodes, at)
    if node.kind == "big":
        raise Unread(f"{node.value} over an index", node.start, node.stop)
    return _delta(reader, nodes, at)


# ---- Σ ---------------------------------------------------------------------------------------------------------------


def _sum(reader: Reader, node: Node, body: Sequence[Node]) -> Term:
    if not body:
        raise Unread("Σ of nothing", node.start, node.stop)
    if not node.sub:
        raise Unread("Σ over which index?", node.start, node.stop)
    names, sign, right, said = below(node.sub[0])
    above = node.sup[0] if node.sup else ()
    if said and (not sign or (sign == "=" and plain(right) == "1" and above)):
        return _under(reader, names, above, said, body)
    if not said and sign in ("", "=") and (sign or above):
        one = Node("number", "1", start=node.start, stop=node.stop)
        return _counted(reader, names, right if sign else [one], above, body, node)
    if sign == UP_TO and not above and not said:
        one = Node("number", "1", start=node.start, stop=node.stop)
        return _counted(reader, names, [one], right, body, node)
    if not said and not above and not sign:
        return _over(reader, names, "", body)
    if sign in ("!=", "<", ">") and not above and not said:
        return _where(reader, names, sign, right, body)
    if sign in ("in", "notin") and not above and not said:
        return _within(reader, names, sign, right, body)
    raise Unread(f"Σ over {plain(node.sub[0])}", node.start, node.stop)


def _under(reader: Reader, names: Sequence[str], above: Row, said: Sequence[Node], body: Sequence[Node]) -> Term:
    """Σ over those of which a condition holds: i : m_i < 1."""
    size = size_of(reader, above) if above else ""
    with reader.scope.binding(dict.fromkeys(names, size)):
        inside, test = reader.expression(body), indicator(reader, said)
    if not test.is_number or not any(reader.scope.letter(name) in test.letters for name in names):
        raise Unread(f"Σ over {','.join(names)} under the condition {plain(said)}", *span(said))
    return _selected(reader, names, test, inside, size)


def _within(reader: Reader, names: Sequence[str], sign: str, right: Sequence[Node], body: Sequence[Node]) -> Term:
    """Σ over the members of a set of indices, or over all others."""
    with reader.scope.binding(dict.fromkeys(names, "")):
        inside = reader.expression(body)
        test = _member(reader, names, right, inside)
        test = test if sign == "in" else _opposite(test)
    return _selected(reader, names, test, inside, "")


def _member(reader: Reader, names: Sequence[str], right: Sequence[Node], inside: Term) -> Term:
    """1 for what is in a set, and 0 for what is not; inside: says what letters run to. Raises Unread."""
    said = named_sets.condition(reader.scope, names, right)
    return index_sets.membership(reader, names, right, inside) if said is None else indicator(reader, said)


def _opposite(test: Term) -> Term:
    return terms.made(f"(1 - {test.at(PRODUCT)})", ATOM, (), test)


def members(reader: Reader, node: Node) -> Term | None:
    """How many members a set has that is defined by a condition; None for bars around what is no such set."""
    right = solid(node.inner)
    one = described(right[0]) if len(right) == 1 else None
    known = reader.scope.named_sets.get(one.base) if one is not None else None
    if known is None or len(known.inner) != 1:
        return None
    name = known.inner[0] if known.inner[0] not in reader.scope.bound else reader.scope.free_letter()
    with reader.scope.binding({name: ""}):
        test = _member(reader, [name], right, terms.number("1"))
    letter = reader.scope.letter(name)
    return terms.summed(test, {letter: _run(letter, "", test)})


def _selected(reader: Reader, names: Sequence[str], test: Term, inside: Term, size: str) -> Term:
    """Σ over letters of what is inside, where a test is 1. Raises Unread where a letter runs to two sizes."""
    if any(name in reader.scope.step_letters for name in names):
        raise Unread(f"Σ over some of the steps {','.join(names)}")
    for letter in test.letters.keys() & inside.letters.keys():
        if len({test.letters[letter], inside.letters[letter], ""}) > 2:
            raise Unread(f"index {letter} runs to two sizes")
    factor = terms.made(f"{test.at(PRODUCT)} * {inside.at(terms.NEGATIVE)}", PRODUCT, inside.shape, test, inside)
    return terms.summed(factor, {letter: _run(letter, size, factor) for letter in map(reader.scope.letter, names)})


def _counted(
    reader: Reader, names: Sequence[str], first: Sequence[Node], last: Row, body: Sequence[Node], node: Node
) -> Term:
    """Σ from 1 to a size; over steps, one by one."""
    start, stop = plain(first), plain(last)
    stopped = script(last, reader.scope.steps)
    is_of_steps = len(names) == 1 and names[0] in reader.scope.step_letters
    if is_of_steps and (reader.scope.step_number(stopped) is not None or start != "1"):
        return _unrolled(reader, names[0], start, stopped, body)
    if start == "1" and last and reader.scope.first == 1:
        return _over(reader, names, size_of(reader, last), body)
    ends = shifts.bounds(reader, tuple(first), last) if last else None
    if ends is None or len(names) > 1:
        raise Unread(f"Σ from {start} to {stop or '?'}", node.start, node.stop)
    return _over(reader, names, ends[1], body) if ends[0] == "0" else _between(reader, names[0], *ends, body)


def _unrolled(reader: Reader, name: str, start: str, stop: str, body: Sequence[Node]) -> Term:
    first = reader.scope.step_number(start)
    last = reader.scope.step_number(stop)
    if first is None or last is None:
        raise Unread(f"Σ over the steps from {start} to {stop}")
    found: Term | None = None
    for step in range(first, last + 1):
        with reader.scope.at_step({name: step}):
            term = reader.expression(body)
        found = term if found is None else terms.added(found, "+", term)
    if found is None:
        return terms.number("0")
    return found


def _over(reader: Reader, names: Sequence[str], size: str, body: Sequence[Node]) -> Term:
    if len(names) == 1 and names[0] in reader.scope.step_letters:
        first, last = reader.scope.step_range(names[0])
        return _unrolled(reader, names[0], str(first), str(last), body)
    letters = {reader.scope.letter(name): size for name in names}
    with reader.scope.binding(dict.fromkeys(names, size)):
        inside = reader.expression(body)
    runs = {}
    for letter in letters:
        runs[letter] = _run(letter, size, inside)
    whole = replace(inside, letters={**inside.letters, **runs})
    return terms.summed(inside, runs, shifts.ranged(reader.scope, whole))


def _between(reader: Reader, name: str, start: str, stop: str, body: Sequence[Node]) -> Term:
    """Σ over some of the positions of an axis. Raises Unread where it is not shown that they are some of them."""
    with reader.scope.binding({name: ""}):
        inside = reader.expression(body)
    letter = reader.scope.letter(name)
    size = inside.letters.get(letter, "")
    own, ends = shifts.form(size) if size else None, shifts.form(stop)
    rest = shifts.added((1, own), (-1, ends)) if own is not None and ends is not None else {"?": 1}
    if set(rest) - {""} or rest.get("", 0) < 0 or not start.isdigit():
        raise Unread(f"Σ over {name} from {start} to {stop}, on an axis of {size or '?'} positions")
    run = f"{letter}[{start}:{stop if rest else ''}]"
    return terms.summed(inside, {letter: size}, {letter: run})


def _run(letter: str, size: str, inside: Term) -> str:
    """What a letter runs to, by its axes and by what stands above Σ. Raises Unread if these differ."""
    own = inside.letters.get(letter, "")
    if own and size and own != size:
        raise Unread(f"index {letter} runs to {size}, and the axis that it stands on has {own} positions")
    if not own and not size:
        raise Unread(f"Σ over {letter}, of which nothing behind it depends")
    return own or size


def _where(reader: Reader, names: Sequence[str], sign: str, right: Sequence[Node], body: Sequence[Node]) -> Term:
    """Σ over what differs: over those letters that are not free or summed over already."""
    other = plain(right)
    label = described(right[0]) if len(right) == 1 else None
    if label is not None and label.subs and sign == "!=" and len(names) == 1:
        return _beside_label(reader, names[0], right, body)
    if len(names) != 1 or not other.isalpha():
        raise Unread(f"Σ over {','.join(names)} {sign} {other}")
    known = reader.scope.bound.keys() | reader.scope.free
    if other not in known and other in reader.scope.spoken_of:
        raise Unread(f"Σ over {names[0]} {sign} {other}: over {other}, too, or is it given?", *span(right))
    over = [name for name in (names[0], other) if name not in known] or [names[0]]
    with reader.scope.binding(dict.fromkeys(over, "")):
        inside = reader.expression(body)
    one, two = reader.scope.letter(names[0]), reader.scope.letter(other)
    size = inside.letters.get(one) or inside.letters.get(two) or ""
    condition = Term(f"({one} {COMPARED[sign]} {two})", ATOM, (), {one: size, two: size}, True)
    factor = terms.made(f"{condition.source} * {inside.at(terms.NEGATIVE)}", PRODUCT, inside.shape, condition, inside)
    return terms.summed(factor, {reader.scope.letter(name): size for name in over})


def _beside_label(reader: Reader, name: str, right: Sequence[Node], body: Sequence[Node]) -> Term:
    """Σ over all classes but that of a label: k ≠ y_i."""
    with reader.scope.binding({name: ""}):
        inside = reader.expression(body)
        letter = Node("symbol", name, start=right[0].start, stop=right[0].stop)
        beside = _labelled(reader, [letter], right, "!=")
    if beside is None:
        raise Unread(f"Σ over {name} != {plain(right)}", *span(right))
    factor = terms.made(f"{beside.source} * {inside.at(terms.NEGATIVE)}", PRODUCT, inside.shape, beside, inside)
    python = reader.scope.letter(name)
    return terms.summed(factor, {python: factor.letters.get(python, "")})


def open_letters(nodes: Sequence[Node]) -> list[str]:
    """The letters of a Σ that stands in a term and goes on to its end."""
    found = []
    for node in nodes:
        if node.is_("big", "sum") and node.sub:
            found += below(node.sub[0]).names
    return found


def occurs(letter: str, nodes: Iterable[Node]) -> bool:
    """Whether an index is free in what is printed: it stands in a script or a condition, and in no Σ of its own."""
    for node in nodes:
        if node.is_("big", "sum") and letter in open_letters([node]):
            return False
        if node.kind == "bracket" and any(one.kind == "relation" for one in node.inner) and _stands(letter, node.inner):
            return True
        scripts = [*node.sub, *node.sup]
        for row in scripts:
            inner = [one for one in walked(row) if one.kind == "symbol"]
            if any(plain((one.bare(),)) == letter for one in inner):
                return True
        if any(occurs(letter, part) for part in node.parts):
            return True
    return False


def _stands(letter: str, row: Row) -> bool:
    """Whether a letter stands alone beside a sign of a condition, or in brackets there: i = j, (i, j) ∈ Ω."""
    parts = [row, *(node.inner for node in solid(row) if node.is_("bracket", "()"))]
    return any(node.is_("symbol", letter) and not node.is_scripted for part in parts for node in part)


# ---- largest and smallest --------------------------------------------------------------------------------------------


def _extreme(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
    node = nodes[at]
    if not node.sub:
        return _of_two(reader, nodes, at)
    names, sign, right, _ = below(node.sub[0])
    name = names[0] if sign == UP_TO and len(names) == 1 else plain(node.sub[0])
    letter = reader.scope.letter(name)
    with reader.scope.binding({name: ""}):
        inside, after = reader.factor(nodes, at + 1)
    refuse_factor(node, nodes[after:])
    if letter not in inside.letters or not inside.is_number:
        raise Unread(f"{node.value} over {name}, of which nothing behind it depends", node.start, node.stop)
    _run(letter, size_of(reader, right) if sign == UP_TO else "", inside)
    letters = {key: size for key, size in inside.letters.items() if key != letter}
    found = terms.made(f"{inside.at(ATOM)}.{node.value}({letter})", ATOM, (), inside)
    return replace(found, letters=letters), after


def _of_two(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
    node = nodes[at]
    behind = nodes[at + 1] if at + 1 < len(nodes) else None
    given = arguments(behind) if behind is not None and behind.kind == "bracket" else []
    if behind is None or len(given) != 2:
        raise Unread(f"{node.value} of what?", node.start, node.stop)
    one, two = (reader.read(part) for part in given)
    if node.value == "max" and "0" in (one.source, two.source):
        found = terms.called("relu", two if one.source == "0" else one)
    else:
        shape = two.shape if one.is_number else one.shape
        found = terms.called({"max": "maximum", "min": "minimum"}[node.value], one, two, shape=shape)
    return reader.scripted(found, behind), at + 2


# ---- conditions ------------------------------------------------------------------------------------------------------


def _delta(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """δ_ij, where δ has no other meaning on the page, or the page speaks of Kronecker's, and δ is one number."""
    one = described(nodes[at])
    pair = delta_indices(one) if one is not None else None
    if one is None or pair is None:
        return None
    other = reader.scope.symbols.get("delta")
    is_apart = reader.scope.has_kronecker and other is not None and other.is_lone_number
    if not is_apart and (reader.lookup(one)[0] is not None or other is not None):
        return None
    return equal(reader, pair[0], "==", pair[1]), at + 1


def delta_indices(one: Described) -> list[str] | None:
    """The two indices of δ_ij; None for another letter."""
    if one.base not in ("delta", "bb:delta") or len(one.subs) != 1 or one.sups:
        return None
    pair = [plain(row) for row in items(one.subs[0])]
    return pair if len(pair) == 2 and not any(name.isdigit() for name in pair) else None


def equal(reader: Reader, one: str, sign: str, other: str) -> Term:
    """1 where two indices are equal, or where they are not."""
    left, right = reader.scope.letter(one), reader.scope.letter(other)
    sizes = {left: reader.scope.bound.get(one, ""), right: reader.scope.bound.get(other, "")}
    return Term(f"({left} {sign} {right})", ATOM, (), sizes, True)


def condition(reader: Reader, nodes: Sequence[Node]) -> tuple[Term, str]:
    """A condition, and its sign. Raises Unread."""
    nodes = [node for node in nodes if not _is_word(node)]
    while nodes and nodes[-1].is_("operator", ",", ".", ";"):
        nodes = nodes[:-1]
    places = [i for i, node in enumerate(nodes) if node.kind == "relation"]
    if len(places) == 1 and nodes[places[0]].value in ("in", "notin"):
        return _in_set(reader, nodes, places[0])
    if len(places) != 1 or nodes[places[0]].value not in COMPARED:
        raise Unread(f"the condition {plain(nodes)}", *span(nodes))
    place = places[0]
    sign, left, right = nodes[place].value, nodes[:place], nodes[place + 1 :]
    names = [_index_name(reader, side) for side in (left, right)]
    if names[0] and names[1]:
        return equal(reader, names[0], COMPARED[sign], names[1]), sign
    if labelled := _labelled(reader, left, right, sign):
        return labelled, sign
    if (of_places := shifts.compared(reader, left, COMPARED[sign], right)) is not None:
        return of_places, sign
    if any(names):
        raise Unread(f"the condition {plain(nodes)}: an index beside what is none", *span(nodes))
    one, two = reader.read(left), reader.read(right)
    shape = two.shape if one.is_number else one.shape
    if sign in ("=", "!="):
        raise Unread(f"the condition {plain(nodes)}, on values", *span(nodes))
    return terms.made(f"({one.source} {COMPARED[sign]} {two.source})", ATOM, shape, one, two), sign


def _in_set(reader: Reader, nodes: Sequence[Node], place: int) -> tuple[Term, str]:
    """(i, j) ∈ Ω and i ∉ A, of indices."""
    names = below(tuple(nodes[:place])).names
    if not all(re.fullmatch("[a-z]", name) for name in names):
        raise Unread(f"the condition {plain(nodes)}", *span(nodes))
    test, sign = _member(reader, names, nodes[place + 1 :], terms.number("1")), nodes[place].value
    return replace(test if sign == "in" else _opposite(test), by_entries=True), sign


def _labelled(reader: Reader, left: Sequence[Node], right: Sequence[Node], sign: str) -> Term | None:
    """y_i = k, of a label and an index or a number."""
    for one, other in ((left, right), (right, left)):
        label = described(one[0]) if len(one) == 1 else None
        symbol = reader.lookup(label)[0] if label is not None else None
        if label is None or symbol is None or not symbol.classes or sign not in ("=", "!="):
            continue
        sizes: dict[str, str] = {}
        (index,) = [item for row in label.subs for item in items(row)]
        position = reader.index(index, symbol.family[0], sizes)
        value = reader.index(tuple(other), symbol.classes, sizes)
        uses = frozenset((symbol.key,))
        return Term(f"({symbol.name}[{position}] {COMPARED[sign]} {value})", ATOM, (), sizes, True, (), uses)
    return None


def _is_word(node: Node) -> bool:
    words = node.value.strip(" ,.").lower()
    return node.kind in ("text", "word") and words in ("if", "for", "when", "where", "and", "if and only if")


def _index_name(reader: Reader, side: Sequence[Node]) -> str:
    """The letter of an index, where one stands alone; "" otherwise."""
    if len(side) != 1 or not side[0].is_("symbol") or side[0].sub or side[0].sup:
        return ""
    name = plain(side)
    return "" if name in reader.scope.symbols or name in reader.scope.sizes else name


def indicator(reader: Reader, nodes: Sequence[Node]) -> Term:
    """1 where a condition holds, and 0 elsewhere."""
    found, sign = condition(reader, nodes)
    if sign in ("in", "notin") or not found.uses or any(f" {same} " in found.source for same in ("==", "!=")):
        return found
    return terms.made(f"where({found.source}, 1, 0)", ATOM, found.shape, found)


def cases(reader: Reader, node: Node) -> Term:
    """One formula for each case; the last one holds where no other does."""
    rows = [_case(row) for row in node.rows]
    rows, words = _without_borders(rows)
    if len(rows) < 2:
        raise Unread("one case", node.start, node.stop)
    conditions = [condition(reader, said) if said else None for _, said in rows[:-1]]
    if any(one is None for one in conditions):
        raise Unread("a case without a condition", node.start, node.stop)
    last, said = rows[-1]
    known = [one for one in conditions if one is not None]
    if said and not _is_rest(reader, known, said):
        raise Unread(f"the cases leave open what holds beside {plain(said)}", node.start, node.stop)
    found = reader.read(last)
    for (value, _), (test, _) in zip(reversed(rows[:-1]), reversed(known), strict=True):
        term = reader.read(value)
        shape = term.shape if not term.is_number else found.shape if not found.is_number else test.shape
        found = _either(test, terms.zero_of(term, shape), terms.zero_of(found, shape), shape)
    return found.noted(*words)


def _either(test: Term, one: Term, other: Term, shape: terms.Shape) -> Term:
    """The one where a condition holds, and the other elsewhere. A condition on numbers chooses between whole arrays."""
    if not test.is_number or one.is_number or other.is_number:
        return terms.made(f"where({test.source}, {one.source}, {other.source})", ATOM, shape, test, one, other)
    chosen = [
        terms.scaled(terms.made(f"where({test.source}, {values})", ATOM, (), test), part)
        for part, values in ((one, "1, 0"), (other, "0, 1"))
        if not part.source.startswith("zeros(")
    ]
    return terms.added(chosen[0], "+", chosen[1]) if len(chosen) == 2 else chosen[0] if chosen else one


def _without_borders(rows: list[tuple[Row, list[Node]]]) -> tuple[list[tuple[Row, list[Node]]], list[str]]:
    """The cases without what holds at x = 0 between x > 0 and x < 0: a convention, which nothing is compared with."""
    said = [plain(condition) for _, condition in rows]
    lost = [text for text in said if "=" in text and {text.replace("=", "<"), text.replace("=", ">")} <= set(said)]
    kept = [row for row, text in zip(rows, said, strict=True) if text not in lost]
    return kept, [f"what holds at {text} is a convention" for text in lost]


def _case(row: Sequence[Row]) -> tuple[Row, list[Node]]:
    """What holds in a case, and when: in a cell of its own, or behind `if`."""
    value, said = solid(row[0]), [node for cell in row[1:] for node in solid(cell)]
    if not said:
        cut = next((i for i, node in enumerate(value) if _begins_condition(node) and i), len(value))
        value, said = value[:cut], value[cut:]
    otherwise = any(word in plain(said).lower() for word in ("otherwise", "else"))
    return tuple(value), [] if otherwise else said


def _begins_condition(node: Node) -> bool:
    words = node.value.strip(" ,.").lower().split(" ")
    return node.kind in ("text", "word") and words[0] in ("if", "for", "when", "where", "otherwise", "else")


def _is_rest(reader: Reader, known: Sequence[tuple[Term, str]], said: Sequence[Node]) -> bool:
    """Whether the last condition is the opposite of the only one before it."""
    last, sign = condition(reader, said)
    if len(known) != 1:
        return False
    first, other = known[0]
    opposite = OPPOSITE[other]
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
    wanted = first.source.replace(f" {COMPARED[other]} ", f" {COMPARED[opposite]} ")
    one, mark, two = last.source.strip("()").split(" ", 2) if last.source.count(" ") == 2 else ("", "", "")
    return (
        last.source == wanted
        or (bool(mark) and f"({two} {turned[mark]} {one})" == wanted)
        or _is_weak(first, other, last, sign)
    )


def _is_weak(first: Term, sign: str, last: Term, other: str) -> bool:
    """Whether both are strict and leave out the border alone, where neither formula is asked."""
    return {sign, other} in ({"<", ">"}, {"<=", ">="}) and first.source.replace(
        f" {COMPARED[sign]} ", "|"
    ) == last.source.replace(f" {COMPARED[other]} ", "|")

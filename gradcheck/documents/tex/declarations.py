"""What a page declares: X ∈ ℝ^{n×d}, y ∈ {0, 1}^n, ε > 0, σ : ℝ → ℝ, and the words beside it, as one-hot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import Described, described, items, script
from gradcheck.documents.tex.sizes import size_of
from gradcheck.documents.tex.statements import Side, Statement
from gradcheck.documents.tex.symbols import INDEXED, NUMBERED
from gradcheck.documents.tex.tree import Node, Row, plain, solid

REAL, POSITIVE, BITS, UNIT, SIGNS = "real", "positive", "bits", "unit", "signs"
ONE_HOT, DISTRIBUTION, SYMMETRIC, DEFINITE = "one_hot", "distribution", "symmetric", "positive_definite"
LABELS = "labels"
IDENTITY, ORTHOGONAL, ONES, TRIANGULAR, UNIT_VECTOR = "identity", "orthogonal", "ones", "triangular", "unit_vector"
REGULAR = "regular"

NOT_SYMMETRIC = re.compile(r"symmetric or not|asymmetric|\b(?:not|never|no|without|non)\b[^.;,$]{0,30}symmetr", re.I)
IDENTITIES = ("I", "bold:I")
_NUMBERS = re.compile(r"\b(?:real )?(?:numbers|scalars|reals)\s*(?:\$|\\\()\Z")
SUMS = re.compile(
    r"\b(?:sums?|adds? up|adding up|summing) to (?:one|1)\b|\bprobability (?:vector|distribution)\b", re.I
)
UNSAID = -1
_ENDS_BEFORE = re.compile(r"(?:,|\band)\s*(?:\$|\\\()?\s*\Z")
"""What words end with that speak of the formula before, as in: 1 the vector of ones, g and c in ℝ^n."""
WORDS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"\bone[- ]hot\b|\b(?:one|1)[- ]of[- ]", re.I), ONE_HOT),
    (re.compile(r"\b(?:all[- ]ones|(?:matrix|vector|column|row)s? of (?:all )?ones|ones vector)\b", re.I), ONES),
    (re.compile(r"\bpositive[- ](?:semi-?)?definite\b|\bSPD\b", re.I), DEFINITE),
    (re.compile(r"\bsymmetric\b", re.I), SYMMETRIC),
    (re.compile(r"\borthogonal (?:matrix|\$)|\borthonormal columns\b", re.I), ORTHOGONAL),
    (SUMS, DISTRIBUTION),
    (re.compile(r"\bunit vector\b", re.I), UNIT_VECTOR),
)


@dataclass(frozen=True)
class Declared:
    """A symbol of which it is said what it is. key: without indices. shape: of a member; () for a number.

    family: sizes of the indices that members have, and letters: these indices. axis: along which it is one-hot, or sums
    to 1; UNSAID where that is a matter of rows or columns, and the words do not say which.
    """

    key: str
    domain: str
    shape: tuple[str, ...]
    family: tuple[str, ...] = ()
    text: str = ""
    axis: int = 0
    place: int = 0
    letters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """The words around a formula: before it, and behind it in its sentence."""

    before: str = ""
    after: str = ""


def declared(reader: Reader, statement: Statement, context: Context) -> Iterator[Declared]:
    """What a statement declares. Raises Unread for a set that is not known: then it declares nothing."""
    place = next((i for i, side in enumerate(statement.sides) if side.sign == "in"), None)
    if place is not None and place + 1 == len(statement.sides):
        yield from _members(
            reader, statement.sides[place - 1] if place > 1 else statement.left, statement, place, context
        )
    elif len(statement.sides) == 1 and _NUMBERS.search(context.before):
        given = list(names(reader, statement.left))
        if any(node.kind == "dots" for node in statement.left.nodes) and len(given) > 1:
            yield from _row_of_members(reader, given, REAL, (), context)
    elif len(statement.sides) == 2 and statement.sides[1].sign in (">", ">=") and statement.sides[1].text == "0":
        given = list(names(reader, statement.left))
        if any(node.kind == "dots" for node in statement.left.nodes):
            yield from _row_of_members(reader, given, POSITIVE, (), context)
            return
        for one, indices in given:
            if one is not None:
                if not all(name in reader.scope.bound_somewhere for name in indices):
                    indices = ()
                found = Declared(key_of(reader, one, indices), POSITIVE, (), ("?",) * len(indices), plain((one.node,)))
                yield _summing(replace(found, place=one.node.start, letters=indices), context)


def _members(reader: Reader, left: Side, statement: Statement, place: int, context: Context) -> Iterator[Declared]:
    side = statement.left if place > 1 and statement.sides[1].sign == "=" else left
    if pair := _pair(side, statement.sides[place]):
        for member, members in pair:
            yield from _members(reader, member, Statement((member, members)), 1, context)
        return
    domain, sizes = _set(reader, statement.sides[place].nodes)
    given = list(names(reader, side))
    shape = tuple(sizes)
    dotted = any(node.kind == "dots" for node in side.nodes)
    if dotted:
        yield from _row_of_members(reader, given, domain, shape, context)
        return
    for one, indices in given:
        if one is None or (domain == LABELS and not indices):
            continue  # i ∈ {1, …, n} is an index
        if not all(name in reader.scope.bound_somewhere for name in indices):
            indices = ()  # it is a name: v_c of the word c
        family = tuple(range_of(reader, context, name) for name in indices)
        if one.base in IDENTITIES and re.search(r"\bidentity\b", f"{context.before} {context.after}"):
            domain = IDENTITY
        key, place = key_of(reader, one, indices), one.node.start
        found = Declared(key, domain, shape, family, plain((one.node,)), place=place, letters=indices)
        yield found if domain == IDENTITY else said(found, context)


def _pair(side: Side, members: Side) -> list[tuple[Side, Side]]:
    """(x_i, y_i) ∈ A × B, taken apart; nothing for other sides."""
    nodes = solid(side.nodes)
    if len(nodes) != 1 or not nodes[0].is_("bracket", "()") or nodes[0].is_scripted:
        return []
    each = [_until(nodes[0].inner, ","), _until(members.nodes, "times")]
    if len(each[0]) < 2 or len(each[0]) != len(each[1]):
        return []
    return [(Side("", tuple(a)), Side("in", tuple(b))) for a, b in zip(*each, strict=True)]


def _until(row: Sequence[Node], sign: str) -> list[list[Node]]:
    """A row, cut at a sign."""
    found: list[list[Node]] = [[]]
    for node in solid(row):
        if node.is_("operator", sign):
            found.append([])
        else:
            found[-1].append(node)
    return found


def _row_of_members(
    reader: Reader,
    names: Sequence[tuple[Described | None, tuple[str, ...]]],
    domain: str,
    shape: tuple[str, ...],
    context: Context,
) -> Iterator[Declared]:
    """x_1, …, x_N: so many of them."""
    given = [one for one, _ in names if one is not None]
    last = given[-1]
    scripts = [*last.subs, *last.sups]
    if not scripts:
        raise Unread("… in a declaration")
    count = script(scripts[-1], reader.scope.steps).strip("()")
    if count in reader.scope.step_sizes or _is_stepped(reader, last.base):
        number = reader.scope.step_number(count)
        if number is None:
            raise Unread(f"so many as {count}")
        first = plain(given[0].subs[-1]) if given[0].subs else "1"
        for step in range(0 if first == "0" else 1, number + 1):
            yield said(Declared(f"{last.base}_{step}", domain, shape, (), f"{last.base}_{step}"), context)
        return
    inner = solid(scripts[-1])
    row = solid(inner[0].inner) if inner[0].kind == "bracket" else inner
    yield said(Declared(last.base, domain, shape, (size_of(reader, row),), last.base), context)


def _is_stepped(reader: Reader, base: str) -> bool:
    return base in reader.scope.stepped


def names(reader: Reader, side: Side) -> Iterator[tuple[Described | None, tuple[str, ...]]]:
    """The symbols of a list, each with the indices that it has there."""
    current: list[Node] = []
    for node in (*side.nodes, Node("operator", ",")):
        if node.is_("operator", ",") or node.kind in ("text", "word"):
            for one in current if len(current) == 1 else ():  # dx is made of two, of which it says the size
                found = described(one)
                if found is not None:
                    yield found, _indices(reader, found)
            current = []
        elif node.kind != "dots" and not node.is_("operator", "forall"):
            current.append(node)


def _indices(reader: Reader, one: Described) -> tuple[str, ...]:
    """The letters of its scripts that are indices: one lower-case letter each, and no steps."""
    found = []
    for row in (*one.sups, *one.subs):  # as they are read: the number of an example, then of its entry
        inner = solid(row)
        if len(inner) == 1 and inner[0].kind == "bracket":
            inner = solid(inner[0].inner)
            parts: list[Row] = [tuple(inner)]
        else:
            parts = items(row)
        names = [plain(part) for part in parts]
        if all(re.fullmatch(r"[a-z]'?", name) and name not in reader.scope.steps for name in names) and names:
            if row in one.sups and solid(row)[0].kind != "bracket":
                continue
            found += names
    return tuple(found)


def key_of(reader: Reader, one: Described, indices: Sequence[str]) -> str:
    """What a symbol is known by, without its indices. A letter with a number above it is none without one."""
    key = one.base
    every = {**reader.scope.step_sizes, **reader.scope.steps}
    for row in one.sups:
        text = script(row, every if row and row[0].kind == "bracket" else reader.scope.steps)
        if text.strip("()") not in indices:
            key += f"^{text}"
        elif (known := reader.scope.symbols.get(key)) is not None and not (known.is_numbered or known.family):
            key += NUMBERED  # r_i^{(k)}, beside an r_i
    for row in one.subs:
        names = [plain(part) for part in items(row)]
        if not (indices and all(name in indices for name in names)):
            key += f"_{script(row, every)}"
        elif (known := reader.scope.symbols.get(key)) is not None and known.is_lone_number:
            key += INDEXED
    return key + "'" * one.primes


def range_of(reader: Reader, context: Context, name: str) -> str:
    """What an index runs to, as far as the words say it; "?" if they do not."""
    words = f"{context.before} {context.after}"
    match = re.search(
        rf"\b{re.escape(name)}\s*(?:=|\\in)\s*(?:\\\{{)?\s*1\s*,\s*(?:2\s*,\s*)?\\[lc]?dots\s*,\s*(\w)\b", words
    )
    if match:
        return reader.scope.size(match[1])
    return reader.scope.letter_sizes.get(name, "?")


def _summing(found: Declared, context: Context) -> Declared:
    """Numbers above 0 with one index, of which the words behind say that they sum to one: probabilities."""
    is_one = len(found.family) == 1 and SUMS.search(context.after)
    return replace(found, domain=DISTRIBUTION) if is_one else found


# ---- sets ------------------------------------------------------------------------------------------------------------


def _set(reader: Reader, nodes: Sequence[Node]) -> tuple[str, list[str]]:
    """The domain and the sizes of a set. Raises Unread."""
    nodes = [node for node in nodes if not node.is_("operator", ".", ",", ";")]
    if not nodes:
        raise Unread("a set")
    head = nodes[0]
    if any(node.kind not in ("text", "word") for node in nodes[1:]):
        raise Unread(f"the set {plain(nodes)}")
    if head.kind == "bracket":
        if count := _counted_to(reader, head):
            return LABELS, [count]
        return _listed(head), _sizes(reader, head)
    one = described(head)
    if one is None:
        raise Unread(f"the set {plain(nodes)}")
    sub = "".join(map(plain, one.subs))
    is_positive = sub in ("+", "++", ">0", ">=0") or any(plain(row) in ("+", "++") for row in one.sups)
    sizes = [row for row in one.sups if plain(row) not in ("+", "++")]
    if sub not in ("", "+", "++", ">0", ">=0", "!=0"):
        raise Unread(f"the set {plain(nodes)}")
    if one.base == "bb:R":
        return POSITIVE if is_positive else REAL, _sizes_of(reader, sizes)
    if one.base == "bb:S":
        (size,) = _sizes_of(reader, sizes)[:1] or ["?"]
        return DEFINITE if is_positive else SYMMETRIC, [size, size]
    if one.base in ("bb:N", "bb:Z"):
        raise Unread("whole numbers")
    raise Unread(f"the set {plain(nodes)}")


def _counted_to(reader: Reader, node: Node) -> str:
    """How many classes {1, …, K} has; "" for another set."""
    inside = [one for one in solid(node.inner) if not one.is_("operator", ",")]
    texts = [plain((one,)) for one in inside]
    is_count = node.value == "{}" and not node.is_scripted and len(inside) in (3, 4) and inside[-2].kind == "dots"
    if not is_count or texts[0] != "1" or (len(inside) == 4 and texts[1] != "2"):
        return ""
    return size_of(reader, (inside[-1],))


def _sizes(reader: Reader, node: Node) -> list[str]:
    return _sizes_of(reader, node.sup)


def _sizes_of(reader: Reader, sups: Sequence[Sequence[Node]]) -> list[str]:
    parts: list[list[Node]] = [[]]
    for row in sups:
        for node in solid(row):
            if node.is_("operator", "times", "cdot", ","):
                parts.append([])
            else:
                parts[-1].append(node)
    sizes = [size_of(reader, tuple(part)) for part in parts if part]
    if len(sizes) > 2:
        raise Unread(f"an array of {len(sizes)} axes")
    return [*sizes, "1"] if len(sizes) == 1 else sizes


def _listed(node: Node) -> str:
    inside = plain(node.inner).replace(" ", "")
    if node.value == "{}":
        if inside == "0,1":
            return BITS
        if inside in ("-1,1", "-1,+1", "1,-1", "+1,-1", "pm1"):
            return SIGNS
        if re.fullmatch(r"0,1,(?:2,)*dots\\\w+\(\)", inside):
            return POSITIVE
    if node.value in ("[]", "()", "[)", "(]") and inside == "0,1":
        return UNIT
    raise Unread(f"the set {plain((node,))}")


# ---- words -----------------------------------------------------------------------------------------------------------


def said(found: Declared, context: Context) -> Declared:
    """What the words beside it add."""
    if found.key.startswith("bold:1"):
        return replace(found, domain=ONES)
    before = "" if _ENDS_BEFORE.search(context.before) else re.split(r"[;.] ", context.before)[-1]
    words = f"{before} ¦ {context.after}"
    for pattern, domain in WORDS:
        if domain in (SYMMETRIC, DEFINITE) and (NOT_SYMMETRIC.search(words) or len(set(found.shape)) != 1):
            continue
        if not pattern.search(words) or not found.shape:
            continue
        if domain == ONE_HOT and found.domain not in (REAL, BITS):
            continue
        return replace(found, domain=domain, axis=_axis(found, words) if domain in (ONE_HOT, DISTRIBUTION) else 0)
    return found


def _axis(found: Declared, words: str) -> int:
    """The axis along which something sums to one: that of a column, or as the words say of a matrix."""
    if "1" in found.shape:
        return len(found.family) + (1 if found.shape[0] == "1" != found.shape[1] else 0)
    of_rows, of_columns = (bool(re.search(rf"\b{word}s?\b", words, re.I)) for word in ("row", "column"))
    return len(found.family) + of_rows if of_rows != of_columns else UNSAID


def source_of(found: Declared, name: str, printed: str) -> str:
    """The line of Python that makes it."""
    sizes = [*found.family, *found.shape]
    inner = ", ".join([f'"{printed}"', *sizes])
    match found.domain:
        case "labels":
            return f'{name} = labels("{printed}", {found.family[0]}, classes={found.shape[0]})'
        case "identity":
            return f"{name} = identity({found.shape[0]})"
        case "ones":
            return f"{name} = ones({', '.join(sizes)})"
        case "signs":
            return f"{name} = 2 * bits({inner}) - 1"
        case "one_hot" | "distribution":
            return f"{name} = {found.domain}({inner}, axis={found.axis})"
        case "symmetric" | "positive_definite":
            return f'{name} = {found.domain}("{printed}", {", ".join((*found.family, found.shape[0], found.shape[0]))})'
        case _:
            return f"{name} = {found.domain}({inner})"


def merged(known: Mapping[str, Declared], found: Declared) -> Declared:
    """What two declarations of one symbol say together. Raises Unread if they contradict each other."""
    before = known.get(found.key)
    if before is None:
        return found
    are_entries = found.shape == () and found.domain in (POSITIVE, DISTRIBUTION)
    if are_entries and not before.family and before.shape[1:] == ("1",) and before.domain in (REAL, UNIT):
        return replace(before, domain=found.domain)  # x_i > 0, of an array's entries
    if found.shape == () and found.domain == POSITIVE and before.domain != BITS:
        return before if before.domain in (DISTRIBUTION, ONE_HOT) else replace(before, domain=POSITIVE)
    if before.shape == () and before.domain == POSITIVE:
        return replace(found, domain=POSITIVE if found.domain == REAL else found.domain)
    if (before.shape, before.family) == (found.shape, found.family):
        return found if before.domain == REAL else before
    if (same := _one_array(before, found)) is not None:
        return same
    raise Unread(f"{found.text} is declared twice, with other sizes")


def _one_array(before: Declared, found: Declared) -> Declared | None:
    """Numbers y_i, and a column y of as many: one array, of which what is said of either holds."""
    members, whole = (before, found) if before.shape == () else (found, before)
    if members.shape != () or len(members.family) != 1 or whole.family or len(whole.shape) != 2:
        return None
    if whole.shape[1] != "1" or members.family[0] not in ("?", whole.shape[0]):
        return None
    said_of_it = {members.domain, whole.domain} - {REAL}
    if len(said_of_it) > 1:
        return None
    domain = said_of_it.pop() if said_of_it else REAL
    return replace(members, domain=domain, family=(whole.shape[0],), axis=0)

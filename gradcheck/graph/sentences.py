"""Sentences about formulas, written from the shared graph: what is long and used again is written once, under a name.

A formula that fits on a few lines is written out. In a longer one, `t1 @ W, where t1 = X - X.mean(); t2 = …`, every
part has a name that would be written out twice, unless it is about as short as a name: so the text grows as the graph
does, while a residual net that is written out grows by a factor with every layer. What stands behind `where` can be run
as it is: each name is defined before it is used. It is no name of the author's, nor of an input, a size or a function
in the formula.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import copy
from itertools import count

from gradcheck.graph.names import OPERATORS
from gradcheck.graph.node import Array
from gradcheck.graph.walks import written_parts
from gradcheck.graph.writing import COMPARE, Source

LONGEST = 150
"""A formula of more names, numbers and operations than this is not written out."""
SHORT = 6
"""A part of fewer is."""


def formula(style: Source, node: Array) -> str:
    """The formula in a style, written out even if it has a name itself."""
    own = copy(style)
    own.names = {key: name for key, name in style.names.items() if key != id(node)}
    return sentence(own, str, node)


def sentence(style: Source, words: Callable[..., str], *nodes: Array) -> str:
    """What `words` makes of the texts of the nodes, and the definitions of the names in these."""
    page = copy(style)
    page.names, page.pieces = dict(style.names), {}
    parts = list(written_parts(nodes, page.has_name))
    uses = Counter(map(id, nodes)) + Counter(id(operand) for part in parts for operand in part.parts)
    repeated, names, definitions = _repeated(parts, uses, nodes), _free_names(page, parts), []
    for part in parts:
        page.pieces[id(part)] = part.write(page)
        if id(part) in repeated:
            page.names[id(part)] = name = next(names)
            definitions.append(f"{page.label(name)} = {page.pieces.pop(id(part))[0]}")
        uses.subtract(map(id, part.parts))
        for operand in part.parts:
            if not uses[id(operand)]:  # long texts of short-lived parts fill the memory
                page.pieces.pop(id(operand), None)
    text = words(*(page.write(node, COMPARE) for node in nodes))
    return page.where(text, definitions) if definitions else text


def _repeated(parts: Sequence[Array], uses: Counter[int], nodes: Sequence[Array]) -> Collection[int]:
    """Which parts are written once, under a name; operands come first."""
    full: dict[int, int] = {}  # how long a part is when all is written out, and
    short: dict[int, int] = {}  # when what has a name is not
    repeated = set()
    for part in parts:
        full[id(part)] = min(LONGEST + 1, 1 + sum(full.get(id(operand), 1) for operand in part.parts))
        length = 1 + sum(short.get(id(operand), 1) for operand in part.parts)
        is_repeated = uses[id(part)] > 1 and length >= SHORT
        short[id(part)] = 1 if is_repeated else length
        if is_repeated:
            repeated.add(id(part))
    return repeated if sum(full.get(id(node), 1) for node in nodes) > LONGEST else ()


def _free_names(page: Source, parts: Sequence[Array]) -> Iterator[str]:
    """Names that nobody has given, nor looks like one."""
    taken = {page.label(name) for name in page.names.values()}
    taken |= {page.label(name) for part in parts for name in part.vocabulary}
    yield from (name for name in map("t{}".format, count(1)) if page.label(name) not in taken)


OPERATORS["repr"] = lambda node: formula(Source({}, "[]"), node)

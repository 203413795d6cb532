"""Letters that a page says nothing of, and that can be nothing but numbers: the μ, σ and y of a density of one number.

They stand without indices, are not transposed, and nowhere in a norm, below ∇ or in front of an argument; no word
beside them says that they are vectors or functions. That they are taken for numbers is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gradcheck.documents.tex import examples
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import TRANSPOSED, described
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.tree import Node, Row, plain, solid, walked
from gradcheck.documents.tex.words import GREEK

_LETTER = re.compile(rf"(?:(?:hat|tilde|bar):)?(?:[abcf-hm-z]|{'|'.join(GREEK[:24])}|varphi|varepsilon|ell)")
_POWER = re.compile(r"-?\d+")
_NO_NUMBERS = r"\b(?:vectors?|matri(?:x|ces)|functions?|tensors?|arrays?|maps?|set|columns?|rows?)\b"


def numbers(reader: Reader, text: str, statements: Sequence[Statement], keys: Iterable[str]) -> Iterator[str]:
    """Those of the letters that are taken for numbers."""
    scope, rows = reader.scope, [side.nodes for one in statements for side in one.sides]
    for key in keys:
        letter = key.rpartition(":")[2]
        is_taken = key in scope.symbols or letter in scope.sizes or letter in scope.bound_somewhere or key == "pi"
        is_letter = _LETTER.fullmatch(key) and any(_is_alone(key, node) for row in rows for node in walked(row))
        if not is_taken and is_letter and _is_bare(reader, key, rows) and not _is_spoken_of(letter, text):
            yield key


def _is_alone(key: str, node: Node) -> bool:
    one = described(node)
    return one is not None and one.base == key and not any(map(examples.is_number_of_one, one.sups))


def _is_bare(reader: Reader, key: str, rows: Iterable[Row], inside: str = "") -> bool:
    """Whether a letter stands everywhere as a number does. inside: the bracket that holds the rows."""
    return all(_is_bare_in(reader, key, solid(row), inside) for row in rows)


def _is_bare_in(reader: Reader, key: str, nodes: Sequence[Node], inside: str) -> bool:
    padded = (Node("space"), *nodes, Node("space"))
    for before, node, behind in zip(padded, nodes, padded[2:], strict=False):
        one = described(node)
        scripts = (*node.sub, *node.sup)
        is_example = one is not None and any(map(examples.is_number_of_one, one.sups)) and reader.lookup_known(one)
        if one is not None and one.base == key and not is_example:
            is_scripted = one.subs or one.primes or not all(_POWER.fullmatch(plain(row)) for row in one.sups)
            if is_scripted or _is_array(before) or inside in ("‖‖", "script") or behind.is_("bracket", "()"):
                return False
        if not _is_bare(
            reader, key, scripts, "script" if node.kind not in ("big", "word") and node.value != "e" else inside
        ):
            return False
        if one is None and not _is_bare(reader, key, node.parts, node.value if node.kind == "bracket" else inside):
            return False
    return True


def _is_array(node: Node) -> bool:
    """Whether what stands beside it makes a letter a column: the X of X q, and wᵀ."""
    one = described(node)
    is_transposed = any(plain(row) in TRANSPOSED for row in node.sup)
    return is_transposed or (one is not None and node.kind != "word" and one.base[-1:].isupper())


def _is_spoken_of(letter: str, text: str) -> bool:
    """Whether words beside a letter say that it is no number."""
    printed = rf"\$\\?(?:\w+\{{)?\\?{letter}\}}?\$"
    before = rf"{_NO_NUMBERS}[^.$]{{0,12}}{printed}"
    behind = rf"{printed}[^.$]{{0,25}}{_NO_NUMBERS}"
    return re.search(f"{before}|{behind}", text, re.I) is not None

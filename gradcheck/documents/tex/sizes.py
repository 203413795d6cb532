"""Sizes as a page prints them: n, n_x, 2d, n + 1."""

from __future__ import annotations

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import described, script
from gradcheck.documents.tex.tree import Row, plain, solid


def size_of(reader: Reader, row: Row) -> str:
    """A size in Python, of a row such as n, n_x, 2d or n + 1. Raises Unread."""
    nodes = solid(row)
    if len(nodes) == 1 and nodes[0].kind == "number":
        return nodes[0].value
    words = []
    for node in nodes:
        one = described(node)
        if node.is_("bracket", "()") and not node.is_scripted:
            inner = size_of(reader, node.inner)
            words.append(f"({inner})" if len(nodes) > 1 else inner)
        elif one is not None:
            steps = {**reader.scope.step_sizes, **reader.scope.steps}  # n_L is the n_l of the last layer
            key = one.base + "".join(f"^{script(r, steps)}" for r in one.sups)
            key += "".join(f"_{script(r, steps)}" for r in one.subs) + "'" * one.primes
            symbol = reader.scope.symbols.get(key)
            if symbol is not None and not (symbol.axes and key in reader.scope.sizes):  # N is a size beside N_k
                raise Unread(f"{key} is a size here, and elsewhere a symbol", node.start, node.stop)
            is_last = reader.scope.has_one_output and key in _of_last(reader, one.base)
            words.append("1" if is_last else reader.scope.size(key))
        elif node.is_("number"):
            words.append(node.value)
        elif node.is_("operator", "+", "-", "cdot"):
            words.append({"cdot": "*"}.get(node.value, node.value))
        else:
            raise Unread(f"the size {plain(row)}", node.start, node.stop)
    found = ""
    for word in words:
        is_factor = bool(found) and found[-1].isalnum() and word not in "+-*"
        found += f" * {word}" if is_factor else f" {word} " if word in ("+", "-") else word
    return found.strip()


def _of_last(reader: Reader, base: str) -> tuple[str, ...]:
    """What the size of the last layer is known by."""
    last = reader.scope.step_sizes.get("L")
    return (f"{base}_{last}", f"{base}^[{last}]", f"{base}^({last})", f"{base}_L", f"{base}^[L]", f"{base}^(L)")

"""What a thing is called, taken apart: its letter with fonts and accents, and all that stands above and below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from gradcheck.documents.tex.tree import Node, Row, plain, solid

FONTS: Mapping[str, str] = {
    **dict.fromkeys(("mathbf", "boldsymbol", "bm", "textbf", "symbf", "pmb", "bold", "bf"), "bold:"),
    **dict.fromkeys(("mathcal", "mathscr"), "cal:"),
    **dict.fromkeys(("mathrm", "mathit", "operatorname", "mathsf", "mathtt", "rm", "textit"), ""),
    "mathbb": "bb:",
    "mathfrak": "frak:",
}
MOST_SCRIPTS = 6
"""What has more scripts is no letter: which of them belong to its name is a matter of all their combinations."""
TRANSPOSED = ("top", "T", "'")
INVERTED = ("-1", "-top", "-T")


@dataclass(frozen=True)
class Described:
    """A letter with its scripts. sups, subs: pieces as they stand, outermost last."""

    base: str
    sups: tuple[Row, ...]
    subs: tuple[Row, ...]
    primes: int
    node: Node


def described(node: Node) -> Described | None:
    """The letter under all fonts and accents; None for what is none."""
    prefix, sups, subs, primes, at = "", list(node.sup), list(node.sub), node.primes, node
    while at.kind in ("font", "accent", "group"):
        inside = solid(at.inner)
        if len(inside) != 1:
            return _named(node, prefix, inside, at)
        prefix += FONTS.get(at.value, "") if at.kind == "font" else f"{at.value}:" if at.kind == "accent" else ""
        if at.kind == "accent" and any(solid(row)[:1] and solid(row)[0].kind != "bracket" for row in inside[0].sup):
            return None  # the mean of a square is no square of a mean
        (at,) = inside
        sups, subs, primes = [*at.sup, *sups], [*at.sub, *subs], at.primes + primes
    if at.kind not in ("symbol", "word", "number") or (at.kind == "number" and not prefix):
        return None
    primes += sum(one.primes for row in sups for one in row if one.kind == "bracket")  # g^{[2]'} is g' of layer 2
    apart = tuple(pieces(sups))
    primes += sum(plain(row) == "prime" for row in apart)  # as of g^{[2]\prime}
    apart = tuple(row for row in apart if plain(row) != "prime")
    if len(apart) + len(subs) > MOST_SCRIPTS:
        return None
    return Described(prefix + at.value, apart, tuple(subs), primes, node)


def _named(node: Node, prefix: str, inside: Sequence[Node], at: Node) -> Described | None:
    r"""A name of several letters in one font, or under one accent: `\mathbf{ab}`, `\widehat{AB}`."""
    letters = all(one.kind == "symbol" and not one.is_scripted for one in inside) and inside
    if at.kind == "group" or not letters:
        return None
    mark = FONTS.get(at.value, "") if at.kind == "font" else f"{at.value}:"
    name = "".join(one.value for one in inside)
    return Described(prefix + mark + name, tuple(pieces(node.sup)), node.sub, node.primes, node)


def pieces(sups: Sequence[Row]) -> Iterator[Row]:
    r"""Superscripts apart: in `^{[2]T}` stand two, and in `^{(i)\top}`."""
    for row in sups:
        nodes = solid(row)
        while len(nodes) > 1 and (nodes[0].kind == "bracket" or _is_transposition(nodes[-1:])):
            if nodes[0].kind == "bracket" and nodes[1].kind != "operator":
                yield from _apart(nodes[0])
                nodes = nodes[1:]
            elif nodes[-1:] != nodes and _is_transposition(nodes[-1:]) and not nodes[-2].is_("operator"):
                yield tuple(nodes[:-1])
                nodes = nodes[-1:]
            else:
                break
        if len(nodes) == 1 and nodes[0].kind == "bracket":
            yield from _apart(nodes[0])
        else:
            yield tuple(nodes)


def raised_to(one: Described) -> list[Row]:
    """What stands above a letter as it is printed, and not in pieces: in e^{(a)b} stands a product."""
    at = one.node
    rows: list[Row] = []
    while True:
        rows = [*at.sup, *rows]
        inside = solid(at.inner) if at.kind in ("font", "accent", "group") else []
        if len(inside) != 1:
            return rows
        (at,) = inside


def _apart(bracket: Node) -> Iterator[Row]:
    """A bracket, and what stands above it: W^{[2]^T} is W^{[2]T}. One with something below it is no number."""
    if bracket.sub:
        yield (bracket,)
        return
    yield (bracket.bare(),)
    yield from pieces(bracket.sup)


def _is_transposition(row: Sequence[Node]) -> bool:
    return plain(row) in TRANSPOSED


def script(row: Row, steps: Mapping[str, int]) -> str:
    """A script as a text, with the numbers that letters of steps stand for."""
    return script_of(plain(row), steps)


def script_of(text: str, steps: Mapping[str, int]) -> str:
    """The same of a script that is a text."""
    inner, marks = text, ("", "")
    if text[:1] in ("[", "(") and text[-1:] in ("]", ")"):
        inner, marks = text[1:-1], (text[0], text[-1])
    if inner in steps:
        inner = str(steps[inner])
    elif shifted := re.fullmatch(r"(\w+)([+-])(\d+)", inner):
        letter, sign, shift = shifted.groups()
        if letter in steps:
            inner = str(steps[letter] + int(f"{sign}{shift}"))
    elif any(part in steps for part in inner.split(",")):
        inner = ",".join(str(steps.get(part, part)) for part in inner.split(","))
    return f"{marks[0]}{inner}{marks[1]}"


def keys(
    one: Described, steps: Mapping[str, int], last: Mapping[str, int]
) -> Iterator[tuple[str, tuple[Row, ...], tuple[Row, ...]]]:
    """What it may be known by, the longest name first, with the scripts that are no part of the name then.

    `W^{[1]T}` is W^[1] transposed if there is such a symbol, or W at the powers of [1] and T. last: the numbers of last
    steps by their letters, as T in h_T.
    """
    every = {**last, **steps}
    scripts = [("^", row) for row in one.sups] + [("_", row) for row in one.subs]
    for count in range(len(scripts), -1, -1):
        for chosen in combinations(range(len(scripts)), count):
            name = one.base + "".join(
                f"{scripts[i][0]}{script(scripts[i][1], _steps(*scripts[i], steps, every))}" for i in chosen
            )
            rest = [scripts[i] for i in range(len(scripts)) if i not in chosen]
            yield (
                name,
                tuple(row for sign, row in rest if sign == "^"),
                tuple(row for sign, row in rest if sign == "_"),
            )


def _steps(sign: str, row: Row, steps: Mapping[str, int], every: Mapping[str, int]) -> Mapping[str, int]:
    """A T above a letter transposes it; below it, and in brackets, it is the last step."""
    return every if sign == "_" or (row and row[0].kind == "bracket") else steps


def items(row: Row) -> list[Row]:
    """The indices of a subscript: those between commas, or its letters one by one."""
    nodes = solid(row)
    if any(node.is_("operator", ",") for node in nodes):
        found: list[list[Node]] = [[]]
        for node in nodes:
            if node.is_("operator", ","):
                found.append([])
            else:
                found[-1].append(node)
        return [tuple(part) for part in found]
    if all(node.kind in ("symbol", "number", "group") for node in nodes):
        return [(node,) for node in nodes]
    return [tuple(nodes)]

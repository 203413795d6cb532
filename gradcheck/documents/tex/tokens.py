"""LaTeX as tokens, with macros expanded. Every token knows the place in the page that it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gradcheck.documents.tex.errors import Unread

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|%[^\n]*\n?|\s+|\d+(?:\.\d+)?|.", re.DOTALL)
_MACRO = re.compile(
    r"\\(?:re)?newcommand\*?\s*\{?\s*(?P<name>\\[A-Za-z]+)\s*\}?\s*(?:\[(?P<count>\d)\])?\s*(?=\{)"
    r"|\\def\s*(?P<plain>\\[A-Za-z]+)\s*(?P<marks>(?:#\d)*)\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{\s*(?P<operator>\\[A-Za-z]+)\s*\}\s*(?=\{)"
)
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
MOST_TOKENS = 20_000
"""A formula that is longer than this when its macros are expanded, or that takes more words on the way, is not read."""
MOST_DEEP = 40
"""Macros that stand in each other deeper than this are taken for endless."""


class Token(NamedTuple):
    """A word of LaTeX, where it stands in the page, and whether there is space before it."""

    text: str
    start: int
    stop: int
    is_apart: bool = False


class Macro(NamedTuple):
    r"""What `\newcommand` gives a meaning to: the number of its arguments, and its body, in which #1 is the first."""

    arity: int
    body: Sequence[Token]


def tokens(text: str, start: int = 0) -> list[Token]:
    """The tokens of a text that stands at `start` in its page; spaces and comments are none."""
    found: list[Token] = []
    is_apart = False
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word.isspace() or word.startswith("%"):
            is_apart = True
            continue
        if word[1:-1].isalpha() and word.endswith("*") and word[:-1] not in ("\\operatorname", "\\hspace"):  # \alpha*x
            place = start + match.end() - 1
            found += [Token(word[:-1], start + match.start(), place, is_apart), Token("*", place, place + 1)]
        else:
            found.append(Token(word, start + match.start(), start + match.end(), is_apart))
        is_apart = False
    return found


def macros(text: str) -> tuple[Mapping[str, Macro], Sequence[tuple[int, int]]]:
    """The macros that a page defines, and where it does."""
    found: dict[str, Macro] = {}
    places = []
    closings: Mapping[int, int] | None = None
    at = 0
    while match := _MACRO.search(text, at):
        closings = _closings(text) if closings is None else closings
        at = stop = closings.get(match.end(), 0)
        if not stop:
            at = match.end()
            continue
        body = text[match.end() + 1 : stop - 1]
        if match["operator"]:
            body = f"\\operatorname{{{body}}}"
        name = match["name"] or match["plain"] or match["operator"]
        count = int(match["count"] or 0) or (match["marks"] or "").count("#")
        macro = Macro(count, tokens(body))
        if [token.text for token in found.get(name, macro).body] != [token.text for token in macro.body]:
            macro = Macro(0, (Token(f"{name} with two meanings", match.start(), stop),))
        found[name] = macro
        places.append((match.start(), stop))
    return found, places


def _closings(text: str) -> Mapping[int, int]:
    """Where each group ends, by where it opens; those that never do are left out."""
    opened: list[int] = []
    found = {}
    for match in _BRACES.finditer(text):
        if match.group() == "{":
            opened.append(match.start())
        elif match.group() == "}" and opened:
            found[opened.pop()] = match.end()
    return found


def closed(text: str, start: int) -> int | None:
    """Where the group ends that opens with the brace at `start`; None if it never does."""
    depth = 0
    for match in _BRACES.finditer(text, start):
        depth += (match.group() == "{") - (match.group() == "}")
        if not depth and match.group() == "}":
            return match.end()
    return None


def expanded(words: Sequence[Token], known: Mapping[str, Macro]) -> list[Token]:
    """The tokens with all macros replaced. Raises Unread for macros without an end or without their arguments."""
    return list(_Expansion(known, words).of(words, 0)) if known else list(words)


class _Expansion:
    """The expansion of a formula's macros, which may make so many words and no more, on the way, too."""

    def __init__(self, known: Mapping[str, Macro], words: Sequence[Token]) -> None:
        self.known, self.left = known, MOST_TOKENS
        self.place = (words[0].start, words[-1].stop) if words else (0, 0)

    def of(self, words: Sequence[Token], depth: int) -> Iterator[Token]:
        at = 0
        while at < len(words):
            token = words[at]
            at += 1
            macro = self.known.get(token.text)
            if macro is None:
                yield token
                continue
            if depth >= MOST_DEEP:
                raise Unread(f"the macro {token.text} expands without an end", token.start, token.stop)
            given = []
            for _ in range(macro.arity):
                argument, at = _argument(words, at, token)
                given.append(argument)
            stop = words[at - 1].stop
            yield from self.of(list(self._counted(_filled(macro, given, token, stop))), depth + 1)

    def _counted(self, made: Iterator[Token]) -> Iterator[Token]:
        """The same. Raises Unread where there are too many words."""
        self.left -= 1
        for token in made:
            self.left -= 1
            if self.left < 0:
                raise Unread(f"its macros expand to more than {MOST_TOKENS:,} words", *self.place)
            yield token


def _argument(words: Sequence[Token], at: int, of: Token) -> tuple[Sequence[Token], int]:
    if at >= len(words):
        raise Unread(f"the macro {of.text} lacks an argument", of.start, of.stop)
    if words[at].text != "{":
        return [words[at]], at + 1
    depth = 0
    for end in range(at, len(words)):
        depth += (words[end].text == "{") - (words[end].text == "}")
        if not depth:
            return words[at + 1 : end], end + 1
    raise Unread(f"an argument of the macro {of.text} is not closed", of.start, of.stop)


def _filled(macro: Macro, given: Sequence[Sequence[Token]], call: Token, stop: int) -> Iterator[Token]:
    """The body with its arguments; what is the body's own stands where the macro is called."""
    body = iter(macro.body)
    for token in body:
        if token.text == "#":
            number = next(body, call).text
            yield from given[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(given) else ()
        else:
            yield Token(token.text, call.start, stop, token.is_apart)

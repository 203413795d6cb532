"""LaTeX to a tree, by recursive descent. What a formula means is not asked here: see reader.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from gradcheck.documents.tex import words as w
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.tokens import Macro, Token, expanded, tokens
from gradcheck.documents.tex.tree import Node, Row, solid

MOST_DEEP = 60
"""Brackets that stand in each other deeper than this are not read: nobody could."""
MOST_DIGITS = 300
"""Longer numbers are not read: no other number is as large."""
END = frozenset(("",))
_NEGATED = {"=": "!=", "\\in": "notin", "<": ">=", ">": "<="}


def parsed(text: str, start: int = 0, macros: Mapping[str, Macro] | None = None) -> Row:
    """The tree of a formula that stands at `start` in its page. Raises Unread."""
    return _Parser(expanded(tokens(text, start), macros or {})).whole()


class _Parser:
    def __init__(self, words: Sequence[Token]) -> None:
        self.words, self.sides = _unsided(words)
        self.at, self.depth = 0, 0
        self.pairs = _pairs(self.words, self.sides)

    # -- words --

    @property
    def ahead(self) -> str:
        """The next word, "" at the end."""
        return self.words[self.at].text if self.at < len(self.words) else ""

    def take(self) -> Token:
        if self.at >= len(self.words):
            last = self.words[-1] if self.words else Token("", 0, 0)
            raise Unread("the formula ends too early", last.start, last.stop)
        self.at += 1
        return self.words[self.at - 1]

    @property
    def stop(self) -> int:
        return self.words[self.at - 1].stop if self.at else 0

    def must(self, text: str) -> None:
        token = self.take()
        if token.text != text:
            raise Unread(f"{text} is missing before {token.text}", token.start, token.stop)

    def raw(self) -> str:
        """What stands in braces as text, or the next word."""
        if self.ahead != "{":
            return self.take().text
        self.take()
        depth, found = 1, ""
        while True:
            token = self.take()
            depth += (token.text == "{") - (token.text == "}")
            if not depth:
                return found.strip()
            found += " " * token.is_apart + token.text

    # -- rows --

    def whole(self) -> Row:
        """Everything. Raises Unread."""
        found = self.row(END)
        if self.ahead:
            token = self.take()
            raise Unread(f"{token.text} closes nothing", token.start, token.stop)
        return found

    def row(self, ends: Collection[str]) -> Row:
        """What stands side by side until one of the words; it is not taken."""
        self.depth += 1
        if self.depth > MOST_DEEP:
            token = self.take()
            raise Unread(f"brackets stand in each other more than {MOST_DEEP} deep", token.start, token.stop)
        found: list[Node] = []
        while self.ahead not in ends and self.ahead:
            node = self.item()
            if node is not None:
                found.append(node)
        self.depth -= 1
        return tuple(found)

    def argument(self) -> Row:
        """What a command is given: a group, or one thing."""
        if self.ahead == "{":
            self.take()
            found = self.row(("}",))
            self.must("}")
            return found
        self._split_digits()
        node = self.atom()
        return () if node is None else (node,)

    def _split_digits(self) -> None:
        r"""What is given without braces is one digit: \frac12 is a half, and x^12 the first power, and 2."""
        if self.ahead[:1].isdigit() and len(self.ahead) > 1:
            token = self.words[self.at]
            first = Token(token.text[0], token.start, token.start + 1, token.is_apart)
            rest = Token(token.text[1:].lstrip("."), token.start + 1, token.stop)
            self.words = [*self.words[: self.at], first, rest, *self.words[self.at + 1 :]]

    def item(self) -> Node | None:
        node = self.atom()
        return node if node is None or node.kind in ("newline", "align", "space", "relation") else self.scripted(node)

    def scripted(self, node: Node) -> Node:
        """A thing with all scripts that follow it."""
        while True:
            if self.ahead in ("\\limits", "\\nolimits"):
                self.take()
            elif self.ahead == "^":
                self.take()
                node = replace(node, sup=(*node.sup, _numbered(self.script())))
            elif self.ahead == "_":
                self.take()
                node = replace(node, sub=(*node.sub, self.script()))
            elif self.ahead in ("'", "’"):
                self.take()
                node = replace(node, primes=node.primes + 1)
            else:
                return self._primed(replace(node, stop=max(self.stop, node.stop)))

    @staticmethod
    def _primed(node: Node) -> Node:
        """Primes that are written as superscripts are primes."""
        marks = [row for row in node.sup if row and all(one.is_("symbol", "prime") for one in solid(row))]
        kept = tuple(row for row in node.sup if not any(row is mark for mark in marks))
        return replace(node, sup=kept, primes=node.primes + sum(len(solid(mark)) for mark in marks))

    def script(self) -> Row:
        if self.ahead in ("*", "+", "-"):
            token = self.take()
            return (Node("operator", token.text, start=token.start, stop=token.stop),)
        return self.argument()

    # -- things --

    def atom(self) -> Node | None:
        """One thing without its scripts; None for what prints nothing."""
        token = self.take()
        known = self._signs(token) or self._command(token)
        if known is not None:
            return known
        if token.text in w.SILENT:
            return None
        raise Unread(f"{token.text} is not known", token.start, token.stop)

    def node(self, token: Token, kind: str, value: str = "", *parts: Row) -> Node:
        return Node(kind, value, parts, start=token.start, stop=max(self.stop, token.stop))

    def _signs(self, token: Token) -> Node | None:
        """Letters, digits and signs."""
        text = token.text
        if text[0].isdigit():
            if len(text) > MOST_DIGITS:
                raise Unread(f"a number of {len(text):,} digits", token.start, token.stop)
            return self.node(token, "number", text)
        if text in w.LETTERS or (len(text) == 1 and text.isalpha() and text.isascii()):
            return self.node(token, "symbol", w.LETTERS.get(text, text))
        return self._held(token) or self._sign(token)

    def _held(self, token: Token) -> Node | None:
        """What opens something."""
        if token.text == "{":
            inside = self.row(("}",))
            self.must("}")
            return self.node(token, "group", "", inside)
        if token.text in w.OPENING:
            return self.bracket(token)
        return self.fenced(token) if token.text in w.FENCES and token.start in self.pairs else None

    def _sign(self, token: Token) -> Node | None:
        """Signs, spaces and line breaks."""
        text = token.text
        if text == "\\\\":
            self._skip_length()
            return self.node(token, "newline")
        if text == ":" and self.ahead == "=":
            self.take()
            return self.node(token, "relation", ":=")
        for kind, table in (("relation", w.RELATIONS), ("operator", w.OPERATORS), ("operator", w.FENCES)):
            if text in table:
                return self.node(token, kind, table[text])
        if text in w.SPACES:
            return self.node(token, "space", f"{w.SPACES[text]:.3f}")
        if text == "&":
            return self.node(token, "align")
        return self.node(token, "dots", text) if text in w.DOTS else None

    def _skip_length(self) -> None:
        """Skip the [2pt] behind a line break, where that is what stands there."""
        end = next((i for i in range(self.at, len(self.words)) if self.words[i].text == "]"), None)
        if self.ahead != "[" or end is None or end - self.at > 5:
            return
        inside = "".join(token.text for token in self.words[self.at + 1 : end])
        if inside[:1].isdigit() and inside[-2:] in ("pt", "em", "ex", "mm", "cm"):
            self.at = end + 1

    def bracket(self, token: Token) -> Node:
        """Brackets, also those that are closed by another kind, as half-open intervals are."""
        inside = self.row((*w.CLOSING, "}", "\\end"))
        if self.ahead not in w.CLOSING:
            raise Unread(f"{token.text} is not closed", token.start, token.stop)
        closing = w.CLOSING[self.take().text]
        made = self.node(token, "bracket", w.OPENING[token.text] + closing, inside)
        return replace(made, is_large=token.start in self.sides)

    def fenced(self, token: Token) -> Node:
        """Signs that open and close alike: norms and absolute values."""
        stop, outer = self.pairs[token.start], self.words
        end = next(i for i in range(self.at, len(outer)) if outer[i].start == stop and outer[i].text in w.FENCES)
        self.words = outer[:end]
        inside = self.row(END)
        if self.ahead:
            raise Unread(f"{token.text} is not closed", token.start, token.stop)
        self.words = outer
        self.take()
        made = self.node(token, "bracket", w.FENCES[token.text] * 2, inside)
        return replace(made, is_large=token.start in self.sides)

    def _command(self, token: Token) -> Node | None:
        name = token.text[1:]
        if not token.text.startswith("\\"):
            return None
        if name in w.SYMBOLS:
            return self.node(token, "symbol", w.SYMBOLS[name])
        if name in w.WORDS or name in w.BLACKBOARD:
            return self._named(token, name)
        if token.text in w.BIG:
            return self.node(token, "big", w.BIG[token.text])
        if name in ("partial", "nabla"):
            return self.node(token, name)
        if name in w.UPRIGHT:
            return self.upright(token)
        if name in w.FONTS:
            return self.node(token, "font", name, self.argument())
        if name in w.TEXTS:
            return self.words_in(token)
        if name in w.ACCENTS:
            return self.node(token, "accent", w.ACCENTS[name], self.argument())
        made = self._MADE.get(name)
        return made(self, token) if made else None

    def _named(self, token: Token, name: str) -> Node:
        """A word, or the letter of a set."""
        if name in w.BLACKBOARD:
            return self.node(token, "font", "mathbb", (self.node(token, "symbol", name),))
        return self.node(token, "big" if name in ("max", "min", "sup", "inf", "lim") else "word", name)

    def upright(self, token: Token) -> Node:
        """A name in upright letters is a word; one letter, or what is no name, is a matter of the font."""
        text = self._name()
        if text is None:
            return self.node(token, "font", token.text[1:], self.argument())
        if text == "T":
            return self.node(token, "symbol", "top")
        if text in ("max", "min"):
            return self.node(token, "big", text)
        return self.node(token, "word" if len(text) > 1 else "symbol", text)

    def _name(self) -> str | None:
        """A name in braces, taken if there is one."""
        at = self.at
        text = self.raw().replace("\\,", "").replace(" ", "").replace("-", "")
        if text.isalnum() and text.isascii() and not text[0].isdigit():
            return text
        self.at = at
        return None

    def words_in(self, token: Token) -> Node:
        """Text; a single name is a word of the formula."""
        text = self.raw()
        if text.isascii() and text.isalpha() and len(text) > 1 and text.lower() not in _PROSE:
            return self.node(token, "word", text)
        return self.node(token, "symbol", text) if len(text) == 1 and text.isalpha() else self.node(token, "text", text)

    def fraction(self, token: Token) -> Node:
        return self.node(token, "fraction", "", self.argument(), self.argument())

    def root(self, token: Token) -> Node:
        degree: tuple[Row, ...] = ()
        if self.ahead == "[":
            self.take()
            degree = (self.row(("]",)),)
            self.must("]")
        return self.node(token, "root", "", self.argument(), *degree)

    def brace(self, token: Token) -> Node:
        side = token.text[1:-5]
        inside: Row = self.argument()
        note: Row = ()
        if self.ahead == ("_" if side == "under" else "^"):
            self.take()
            note = self.argument()
        return self.node(token, "brace", side, inside, note)

    def stacked(self, token: Token) -> Node:
        """A sign with words above or below it is that sign."""
        words, base = self.argument(), self.argument()
        made = base[0] if len(base) == 1 else self.node(token, "group", "", base)
        return replace(made, under=words) if token.text == "\\underset" else replace(made, over=words)

    def arrow(self, token: Token) -> Node:
        words = self.argument()
        return replace(self.node(token, "relation", "to"), over=words)

    def negated(self, token: Token) -> Node:
        r"""A sign of relation that is struck out: `\not=`, `\not\in`."""
        sign = self.take()
        if sign.text not in _NEGATED:
            raise Unread(f"\\not{sign.text} is not known", token.start, sign.stop)
        return self.node(token, "relation", _NEGATED[sign.text])

    def held(self, token: Token) -> Node:
        return self.node(token, "group", "", self.argument())

    def tagged(self, token: Token) -> Node:
        self.raw()
        return self.node(token, "space", "1.000")

    def environment(self, token: Token) -> Node:
        name = self.raw()
        if name in w.ALIGNED:
            if name.startswith("align") and name.rstrip("*").endswith("at"):
                self.raw()
            inside = self.row(("\\end",))
            self._ended(name, token)
            return self.node(token, "lines", name, inside)
        if name in w.MATRICES:
            return self.matrix(token, name)
        raise Unread(f"the environment {name} is not known", token.start, self.stop)

    def matrix(self, token: Token, name: str) -> Node:
        if name == "array":
            self.raw()
        cells: list[Row] = []
        columns = [0]
        while True:
            cells.append(self.row(("&", "\\\\", "\\end")))
            columns[-1] += 1
            if self.ahead == "&":
                self.take()
            elif self.ahead == "\\\\":
                self.item()
                columns.append(0)
            else:
                break
        self._ended(name, token)
        if columns[-1] == 1 and not solid(cells[-1]) and len(columns) > 1:  # a line break behind the last row
            cells, columns = cells[:-1], columns[:-1]
        return replace(self.node(token, "matrix", name, *cells), columns=tuple(columns))

    def _ended(self, name: str, token: Token) -> None:
        if self.ahead != "\\end":
            raise Unread(f"\\begin{{{name}}} is not ended", token.start, token.stop)
        self.take()
        ended = self.raw()
        if ended != name:
            raise Unread(f"\\begin{{{name}}} is ended by \\end{{{ended}}}", token.start, token.stop)

    _MADE: Mapping[str, Callable[[_Parser, Token], Node | None]] = {
        **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), fraction),
        **dict.fromkeys(("underbrace", "overbrace"), brace),
        **dict.fromkeys(("overset", "underset", "stackrel"), stacked),
        **dict.fromkeys(("xrightarrow", "xleftarrow"), arrow),
        **dict.fromkeys(("boxed", "cancel", "mathop", "mathrel", "mathbin", "mathord", "ensuremath", "smash"), held),
        **dict.fromkeys(("label", "tag", "hspace", "vspace", "phantom", "hphantom", "vphantom", "color"), tagged),
        "textcircled": tagged,
        **dict.fromkeys(("tag*", "hspace*"), tagged),
        "sqrt": root,
        "not": negated,
        "begin": environment,
    }


_PROSE = frozenset(
    [
        "and",
        "or",
        "if",
        "for",
        "where",
        "when",
        "with",
        "otherwise",
        "else",
        "so",
        "thus",
        "then",
        "hence",
        "since",
        "because",
        "the",
        "let",
        "as",
        "is",
        "are",
        "by",
        "on",
        "in",
        "of",
        "to",
        "all",
        "each",
        "we",
        "now",
        "first",
        "second",
        "note",
        "that",
        "this",
        "from",
        "but",
        "not",
        "case",
    ]
)
"""Words of sentences that stand in formulas."""


def _unsided(words: Sequence[Token]) -> tuple[Sequence[Token], Mapping[int, str]]:
    r"""The words without \left, \right and their like, and which of the signs behind these stand where.

    Brackets that are opened in one line of a formula and closed in the next have invisible partners: \right. is none.
    """
    kept: list[Token] = []
    sides: dict[int, str] = {}
    at = 0
    while at < len(words):
        token = words[at]
        at += 1
        if token.text not in w.SIDES and token.text not in w.SIZED:
            kept.append(token)
        elif at < len(words) and words[at].text == "." and token.text in w.SIDES:
            at += 1
        elif at < len(words):
            sides[words[at].start] = token.text
    return kept, sides


def _pairs(words: Sequence[Token], sides: Mapping[int, str]) -> Mapping[int, int]:
    """Where each fence that opens is closed: the next of its kind at its depth, if there is one.

    A bar with nothing of its kind behind it, as in p(y | x), opens nothing.
    """
    found: dict[int, int] = {}
    opened: list[list[tuple[str, int]]] = [[]]
    before = ""
    for token in words:
        if token.text in w.OPENING or token.text in ("{", "\\begin"):
            opened.append([])
        elif (token.text in w.CLOSING or token.text in ("}", "\\end")) and len(opened) > 1:
            opened.pop()
        elif token.text in w.FENCES:
            sign, level = w.FENCES[token.text], opened[-1]
            closes = bool(level) and level[-1][0] == sign and _ends_something(before)
            if closes and sides.get(token.start) != "\\left":
                found[level.pop()[1]] = token.start
            else:
                level.append((sign, token.start))
            before = ")" if closes else "("
            continue
        before = token.text
    return found


def _ends_something(text: str) -> bool:
    """Whether a word may stand in front of what closes: no sign, and nothing that opens."""
    return bool(text) and not (
        text in w.OPERATORS or text in w.RELATIONS or text in w.OPENING or text in ("{", "&", "\\\\", "^", "_")
    )


def _numbered(row: Row) -> Row:
    r"""A script with the number of a step in round brackets, which is printed as `<t>` or `\langle t \rangle`, too."""
    nodes = list(row)
    signs = [i for i, node in enumerate(nodes) if node.is_("relation", "<", ">")]
    if [nodes[i].value for i in signs] == ["<", ">"]:
        first, last = signs
        inside = tuple(nodes[first + 1 : last])
        one = Node("bracket", "()", (inside,), start=nodes[first].start, stop=nodes[last].stop)
        nodes[first : last + 1] = [one]
    return tuple(replace(node, value="()") if node.is_("bracket", "⟨⟩") else node for node in nodes)

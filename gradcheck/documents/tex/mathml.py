"""A tree of printed mathematics in MathML Core: what browsers draw without help.

Every relation passes through the hands of the caller, who may put something over it. Nothing of the page gets into the
markup but escaped text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from itertools import zip_longest

from gradcheck.documents.tex import signs
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.tree import Node, Row
from gradcheck.documents.tex.words import MATRICES

Mark = Callable[[Node, str], str]
"""What becomes of the markup of a relation."""
LIMITS = frozenset(("sum", "prod", "bigcup", "max", "min", "sup", "inf", "lim", "argmax", "argmin"))
"""What has its limits above and below it where there is room."""
UPRIGHT = frozenset(("mathrm", "operatorname", "rm", "textsf", "textrm"))
THIN, NO_BREAK = '<mspace width="0.167em"/>', "\u00a0"
LEFT_TO_RIGHT = ("right", "left")
"""The sides that columns of aligned lines stand at, in turn."""


def mathml(row: Row, is_display: bool, mark: Mark = lambda node, markup: markup) -> str:
    """The element `math` for a formula.

    Source: https://www.w3.org/TR/mathml-core/
    """
    display = ' display="block"' if is_display else ""
    return f"<math{display}>{_Writer(mark).row(row)}</math>"


class _Writer:
    """font: what letters are set in. is_script: whether it is written above or below something."""

    def __init__(self, mark: Mark, font: str = "", is_script: bool = False) -> None:
        self.mark, self.font, self.is_script = mark, font, is_script

    def row(self, row: Row) -> str:
        """Things side by side, or in lines where there are line breaks."""
        if any(node.kind in ("newline", "align") for node in row):
            return self.lines(row, LEFT_TO_RIGHT if any(node.kind == "align" for node in row) else ("center",))
        pieces = (self.scripted(node) + self._gap(node, after) for node, after in zip_longest(row, row[1:]))
        return f"<mrow>{''.join(pieces)}</mrow>"

    @staticmethod
    def _gap(node: Node, after: Node | None) -> str:
        """The thin space between the name of a function and what stands beside it."""
        if after is None or any(one.kind in ("space", "operator", "relation") for one in (node, after)):
            return ""
        is_name, is_next = (
            one.kind == "word" or (one.kind == "big" and one.value not in signs.BIG) for one in (node, after)
        )
        return THIN if is_next or (is_name and after.kind != "bracket") else ""

    def script(self, rows: Sequence[Row]) -> str:
        inner = _Writer(self.mark, self.font, True)
        return inner.row([node for row in rows for node in row])

    # -- scripts --

    def scripted(self, node: Node) -> str:
        """A thing with what stands around it."""
        base = self.thing(node)
        if node.over or node.under:
            base = self._stacked(base, node.under, node.over)
        above = f"<mo>{'′' * node.primes}</mo>" * bool(node.primes) + (self.script(node.sup) if node.sup else "")
        sub = self.script(node.sub) if node.sub else ""
        sup = f"<mrow>{above}</mrow>" if above else ""
        if not sub and not sup:
            return base
        has_limits = node.value in LIMITS and node.kind in ("big", "word")
        under, over, both = ("munder", "mover", "munderover") if has_limits else ("msub", "msup", "msubsup")
        element = both if sub and sup else under if sub else over
        return f"<{element}>{base}{sub}{sup}</{element}>"

    def _stacked(self, base: str, under: Row, over: Row) -> str:
        if under:
            return f"<munder>{base}{self.script([under])}</munder>"
        return f"<mover>{base}{self.script([over])}</mover>"

    # -- things --

    def thing(self, node: Node) -> str:
        """A thing without its scripts."""
        return self._KINDS[node.kind](self, node)

    def letter(self, node: Node) -> str:
        text = signs.SYMBOLS.get(node.value, node.value)
        letters = [signs.in_font(letter, self.font) for letter in text] if self.font else [None]
        if all(letters):
            return f"<mi>{escape(''.join(filter(None, letters)))}</mi>"
        is_upright = len(text) == 1 and (self.font in UPRIGHT or text in "ΓΔΘΛΞΠΣΦΨΩ")
        return f'<mi mathvariant="normal">{text}</mi>' if is_upright else f"<mi>{escape(text)}</mi>"

    def number(self, node: Node) -> str:
        digits = [signs.in_font(digit, self.font) or digit for digit in node.value]
        return f"<mn>{escape(''.join(digits))}</mn>"

    def operator(self, node: Node) -> str:
        sign = escape(signs.OPERATORS.get(node.value, node.value))
        if node.value == "/":
            return f'<mo lspace="0" rspace="0">{sign}</mo>'
        if node.value in ("|", "‖"):
            return f'<mo stretchy="false" lspace="0.1em" rspace="0.1em">{sign}</mo>'
        return f"<mtext>{sign}</mtext>" if node.value in (".", "?") else f'<mo stretchy="false">{sign}</mo>'

    def relation(self, node: Node) -> str:
        sign = escape(signs.RELATIONS.get(node.value, node.value))
        return self.mark(node, f'<mo stretchy="{"true" if node.over else "false"}">{sign}</mo>')

    def bracket(self, node: Node) -> str:
        return self._fenced(node.value[0], self.row(node.inner), node.value[-1], node.is_large)

    @staticmethod
    def _fenced(opening: str, inside: str, closing: str, is_large: bool) -> str:
        stretchy = "true" if is_large else "false"
        left, right = (
            f'<mo form="{form}" fence="true" stretchy="{stretchy}">{escape(sign)}</mo>' if sign else ""
            for form, sign in (("prefix", opening), ("postfix", closing))
        )
        return f"<mrow>{left}{inside}{right}</mrow>"

    def group(self, node: Node) -> str:
        return self.row(node.inner)

    def fraction(self, node: Node) -> str:
        above, below = map(self.row, node.parts)
        return f"<mfrac>{above}{below}</mfrac>"

    def root(self, node: Node) -> str:
        inside, *degree = map(self.row, node.parts)
        return f"<mroot>{inside}{degree[0]}</mroot>" if degree else f"<msqrt>{inside}</msqrt>"

    def big(self, node: Node) -> str:
        if node.value in signs.BIG:
            return f'<mo movablelimits="true">{signs.BIG[node.value]}</mo>'
        return f'<mo movablelimits="true" form="prefix" lspace="0" rspace="0">{escape(node.value)}</mo>'

    def accent(self, node: Node) -> str:
        is_wide = len(node.inner) > 1 or node.value == "underline"
        sign = f'<mo stretchy="{"true" if is_wide else "false"}">{signs.ACCENTS[node.value]}</mo>'
        if node.value == "underline":
            return f'<munder accentunder="true">{self.row(node.inner)}{sign}</munder>'
        return f'<mover accent="true">{self.row(node.inner)}{sign}</mover>'

    def in_font(self, node: Node) -> str:
        return _Writer(self.mark, node.value, self.is_script).row(node.inner)

    def text(self, node: Node) -> str:
        """Words; what stands between dollars in them is mathematics."""
        pieces = node.value.split("$")
        found = [self._inner(piece) if i % 2 else _words(piece) for i, piece in enumerate(pieces) if piece]
        space = "" if self.is_script else f"<mtext>{NO_BREAK}</mtext>"
        return f"<mrow>{space}{''.join(found)}{space}</mrow>"

    def _inner(self, tex: str) -> str:
        try:
            return self.row(parsed(tex))
        except Unread:
            return _words(tex)

    def brace(self, node: Node) -> str:
        inside, note = node.parts
        element, sign = ("munder", "⏟") if node.value == "under" else ("mover", "⏞")
        braced = f'<{element}>{self.row(inside)}<mo stretchy="true">{sign}</mo></{element}>'
        return f"<{element}>{braced}{self.script([note])}</{element}>" if note else braced

    def space(self, node: Node) -> str:
        return f'<mspace width="{max(0.0, float(node.value)):g}em"/>'

    def dots(self, node: Node) -> str:
        return f"<mo>{signs.DOTS.get(node.value, '…')}</mo>"

    # -- in cells --

    def matrix(self, node: Node) -> str:
        opening, closing = MATRICES[node.value]
        side = "left" if node.value.endswith("cases") else "center"
        cells = (("".join(f'<mtd class="{side}">{self.row(cell)}</mtd>' for cell in cells)) for cells in node.rows)
        table = "".join(f"<mtr>{row}</mtr>" for row in cells)
        return self._fenced(opening, f"<mtable>{table}</mtable>", closing, True)

    def aligned(self, node: Node) -> str:
        return self.row(node.inner)

    def lines(self, row: Row, sides: Sequence[str]) -> str:
        """Lines below each other, whose cells stand at the sides in turn."""
        rows = []
        for line in _split(row, "newline"):
            cells = (
                f'<mtd class="{sides[i % len(sides)]}">{self.row(cell)}</mtd>'
                for i, cell in enumerate(_split(line, "align"))
            )
            rows += [f"<mtr>{''.join(cells)}</mtr>"] if line else []
        return f'<mtable class="lines" displaystyle="true">{"".join(rows)}</mtable>'

    def nothing(self, node: Node) -> str:
        return ""

    _KINDS: Mapping[str, Callable[[_Writer, Node], str]] = {
        **dict.fromkeys(("symbol", "word"), letter),
        "number": number,
        "operator": operator,
        "relation": relation,
        "bracket": bracket,
        "group": group,
        "fraction": fraction,
        "root": root,
        "big": big,
        "accent": accent,
        "font": in_font,
        "text": text,
        "brace": brace,
        "matrix": matrix,
        "lines": aligned,
        "space": space,
        "dots": dots,
        "partial": lambda self, node: "<mi>∂</mi>",
        "nabla": lambda self, node: '<mi mathvariant="normal">∇</mi>',
        "newline": nothing,
        "align": nothing,
    }


def _split(row: Row, kind: str) -> Iterator[Row]:
    """The parts of a row between nodes of a kind."""
    part: list[Node] = []
    for node in row:
        if node.kind == kind:
            yield part
            part = []
        else:
            part.append(node)
    yield part


def _words(text: str) -> str:
    plain = re.sub(r"\\(.)", r"\1", re.sub(r"~|\\[,;:! ]", " ", text))
    return f"<mtext>{escape(re.sub(r'^ | $', NO_BREAK, plain))}</mtext>"

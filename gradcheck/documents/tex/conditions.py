"""Conditions: what is said for i = j, for x < 0, at w = 0 or where a gradient is set to 0 is not said for all values.

Such a statement is not judged, since judging asks for all values. Conditions stand beside a formula, in the words
around it, or in the heading of its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gradcheck.documents.tex.derivatives import is_derivative
from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.documents.tex.scripts import described, items
from gradcheck.documents.tex.statements import EQUAL, Statement
from gradcheck.documents.tex.tree import Node, plain, solid, span, walked

_CUE = re.compile(
    r"\b(if|as|let|when|whenever|unless|for|at|where|case(?=\s+\w+\W*\Z|\W*\Z)|on|only|suppose|assume|assuming|setting|set|taking|take|given|that|"
    r"provided|with|consider|fix)\b"
    r"(?:\s+(?:all|any|every|each|that|where|the case|the point|\d+|[a-z]\b|I+V?))?[\s*_(:,\\]*\Z",
    re.IGNORECASE,
)
_EVENT = re.compile(r"\b(?:events?|outcomes?|probability (?:of|that))[\s$(\\]*\Z", re.I)
"""Words in front of what a probability is of: nothing is said under it."""
_LASTING = frozenset(
    ["case", "let", "suppose", "assume", "assuming", "setting", "set", "taking", "take", "consider", "fix"]
)
"""Cues of conditions that hold in the sentences behind theirs, too."""
_BEHIND = re.compile(
    r"[\s,;(]*(?:only |exactly |and )?(?:if|when|whenever|for|at|unless|provided|on)(?: all| that)?\s*\Z"
)
_SENTENCE_ENDS = re.compile(r"[.!?][\s*_)\"]|\n\s*(?:[-*+]|\d+[.)])\s")
_ELSE = re.compile(r"\b(?:otherwise|else|in the other cases?)\b[^.$]*\Z", re.IGNORECASE)
_OTHER = "other values than "
_OTHERWISE = re.compile(r"[,;]?\s*(?:otherwise|else|in (?:all|the|any) other cases?)\b", re.IGNORECASE)
_IN_WORDS = re.compile(
    r"\b(?:if|let(?= x be)|when|whenever|for|suppose|assume|assuming|since|because|provided|given|unless|in the case)\b"
    r"[^.∈]*?\b(symmetric|orthogonal|orthonormal|diagonal(?! (?:entr|element|term|case|part|component))|one-hot|"
    r"normali[sz]ed|unit (?:vector|norm|length)|commut\w*|"
    r"cent(?:er|re)d|whitened|true class|correct class|incorrect classes|sum(?:s|med)? to (?:one|1))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\A[\s*_]*((?:If|When|Whenever|Assuming|Unless|Provided)\s+(?!we\b|you\b|one\b|I\b)[^,∈]{8,80}),"
)
"""The words of a condition with which a sentence begins."""
_WITH = re.compile(r"\A[\s*_]*((?:With|Without|Using|Adding)\s+(?:an?\s|the\s)?[a-z][^,∈]{4,60}),")
"""Words of a variant, in which what was defined above is another."""
_VARIANT = re.compile(r"\b(in place of|instead of|replac(?:ed by|ing)|other (?:hidden units|activations?))\b", re.I)
"""Words of a paragraph that speaks of another one."""
_SUPPOSED = re.compile(r"\b((?:suppose|assume|consider) (?:now|instead)|now (?:suppose|assume) (?!we\b))", re.I)
"""Words of a section in which another model is spoken of from there on."""
_ACTIVE = re.compile(
    r"\b((?:in)?active|violat(?:ed|es|ing)|(?:else|otherwise)\b[^.$]{0,30}\b(?:0|zero|vanish(?:es)?))\b", re.IGNORECASE
)
"""Words of the side of a kink that something is said of."""
_HARMLESS = re.compile(
    r"\b(?:invertible|positive|non-?negative|(?:non-?)?singular|differentiab\w+|exists?|full|definite|smooth|non-?zero|defined|desired|needed|"
    r"differentiating|computing|taking|expanding|deriving|using|implement\w*|cod(?:e|ing)|x)\b",
    re.I,
)
"""What of such a condition does not say for which values it is."""
_AT_POINT = re.compile(
    r"\b(at (?:the|an?|this|any|its) (?:global |local )?(?:optimum|minimum|maximum|optimal\w*|stationary|critical|"
    r"solution|fixed point|minimi[sz]er|maximi[sz]er|origin|equilibrium)|for (?:large|small|very|sufficiently))\b",
    re.IGNORECASE,
)
_OF_POINTS = re.compile(
    r"\b((?:stationary|critical|saddle|fixed) points?|eigenvectors?|(?:generali[sz]ed )?eigen(?:value|vector)?[- ]"
    r"(?:equation|problem)s?)\b",
    re.I,
)
"""Words beside an equation that such points satisfy; a derivative that stands there is one everywhere."""
ZEROS = ("0", "fontmathbf(0)")
SETTING = re.compile(
    r"\bset(?:ting|s)?\b|\bequat|\boptim|\bstationar|\bvanish|\bminimi|\bmaximi|\bsolv|first[- ]order|\bto zero\b", re.I
)
_FOLLOWS = re.compile(
    r"[\s$)\\]*(?:it follows|follows|implies|gives?|yields?|leads|means|results|has the (?:unique )?solution|"
    r"(?:we|one|you|i) (?:gets?|obtains?|finds?))\b",
    re.I,
)
"""Words that draw a conclusion from what stands before them."""
_RUN_IN = re.compile(r"(?<=\n)\s*\n(?:\*\*[^*\n]{3,80}[.:]?\*\*|\\paragraph\*?\{|\\textbf\{)")
"""Where a section begins whose heading stands in its first line."""
_ASKED = re.compile(r"\b(what (?:if|happens if|happens when|changes if|changes when)\b[^?.]{0,80})\?", re.I)
"""A question of another case than the page's, which is spoken of in the sentences behind it."""
_BEING = re.compile(r"\s+(?:be|is|are|denotes?)\b")
_LETTER = re.compile(r"\\?[A-Za-z]+(?:\{\w\})?(?:_\w)?")
_UNEQUAL = ("!=", "<", ">", "<=", ">=")


@dataclass(frozen=True)
class Conditions:
    """What is not said for all values, by where its statement begins. under: and the condition, in words.

    themselves: the conditions. solved: what stands behind a gradient that was set to 0. at_point: what is said at an
    optimum, and what is said of it; new symbols may get a meaning there. variables: the letters by which those
    gradients are taken, and the points where; "" among them if one does not say.
    """

    under: Mapping[int, str]
    themselves: frozenset[int]
    solved: frozenset[int]
    at_point: Mapping[int, str]
    variables: frozenset[str] = frozenset()


def found(page: Page, stated: Sequence[tuple[Formula, Statement]]) -> Conditions:
    """The conditions of a page."""
    finder = _Finder(page, stated)
    under, at_point = {}, {}
    for place, (formula, one) in enumerate(stated):
        if said := finder.of(place):
            under[one.start] = said
        elif said := finder.at_point(formula, one):
            at_point[one.start] = said
    variables = frozenset(letter for _, one in stated if is_set_to_zero(one) for letter in _by(one.left.nodes))
    return Conditions(under, frozenset(finder.themselves), frozenset(finder.solved()), at_point, variables)


class _Finder:
    def __init__(self, page: Page, stated: Sequence[tuple[Formula, Statement]]) -> None:
        self.page, self.stated = page, stated
        self.indices = set(_indices(stated))
        self.declared = set(_declared(stated))
        self.spoken = self.declared | set(_said_to_be(page, stated))
        self.cues = [self._cue(formula, place) for place, (formula, _) in enumerate(stated)]
        places = {i for i, (formula, one) in enumerate(stated) if self._is_condition(formula, one, self.cues[i])}
        self.themselves = {stated[i][1].start for i in places}
        self.places = {i for i in places if not _EVENT.search(page.before(stated[i][0]))}

    def _cue(self, formula: Formula, place: int) -> str:
        """The word in front of a condition."""
        is_first = not place or self.stated[place - 1][0].start != formula.start
        nodes = solid(self.stated[place][1].left.nodes)
        if nodes and nodes[0].kind in ("text", "word"):
            match = _CUE.search(nodes[0].value)
            return match[1].lower() if match else ""
        if formula.is_display or not is_first:
            return ""
        match = _CUE.search(self.page.text[max(formula.start - 40, 0) : formula.start].rstrip("$(\\ "))
        return match[1].lower() if match else ""

    # -- what a condition is --

    def _is_condition(self, formula: Formula, one: Statement, cue: str) -> bool:
        sides = one.sides
        if len(sides) == 1:
            nodes = solid(sides[0].nodes)
            return len(nodes) == 1 and nodes[0].is_("bracket", "()") and self._in_bracket(nodes[0])
        if any(node.kind == "dots" or node.is_("operator", ",") for node in solid(sides[-1].nodes)[:-1]):
            return False  # for i = 1, …, n is for all of them
        signs = {side.sign for side in sides[1:]}
        if signs == {"to"}:
            return re.fullmatch(r"[+-]?(?:[\d.]+|infty)", plain(_without_words(sides[-1].nodes))) is not None
        left, right = _without_words(sides[0].nodes), _without_words(sides[-1].nodes)
        if signs == {"="} and len(sides) == 2:
            return self._is_equality(left, right, cue)
        return signs <= set(_UNEQUAL) and self._is_inequality(one, cue, formula.is_display)

    def _in_bracket(self, node: Node) -> bool:
        inside = solid(node.inner)
        places = [i for i, part in enumerate(inside) if part.kind == "relation"]
        if len(places) != 1 or inside[places[0]].value not in ("=", *_UNEQUAL):
            return False
        return not any(part.is_("operator", ",") or part.kind == "dots" for part in inside)

    def _is_equality(self, left: Sequence[Node], right: Sequence[Node], cue: str) -> bool:
        one, other = plain(left), plain(right)
        if one in self.indices and (other in self.indices or re.fullmatch(r"\d+|[A-Za-z]", other)):
            return True
        if cue in ("if", "when", "unless") and self._is_special(left, right):
            return True
        is_simple = len(left) == 1 and described(left[0]) is not None and len(right) in (1, 2)
        is_number = re.fullmatch(r"[+-]?[\d.]+", other) is not None or other == "bold:0"
        is_label = is_simple and bool(left[0].sub) and other in self.indices
        is_value = is_number and (one in self.declared or (bool(cue) and cue != "with"))
        return is_simple and (is_value or (bool(cue) and (is_label or _is_bold_zero(right))))

    def _is_special(self, left: Sequence[Node], right: Sequence[Node]) -> bool:
        """Whether it is a formula that something declared equals in a special case: if Σ = σ² I."""
        head = described(left[0]) if len(left) == 1 else None
        is_list = len(right) == 1 and right[0].kind in ("bracket", "matrix")
        return head is not None and not head.primes and not is_list and head.base in self.spoken

    def _is_inequality(self, statement: Statement, cue: str, is_display: bool) -> bool:
        sides = statement.sides
        sign, one, other = sides[1].sign, *(plain(_without_words(sides[i].nodes)) for i in (0, -1))
        if len(sides) == 2 and re.fullmatch(r"-?[\d.]+", other):
            if sign == "!=":
                return False  # for almost all values is for all
            if sign in (">", ">=") and (one not in self.declared or not (cue or is_display)):
                return False  # it says what it is
            return cue in ("if", "when", "whenever", "for", "unless", "case", "on", "only", "suppose", "")
        if sign == "!=":
            return one in self.indices or other in self.indices
        are_sizes = all(re.fullmatch(r"[A-Za-z]", text) and text not in self.indices for text in (one, other))
        return not are_sizes

    # -- where it holds --

    def of(self, place: int) -> str:
        """The condition under which a statement is said; "" if it is said for all values."""
        formula, one = self.stated[place]
        if place in self.places:
            return ""
        asked = _ASKED.search(self._blanked(self._beginning(formula), formula.start))
        if asked is not None and len(solid(one.left.nodes)) == 1:
            return asked[1]  # what is printed of a letter is so in this case
        said = self._said_of(place, formula, one)
        return "" if self._is_vacuous(said, one) else said

    def _is_vacuous(self, said: str, one: Statement) -> bool:
        """Whether it is k = m or k ≠ m of a statement in which one of the two is not."""
        match = re.fullmatch(rf"(?:{_OTHER})?\s*([a-z]'*)\s*(?:=|\\neq?|≠)\s*([a-z]'*)\s*", said)
        if match is None or not {match[1], match[2]} <= self.indices:
            return False
        nodes = [node for side in one.sides for node in walked(side.nodes) if node.kind == "symbol"]
        used = {node.value + "'" * node.primes for node in nodes}
        return len({match[1], match[2]} & used) == 1

    def _said_of(self, place: int, formula: Formula, one: Statement) -> str:
        beside = (place - 1, place + 1)
        for other in beside:
            if other in self.places and self.stated[other][0].start == formula.start:
                return self._words(other)
        if _OTHERWISE.match(self.page.text[formula.stop :].lstrip("$\\)]} ")):
            return "otherwise"
        return self._before(formula, one) or self._behind(formula) or self._heading(formula)

    def _words(self, place: int) -> str:
        _, one = self.stated[place]
        start = min(node.start for side in one.sides for node in side.nodes)
        stop = max(node.stop for side in one.sides for node in side.nodes)
        return self.page.text[start:stop].strip()

    def _before(self, formula: Formula, one: Statement) -> str:
        """What is said in the words before it, behind the display before."""
        start = self._beginning(formula)
        for place in self.places:
            other = self.stated[place][0]
            if not start <= other.start < formula.start or other.is_display:
                continue
            gap = self._blanked(other.stop, formula.start)
            is_heading = self.page.is_heading(other.start) and "\n" not in self.page.text[start : other.start]
            is_lasting = self.cues[place] in _LASTING or self._is_value(place)
            if not _SENTENCE_ENDS.search(gap) or is_lasting or is_heading:
                is_other = self._is_of_the_one_before(place)
                return f"{_OTHER}{self._words(place)}" if is_other else self._words(place)
        words = _SENTENCE_ENDS.split(self._blanked(start, formula.start))[-1]
        match = _IN_WORDS.search(words)
        is_declared = match is not None and "∈" in words[match.end() : match.end() + 4]  # for a one-hot y in {0, 1}^K
        if (if_said := _SENTENCE.search(words)) and not _HARMLESS.search(if_said[1]):
            return if_said[1].strip()
        if (supposed := self._supposed_in_section(formula)) and derives(one.left.nodes):
            return supposed
        said = _WITH.search(words) or _VARIANT.search(self._blanked(start, formula.start))
        if said is not None and self._is_printed_above(formula, one):
            return said[1].strip()
        if match and not is_declared and not self._is_declaration(formula) and not self._is_known(match[1], formula):
            return f"what is {match[1]}"
        if (active := _ACTIVE.search(words)) and derives(one.left.nodes) and not _tells_cases(one):
            return f"one side of a kink ({active[1]})"
        if _ELSE.search(words) and not formula.is_display:
            return "otherwise"
        return self._inherited(formula, start)

    def _supposed_in_section(self, formula: Formula) -> str:
        """The words of its section in front of it with which another model begins; "" if there are none."""
        begins = self.page.section(formula.start) or 0
        return next((m[1] for m in self._supposed if begins <= m.start() and m.end() <= formula.start), "")

    @cached_property
    def _supposed(self) -> list[re.Match[str]]:
        return list(_SUPPOSED.finditer(self.page.text))

    def _is_printed_above(self, formula: Formula, one: Statement) -> bool:
        """Whether an equation above gives a letter that stands alone on the left another meaning, or a function."""
        nodes = solid(one.left.nodes)
        is_applied = len(nodes) == 2 and nodes[1].is_("bracket", "()")
        if not (len(nodes) == 1 or is_applied) or described(nodes[0]) is None:
            return False
        head = plain((replace(nodes[0], primes=0),) if is_applied else nodes)
        above = (
            other.left.nodes for place, other in self.stated if place.start < formula.start and len(other.sides) > 1
        )
        return any(plain(solid(row)[:1] if is_applied else row) == head for row in above)

    def _beginning(self, formula: Formula) -> int:
        """Where the words before it begin: behind the display before, or with its section."""
        return max(
            [0, *(f.stop for f in self.page.formulas if f.is_display and f.stop <= formula.start)]
            + [place for place in self.page.sections if place <= formula.start]
            + [match.start() for match in _RUN_IN.finditer(self.page.text, 0, formula.start)]
        )

    def _is_of_the_one_before(self, place: int) -> bool:
        """Whether a condition stands behind the formula that it is of: A if i = j, and B."""
        start = self.stated[place][0].start
        before = max((f for f in self.page.formulas if f.stop <= start), key=lambda f: f.stop, default=None)
        if before is None or before.is_display:
            return False
        words = self.page.text[before.stop : start].strip("$\\)(] \n")
        return _BEHIND.match(words) is not None and self.cues[place] in ("if", "when", "for")

    def at_point(self, formula: Formula, one: Statement) -> str:
        """The point of which the sentence speaks in front of a formula, or that of what an equation is said to be."""
        start = max([0, *(f.stop for f in self.page.formulas if f.is_display and f.stop <= formula.start)])
        before = _SENTENCE_ENDS.split(self._blanked(start, formula.start))[-1]
        if match := _AT_POINT.search(before):
            return match[1]
        is_value = derives(one.left.nodes) or len(solid(one.left.nodes)) < 2
        match = None if is_value else _OF_POINTS.search(f"{before} {self.page.after(formula)}")
        return f"of {match[1]}" if match else ""

    def _is_value(self, place: int) -> bool:
        """Whether it gives a declared symbol a value."""
        one = self.stated[place][1]
        is_equation = len(one.sides) == 2 and one.sides[1].sign == "="
        return is_equation and plain(_without_words(one.sides[0].nodes)) in self.declared

    def _inherited(self, formula: Formula, start: int) -> str:
        """The condition of the display before, where the sentence goes on."""
        before = next((i for i, (f, _) in enumerate(self.stated) if f.is_display and f.stop == start), None)
        between = self._blanked(start, formula.start).strip("$[\\ \n")
        is_short = len(between) < 40 and not _SENTENCE_ENDS.search(between) and between[:1].islower()
        is_ended = before is not None and self.stated[before][0].tex.rstrip().endswith(".")
        return self.of(before) if before is not None and formula.is_display and is_short and not is_ended else ""

    def _is_known(self, word: str, formula: Formula) -> bool:
        """Whether the page says of a letter in these words, where it declares it, that it is so."""
        near = [f for f in self.page.formulas if f.stop <= formula.start and not f.is_display][-2:]
        letters = {f.tex.strip() for f in near if _LETTER.fullmatch(f.tex.strip())}
        said = {"one-hot", "one hot", "probability", "distribution"} if word.lower().startswith("sum") else set()
        said.add(word.lower())
        for other, one in self.stated:
            is_of_them = any(side.sign == "in" for side in one.sides) and self._printed(one) in letters
            words = f"{self.page.before(other)} {self.page.after(other)}".lower() if is_of_them else ""
            if any(known in words for known in said):
                return True
        return False

    def _printed(self, one: Statement) -> str:
        place = span(one.left.nodes)
        return self.page.text[place.start : place.stop].strip()

    def _is_declaration(self, formula: Formula) -> bool:
        return any(f.start == formula.start and any(s.sign == "in" for s in one.sides) for f, one in self.stated)

    def _behind(self, formula: Formula) -> str:
        behind = next((f for f in self.page.formulas if f.start >= formula.stop), None)
        if behind is None or behind.is_display:
            return ""
        if not _BEHIND.match(self.page.text[formula.stop : behind.start].strip("$\\)(] \n")):
            return ""
        return next((self._words(i) for i in self.places if self.stated[i][0].start == behind.start), "")

    def _heading(self, formula: Formula) -> str:
        """What the heading of its section says."""
        start = self.page.section(formula.start)
        if start is None:
            return ""
        stop = self.page.text.find("\n", start)
        return next((self._words(i) for i in self.places if start <= self.stated[i][0].start < stop), "")

    def _blanked(self, start: int, stop: int) -> str:
        """The words between two places; letters are x, and other formulas are ∈, of which words say what they are."""
        found, at = "", start
        for formula in self.page.formulas:
            if at <= formula.start < stop:
                found += self.page.text[at : formula.start] + ("x" if _LETTER.fullmatch(formula.tex.strip()) else "∈")
                at = formula.stop
        return found + self.page.text[at:stop]

    # -- equations to be solved --

    def solved(self) -> Iterator[int]:
        """What is said behind a gradient that is set to 0, in its section."""
        sections = self.page.sections
        until = -1
        for formula, one in self.stated:
            if one.start < until and not derives(one.left.nodes):
                yield one.start
            if is_set_to_zero(one) and (len(one.sides) > 2 or self._says_setting(formula)):
                until = min([place for place in sections if place > one.start], default=len(self.page.text))
                if len(one.sides) == 2:
                    yield one.start

    def _says_setting(self, formula: Formula) -> bool:
        words = f"{self.page.text[max(formula.start - 160, 0) : formula.start]} {self.page.after(formula)[:60]}"
        return SETTING.search(words) is not None or _FOLLOWS.match(self.page.after(formula)) is not None


def is_set_to_zero(one: Statement) -> bool:
    """Whether a chain that begins with a derivative ends with 0."""
    sides = one.sides
    is_zero = len(sides) > 1 and sides[-1].sign in EQUAL and plain(_without_marks(sides[-1].nodes)) in ZEROS
    return is_zero and derives(sides[0].nodes)


def _by(nodes: Sequence[Node]) -> Iterator[str]:
    """The letters that derivatives are taken by, and those of the arguments behind; "" where there are none."""
    rows: list[Sequence[Node]] = [solid(node.inner) for node in nodes if node.is_("bracket", "()")]
    for node in walked(nodes):
        if node.kind == "nabla":
            rows += node.sub
        elif node.kind == "fraction" and is_derivative(node):
            rows.append(solid(node.parts[1])[1:])
        elif node.kind == "partial":
            rows.append(nodes)
    found = [one.base for row in rows for node in walked(row) if (one := described(node)) is not None]
    yield from found or [""]


def derives(nodes: Sequence[Node]) -> bool:
    """Whether there is a derivative among things side by side."""
    return any(node.kind == "nabla" or (node.kind == "fraction" and is_derivative(node)) for node in walked(nodes))


def _tells_cases(one: Statement) -> bool:
    """Whether conditions are printed in it: below Σ, in brackets or in cases."""
    inside = (node for side in one.sides for node in walked(side.nodes))
    return any((node.kind == "relation" and node.value != "=") or node.value.endswith("cases") for node in inside)


def _without_marks(nodes: Sequence[Node]) -> list[Node]:
    return [node for node in solid(nodes) if not node.is_("operator", ".", ",", ";", "!")]


def _without_words(nodes: Sequence[Node]) -> list[Node]:
    return [
        node for node in _without_marks(nodes) if node.kind not in ("text", "word") and not node.is_("operator", ":")
    ]


def _is_bold_zero(nodes: Sequence[Node]) -> bool:
    one = described(nodes[0]) if len(nodes) == 1 else None
    return one is not None and one.base == "bold:0"


def _indices(stated: Sequence[tuple[Formula, Statement]]) -> Iterator[str]:
    """The letters that stand alone in scripts."""
    for _, one in stated:
        for side in one.sides:
            for node in walked(side.nodes):
                for row in node.sub if node.kind != "nabla" else ():
                    yield from (name for item in items(row) if re.fullmatch(r"[a-z]'*", name := plain(item)))


def _said_to_be(page: Page, stated: Sequence[tuple[Formula, Statement]]) -> Iterator[str]:
    """Letters of which words say what they are: let Σ be a matrix."""
    for formula, one in stated:
        if len(one.sides) == 1 and not formula.is_display and _BEING.match(page.text[formula.stop :].lstrip("$\\)")):
            yield from (head.base for node in one.left.nodes if (head := described(node)) is not None)


def _declared(stated: Sequence[tuple[Formula, Statement]]) -> Iterator[str]:
    """What is said to be in a set."""
    for _, one in stated:
        if any(side.sign == "in" for side in one.sides):
            yield from (plain((node,)) for node in one.sides[0].nodes if described(node) is not None)

"""A module in which wrong steps are marked: `misprint(printed, corrected, why)` in the place of what is printed."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gradcheck.documents.syntax import is_ours
from gradcheck.fixing.module import LINE_END, Edit, Module, ending
from gradcheck.fixing.names import Mark, imports, mark_beside, missing
from gradcheck.fixing.places import NotLiteral, Place
from gradcheck.printing.styles import runnable
from gradcheck.verdicts import ClaimReport, Correction, DerivationReport, StepReport

WIDTH = 120
"""Lines that become longer are broken."""


@dataclass(frozen=True)
class Wrong:
    """A wrong step whose correction was found."""

    derivation: DerivationReport
    claim: ClaimReport
    step: StepReport

    @property
    def found(self) -> Correction:
        """The correction that is closest to print."""
        assert self.step.correction_found is not None
        return self.step.correction_found

    @property
    def why(self) -> str:
        """What is wrong: a cause that was verified, or else the edits that lead from print to the correction."""
        diagnosis = self.step.judgement.evidence.get("diagnosis", {})
        return diagnosis["words"] if diagnosis.get("verified") else "; ".join(self.found.edits)

    @property
    def name(self) -> str:
        """What the step is called in its derivation."""
        return f"{self.claim.target}[{self.claim.first_index + self.step.index}]"


def wrong_steps(derivation: DerivationReport) -> Iterator[Wrong]:
    """The wrong steps of a derivation whose corrections were found, that are not marked already."""
    for claim in derivation.claims:
        for step in claim.steps:
            if step.kind == "step" and step.judgement.verdict.is_wrong and step.correction_found is not None:
                yield Wrong(derivation, claim, step)


@dataclass(frozen=True)
class Marked:
    """A step in its place in a module, as it is to be marked there.

    Raises:
        NotLiteral: it does not stand there so that it could be.
    """

    wrong: Wrong
    place: Place
    mark: Mark
    names: tuple[str, ...]

    @classmethod
    def of(cls, module: Module, wrong: Wrong) -> "Marked":
        """Find the step in its module."""
        place = Place(module, wrong.derivation.name, wrong.claim, wrong.step)
        names = tuple(missing(module, wrong.found.text.source))
        return cls(wrong, place, mark_beside(module, place.call), names)

    def edits(self, module: Module) -> list[Edit]:
        """What is written around the printed formula, which is left as it stands."""
        start, end = module.span(self.place.argument)
        behind = [self.wrong.found.text.source, _literal(self.wrong.why, module.encoding)]
        line, open_ = module.line(self.place.argument.lineno), f"{self.mark.name}("
        is_of_lines = self.place.argument.lineno != self.place.argument.end_lineno
        if not is_of_lines and len(line) + len(", ".join([open_, *behind])) + 1 <= WIDTH:
            return [Edit(start, start, open_), Edit(end, end, f", {', '.join(behind)})")]
        margin = re.match(r"[ \t]*", line)[0]  # type: ignore[index]
        outer = ending(line) + margin
        inner = outer + ("\t" if "\t" in margin else "    ")
        close = "".join(f",{inner}{part}" for part in behind) + f",{outer})"
        return [Edit(start, start, open_ + inner * (not is_of_lines)), Edit(end, end, close)]


class Patch(NamedTuple):
    """What is written into a module, and the content of its file then."""

    edits: tuple[Edit, ...]
    content: bytes

    def line(self, module: Module, number: int) -> int:
        """What becomes of the number of a line: nothing is taken away."""
        at = module.start_of_line(number)
        return number + sum(len(LINE_END.findall(edit.text)) for edit in self.edits if edit.start <= at)


def patch(module: Module, steps: Sequence[Marked]) -> Patch:
    """The module's file with these steps marked.

    Raises:
        NotLiteral: that would say something else than before, or what the file cannot hold.
    """
    marks = [one.mark.name for one in steps if one.mark.is_missing]
    edits = list(dict.fromkeys(edit for one in steps for edit in one.edits(module)))  # several may stand in one place
    edits += imports(module, marks, (name for one in steps for name in one.names))
    try:
        content = module.edited(edits)
        after = Module(content)
    except (SyntaxError, ValueError) as error:  # UnicodeEncodeError is one of these
        raise NotLiteral(f"the module could not be read with it: {error}") from None
    if _unmarked(module) != _unmarked(after):
        raise NotLiteral("the module would say something else, too")
    return Patch(tuple(edits), content)


def said(wrong: Wrong, written: str = "") -> str:
    """What is to be written of a wrong step, in the place of what its claim says if that is something else."""
    printed = written or runnable(wrong.step.printed)
    return f"misprint({printed}, {wrong.found.text.source}, {_literal(wrong.why, 'utf-8')})"


def _literal(text: str, encoding: str) -> str:
    """A text as Python's source, in letters that an encoding has."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return ascii(text)
    return json.dumps(text, ensure_ascii=False)


def _unmarked(module: Module) -> str:
    """What a module says without its marks and imports, which is all that may be written into it."""
    return ast.dump(_Unmarked(module).visit(ast.parse(module.text)))


class _Unmarked(ast.NodeTransformer):
    def __init__(self, module: Module) -> None:
        self.module = module

    def visit_Call(self, node: ast.Call) -> ast.AST:  # the name is ast's
        """What is printed, in the place of a mark."""
        self.generic_visit(node)
        return node.args[0] if self.module.syntax.word(node) == "misprint" and node.args else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        """Nothing, in the place of an import from gradcheck."""
        return None if is_ours(node.module or "") else node

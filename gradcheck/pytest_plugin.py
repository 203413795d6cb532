"""pytest collects derivation files: one item a step, FILE::DERIVATION::TARGET[INDEX].

Collected are files with derivations below a folder called `derivations`, and those that the command line names. Whether
a file has derivations is told from its syntax tree, so that nothing of another project is run. Tests stay tests:
test_*.py, *_test.py and conftest.py are left to pytest.
A derivation is read when its steps are collected, and each step is judged when it runs, by itself.
With -k, a file is not read if no word of it occurs in the file, unless the words say what is *not* wanted.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gradcheck.documents.claims import Derivation
    from gradcheck.judging.verification import Verifier
    from gradcheck.verdicts import Problem, StepReport

FOLDER = "derivations"
_STATUS = {"agrees": ("agree without proof", "~", "AGREES"), "definition": ("passed", "=", "PASSED BY DEFINITION")}
"""How pytest counts and shows a step that passed, by its verdict."""
_BETWEEN = ("and", "or")
"""What stands between the words of -k."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """--gradcheck-examples."""
    group = parser.getgroup("gradcheck", "formulas derived by hand")
    group.addoption(
        "--gradcheck-examples",
        metavar="N",
        type=int,
        default=None,
        help="how many draws of structure, sizes and points each step of a derivation sees",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to look at nothing."""
    examples = config.getoption("gradcheck_examples")
    if examples is not None and examples < 1:
        raise pytest.UsageError(f"--gradcheck-examples {examples}: at least 1 is needed")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, list[Any], list[Any]]:
    """Put a derivation file in the place of the test module that pytest sees in a file named on the command line."""
    collectors = yield
    if not _is_derivation_file(file_path, parent):
        return collectors
    others = [collector for collector in collectors if type(collector) is not pytest.Module]
    return [*others, DerivationFile.from_parent(parent, path=file_path)]


def _is_derivation_file(path: Path, parent: pytest.Collector) -> bool:
    from gradcheck.documents.syntax import is_derivation_file, is_derivation_name, is_test_name

    if path.suffix != ".py" or is_test_name(path.name):
        return False
    if parent.session.isinitpath(path):
        return is_derivation_file(path)
    # The root's own name counts, what it lies in does not.
    above = parent.config.rootpath.parent
    folders = path.relative_to(above).parts[:-1] if path.is_relative_to(above) else path.parts[:-1]
    looked_at = FOLDER in folders and is_derivation_name(path.name)
    return looked_at and is_derivation_file(path) and _may_be_chosen(path, parent.config.getoption("keyword"))


def _may_be_chosen(path: Path, keywords: str) -> bool:
    """Whether a step of a file may have a name that -k asks for.

    Names are made of the words of the file, of "problem" and of numbers; and drawn functions bring names of their own.
    """
    words = re.findall(r"[^\s()]+", keywords.lower())
    if not words or "not" in words:
        return True
    said = f"{path} problem {path.read_text(encoding='utf-8', errors='replace')}".lower()
    return "strategies" in said or any(
        all(letters in said for letters in re.findall(r"[^\W\d_]+", word)) for word in words if word not in _BETWEEN
    )


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """A step that agrees everywhere and is not proved is no plain pass; one that cannot fail passes as what it is."""
    if report.when == "call" and report.passed:
        return next(
            (_STATUS[said] for key, said in report.user_properties if key == "verdict" and said in _STATUS), None
        )
    return None


class DerivationFile(pytest.File):
    """A Python file with derivations."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Its derivations, and an item that fails for each problem with the file."""
        from gradcheck.documents.files import load

        with _own_warnings():
            found = load(self.path)
        if not found.derivations:
            raise self.CollectError(_visible("\n".join(map(str, found.problems))))
        for derivation in found.derivations:
            yield DerivationCollector.from_parent(self, name=derivation.name, derivation=derivation)
        yield from _problem_items(self, found.problems)


class DerivationCollector(pytest.Collector):
    """A derivation: read once, when its steps are collected, which are judged one by one."""

    def __init__(self, derivation: Derivation, **rest: Any) -> None:
        super().__init__(**rest)
        self.derivation = derivation
        self._verifier: Verifier | None = None

    @property
    def verifier(self) -> Verifier:
        """The derivation, read."""
        from gradcheck.judging.verification import DEFAULT_EXAMPLES, Verifier

        if self._verifier is None:
            with _own_warnings():
                examples = self.config.getoption("gradcheck_examples")
                self._verifier = Verifier(self.derivation, examples or DEFAULT_EXAMPLES)
        return self._verifier

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each step, and one that fails for each problem with the derivation."""
        found = self.verifier.outline
        if not found.claims and not found.problems:
            raise self.CollectError(f"{self.derivation.name} has no claim, so there is nothing to verify")
        for i, claim in enumerate(found.claims):
            for j, step in enumerate(claim.steps):
                name = f"{claim.target}[{claim.first_index + step.index}]"
                yield StepItem.from_parent(self, name=name, line=claim.line, place=(i, j))
        yield from _problem_items(self, found.problems)

    def judged(self, claim: int, step: int) -> StepReport:
        """The report on one step, known by the positions of its claim and of itself."""
        with _own_warnings():
            return self.verifier.step(claim, step)


@contextmanager
def _own_warnings() -> Iterator[None]:
    """Warnings are shown, but never raised: what pytest is told to do with them must not change a verdict."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        yield


class NotAsWritten(Exception):
    """A step, or a problem, with all that is to be said of it."""


class GradcheckItem(pytest.Item):
    """Fails with words instead of a traceback."""

    def __init__(self, line: int, *, name: str, parent: pytest.Collector, **rest: Any) -> None:
        # Given as a text, the id is what pytest reads again from its cache: [INDEX] is taken for parameters there.
        super().__init__(name=name, parent=parent, nodeid=f"{parent.nodeid}::{name}", **rest)
        self.line = line

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the claim in the module, and what pytest calls the step."""
        above = self.parent.name if isinstance(self.parent, DerivationCollector) else ""
        return self.path, max(0, self.line - 1), f"{above}::{self.name}" if above else self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone, where it is ours."""
        if isinstance(excinfo.value, NotAsWritten):
            return _visible(str(excinfo.value))
        return super().repr_failure(excinfo, style)


class StepItem(GradcheckItem):
    """One right-hand side of a claim. place: the positions of the claim and of the step."""

    parent: DerivationCollector

    def __init__(self, place: tuple[int, int], **rest: Any) -> None:
        super().__init__(**rest)
        self.place = place

    def runtest(self) -> None:
        """Fail if the step is not as its module says, or was not judged."""
        from gradcheck.reports.terminal import step_text

        step, outline = self.parent.judged(*self.place), self.parent.verifier.outline
        self.user_properties.append(("verdict", step.judgement.verdict.value))
        if not step.ok:
            raise NotAsWritten(step_text(outline, outline.claims[self.place[0]], step))


class ProblemItem(GradcheckItem):
    """Something that kept a part of a file from being judged. Always fails."""

    def __init__(self, problem: Problem, **rest: Any) -> None:
        super().__init__(line=problem.line, **rest)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the problem and its cure."""
        raise NotAsWritten(str(self.problem))


def _visible(text: str) -> str:
    from gradcheck.reports.terminal import visible

    return visible(text)


def _problem_items(parent: pytest.Collector, problems: tuple[Problem, ...]) -> Iterator[ProblemItem]:
    for i, problem in enumerate(problems):
        yield ProblemItem.from_parent(parent, name=f"problem[{i}]", problem=problem)

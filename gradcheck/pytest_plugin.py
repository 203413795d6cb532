"""pytest collects derivation files: one item a step, FILE::DERIVATION::TARGET[INDEX].

Collected are Python files below a folder called `derivations` that mention gradcheck, and files that the command line
names and that contain `@derivation`. Tests stay tests: test_*.py, *_test.py and conftest.py are left to pytest.
A derivation is verified once, when its first step runs; with pytest-xdist, `--dist loadscope` keeps its steps together.
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
    from gradcheck.verdicts import ClaimReport, DerivationReport, Problem, StepReport

FOLDER = "derivations"
_STATUS = {"agrees": ("agree without proof", "~", "AGREES"), "definition": ("passed", "=", "PASSED BY DEFINITION")}
"""How pytest counts and shows a step that passed, by its verdict."""
_DECORATED = re.compile(rb"^@([\w.]+\.)?derivation\b", re.MULTILINE)


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
    name = path.name
    if path.suffix != ".py" or name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py"):
        return False
    if parent.session.isinitpath(path) and _DECORATED.search(path.read_bytes()):
        return True
    # The root's own name counts, what it lies in does not.
    above = parent.config.rootpath.parent
    folders = path.relative_to(above).parts[:-1] if path.is_relative_to(above) else path.parts[:-1]
    return FOLDER in folders and not name.startswith(("_", ".")) and b"gradcheck" in path.read_bytes()


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
            raise self.CollectError("\n".join(map(str, found.problems)))
        for derivation in found.derivations:
            yield DerivationCollector.from_parent(self, name=derivation.name, derivation=derivation)
        yield from _problem_items(self, found.problems)


class DerivationCollector(pytest.Collector):
    """A derivation: collects its steps, and verifies them together when the first one runs."""

    def __init__(self, derivation: Derivation, **rest: Any) -> None:
        super().__init__(**rest)
        self.derivation = derivation
        self.examples: int | None = self.config.getoption("gradcheck_examples")
        self.outlined: tuple[Problem, ...] = ()
        self._judged: DerivationReport | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each step, and one that fails for each problem with the derivation."""
        from gradcheck.judging.verification import Verifier
        from gradcheck.limits import DEFAULT_EXAMPLES

        with _own_warnings():
            found = Verifier(self.derivation, self.examples or DEFAULT_EXAMPLES).outline
        self.outlined = found.problems
        if not found.claims and not found.problems:
            raise self.CollectError(f"{self.derivation.name} has no claim, so there is nothing to verify")
        for claim in found.claims:
            for step in claim.steps:
                yield StepItem.from_parent(self, name=_name(claim, step), line=claim.line)
        yield from _problem_items(self, found.problems)

    def judged(self) -> DerivationReport:
        """The report on the derivation; it is verified when this is first asked for."""
        from gradcheck.judging.verification import verify_derivation
        from gradcheck.limits import DEFAULT_EXAMPLES

        if self._judged is None:
            with _own_warnings():
                self._judged = verify_derivation(self.derivation, self.examples or DEFAULT_EXAMPLES)
        return self._judged


def _name(claim: ClaimReport, step: StepReport) -> str:
    return f"{claim.target}[{claim.first_index + step.index}]"


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

    def __init__(self, line: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.line = line

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the claim in the module, and what pytest calls the step."""
        above = self.parent.name if isinstance(self.parent, DerivationCollector) else ""
        return self.path, max(0, self.line - 1), f"{above}::{self.name}" if above else self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone, where it is ours."""
        if isinstance(excinfo.value, NotAsWritten):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class StepItem(GradcheckItem):
    """One right-hand side of a claim."""

    parent: DerivationCollector

    def runtest(self) -> None:
        """Fail if the step is not as its module says, or was not judged."""
        from gradcheck.reports.terminal import step_text

        report = self.parent.judged()
        new = [problem for problem in report.problems if problem not in self.parent.outlined]
        if new:
            raise NotAsWritten("\n".join(map(str, new)))
        steps = {_name(claim, step): (claim, step) for claim in report.claims for step in claim.steps}
        if self.name not in steps:
            raise NotAsWritten(f"{self.nodeid} was not judged: the derivation says something else when it is run again")
        claim, step = steps[self.name]
        self.user_properties.append(("verdict", step.judgement.verdict.value))
        if not step.ok:
            raise NotAsWritten(step_text(report, claim, step))


class ProblemItem(GradcheckItem):
    """Something that kept a part of a file from being judged. Always fails."""

    def __init__(self, problem: Problem, **rest: Any) -> None:
        super().__init__(line=problem.line, **rest)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the problem and its cure."""
        raise NotAsWritten(str(self.problem))


def _problem_items(parent: pytest.Collector, problems: tuple[Problem, ...]) -> Iterator[ProblemItem]:
    for i, problem in enumerate(problems):
        yield ProblemItem.from_parent(parent, name=f"problem[{i}]", problem=problem)

"""pytest collects derivation files: one item a step, FILE::DERIVATION::TARGET[INDEX].

Collected are files with derivations below a folder called `derivations`, and those that the command line names. Whether
a file has derivations is told from its syntax tree, so that nothing of another project is run. Tests stay tests:
test_*.py, *_test.py and conftest.py are left to pytest.
A derivation is read when its steps are collected, and each step is judged when it runs, by itself: both in a child
process, so that what a file does, or does not stop doing, ends neither pytest nor the other files' tests.
With -k, a file is not read if no word of it occurs in the file, unless the words say what is *not* wanted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradcheck.limits import DEFAULT_EXAMPLES, SEARCH, USUAL, Limits

if TYPE_CHECKING:
    from gradcheck.judging.one_by_one import OneByOne
    from gradcheck.judging.worker import Address
    from gradcheck.verdicts import DerivationReport, Position, Problem, StepReport

FOLDER = "derivations"
_STATUS = {"agrees": ("agree without proof", "~", "AGREES"), "definition": ("passed", "=", "PASSED BY DEFINITION")}
"""How pytest counts and shows a step that passed, by its verdict."""
_BETWEEN = ("and", "or")
"""What stands between the words of -k."""


_CHILD = pytest.StashKey["OneByOne"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much is looked at, how long, and what is asked of a step."""
    group = parser.getgroup("gradcheck", "formulas derived by hand")
    examples = "how many draws of structure, sizes and points each step of a derivation sees"
    group.addoption("--gradcheck-examples", metavar="N", type=int, default=DEFAULT_EXAMPLES, help=examples)
    limit = "how long a step may take, or the import of a file"
    group.addoption("--gradcheck-limit", metavar="SECONDS", type=float, default=USUAL.seconds, help=limit)
    memory = "how much memory the judging process may need, where the system can hold it"
    group.addoption("--gradcheck-memory", metavar="GB", type=float, default=USUAL.gigabytes, help=memory)
    require = "proved: a step that agrees at every point and is not proved fails"
    group.addoption("--gradcheck-require", choices=["proved"], help=require)
    search = f"do not look for corrections of wrong steps, which takes up to {SEARCH:g} s a step and changes no verdict"
    group.addoption(
        "--gradcheck-no-cache",
        action="store_false",
        dest="gradcheck_cache",
        default=True,
        help="judge everything again: a derivation that has not changed is not (GRADCHECK_CACHE names the folder)",
    )
    group.addoption(
        "--gradcheck-no-corrections", action="store_false", dest="gradcheck_corrections", default=True, help=search
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to look at nothing."""
    for name, least in [("examples", "at least 1"), ("limit", "more than 0"), ("memory", "more than 0")]:
        value = config.getoption(f"gradcheck_{name}")
        if value < 1 if name == "examples" else not 0 < value < math.inf:
            raise pytest.UsageError(f"--gradcheck-{name} {value}: {least} is needed")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the child process."""
    if _CHILD in config.stash:
        config.stash[_CHILD].close()


def _child(config: pytest.Config) -> OneByOne:
    """The process in which files are executed and steps are judged; begun when it is first needed."""
    from gradcheck.judging.one_by_one import OneByOne

    if _CHILD not in config.stash:
        search = SEARCH if config.getoption("gradcheck_corrections") else 0.0
        limits = Limits(
            config.getoption("gradcheck_limit"),
            config.getoption("gradcheck_memory"),
            search,
            remembers=config.getoption("gradcheck_cache"),
        )
        config.stash[_CHILD] = OneByOne(config.getoption("gradcheck_examples"), limits)
    return config.stash[_CHILD]


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
        found = _child(self.config).read(self.path)
        if not found.derivations:
            raise self.CollectError(_visible("\n".join(map(str, found.problems))))
        for address in found.derivations:
            yield DerivationCollector.from_parent(self, name=address.name, address=address)
        yield from _problem_items(self, found.problems)


class DerivationCollector(pytest.Collector):
    """A derivation: read once, when its steps are collected, which are judged one by one."""

    outline: DerivationReport

    def __init__(self, address: Address, **rest: Any) -> None:
        super().__init__(**rest)
        self.address = address

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each step, and one that fails for each problem with the derivation."""
        self.outline = found = _child(self.config).outline(self.address)
        if not found.claims and not found.problems:
            raise self.CollectError(f"{self.address.name} has no claim, so there is nothing to verify")
        for position in found.positions:
            claim = found.claims[position.claim]
            name = f"{claim.target}[{claim.first_index + position.step}]"
            yield StepItem.from_parent(self, name=name, line=claim.line, position=position)
        yield from _problem_items(self, found.problems)

    def judged(self, position: Position) -> StepReport:
        """The report on one step.

        Raises:
            NotAsWritten: there is none.
        """
        said = _child(self.config).judged(self.address, position, self.outline)
        from gradcheck.verdicts import Problem

        if isinstance(said, Problem):
            raise NotAsWritten(str(said))
        return replace(said, needs_proof=self.config.getoption("gradcheck_require") == "proved")


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
    """One right-hand side of a claim, where it stands in the derivation."""

    parent: DerivationCollector

    def __init__(self, position: Position, **rest: Any) -> None:
        super().__init__(**rest)
        self.position = position

    def runtest(self) -> None:
        """Fail if the step is not as its module says, or was not judged."""
        from gradcheck.reports.steps import step_text

        step, outline = self.parent.judged(self.position), self.parent.outline
        self.user_properties.append(("verdict", step.judgement.verdict.value))
        if not step.ok:
            raise NotAsWritten(step_text(outline, outline.claims[self.position.claim], step))


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

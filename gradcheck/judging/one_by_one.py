"""Files, derivations and steps one by one, each when it is asked for, in a child process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gradcheck.judging import worker
from gradcheck.judging.processes import Processes, Task
from gradcheck.judging.worker import Address, Found, Judged
from gradcheck.limits import Limits
from gradcheck.verdicts import DerivationReport, Position, Problem, StepReport


class OneByOne(Processes):
    """A child process that reads and judges what it is asked for. Use it as a context; at its end the child is gone."""

    def __init__(self, examples: int, limits: Limits) -> None:
        super().__init__(1, limits)
        self.examples = examples

    def read(self, file: Path, text: str | None = None) -> Found:
        """What a file holds. text: of a page that is at hand."""
        task = self._ask(worker.read_file, str(file), text)
        return task.loss.of_file(file) if task.loss else task.first(Found)

    def outline(self, address: Address) -> DerivationReport:
        """A derivation's steps with nothing judged."""
        task = self._ask(worker.judge, address, self.examples, ())
        return task.loss.of_derivation(address) if task.loss else task.first(DerivationReport)

    def judged(self, address: Address, position: Position, outline: DerivationReport) -> StepReport | Problem:
        """What is said of a step, or why nothing is."""
        task = self._ask(worker.judge, address, self.examples, (position,))
        judged = task.last(Judged)
        if judged is not None:
            return judged.said
        assert task.loss is not None
        return outline.not_judged(position, *task.loss)

    def _ask(self, function: Callable[..., None], *arguments: Any) -> Task:
        task = Task(function, arguments)
        self.submit(task)
        self.finish()
        return task

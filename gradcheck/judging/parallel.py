"""Verifies files in child processes, so that whatever one of them does, what was judged is kept and said."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from gradcheck.documents.arguments import InFile, no_such_name
from gradcheck.judging import worker
from gradcheck.judging.processes import Processes, Task
from gradcheck.judging.worker import Address, Found, Judged, Loss, Record
from gradcheck.limits import USUAL, Limits
from gradcheck.verdicts import DerivationReport, Position, Problem, StepReport, Verification, relative


@dataclass
class _Derivation:
    """What is known of a derivation so far. loss: why not even what it says is."""

    address: Address
    outline: DerivationReport | None = None
    found: dict[Position, StepReport | Problem] = field(default_factory=dict)
    loss: Loss | None = None
    is_done: bool = False

    def report(self) -> DerivationReport:
        if self.outline is not None:
            return self.outline.judged(dict(sorted(self.found.items())))
        assert self.loss is not None  # or it has not begun
        return self.loss.of_derivation(self.address)

    def after(self, loss: Loss) -> list[Position]:
        """Blame the step that was being judged; the steps that are still to be judged."""
        if self.outline is None:
            self.loss = loss
            return []
        left = [position for position in self.outline.positions if position not in self.found]
        for position in left[:1]:
            self.found[position] = self.outline.not_judged(position, *loss)
        return left[1:]


class FileVerification:
    """The verification of files: it can be reported on at any time, and says what is not finished.

    wanted: files and derivations, in the order of the report. examples: how many draws each step sees. progress: told
    after every step, as `verification.Progress` says. on_derivation: called with each derivation that is done and all
    before it, too. on_change: called when a derivation is done. processes: how many children there are at most; None
    for one on each core.
    """

    def __init__(
        self,
        wanted: Sequence[InFile | Address],
        examples: int,
        limits: Limits = USUAL,
        progress: Callable[[str, int, int], None] = lambda *said: None,
        on_derivation: Callable[[DerivationReport], None] = lambda report: None,
        on_change: Callable[[], None] = lambda: None,
        processes: int | None = None,
    ) -> None:
        self.wanted, self.examples, self.limits = wanted, examples, limits
        self.progress, self.on_derivation, self.on_change = progress, on_derivation, on_change
        self.files: dict[Path, Found | None] = {of.file: None for of in wanted if isinstance(of, InFile)}
        self.texts = {of.file: of.text for of in wanted if isinstance(of, InFile)}
        self.derivations: dict[Address, _Derivation] = {}
        self.told: set[Address] = set()
        self.count = processes

    def complete(self) -> None:
        """Read the files, and judge what is wanted of them.

        Raises:
            UsageError: a name stands for nothing in its file.
        """
        with Processes(self.count or cores(), self.limits) as self.processes:
            for file in self.files:
                self.processes.submit(
                    Task(worker.read_file, (str(file), self.texts[file]), ended=partial(self._read, file))
                )
            self._judge_new()
            self.processes.finish()

    def report(self, why: str = "unfinished") -> Verification:
        """All that is known. why: what is said if it is not all there is to know."""
        read = [found for found in self.files.values() if found is not None]
        problems = list(dict.fromkeys(problem for found in read for problem in found.problems))
        known = self._known()
        if len(read) < len(self.files) or not all(derivation.is_done for derivation in known):
            problems.append(self._unfinished(why, known))
        begun = (derivation.report() for derivation in known if derivation.is_done or derivation.found)
        return Verification(tuple(begun), tuple(problems))

    def _unfinished(self, why: str, known: Sequence[_Derivation]) -> Problem:
        """That this is not all: where it ends, so that it cannot be taken for a whole report."""
        open_files = [file for file, found in self.files.items() if found is None]
        left = [derivation.address for derivation in known if not derivation.is_done]
        done = f"{len(known) - len(left)} of {len(known)} derivations were judged"
        if not left:
            file = relative(open_files[0])
            return Problem(file, 0, f"{why} while it was read: {done}", f"run it again; this one alone is {file}")
        file, name = relative(left[0].file), left[0].name
        return Problem(
            file, left[0].line, f"{why} in {name}: {done}", f"run it again; this one alone is {file}::{name}"
        )

    # ---- what children send --------------------------------------------------------------------------------------

    def _read(self, file: Path, task: Task) -> None:
        self.files[file] = task.loss.of_file(file) if task.loss else task.first(Found)
        self._judge_new()
        self._tell()

    def _judge_new(self) -> None:
        for address in self._in_order():
            if address is not None and address not in self.derivations:
                self.derivations[address] = derivation = _Derivation(address)
                self._judge(derivation)

    def _judge(self, derivation: _Derivation, positions: Sequence[Position] | None = None) -> None:
        arguments = (derivation.address, self.examples, positions)
        received, ended = partial(self._received, derivation), partial(self._ended, derivation)
        self.processes.submit(Task(worker.judge, arguments, received, ended))

    def _received(self, derivation: _Derivation, record: Record) -> None:
        if isinstance(record, DerivationReport):
            derivation.outline = record
        elif isinstance(record, Judged) and derivation.outline is not None:
            is_new = record.position not in derivation.found
            derivation.found[record.position] = record.said
            if is_new:
                self.progress(derivation.address.name, len(derivation.found), len(list(derivation.outline.positions)))

    def _ended(self, derivation: _Derivation, task: Task) -> None:
        left = derivation.after(task.loss) if task.loss is not None else []
        if left:
            self._judge(derivation, left)
        derivation.is_done = not left
        self._tell()

    # ---- in order ------------------------------------------------------------------------------------------------

    def _in_order(self) -> Iterator[Address | None]:
        """The derivations in the order of the report, None for a file that was not read yet; some may come twice."""
        for wanted in self.wanted:
            if isinstance(wanted, Address):
                yield wanted
            elif (found := self.files[wanted.file]) is None:
                yield None
            else:
                chosen = [one for one in found.derivations if wanted.name in (None, one.name)]
                if not chosen and not found.problems:
                    raise no_such_name(wanted, [one.name for one in found.derivations])
                yield from chosen

    def _known(self) -> list[_Derivation]:
        return [self.derivations[address] for address in dict.fromkeys(self._in_order()) if address in self.derivations]

    def _tell(self) -> None:
        """Say that something is done, and hand on what is, up to the first that is not."""
        self.on_change()
        for address in dict.fromkeys(self._in_order()):
            if address is None or not self.derivations[address].is_done:
                return
            if address not in self.told:
                self.told.add(address)
                self.on_derivation(self.derivations[address].report())


def cores() -> int:
    """How many processes may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

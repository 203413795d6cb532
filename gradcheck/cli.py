r"""The command line; what follows is printed below its help.

Examples:
  gradcheck                                   every derivation in the folder derivations
  gradcheck derivations/relu.py               one file
  gradcheck derivations/relu.py::two_layers   one derivation
  gradcheck notes.md                          a page of notes, in Markdown or LaTeX, or a notebook
  gradcheck verify - < formula                a page, or a formula alone, on standard input
  gradcheck --json - derivations              a report for programs, on standard output
  gradcheck --html page.html notes.md         a page of notes with marks and corrections; --markdown for GitHub
  gradcheck explain derivations/relu.py::two_layers   its steps, each of which can be explained
  gradcheck --diff derivations/relu.py        how corrections that were found would stand in it; --fix writes them

marks, one for each step of a claim:
{marks}

Of a page every right-hand side that states something is a step. What it does not say of its symbols is declared in a
comment that begins with gradcheck, as <!-- gradcheck: $\lambda \in \mathbb{{R}}$ -->, or % gradcheck: … in LaTeX.

exit codes:
  0    everything is as its module says: steps hold, marked mistakes are mistakes and their corrections are proved;
       of a page something was judged, and nothing is wrong, undecided or not read (--allow-unread: the last may be)
  1    some step is not
  2    usage, a module that cannot be read, something not supported, a limit reached, or a page of which nothing could
       be judged: the rest is judged
  3    the oracles contradict each other: a mistake in gradcheck
  130  interrupted (143: terminated); what was judged is reported

A path that is called like a command is written with its folder: ./verify
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import io
import json
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import zip_longest
from pathlib import Path
from shlex import quote
from types import FrameType
from typing import TYPE_CHECKING, TextIO

import gradcheck
from gradcheck.annotating_cli import Annotating, add_annotating
from gradcheck.explaining_cli import add_explain
from gradcheck.fixing_cli import Fixing, add_fixing
from gradcheck.limits import DEFAULT_EXAMPLES, SEARCH, USUAL, Limits
from gradcheck.progress import Progress
from gradcheck.reading_cli import add_read
from gradcheck.showing_cli import add_show
from gradcheck.training_cli import add_train
from gradcheck.watching_cli import add_watch

if TYPE_CHECKING:
    from gradcheck.documents.arguments import InFile
    from gradcheck.reports.saving import SavedReport
    from gradcheck.reports.terminal import Printer
    from gradcheck.verdicts import DerivationReport, Verification

USAGE, INTERRUPTED, BROKEN_PIPE, TERMINATED = 2, 130, 141, 143
"""Exit codes that are not a report's: the last three are what shells give for SIGINT, SIGPIPE and SIGTERM."""

FORMATS = ("md", "html", "tex")
"""What a page of errata may be written in; the first is the usual one."""
DESCRIPTION = "Checks formulas that somebody derived by hand, such as gradients: proved, seen, or wrong, and where."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        parser, commands = _parsers()
        if words and (meant := _meant(words[0], commands)):
            return _refuse(f"there is no command {words[0]!r}: did you mean gradcheck {meant}?")
        if not words or words[0] not in (*commands, "-h", "--help", "--version"):
            words.insert(0, "verify")
        arguments = parser.parse_args(words)
        with _termination_as_interruption():
            code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as end:  # argparse, after --help or an error of usage
        return end.code if isinstance(end.code, int) else USAGE
    except KeyboardInterrupt as end:
        print("gradcheck: interrupted", file=sys.stderr)
        return TERMINATED if isinstance(end.__cause__ or end, _Terminated) else INTERRUPTED
    except BrokenPipeError:
        _leave_standard_output()
        return BROKEN_PIPE
    except OSError as error:
        _leave_standard_output()
        return _refuse(f"cannot write to standard output: {error.strerror or error}")


def _leave_standard_output() -> None:
    """Nobody reads on, or nothing can be written: Python would complain once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which a scheduler or a CI sends before it kills: time to say what was judged."""


@contextlib.contextmanager
def _termination_as_interruption() -> Iterator[None]:
    def terminate(number: int, frame: FrameType | None) -> None:
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _meant(word: str, commands: Sequence[str]) -> str:
    """The command that a word is a misspelling of; "" if it is one itself, or may be a path."""
    if word in commands or not word.isalpha() or os.path.exists(word):
        return ""
    return next(iter(difflib.get_close_matches(word, commands, 1, cutoff=0.7)), "")


def _parsers() -> tuple[argparse.ArgumentParser, Sequence[str]]:
    """The parser, and the words that are commands."""
    from gradcheck.reports.terminal import MARKS, encodable

    marks = "\n".join(f"  {mark}  {meaning}" for mark, (_, meaning) in MARKS.items())
    guide = encodable(str(__doc__).partition("\n\n")[2].format(marks=marks), sys.stdout.encoding or "utf-8")
    style = {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": guide}
    parser = argparse.ArgumentParser(
        "gradcheck",
        description=f"{DESCRIPTION}\n\nWithout a command, `gradcheck PATH` is `gradcheck verify PATH`.",
        usage="gradcheck [verify] [OPTIONS] [PATH[::NAME] ...]",
        **style,  # type: ignore[arg-type]
    )
    parser.add_argument("--version", action="version", version=f"gradcheck {gradcheck.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="gradcheck")
    _add_verify(commands, style)
    _add_errata(commands)
    add_explain(commands, _add_effort)
    of_reading = partial(_add_limits, what="how long the derivation may take to be read")
    add_train(commands, _at_least_one, _positive, of_reading)
    add_show(commands, of_reading)
    add_read(commands, partial(_add_limits, what="how long the page may take to be read"))
    add_watch(commands, _add_effort)
    return parser, list(commands.choices)


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser], style: dict[str, object]) -> None:
    command = commands.add_parser(
        "verify",
        help="verify derivations or pages of notes: --json FILE, --diff, --fix and others; see gradcheck verify --help",
        description=DESCRIPTION,
        **style,  # type: ignore[arg-type]
    )
    command.add_argument("--json", metavar="FILE", help="write a report for programs; - is standard output")
    _add_what(command)
    _add_corrections(command)
    add_fixing(command)
    command.add_argument(
        "--allow-unread",
        action="store_true",
        help="what is not read of a page of notes does not fail it: the rest has to hold",
    )
    add_annotating(command)
    command.set_defaults(run=_verify)


def _add_errata(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "errata",
        help="write the mistakes as a page to paste: --output FILE, --format, --check; see gradcheck errata --help",
        description="Writes a page of the documents' mistakes, marked or found: each once, with its places, what is "
        "wrong, what to write instead, and the evidence.",
        epilog="example: gradcheck errata --output derivations/ERRATA.md derivations",
    )
    command.add_argument("--output", metavar="FILE", default="-", help="the page (default: -, standard output)")
    command.add_argument(
        "--format",
        choices=FORMATS,
        help="GitHub's Markdown, a page for browsers, or an article for LaTeX (default: by FILE's ending, or md)",
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing: say whether FILE is the page, and exit with 1 if it is not"
    )
    _add_what(command)
    command.set_defaults(
        run=_errata, corrections=True, explained=True, corrected=False, diff=False, fix=False, allow_unread=False
    )
    command.set_defaults(markdown=None, html=None)


def _add_what(command: argparse.ArgumentParser) -> None:
    """What is verified, and how thoroughly."""
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH[::NAME]",
        default=["derivations"],
        help="a Python file with derivations, one derivation in it, a page of notes (.md, .tex, .ipynb; - for standard "
        "input), or a folder: its derivations, or its pages if it has none (default: derivations)",
    )
    _add_effort(command)


def _add_effort(command: argparse.ArgumentParser) -> None:
    """How thoroughly is judged, and what is asked of a step."""
    command.add_argument(
        "--examples",
        metavar="N",
        type=_at_least_one,
        default=DEFAULT_EXAMPLES,
        help=f"how many draws of structure, sizes and points each step sees (default: {DEFAULT_EXAMPLES})",
    )
    command.add_argument(
        "--no-cache",
        action="store_false",
        dest="cache",
        help="judge everything again: a derivation that has not changed is not (GRADCHECK_CACHE names the folder)",
    )
    command.add_argument(
        "--require", choices=["proved"], help="proved: what agrees at every point and is not proved fails, too"
    )
    _add_limits(command)


def _add_corrections(command: argparse.ArgumentParser) -> None:
    """For which steps corrections are looked for."""
    command.set_defaults(corrections=True, explained=False)
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--no-corrections",
        action="store_false",
        dest="corrections",
        help=f"look for no corrections of wrong steps, which takes up to {SEARCH:g} s a step and changes no verdict",
    )
    which.add_argument(
        "--corrections", action="store_true", dest="corrected", help="explain and correct marked mistakes, too"
    )


def _add_limits(
    command: argparse.ArgumentParser,
    what: str = "how long a step may take, or an import; a derivation 20 times as long",
) -> None:
    """What a derivation may take."""
    command.add_argument(
        "--limit", metavar="SECONDS", type=_positive, default=USUAL.seconds, help=f"{what} (default: {USUAL.seconds:g})"
    )
    command.add_argument(
        "--memory",
        metavar="GB",
        type=_positive,
        default=USUAL.gigabytes,
        help=f"how much a process may need, where the system can hold it (default: {USUAL.gigabytes:g})",
    )


def _at_least_one(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number of at least 1 is needed, not {text!r}")
    return number


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"a number above 0 is needed, not {text!r}")
    return number


# ---- verify ------------------------------------------------------------------------------------------------------


def _verify(arguments: argparse.Namespace) -> int:
    from gradcheck.documents.arguments import is_page
    from gradcheck.reports.terminal import Printer

    if (arguments.fix or arguments.diff) and not arguments.corrections:
        return _refuse("--fix and --diff need the corrections that --no-corrections does not look for")
    if arguments.json and arguments.json != "-" and is_page(Path(arguments.json)):
        return _refuse(
            f"cannot write the report to {arguments.json!r}: a page of notes is called so; FILE comes before PATH"
        )
    outputs = [arguments.json, arguments.markdown, arguments.html]
    if outputs.count("-") > 1:
        return _refuse("only one of --json, --markdown and --html can be written to standard output")
    printer = None if "-" in outputs else Printer(sys.stdout)
    return _judged(arguments, arguments.json, "the report", printer, _write_json)


def _errata(arguments: argparse.Namespace) -> int:
    form = arguments.format or next((form for form in FORMATS if arguments.output.endswith(f".{form}")), FORMATS[0])
    if arguments.check:
        return _checked(arguments, form)
    code = _judged(arguments, arguments.output, "the page", None, partial(_write_errata, form=form))
    if code:
        print("gradcheck: not everything is as the modules say; run gradcheck verify", file=sys.stderr)
    return code


def _checked(arguments: argparse.Namespace, form: str) -> int:
    """Whether a file is the page that would be written."""
    try:
        with open(arguments.output, encoding="utf-8") as file:
            known = file.read()
    except (OSError, UnicodeDecodeError) as error:
        return _refuse(
            f"cannot read the page --output {arguments.output!r}: {getattr(error, 'strerror', None) or error}"
        )
    page = io.StringIO()
    code = _judged(arguments, "-", "the page", None, lambda report, out: _write_errata(report, page, form))
    if code or page.getvalue() == known:
        return code
    lines = zip_longest(known.splitlines(), page.getvalue().splitlines())
    number, (old, new) = next((i, pair) for i, pair in enumerate(lines, 1) if pair[0] != pair[1])
    print(f"{arguments.output} is stale, line {number}:\n- {old or ''}\n+ {new or ''}", file=sys.stderr)
    print(f"write it again: gradcheck errata --output {quote(arguments.output)}", file=sys.stderr)
    return 1


def _judged(
    arguments: argparse.Namespace,
    file: str | None,
    what: str,
    printer: Printer | None,
    write: Callable[[Verification, TextIO], None],
) -> int:
    """Verify what is asked for, and write what was found to a file, which is called `what` in messages."""
    from gradcheck.documents.arguments import UsageError, named
    from gradcheck.reports.saving import CannotWrite, SavedReport

    try:
        wanted = named(arguments.paths)
        saved = None if file is None else SavedReport(file, what, write)
        return _Work(arguments, wanted, printer, saved).done()
    except UsageError as error:
        return _refuse(_with_hint(str(error), arguments.paths))
    except CannotWrite as error:
        return _refuse(str(error))


def _refuse(message: str) -> int:
    from gradcheck.reports.terminal import visible

    print(f"gradcheck: {visible(message)}", file=sys.stderr)
    return USAGE


def _with_hint(message: str, paths: Sequence[str]) -> str:
    if "verify" in paths and not os.path.exists("verify"):
        return f"{message}\nThe command comes first: gradcheck verify …"
    return message


def _write_json(report: Verification, out: TextIO) -> None:
    from gradcheck.reports.json import report_json

    data = report_json(report)
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data, indent=2, allow_nan=False)
    out.write(text + "\n")
    out.flush()


def _write_errata(report: Verification, page: TextIO, form: str) -> None:
    from gradcheck.reports.errata import errata_page
    from gradcheck.reports.terminal import encodable

    page.write(encodable(errata_page(report, form), page.encoding or "utf-8"))
    page.flush()


class _Work:
    """A verification, whose derivations are printed as they are done and the rest at the end, and which is saved.

    Without a printer, problems go to standard error.
    """

    def __init__(
        self,
        arguments: argparse.Namespace,
        wanted: Sequence[InFile],
        printer: Printer | None,
        saved: SavedReport | None,
    ) -> None:
        from gradcheck.judging.parallel import FileVerification

        self.printer, self.saved = printer, saved
        self.asked = {"proof": arguments.require == "proved", "reading": not arguments.allow_unread}
        self.bar, self.started = Progress("reading"), 0
        limits = Limits(
            arguments.limit,
            arguments.memory,
            search=arguments.corrections * SEARCH,
            explains_marked=arguments.explained or arguments.corrected,
            corrects_marked=arguments.corrected,
            remembers=arguments.cache,
        )
        self.verification = FileVerification(
            wanted, arguments.examples, limits, self._progress, self._print, self._save_what_is_known
        )
        self.annotating = Annotating(arguments, wanted)
        self.fixing = Fixing(arguments, wanted, sys.stderr if printer is None else sys.stdout)

    def done(self) -> int:
        """Do it, until it is done or somebody ends it; the exit code.

        Raises:
            CannotWrite: the report cannot be saved.
        """
        from gradcheck.reports.terminal import visible
        from gradcheck.reports.text import closing_lines

        code = None
        self._save("unfinished", is_last=False)  # an old report is not to be taken for the new one
        try:
            with self.bar:
                self.verification.complete()
        except KeyboardInterrupt as end:
            code = TERMINATED if isinstance(end, _Terminated) else INTERRUPTED
        report = self._report("interrupted")
        if self.printer is not None:
            self.printer.print(closing_lines(report))
        for problem in report.all_problems if self.printer is None else ():
            print(visible(str(problem)), file=sys.stderr)
        self._save("interrupted", is_last=True)
        if code is None:
            self.annotating.save(report)
            self.fixing.follow(report)
        return report.exit_code if code is None else code

    def _report(self, why: str) -> Verification:
        return self.verification.report(why).asking(**self.asked)

    def _save(self, why: str, is_last: bool) -> None:
        if self.saved is not None:
            self.saved.save(self._report(why), is_last)

    def _save_what_is_known(self) -> None:
        from gradcheck.reports.saving import CannotWrite

        with contextlib.suppress(CannotWrite):  # the last attempt tells
            self._save("unfinished", is_last=False)

    def _print(self, derivation: DerivationReport) -> None:
        from gradcheck.reports.text import derivation_lines

        if self.printer is not None:
            with self.bar.hidden():
                self.printer.print(derivation_lines(derivation.asking(**self.asked)))

    def _progress(self, name: str, judged: int, steps: int) -> None:
        """Show how many of the derivations were begun, and how many steps of the one at hand are judged."""
        self.started += judged == 1
        known = len(self.verification.derivations)
        self.bar.show(f"{self.started} of {known}: {name}, {judged} of {steps} steps", judged, steps)

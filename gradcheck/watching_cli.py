"""`gradcheck watch`: the annotated page of notes in a browser, up to date at every save."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck.limits import SEARCH, Limits

if TYPE_CHECKING:
    from gradcheck.documents.arguments import InFile
    from gradcheck.verdicts import Verification
    from gradcheck.watching.server import Server

USAGE, INTERRUPTED = 2, 130


def add_watch(commands: Any, add_effort: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command. add_effort: adds the options that say how thoroughly is judged."""
    command = commands.add_parser(
        "watch",
        help="show pages of notes in a browser, with marks and corrections, up to date at every save",
        description="Serves the annotated page on this machine only, and brings it up to date whenever the page is\n"
        "saved. Ctrl-C ends it.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example: gradcheck watch notes.md",
    )
    command.add_argument("paths", nargs="+", metavar="NOTES", help="a page of notes (.md, .tex, .ipynb), or a folder")
    add_effort(command)
    command.set_defaults(run=_watch)


def _watch(arguments: argparse.Namespace) -> int:
    from gradcheck.documents.arguments import UsageError
    from gradcheck.reports.terminal import visible
    from gradcheck.watching.server import Server

    try:
        _pages(arguments.paths)
        server = Server()
        with server.serving():
            _serve(arguments, server)
    except UsageError as error:
        print(f"gradcheck: {visible(str(error))}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _pages(paths: Sequence[str]) -> list[InFile]:
    """The pages that the paths name.

    Raises:
        UsageError: there is none.
    """
    from gradcheck.documents.arguments import UsageError, is_page, named

    if "-" in paths:
        raise UsageError("standard input cannot be watched: name a file")
    found = [of for of in named(paths) if is_page(of.file)]
    if not found:
        raise UsageError(f"there is no page of notes (.md, .tex, .ipynb) in {', '.join(paths)}")
    return found


def _serve(arguments: argparse.Namespace, server: Server) -> None:
    """Judge the pages, and again whenever they change."""
    from gradcheck.reports.annotated.sheet import sheet
    from gradcheck.watching.changes import changes

    server.publish({"": sheet("gradcheck", "<main><p>The page is being judged.</p></main>", server.script)})
    print(f"{server.url}\nopen this address in a browser; Ctrl-C ends it", flush=True)
    for _ in changes(partial(_watched, arguments.paths)):
        for line in _publish(arguments, server):
            print(line, flush=True)


def _watched(paths: Sequence[str]) -> Iterator[Path]:
    """The files, and the folders in which others may appear."""
    from gradcheck.documents.arguments import UsageError

    yield from map(Path, paths)
    try:
        files = [of.file for of in _pages(paths)]
    except UsageError:
        return
    yield from files
    yield from {file.parent for file in files if any(Path(path).is_dir() for path in paths)}


def _publish(arguments: argparse.Namespace, server: Server) -> Iterator[str]:
    """Judge the pages and serve them; what is to be said of it."""
    from gradcheck.documents.arguments import UsageError
    from gradcheck.reports.annotated.files import FORMS, Pages
    from gradcheck.reports.annotated.html import html_page
    from gradcheck.reports.annotated.index import html_index
    from gradcheck.reports.terminal import visible

    try:
        wanted = _pages(arguments.paths)
        pages = Pages(wanted)
        report = _judged(arguments, wanted)
        script = server.script
        form = FORMS["html"]._replace(
            page=partial(html_page, script=script), contents=partial(html_index, script=script)
        )
        written = pages.all(report, form)
    except (UsageError, ValueError) as error:  # it was changed meanwhile: it will be judged again
        yield visible(str(error))
        return
    is_one = len(written.texts) == len(pages.files) == 1
    server.publish({**written.texts} if is_one else {form.first: written.contents, **written.texts})
    yield from (visible(f"{entry.sign} {entry.name}: {next(entry.cells)}") for entry in written.entries)


def _judged(arguments: argparse.Namespace, wanted: Sequence[InFile]) -> Verification:
    from gradcheck.judging.parallel import FileVerification

    limits = Limits(arguments.limit, arguments.memory, search=SEARCH, remembers=arguments.cache)
    verification = FileVerification(wanted, arguments.examples, limits)
    verification.complete()
    report = verification.report()
    return report.asking(proof=arguments.require == "proved", reading=True)

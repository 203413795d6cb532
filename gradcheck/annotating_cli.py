"""`gradcheck verify --markdown` and `--html`: pages of notes are given back with what was found of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from gradcheck.documents.arguments import InFile
    from gradcheck.reports.annotated.files import Form, Pages
    from gradcheck.verdicts import Verification

OPTIONS = ("markdown", "html")


def add_annotating(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument(
        "--markdown",
        metavar="FILE",
        help="write the page of notes with marks and corrections, in Markdown as GitHub shows it; a folder for several",
    )
    command.add_argument("--html", metavar="FILE", help="the same for browsers, also of LaTeX; - is standard output")


class Annotating:
    """Pages that are written when everything is judged. Made before that, so that changes of files are seen.

    Raises:
        CannotWrite: there is no page among what is wanted, or a file is in the way.
    """

    def __init__(self, arguments: argparse.Namespace, wanted: Sequence[InFile]) -> None:
        asked = {name: getattr(arguments, name) for name in OPTIONS if getattr(arguments, name) is not None}
        self.writing: list[_File | _Folder] = []
        if asked:
            from gradcheck.documents.arguments import is_page
            from gradcheck.reports.annotated.files import FORMS, Pages
            from gradcheck.reports.saving import CannotWrite

            found = [of for of in wanted if is_page(of.file)]
            if not found:
                words = "there is no page of notes (.md, .tex, .ipynb) among what is verified; FILE comes before PATH"
                raise CannotWrite(f"--{next(iter(asked))} writes pages of notes: {words}")
            pages = Pages(found)
            folders = [Path(path) for path in arguments.paths if Path(path).is_dir()]
            several = len(pages.files) > 1 or bool(folders)
            make = partial(_Folder, inside=folders) if several else _File
            self.writing += [make(pages, FORMS[name], target) for name, target in asked.items()]

    def save(self, report: Verification) -> None:
        """Write them.

        Raises:
            CannotWrite: the system says so, or a page was changed.
        """
        for one in self.writing:
            one.save(report)


def _refuse_unless_ours(path: Path, form: Form, option: str) -> None:
    """Nobody's notes are to be lost by an argument that was forgotten."""
    from gradcheck.reports.saving import CannotWrite

    if path.is_file() and form.is_ours not in path.read_text(encoding="utf-8", errors="replace"):
        cure = "name another file, or remove it; FILE comes before PATH"
        raise CannotWrite(f"cannot write {option!r}: {path} is there, and was not written by gradcheck: {cure}")


class _File:
    """One page in one file, or on standard output."""

    def __init__(self, pages: Pages, form: Form, target: str) -> None:
        from gradcheck.reports.saving import SavedReport

        self.pages, self.form = pages, form
        if target != "-":
            _refuse_unless_ours(Path(target), form, target)
        self.saved = SavedReport(target, "the page", self._write)

    def save(self, report: Verification) -> None:
        from gradcheck.reports.saving import CannotWrite

        try:
            self.saved.save(report, is_last=True)
        except ValueError as error:
            raise CannotWrite(f"cannot write the page to {self.saved.file!r}: {error}") from None

    def _write(self, report: Verification, out: TextIO) -> None:
        from gradcheck.reports.terminal import encodable

        out.write(encodable(self.pages.one(report, self.form), out.encoding or "utf-8"))
        out.flush()


class _Folder:
    """Several pages and their index in a folder. inside: the folders that are verified, in which it must not be."""

    def __init__(self, pages: Pages, form: Form, target: str, inside: Sequence[Path]) -> None:
        from gradcheck.reports.saving import CannotWrite

        self.pages, self.form, self.folder = pages, form, Path(target)
        if target == "-" or self.folder.is_file():
            raise CannotWrite(f"cannot write pages to {target!r}: there are several, which need a folder")
        if any(self.folder.resolve().is_relative_to(one.resolve()) for one in inside):
            words = "it is in the folder that is verified, where it would be read the next time"
            raise CannotWrite(f"cannot write pages to {target!r}: {words}")

    def save(self, report: Verification) -> None:
        from gradcheck.reports.saving import CannotWrite, replacing

        written = self.pages.all(report, self.form)
        named = {self.form.first: written.contents, **written.texts}
        texts = {self.folder / name: text for name, text in named.items()}
        for path in texts:
            _refuse_unless_ours(path, self.form, str(self.folder))
        try:
            for path, text in texts.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                with replacing(path) as new:
                    new.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CannotWrite(f"cannot write pages to {str(self.folder)!r}: {error.strerror or error}") from None

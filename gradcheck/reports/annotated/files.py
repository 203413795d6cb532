"""Which files annotated pages are written to, and what stands in each."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from gradcheck.documents.arguments import InFile
from gradcheck.documents.tex.pages import Page, page, page_of
from gradcheck.reports.annotated.annotations import Annotated
from gradcheck.reports.annotated.html import html_page
from gradcheck.reports.annotated.index import Entry, html_index, markdown_index
from gradcheck.reports.annotated.markdown import markdown_page
from gradcheck.verdicts import Verification, relative


class Form(NamedTuple):
    """How pages are written. ending: of the names of their files. first: what the index is called.

    is_ours: a text that every file has that was written so.
    """

    ending: str
    first: str
    page: Callable[[Annotated], str]
    contents: Callable[[Sequence[Entry]], str]
    is_ours: str


FORMS: Mapping[str, Form] = {
    "markdown": Form(".md", "index.md", markdown_page, markdown_index, "> **gradcheck: "),
    "html": Form(".html", "index.html", html_page, html_index, "Written by gradcheck."),
}


class Written(NamedTuple):
    """What was written of pages: a line on each, their index, and their texts by the names of their files."""

    entries: Sequence[Entry]
    contents: str
    texts: Mapping[str, str]


class Pages:
    """Pages of notes as they are when they begin to be judged. files: where they are."""

    def __init__(self, wanted: Sequence[InFile]) -> None:
        texts = {of.file: of.text for of in wanted}
        self.files = list(texts)
        self.read: dict[Path, Page] = {}
        self.failed: dict[Path, str] = {}
        for file, text in texts.items():
            try:
                self.read[file] = page_of(file) if text is None else page(text, str(file))
            except (OSError, ValueError) as error:
                self.failed[file] = f"it cannot be read: {error}"

    def one(self, report: Verification, form: Form) -> str:
        """The only page. Raises ValueError if it cannot be written."""
        found = self._annotated(report, self.files[0])
        if found is None:
            raise ValueError(self.failed.get(self.files[0], f"{relative(self.files[0])} was not judged"))
        return form.page(found)

    def all(self, report: Verification, form: Form) -> Written:
        """All pages, with their index."""
        texts, entries = dict[str, str](), []
        for file, name in _names(self.files, form).items():
            found = self._annotated(report, file)
            words = self.failed.get(file, "it was not judged" if found is None else "")
            try:
                texts.update({name: form.page(found)} if found else {})
            except ValueError as error:
                words = str(error)
            entries.append(Entry(relative(file), name if name in texts else "", found, words))
        return Written(entries, form.contents(entries), texts)

    def _annotated(self, report: Verification, file: Path) -> Annotated | None:
        page = self.read.get(file)
        found = next((one for one in report.derivations if one.file == relative(file)), None)
        return Annotated(page, found) if page is not None and found is not None else None


def _names(files: Sequence[Path], form: Form) -> dict[Path, str]:
    """A name for each file, as it is called below the folder of all; with its ending where two are called alike."""
    above = Path(os.path.commonpath([file.parent for file in files]))
    taken, names = {form.first}, {}
    for file in files:
        known = file.relative_to(above)
        more = (known.with_name(f"{known.name}{'-' * i}{form.ending}") for i in count())
        choices = map(str, chain([known.with_suffix(form.ending)], more))
        names[file] = next(choice for choice in choices if choice not in taken)
        taken.add(names[file])
    return names

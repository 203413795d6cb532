"""What was found of several pages of notes, one line for each, with links to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from gradcheck.reports.annotated.annotations import Annotated
from gradcheck.reports.annotated.sheet import sheet
from gradcheck.reports.markdown import escaped


class Entry(NamedTuple):
    """A page of notes. name: its file. link: the file of the annotated page; empty if there is none.

    annotated: what was found; None if it could not be read. words: why there is no page.
    """

    name: str
    link: str
    annotated: Annotated | None
    words: str = ""

    @property
    def sign(self) -> str:
        """The mark of the page as a whole."""
        if self.annotated is None:
            return "?"
        return "✗" if self.annotated.wrong else "✓" if self.annotated.report.ok else "?"

    @property
    def cells(self) -> Iterator[str]:
        """What is said of it, column by column, behind its name."""
        if self.annotated is None:
            yield from (self.words, "")
            return
        counts = ", ".join(f"{one.mark.sign} {one.steps}" for one in self.annotated.counts)
        yield "; ".join(filter(None, (self.annotated.headline, self.words)))
        yield counts


HEAD = ("", "page", "found", "steps")
KINDS = {"✓": "proved", "✗": "wrong", "?": "open"}


def title(entries: Sequence[Entry]) -> str:
    """The whole in one sentence."""
    wrong, pages = sum(entry.sign == "✗" for entry in entries), f"{len(entries)} page{'s' * (len(entries) != 1)}"
    return f"gradcheck: mistakes in {wrong} of {pages}" if wrong else f"gradcheck: no mistake found in {pages}"


def markdown_index(entries: Sequence[Entry]) -> str:
    """A table in Markdown."""
    lines = [f"> **{title(entries)}**", "", f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}"]
    for entry in entries:
        name = escaped(entry.name)
        linked = f"[{name}](<{quote(entry.link)}>)" if entry.link else name
        lines.append(f"| {' | '.join([entry.sign, linked, *map(escaped, entry.cells)])} |")
    return "\n".join(lines) + "\n"


def html_index(entries: Sequence[Entry], script: str = "") -> str:
    """A table for browsers."""
    head = "".join(f"<th>{cell}</th>" for cell in HEAD)
    rows = "".join(f"<tr>{''.join(_row(entry))}</tr>" for entry in entries)
    body = f"<main><h1>{title(entries)}</h1><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></main>"
    return sheet(title(entries), body, script)


def _row(entry: Entry) -> Iterator[str]:
    name = escape(entry.name)
    yield f'<td class="{KINDS[entry.sign]}">{entry.sign}</td>'
    yield f'<td><a href="{escape(quote(entry.link))}">{name}</a></td>' if entry.link else f"<td>{name}</td>"
    yield from (f"<td>{escape(cell)}</td>" for cell in entry.cells)

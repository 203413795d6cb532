"""The five documents as they are, below their headers: how many right-hand sides of their displays are read.

    python benchmarks/five_documents.py FOLDER    the folder with the documents' files, 000_….txt to 004_….txt

The tests hold their displays alone, and what is read of these against the derivations; here the words around them are
read, too.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import page

HEADERS = Path(__file__).parents[1] / "tests" / "documents" / "tex" / "headers"


def counted(document: Path, header: Path) -> tuple[Counter[str], dict[str, int]]:
    """The right-hand sides of displays by their kind, and the reasons why some are not read, with how often."""
    text = header.read_text(encoding="utf-8") + document.read_text(encoding="utf-8")
    notes = read(page(text, document.with_suffix(".md").name))
    displays = [(one.start, one.stop) for one in notes.page.formulas if one.is_display]
    steps = [one for one in notes.steps if any(start <= one.place.start < stop for start, stop in displays)]
    return Counter(one.kind for one in steps), Counter(one.why for one in steps if one.why)


def main(folder: str) -> None:
    """Print a line for each document, and the reasons below it."""
    for header in sorted(HEADERS.iterdir()):
        (document,) = Path(folder).glob(f"{header.stem}_*")
        kinds, reasons = counted(document, header)
        known = kinds.total() - kinds["unread"]
        print(f"{header.stem}: {known} of {kinds.total()} read ({100 * known / kinds.total():.0f}%), {dict(kinds)}")
        for why, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
            print(f"    {count:3d} {why}")


if __name__ == "__main__":
    main(sys.argv[1])

"""`gradcheck watch`: the annotated page, in a browser and up to date."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

from gradcheck.cli import main

NOTES = "Let $x \\in \\mathbb{R}^{n}$ and $f = x^\\top x$.\n\n$$\\nabla_x f = 3 x$$\n"


@contextmanager
def watching(*paths):
    """The lines that it prints; interrupted at the end, when it has to end quietly."""
    command = [sys.executable, "-m", "gradcheck", "watch", *paths]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as child:
        try:
            yield iter(child.stdout.readline, "")
        finally:
            child.send_signal(signal.SIGINT)
            out, error = child.communicate(timeout=30)
        assert (child.returncode, out, error) == (130, "", "")


def loaded(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def test_a_page_is_served_and_brought_up_to_date_after_a_save(here, ctrl_c):
    (here / "notes.md").write_text(NOTES)
    with watching("notes.md") as lines:
        url = next(lines).strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", url)
        next(lines)
        assert next(lines) == "✗ notes.md: 1 of 1 step is wrong\n"
        assert '<mover class="wrong">' in loaded(url)
        (here / "notes.md").write_text(NOTES.replace("3 x", "2 x"))
        assert next(lines) == "✓ notes.md: all of 1 step proved\n"
        text = loaded(url)
        assert '<mover class="wrong">' not in text
        assert re.search(r"script-src 'sha256-[\w+/=]+'; connect-src 'self'\"", text)


def test_several_pages_have_an_index(here, ctrl_c):
    for name in ("a.md", "b.md"):
        (here / name).write_text(NOTES)
    with watching("a.md", "b.md") as lines:
        url = next(lines).strip()
        next(lines)
        assert [next(lines), next(lines)] == [f"✗ {name}: 1 of 1 step is wrong\n" for name in ("a.md", "b.md")]
        assert re.findall(r'<a href="(.*?)">', loaded(url)) == ["a.html", "b.html"]
        assert '<mover class="wrong">' in loaded(f"{url}b.html")


def test_what_is_no_page_is_refused(squares, capsys):
    assert main(["watch", "no.md"]) == 2
    assert main(["watch", "derivations"]) == 2
    assert "there is no page of notes (.md, .tex, .ipynb) in derivations" in capsys.readouterr().err

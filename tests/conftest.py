"""Hypothesis profiles, and derivation files for the tests of everything that reads files."""

from __future__ import annotations

import os
import signal
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from samples import HALVES, SQUARES

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """With --dist loadscope, folders in their order, where the long modules come early.

    By default the modules with the fewest tests come last, and those are the long ones: all other processes wait.
    """
    config.option.loadscopereorder = False


@pytest.fixture(autouse=True)
def _search(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Corrections are looked for only in tests about them: wrong formulas are everywhere, and a search is slow."""
    if request.node.get_closest_marker("searches") is None:
        monkeypatch.setattr("gradcheck.reports.report.SEARCH", 0.0)
        monkeypatch.setattr("gradcheck.black_box.report.SEARCH", 0.0)


@pytest.fixture(autouse=True)
def _forgetful(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test takes its verdicts from another one."""
    monkeypatch.setenv("GRADCHECK_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C interrupts here and in programs that are started: it is ignored where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a space in its name, and no wish for colour in the environment."""
    folder = tmp_path / "my notes"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def write(here: Path) -> Callable[[str, str], Path]:
    """Writes a file below the working directory."""

    def write(name: str, text: str) -> Path:
        file = here / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return file

    return write


@pytest.fixture
def squares(write: Callable[[str, str], Path]) -> Path:
    """A derivation in which everything is as it says: two steps and a misprint."""
    return write("derivations/squares.py", SQUARES)


@pytest.fixture
def halves(write: Callable[[str, str], Path]) -> Path:
    """A derivation with a false step."""
    return write("derivations/halves.py", HALVES)

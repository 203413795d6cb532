"""A report in a file is whole at every moment."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from gradcheck.reports.saving import CannotWrite, SavedReport
from gradcheck.verdicts import Verification

EMPTY = Verification(())


def said(text):
    return lambda report, out: out.write(text)


def test_it_is_replaced_and_keeps_its_permissions(here):
    Path("report.json").write_text("old")
    os.chmod("report.json", 0o640)
    SavedReport("report.json", "the report", said("new")).save(EMPTY, is_last=False)
    assert Path("report.json").read_text() == "new"
    assert stat.S_IMODE(os.stat("report.json").st_mode) == 0o640
    assert os.listdir() == ["report.json"]


def test_a_link_stays_one(here):
    Path("there").mkdir()
    os.symlink("there/report.json", "link.json")
    SavedReport("link.json", "the report", said("new")).save(EMPTY, is_last=True)
    assert Path("link.json").is_symlink()
    assert Path("there/report.json").read_text() == "new"


def test_what_fails_half_way_leaves_the_old_one(here):
    def write(report, out):
        out.write("half of it")
        raise ZeroDivisionError

    Path("report.json").write_text("old")
    with pytest.raises(ZeroDivisionError):
        SavedReport("report.json", "the report", write).save(EMPTY, is_last=False)
    assert Path("report.json").read_text() == "old"
    assert os.listdir() == ["report.json"]


def test_standard_output_and_pipes_are_written_once(here, capsys):
    def both(saved):
        saved.save(EMPTY, is_last=False)
        saved.save(EMPTY, is_last=True)

    both(SavedReport("-", "the report", said("whole")))
    assert capsys.readouterr().out == "whole"
    os.mkfifo("pipe")
    thread = threading.Thread(target=lambda: both(SavedReport("pipe", "the report", said("whole"))))
    thread.start()
    assert Path("pipe").read_text() == "whole"
    thread.join()
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be written by the superuser")
def test_a_folder_that_cannot_be_written_is_said(here):
    Path("closed").mkdir(mode=0o500)
    with pytest.raises(CannotWrite, match=r"^cannot write the report to 'closed/report.json': Permission denied$"):
        SavedReport("closed/report.json", "the report", said("")).save(EMPTY, is_last=False)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("", "it has no name"),
        (".", "it is a folder"),
        ("a.py", "it is a Python file: the report's FILE comes before PATH"),
    ],
)
def test_what_is_no_file_for_reports_is_refused_at_once(here, file, why):
    with pytest.raises(CannotWrite, match=f"^cannot write the report to {file!r}: {why}$"):
        SavedReport(file, "the report", said(""))

"""What counts as a change of files."""

from __future__ import annotations

import os
import threading

from gradcheck.watching.changes import changes, state


def test_the_state_of_files_tells_what_is_written(tmp_path):
    file = tmp_path / "a.md"
    assert state([file]) == {}
    file.write_text("one")
    before = state([file, tmp_path / "none.md"])
    file.write_text("other")
    assert list(before) == [file]
    assert state([file]) != before


def test_every_save_is_one_change_also_of_a_file_that_is_replaced(tmp_path):
    file, seen = tmp_path / "a.md", []
    file.write_text("one")

    def replace():
        new = tmp_path / "new"
        new.write_text("another")
        file.unlink()
        os.replace(new, file)

    for _ in changes(lambda: [file], every=0.01):
        seen.append(file.read_text())
        if len(seen) == 2:
            break
        threading.Timer(0.05, replace).start()
    assert seen == ["one", "another"]


def test_a_save_while_the_last_one_is_looked_at_is_not_missed(tmp_path):
    file, seen = tmp_path / "a.md", []
    file.write_text("one")
    for _ in changes(lambda: [file], every=0.01):
        seen.append(file.read_text())
        if len(seen) == 2:
            break
        file.write_text("meanwhile")
    assert seen == ["one", "meanwhile"]

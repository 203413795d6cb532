"""Children that may be lost."""

from __future__ import annotations

import os
import sys
import time

import pytest

from gradcheck.judging import processes, worker
from gradcheck.judging.processes import Processes, Task
from gradcheck.limits import Limits


def die():
    os._exit(3)


def wait_in_vain():
    worker._child.records.send(worker.Stage(0.1))
    time.sleep(60)


def fail():
    raise ValueError("no such thing")


def tell(text):
    worker._child.records.send(text)


def who():
    main = sys.modules["__main__"]
    worker._child.records.send((os.getpid(), hasattr(main, "__file__")))


@pytest.fixture
def children(monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.1)
    with Processes(1, Limits()) as children:
        yield children


def done(children, *tasks):
    ended = []
    for task in tasks:
        task.ended = ended.append
        children.submit(task)
    children.finish()
    return ended


def test_a_child_goes_on_from_task_to_task_and_is_not_the_program_that_started_it(children):
    first, second = done(children, Task(who, ()), Task(who, ()))
    assert first.records == second.records
    ((pid, has_file),) = first.records
    assert pid != os.getpid()
    assert not has_file


def test_a_child_that_is_lost_costs_its_task_and_no_other(children):
    tasks = [Task(tell, ("before",)), Task(die, ()), Task(wait_in_vain, ()), Task(fail, ()), Task(tell, ("after",))]
    assert done(children, *tasks) == tasks
    assert [task.records for task in tasks] == [["before"], [], [], [], ["after"]]
    whys = [task.loss.why for task in tasks if task.loss is not None]
    assert whys[0].startswith("its process ended")
    assert whys[1] == "it took longer than 0.1 s"
    assert whys[2].startswith("gradcheck failed: ValueError: no such thing (test_processes.py:")


def test_tasks_may_be_added_while_others_end(children):
    told = []

    def count_down(task):
        if task.records[0]:
            children.submit(Task(tell, (task.records[0] - 1,), told.append, count_down))

    done(children, Task(tell, (3,), told.append))
    children.submit(Task(tell, (3,), told.append, count_down))
    children.finish()
    assert told == [3, 3, 2, 1, 0]


def test_nothing_is_left_behind():
    with Processes(2, Limits()) as children:
        pids = [record[0] for task in done(children, Task(who, ()), Task(who, ())) for record in task.records]
        children.submit(Task(time.sleep, (60,)))
        children._start()
    for pid in pids:
        for _ in range(200):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.05)
        else:
            pytest.fail("a child is still there")

"""A function that is called in a child process, where it may take what the limits say and no more."""

from collections.abc import Callable
from typing import TypeVar, cast

from gradcheck.judging import worker
from gradcheck.judging.processes import Processes, Task
from gradcheck.judging.worker import Returned
from gradcheck.limits import Limits

Value = TypeVar("Value")


class Refused(ValueError):
    """There is no value: what the function refuses, or how it came to no end, and the cure."""


def bounded(limits: Limits, said: str, function: Callable[..., Value], *arguments: object) -> Value:
    """What a function of a module returns. said: what it reads, in messages.

    Raises:
        Refused: it raised an OSError, a ValueError or a TypeError, or came to no end within the limits.
    """
    with Processes(1, limits) as child:
        task = Task(worker.call, (function, *arguments))
        child.submit(task)
        child.finish()
    if task.loss is not None:
        raise Refused(f"{said} was not read: {task.loss.why}\n  {task.loss.cure}")
    returned = task.first(Returned)
    if returned.refusal:
        raise Refused(returned.refusal)
    return cast("Value", returned.value)

"""Memory for the steps of a program: what is not read any more makes room for what comes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gradcheck.programs.steps import Step


@dataclass
class Memory:
    """Where results stand.

    places: the number of the buffer of every result that has one. sizes: how many entries each buffer has.
    """

    places: dict[str, int] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)


def owners(steps: Iterable[Step]) -> dict[str, str]:
    """Whose memory a result is: its own, or that of what it is a view of."""
    found: dict[str, str] = {}
    for step in steps:
        found[step.name] = found.get(step.reads[0], step.reads[0]) if step.is_view else step.name
    return found


def allocate(steps: Sequence[Step], fresh: Iterable[str]) -> Memory:
    """Buffers for all results that NumPy can be told a place for, but for those that are made afresh.

    A result takes the smallest buffer that is free and large enough. What is computed entry by entry may take that of
    an operand of its shape that is read for the last time; any other step must not write where it reads.
    """
    memory, owner, fresh = Memory(), owners(steps), set(fresh)
    last = {owner.get(read, read): k for k, step in enumerate(steps) for read in step.reads}
    shapes = {step.name: step.shape for step in steps}
    free: set[int] = set()
    for k, step in enumerate(steps):
        dying = {own for read in step.reads if last[own := owner.get(read, read)] == k and own in memory.places}
        replaced = {
            memory.places[own] for own in dying if step.is_by_entry and own in step.reads and shapes[own] == step.shape
        }
        if step.call and step.shape and step.name not in fresh:
            place = _place(memory, replaced or free, math.prod(step.shape))
            memory.places[step.name] = place
            free.discard(place)
        free |= {memory.places[own] for own in dying} - {memory.places.get(step.name, -1)}
    return memory


def _place(memory: Memory, free: Iterable[int], size: int) -> int:
    """The smallest buffer that is large enough, or a new one."""
    fitting = [place for place in free if memory.sizes[place] >= size]
    if fitting:
        return min(fitting, key=lambda place: (memory.sizes[place], place))
    memory.sizes.append(size)
    return len(memory.sizes) - 1

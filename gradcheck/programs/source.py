"""Programs as text: for a person, and for Python to run with memory that is there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

import numpy as np

from gradcheck.numerics.evaluate import Values
from gradcheck.programs.buffers import allocate, owners
from gradcheck.programs.steps import Steps

NUMPY = re.compile(r"\bnp\.([a-z_0-9.]+)")

BY_NAME = ("np.einsum", "np.add.reduce", "np.multiply.reduce", "np.concatenate", "np.maximum", "np.minimum")
"""Functions that take the place of their result by its name only."""


def readable(steps: Steps, name: str, inputs: Iterable[str]) -> str:
    """A function of plain NumPy, whose lines are the steps."""
    lines = [f"{step.name} = {step.expression}" for step in steps.steps]
    words = set(re.findall(r"\w+", " ".join([*lines, *steps.outputs])))
    constants = [f"{k} = {_constant(value)}" for k, value in steps.constants.items() if k in words]
    body = [*constants, *lines, f"return {_results(steps)}"]
    return "\n    ".join([f"def {name}({', '.join(inputs)}):", *body]) + "\n"


def _constant(value: Values) -> str:
    """An array as NumPy makes it."""
    dtype = "" if value.dtype == np.float64 else f", dtype=np.{value.dtype}"
    if np.all(value == 1.0):
        return f"np.ones({value.shape}{dtype})"
    if value.ndim == 2 and np.array_equal(value, np.eye(*value.shape)):
        return f"np.eye({len(value)}{dtype})"
    numbers = f"array({value.tolist()!r}"
    if np.all(value == value.flat[0]):
        numbers = f"full({value.shape}, {float(value.flat[0])!r}"
    return "np." + re.sub(r"\b(nan|inf)\b", r"np.\1", numbers) + f"{dtype})"


def _results(steps: Steps) -> str:
    """The outputs, each in memory of its own: copies of what is an input, a constant, or there already."""
    owner, taken, found = owners(steps.steps), set[str](), []
    for output in steps.outputs:
        own = owner.get(output, "")
        is_free = own in owner and own not in taken
        taken.add(own)
        is_number = not steps.shapes.get(output) and steps.dtype == np.float32  # which older NumPys make a double of
        found.append(f"np.float32({output})" if is_number else output if is_free else f"np.array({output})")
    return f"{', '.join(found)}{',' * (len(found) == 1)}"


def runnable(steps: Steps, inputs: Mapping[str, tuple[int, ...]]) -> str:
    """A function `make(np, dtype, constants)` that makes memory and returns a function of the inputs which uses it.

    inputs: their shapes, by what they are called. The results are new arrays at every call; there is None instead if
    an input is not as it has to be.
    """
    once, each = _in_memory(steps)
    checks = (f"type({x}) is array and {x}.dtype is dtype and {x}.shape == {shape}" for x, shape in inputs.items())
    checked = [f"if not ({' and '.join(checks)}):", "    return None"] if inputs else []
    used = sorted({name for line in each for name in NUMPY.findall(line)})
    once += ["array = np.ndarray", *(f"{_local(name)} = np.{name}" for name in used)]
    each = [NUMPY.sub(lambda found: _local(found[1]), line) for line in each]
    body = [*once, f"def run({', '.join(inputs)}):", *(f"    {line}" for line in [*checked, *each]), "return run"]
    return "\n    ".join([f"def make({', '.join(['np', 'dtype', *steps.constants])}):", *body]) + "\n"


def _in_memory(steps: Steps) -> tuple[list[str], list[str]]:
    """What is done once, and what at each call: memory is made once, and so are views of it."""
    owner = owners(steps.steps)
    memory = allocate(steps.steps, {owner[output] for output in steps.outputs if output in owner})
    once = [f"buffer{place} = np.empty({size}, dtype)" for place, size in enumerate(memory.sizes)]
    each: list[str] = []
    still, in_rows = set(steps.constants), set(steps.constants)
    for step in steps.steps:
        if step.name in memory.places:
            place = f"buffer{memory.places[step.name]}[:{math.prod(step.shape)}]"
            once.append(f"{step.name} = {place}.reshape({step.shape})")
            each.append(f"{step.call}, {'out=' if step.call.startswith(BY_NAME) else ''}{step.name})")
            in_rows.add(step.name)
        elif step.is_view and step.reads[0] in (in_rows if step.is_reshape else still):
            once.append(f"{step.name} = {step.expression}")
            in_rows |= {step.name} if step.is_reshape else set()
        else:
            # An expression that begins as the call does goes on: comparisons make numbers of NumPy's booleans.
            is_called = step.call and not step.expression.startswith(step.call)
            each.append(f"{step.name} = {f'{step.call})' if is_called else step.expression}")
            continue
        still.add(step.name)
    return once, [*each, f"return {_results(steps)}"]


def _local(name: str) -> str:
    """A function of NumPy's by one name, which is found faster."""
    return f"np_{name.replace('.', '_')}"

"""The cost of a derivation and its gradients as a module of plain NumPy, to take away: nothing of gradcheck is in it.

The gradients are those of reverse mode, not the formulas that are claimed for them: they are right whatever a document
says. What it says wrongly, and is marked so, is named above them.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.graph import Unsupported, reshaped, show_shape
from gradcheck.network.problems import CannotTrain, Problem
from gradcheck.notation import gradient
from gradcheck.programs.listing import listing
from gradcheck.verdicts import relative, shortened

LONGEST = 70
"""So long a reason is said."""


def code(problem: Problem, name: str, file: str) -> str:
    """A module with a function of this name, which returns the cost and its gradients for arrays of any sizes.

    file: where the derivation stands. Raises CannotTrain for what has no such function.
    """
    cost = reshaped(problem.cost, ())
    inputs = [*problem.data, *problem.parameters]
    gradients = {f"d{node.name}": gradient(cost, node) for node in problem.parameters}
    try:
        function = listing(
            name, inputs, {problem.name if problem.name.isidentifier() else "J": cost, **gradients}, problem.called
        )
    except Unsupported as error:
        raise CannotTrain(f"{name} cannot be written in plain NumPy: {error}") from None
    said = "".join(f"# {' '.join(line.split())}".rstrip() + "\n" for line in _said(problem, name, file))
    return f"{said}\nimport numpy as np\n\n\n{function}"


def _said(problem: Problem, name: str, file: str) -> Iterator[str]:
    yield f"{name} of {relative(file)}: the cost {problem.name}, and its gradients by reverse mode."
    yield ", ".join(f"{node.name} {show_shape(node.shape)}" for node in (*problem.data, *problem.parameters))
    if problem.structure:
        yield f"drawn or set: {', '.join(f'{key}={value!r}' for key, value in problem.structure.items())}"
    for formula in problem.formulas:
        if len(formula.forms) > 1:
            of = f"∂{problem.name}/∂{formula.by.name} ({formula.place})"
            yield f"marked as wrong there: {of}: {shortened(formula.why, LONGEST)}"

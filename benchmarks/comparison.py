"""What gradient checkers find in one corpus: wrong gradients that change values, and right ones at hard points.

Every tool compares the same hand-written gradient with its own differences of the same function, in its customary way
and at its defaults. Run it from the checkout's root:

    pip install -e ".[bench]"
    python benchmarks/comparison.py [--only TOOL] [--short]

Tools that are not installed are left out. `--short` prints the table as the README has it.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from corpus import Case, corpus
from graph_path import say_at_point, verdict_on_mistake, verdicts_on_right
from networks import NETWORKS

from gradcheck import verdicts
from gradcheck.black_box import check_gradient
from gradcheck.verdicts import Verdict

Values = np.ndarray[Any, np.dtype[Any]]
SCIPY_TOLERANCE = 1e-6
"""scipy.optimize.check_grad returns the length of the difference; this is what it is customarily compared with."""
COURSE_STEP, COURSE_TOLERANCE = 1e-5, 1e-7
"""The recipe of courses on deep learning: central differences, and the largest relative error of any entry."""
DEEPEST = 3
"""Right formulas of deeper networks take exact algebra minutes."""
EVERY = 100
"""Progress is printed after so many cases."""


class Answer(Enum):
    """What a tool says of a case."""

    PASSES = "passes"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    ERROR = "error"


Check = Callable[[Case], Answer]


def answer(passes: Any) -> Answer:
    return Answer.PASSES if passes else Answer.REFUTED


# ---- gradcheck ---------------------------------------------------------------------------------------------------


def as_derivation(case: Case) -> Answer:
    """A wrong gradient is a claim about all values and sizes; a right one is compared at the very point."""
    if case.mistake is None:
        said = {verdicts.Answer.AGREES: Answer.PASSES, verdicts.Answer.DIFFERS: Answer.REFUTED}
        return said.get(say_at_point(case), Answer.UNDECIDED)
    return of_claim(verdict_on_mistake(case.network, case.mistake, case.layer))


def of_claim(verdict: Verdict) -> Answer:
    """What a verdict on a claim says of the gradient."""
    if verdict is Verdict.HARNESS_ERROR:
        return Answer.ERROR
    return Answer.UNDECIDED if verdict is Verdict.UNDECIDED else answer(verdict.is_true)


def as_black_box(case: Case) -> Answer:
    """Only values of f are known; nothing can be traced."""
    said = {"agrees": Answer.PASSES, "refuted": Answer.REFUTED, "undecided": Answer.UNDECIDED}
    return said[check_gradient(case.f, case.grad, *case.args).verdict]


# ---- other tools -------------------------------------------------------------------------------------------------


def torch_gradcheck(fast_mode: bool) -> Check:
    import torch

    def check(case: Case) -> Answer:
        class Own(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, *tensors: Any) -> Any:
                ctx.save_for_backward(*tensors)
                return torch.tensor(case.f(*(t.detach().numpy() for t in tensors)), dtype=torch.float64)

            @staticmethod
            def backward(ctx: Any, outer: Any) -> Any:
                gradients = case.grad(*(t.detach().numpy() for t in ctx.saved_tensors))
                return tuple(outer * torch.from_numpy(np.array(g, dtype=float)) for g in gradients)

        tensors = tuple(torch.from_numpy(a.copy()).requires_grad_() for a in case.args)
        return answer(torch.autograd.gradcheck(Own.apply, tensors, fast_mode=fast_mode, raise_exception=False))

    return check


def jax_check_grads() -> Check:
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    def check(case: Case) -> Answer:
        def value(*args: Any) -> Any:
            return jax.numpy.asarray(case.f(*map(np.asarray, args)))

        def backward(args: Any, outer: Any) -> Any:
            return tuple(outer * g for g in case.grad(*map(np.asarray, args)))

        own = jax.custom_vjp(value)
        own.defvjp(lambda *args: (value(*args), args), backward)
        return _unless_asserted(lambda: check_grads(own, tuple(map(jax.numpy.asarray, case.args)), 1, modes=["rev"]))

    return check


def autograd_check_grads() -> Check:
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads

    def check(case: Case) -> Answer:
        own, every = primitive(case.f), tuple(range(len(case.args)))
        defvjp(own, *(_vjp(case, i) for i in every))
        return _unless_asserted(lambda: check_grads(own, every, modes=["rev"], order=1)(*case.args))

    return check


def _vjp(case: Case, i: int) -> Callable[..., Callable[[Any], Any]]:
    return lambda value, *args: lambda outer: outer * case.grad(*args)[i]


def _unless_asserted(check: Callable[[], Any]) -> Answer:
    try:
        check()
    except AssertionError:
        return Answer.REFUTED
    return Answer.PASSES


def scipy_check_grad() -> Check:
    from scipy.optimize import check_grad

    return lambda case: answer(check_grad(*in_one_array(case)) < SCIPY_TOLERANCE)


def numdifftools_gradient() -> Check:
    import numdifftools

    def check(case: Case) -> Answer:
        f, grad, x = in_one_array(case)
        return answer(np.allclose(np.atleast_1d(numdifftools.Gradient(f)(x)), grad(x)))

    return check


def course_recipe() -> Check:
    def check(case: Case) -> Answer:
        f, grad, x = in_one_array(case)
        steps = COURSE_STEP * np.eye(x.size)
        numeric = np.array([(f(x + step) - f(x - step)) / (2 * COURSE_STEP) for step in steps])
        size = np.maximum(np.abs(numeric), np.abs(grad(x)))
        error = np.abs(numeric - grad(x)) / np.where(size == 0, 1.0, size)
        return answer(error.max() < COURSE_TOLERANCE)

    return check


def in_one_array(case: Case) -> tuple[Callable[[Values], float], Callable[[Values], Values], Values]:
    """f, grad and the point as functions of one flat array."""
    ends = np.cumsum([a.size for a in case.args])[:-1]

    def arrays(x: Values) -> list[Values]:
        return [part.reshape(a.shape) for part, a in zip(np.split(x, ends), case.args, strict=True)]

    def flat(values: Iterable[Values]) -> Values:
        return np.concatenate([np.ravel(value) for value in values])

    return lambda x: case.f(*arrays(x)), lambda x: flat(case.grad(*arrays(x))), flat(case.args)


# ---- the table ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tool:
    """A row: its name for `--only`, what the table calls it, the package it needs, and how it is made ready."""

    key: str
    name: str
    package: str
    ready: Callable[[], Check]


TOOLS = (
    Tool("derivation", "gradcheck, derivation", "gradcheck", lambda: as_derivation),
    Tool("black-box", "gradcheck, check_gradient", "gradcheck", lambda: as_black_box),
    Tool("torch", "torch gradcheck", "torch", lambda: torch_gradcheck(fast_mode=False)),
    Tool("torch-fast", "torch gradcheck, fast_mode", "torch", lambda: torch_gradcheck(fast_mode=True)),
    Tool("jax", "jax check_grads, x64", "jax", jax_check_grads),
    Tool("autograd", "autograd check_grads", "autograd", autograd_check_grads),
    Tool("scipy", "scipy check_grad < 1e-6", "scipy", scipy_check_grad),
    Tool("numdifftools", "numdifftools + allclose", "numdifftools", numdifftools_gradient),
    Tool("course", "relative error < 1e-7 at h = 1e-5", "numpy", course_recipe),
)


@dataclass
class Row:
    """What one tool said of the corpus. answers: how often it said what of wrong (True) and of right gradients."""

    tool: Tool
    answers: Counter[tuple[bool, Answer]] = field(default_factory=Counter)
    mistaken: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0


def run(tool: Tool, cases: Sequence[Case], progress: bool = True) -> Row:
    """All cases through one tool. A case on which it breaks counts as an error and does not stop it."""
    row, check = Row(tool), tool.ready()
    start = time.perf_counter()
    for number, case in enumerate(cases, start=1):
        np.random.seed(0)  # autograd draws its directions from there
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                said = check(case)
        except Exception as error:
            said = Answer.ERROR
            row.mistaken.append((case.name, f"{type(error).__name__}: {error}".splitlines()[0]))
        row.answers[case.wrong, said] += 1
        if said is (Answer.PASSES if case.wrong else Answer.REFUTED):
            row.mistaken.append((case.name, said.value))
        row.seconds = time.perf_counter() - start
        if progress and (number % EVERY == 0 or number == len(cases)):
            print(f"{tool.name}: {number} of {len(cases)}, {row.seconds:.0f} s", file=sys.stderr)
    return row


def percent(part: int, whole: int) -> str:
    """Rounded down, so that 100% means all."""
    return f"{100 * part // whole}%"


def full_table(rows: Sequence[Row], wrong: int, right: int) -> str:
    """Everything that was counted. The four columns of each half add up."""
    head = ["tool", "found", "", "missed", "undecided", "error"]
    head += ["false alarms", "agrees", "undecided", "error", "seconds"]
    lines = [head]
    for row in rows:
        of = row.answers
        found, missed, unseen, broken = (of[True, a] for a in (Answer.REFUTED, Answer.PASSES, *REST))
        alarms, agreed, unsure, failed = (of[False, a] for a in (Answer.REFUTED, Answer.PASSES, *REST))
        counts = [found, percent(found, wrong), missed, unseen, broken, alarms, agreed, unsure, failed]
        lines.append([row.tool.name, *map(str, counts), f"{row.seconds:.1f}"])
    return markdown(lines)


REST = (Answer.UNDECIDED, Answer.ERROR)


def short_table(rows: Sequence[Row], wrong: int, right: int) -> str:
    """What was found of the wrong ones and what was passed, and how many right ones were called wrong."""
    lines = [["tool", f"found of {wrong} wrong ones", "passed", f"false alarms on {right} right ones", "undecided"]]
    for row in rows:
        found, passed = row.answers[True, Answer.REFUTED], row.answers[True, Answer.PASSES]
        alarms, undecided = row.answers[False, Answer.REFUTED], row.answers[False, Answer.UNDECIDED]
        lines.append([row.tool.name, f"{found} ({percent(found, wrong)})", str(passed), str(alarms), str(undecided)])
    return markdown(lines)


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """A table that is aligned as text, too: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]

    def text(cells: Sequence[str]) -> str:
        numbers = (number.rjust(width) for number, width in zip(cells[1:], widths[1:], strict=True))
        return f"| {' | '.join([cells[0].ljust(widths[0]), *numbers])} |"

    rule = "|".join(["", "-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:]), ""])
    return "\n".join([text(lines[0]), rule, *map(text, lines[1:])])


def installed(tool: Tool) -> bool:
    return importlib.util.find_spec(tool.package) is not None


def versions(tools: Iterable[Tool]) -> str:
    packages = dict.fromkeys(["numpy", *(tool.package for tool in tools)])
    return ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)


def main() -> None:
    parser = argparse.ArgumentParser(description="What gradient checkers find in one corpus.")
    parser.add_argument("--only", choices=[tool.key for tool in TOOLS], help="one tool")
    parser.add_argument("--short", action="store_true", help="the table as the README has it")
    options = parser.parse_args()
    tools = [tool for tool in TOOLS if options.only in (None, tool.key)]
    cases = corpus()
    wrong, right = (sum(case.wrong is label for case in cases) for label in (True, False))
    for tool in tools:
        if not installed(tool):
            print(
                f'{tool.name} is left out: {tool.package} is not installed; pip install -e ".[bench]"', file=sys.stderr
            )
    rows = [run(tool, cases) for tool in tools if installed(tool)]
    print((short_table if options.short else full_table)(rows, wrong, right))
    if options.short:
        return
    print(f"\n{wrong} wrong gradients of {len(NETWORKS)} networks, {right} right ones at hard points")
    print(f"Python {sys.version.split()[0]}, {versions(row.tool for row in rows)}")
    for row in rows:
        if row.tool.package == "gradcheck":
            for name, what in row.mistaken:
                print(f"{row.tool.name}: {name}: {what}")
    if any(tool.key == "derivation" for tool in tools):
        found = Counter(v.value for net in NETWORKS if net.depth <= DEEPEST for v in verdicts_on_right(net).values())
        counts = ", ".join(f"{count} {word}" for word, count in found.items())
        print(f"right formulas of up to {DEEPEST} layers as claims: {counts}")


if __name__ == "__main__":
    main()

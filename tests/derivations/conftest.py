"""Mistakes planted in copies of derivation modules, and closed forms held against the oracles of numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck import verify
from gradcheck.documents.files import load
from gradcheck.graph import Array
from gradcheck.judging.comparison import NumericPoint
from gradcheck.numerics.evaluate import Values
from gradcheck.tolerances import BLUNT, DIFFERENCE_BARS, ROUNDING_BARS, SHARP
from gradcheck.verdicts import StepReport, Verdict

Plant = Callable[..., StepReport]
Holds = Callable[..., None]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """`plant(file, derivation, at, index, old, new, **structure)`: a step of a copy of the file with `old` replaced."""

    def plant(file: Path, name: str, at: str, index: int, old: str, new: str, **structure: Any) -> StepReport:
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
        copy = tmp_path / file.name
        copy.write_text(text.replace(old, new), encoding="utf-8")
        (derivation,) = (d for d in load(copy).derivations if d.name == name)
        claims = [
            replace(claim, steps=claim.steps[index : index + 1])
            for claim in derivation.claims(**structure)
            if claim.at == at
        ]
        alone = replace(derivation, structure={}, function=lambda: (claim for claim in claims))
        report = verify(alone, examples=4)
        assert not report.all_problems, report.all_problems
        (step,) = report.steps
        return step

    return plant


@pytest.fixture
def fails(plant: Plant) -> Plant:
    """As `plant`, with the verdict that the step has to get behind `new`; it is not what the module says."""

    def fails(file: Path, *planted: Any, **structure: Any) -> StepReport:
        *place, verdict = planted
        step = plant(file, *place, **structure)
        assert not step.ok
        assert step.judgement.verdict is Verdict(verdict)
        return step

    return fails


@pytest.fixture(scope="session")
def reverse_mode_gives() -> Holds:
    """Reverse mode has a closed form's shape and values at a point; `underflow` is what may be lost near 0."""

    def holds(at: NumericPoint, node: Array, closed: Values, underflow: float = 0.0) -> None:
        value, rounding = at.engine(node)
        assert value.shape == np.shape(closed)
        bar = ROUNDING_BARS * rounding + SHARP * np.minimum(np.abs(value), np.abs(closed))
        assert np.all(np.abs(value - closed) <= bar + underflow)

    return holds


@pytest.fixture(scope="session")
def differences_give() -> Holds:
    """Differences have a closed form's values at a point, as far as their error bars go."""

    def holds(at: NumericPoint, node: Array, closed: Values, underflow: float = 0.0) -> None:
        (value, rounding), sampled = at.engine(node), at.sampled(node)
        bar = DIFFERENCE_BARS * sampled.error + ROUNDING_BARS * rounding
        size = np.minimum(np.abs(value), np.abs(closed))
        assert np.all(np.abs(sampled.value - closed) <= bar + BLUNT * size + underflow)

    return holds

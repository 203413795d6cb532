"""Mistakes planted in copies of derivation modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradcheck.documents.files import load
from gradcheck.judging.verification import verify
from gradcheck.verdicts import StepReport

Plant = Callable[..., StepReport]


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

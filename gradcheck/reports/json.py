"""A report for programs. Its keys and their order are promised."""

import math
from dataclasses import asdict
from typing import Any

from gradcheck import __version__
from gradcheck.verdicts import ClaimReport, Correction, DerivationReport, StepReport, Verification

SCHEMA = 2
"""The keys of a lower number keep their place and meaning in a higher one."""


def report_json(report: Verification) -> dict[str, Any]:
    """The report as data that `json.dumps` writes. `problems` lists what could not be read."""
    return {
        "gradcheck": __version__,
        "schema": SCHEMA,
        "derivations": [_derivation(derivation) for derivation in report.derivations],
        "summary": report.summary(),
        "problems": [asdict(problem) for problem in report.all_problems],
    }


def _derivation(derivation: DerivationReport) -> dict[str, Any]:
    return {
        "name": derivation.name,
        "source": derivation.source,
        "file": derivation.file,
        "claims": [_claim(claim) for claim in derivation.claims],
        **({"page": derivation.page._asdict()} if derivation.page else {}),
    }


def _claim(claim: ClaimReport) -> dict[str, Any]:
    return {"target": claim.target, "at": claim.at, "line": claim.line, "steps": [_step(step) for step in claim.steps]}


def _step(step: StepReport) -> dict[str, Any]:
    whys = [mistake.why for mistake in step.mistakes]
    place = {
        "side": "left" if step.is_left else None,
        "at": step.at,
        "source_line": step.source_line,
        "cause": next(iter(whys), None),
        "causes": whys if len(whys) > 1 else None,
        "printed": step.printed,
    }
    optional = {
        "corrected": step.corrected,
        "why": step.why,
        "verdict": step.judgement.verdict.value,
        "corrected_verdict": step.correction and step.correction.verdict.value,
        "correction_found": step.correction_found and _correction(step.correction_found),
        "span": list(step.span) if step.span else None,
        "read_as": step.read_as,
        "notes": list(step.notes) or None,
        "unread": step.unread,
    }
    return {
        "index": step.index,
        "kind": step.kind,
        **{key: value for key, value in (place | optional).items() if value is not None},
        "ok": step.ok,
        "evidence": _finite(step.judgement.evidence),
    }


def _correction(found: Correction) -> dict[str, Any]:
    text = found.text
    return {"source": text.source, "latex": text.latex, "edits": list(found.edits), "verdict": found.verdict.value}


def _finite(value: Any) -> Any:
    """Evidence as is, except for inf and nan, which JSON has no numbers for: they become the texts "inf" and "nan"."""
    match value:
        case dict():
            return {key: _finite(item) for key, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
        case float() if not math.isfinite(value):
            return str(value)
    return value

from __future__ import annotations

import json
import math
from dataclasses import replace

import gradcheck
from gradcheck.reports.json import report_json
from gradcheck.verdicts import (
    ClaimReport,
    DerivationReport,
    Judgement,
    Mistake,
    Problem,
    StepReport,
    Verdict,
    Verification,
)

FALSE = StepReport(0, "step", "x", Judgement(Verdict.REFUTED, "half", {"worst": [math.inf, {"at": math.nan}], "n": 3}))
MISPRINT = StepReport(
    1, "misprint", "x", Judgement(Verdict.ILL_SHAPED), "2 * x", Judgement(Verdict.PROVED), "2 is lost"
)


def report(*steps, problems=()):
    claim = ClaimReport("∂J/∂x", "eq. 1", 8, steps)
    return Verification((DerivationReport("squares", "notes.txt", "d/squares.py", (claim,)),), problems)


def test_keys_and_their_order_are_as_promised():
    data = report_json(report(FALSE, MISPRINT))
    assert list(data) == ["gradcheck", "schema", "derivations", "summary", "problems"]
    (derivation,) = data["derivations"]
    assert list(derivation) == ["name", "source", "file", "claims"]
    (claim,) = derivation["claims"]
    assert list(claim) == ["target", "at", "line", "steps"]
    step, misprint = claim["steps"]
    assert list(step) == ["index", "kind", "at", "printed", "verdict", "ok", "evidence"]
    assert list(misprint) == [
        *("index", "kind", "at", "printed", "corrected", "why", "verdict", "corrected_verdict", "ok", "evidence")
    ]
    verdicts = ("proved", "agrees", "refuted", "ill-shaped", "undecided", "definition", "not read", "harness error")
    assert list(data["summary"]) == ["steps", *verdicts, "misprints", "abuses", "ok"]


def test_a_step_says_its_side_its_place_and_its_causes_if_it_has_any():
    lost, turned = Mistake("2 is lost", "misprint"), Mistake("it is turned", "abuse")
    placed = {"at": "(3)", "source_line": 12, "is_left": True}
    one, both = (replace(MISPRINT, mistakes=mistakes, **placed) for mistakes in ((lost,), (lost, turned)))
    first, second = report_json(report(one, both))["derivations"][0]["claims"][0]["steps"]
    assert list(first)[:7] == ["index", "kind", "side", "at", "source_line", "cause", "printed"]
    assert (first["side"], first["at"], first["source_line"], first["cause"]) == ("left", "(3)", 12, "2 is lost")
    assert second["cause"] == "2 is lost"
    assert second["causes"] == ["2 is lost", "it is turned"]


def test_values_are_the_reports():
    data = report_json(report(FALSE, MISPRINT))
    assert (data["gradcheck"], data["schema"]) == (gradcheck.__version__, 2)
    step, misprint = data["derivations"][0]["claims"][0]["steps"]
    assert (step["kind"], step["verdict"], step["ok"]) == ("step", "refuted", False)
    assert (misprint["verdict"], misprint["corrected_verdict"], misprint["ok"]) == ("ill-shaped", "proved", True)
    assert (data["summary"]["steps"], data["summary"]["misprints"], data["summary"]["ok"]) == (2, 1, False)


def test_numbers_that_json_does_not_have_become_texts():
    data = report_json(report(FALSE))
    text = json.dumps(data, allow_nan=False)
    evidence = json.loads(text)["derivations"][0]["claims"][0]["steps"][0]["evidence"]
    assert evidence == {"worst": ["inf", {"at": "nan"}], "n": 3}


def test_a_contradiction_of_the_oracles_has_a_verdict_of_its_own():
    data = report_json(report(StepReport(0, "step", "x", Judgement(Verdict.HARNESS_ERROR))))
    assert data["derivations"][0]["claims"][0]["steps"][0]["verdict"] == "harness error"


def test_problems_of_modules_and_of_derivations_are_listed():
    inner = DerivationReport("f", "", "a.py", (), (Problem("a.py", 3, "KeyError: 1", "mend it"),))
    data = report_json(Verification((inner,), (Problem("b.py", 1, "no derivation in it", "write one"),)))
    assert data["problems"] == [
        {"file": "b.py", "line": 1, "what": "no derivation in it", "cure": "write one"},
        {"file": "a.py", "line": 3, "what": "KeyError: 1", "cure": "mend it"},
    ]
    assert data["summary"]["ok"] is False

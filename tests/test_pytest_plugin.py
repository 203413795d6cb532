from __future__ import annotations

import importlib
import sys
import textwrap
from dataclasses import replace

import pytest
from samples import HALVES, SQUARES

from gradcheck.verdicts import Judgement, Problem, Verdict

verify_module = importlib.import_module("gradcheck.judging.verification")
# With it SymPy and NumPy are loaded, once only.
collect_module = importlib.import_module("gradcheck.documents.files")

IDS = [
    "derivations/squares.py::squares::∂J/∂x[0]",
    "derivations/squares.py::squares::∂J/∂x[1]",
    "derivations/squares.py::squares::∂J/∂x[2]",
]


@pytest.fixture
def notes(pytester):
    """Writes a file into the folder that pytest runs in."""

    def write(name, text):
        file = pytester.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return file

    return write


def ids(pytester, *words):
    lines = pytester.runpytest("--co", "-q", *words).outlines
    return [line for line in lines if "::" in line]


# ---- what fails --------------------------------------------------------------------------------------------------


def test_a_false_step_fails_with_its_message_at_its_line(pytester, notes):
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ halves::∂J/∂x[[]0[]] _*",
            "derivations/halves.py:8: ∂J/∂x (eq. 3), step 1: x is refuted",
            "it is 1/2 × the gradient*",
            "*repeat: gradcheck verify derivations/halves.py::halves",
            "FAILED derivations/halves.py::halves::∂J/∂x[[]0[]]*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_module_that_cannot_be_read_is_a_collection_error(pytester, notes):
    notes("derivations/bad.py", "import gradcheck\n1 / 0\n")
    notes("derivations/squares.py", SQUARES)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["derivations/bad.py:2: it cannot be imported: ZeroDivisionError: division by zero", "  mend this line; *"]
    )
    assert result.ret != 0


def test_a_file_without_a_derivation_is_a_collection_error(pytester, notes):
    notes("derivations/empty.py", "import gradcheck\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["derivations/empty.py: no derivation in it"])


def test_a_derivation_that_stops_half_way_fails_beside_its_steps(pytester, notes):
    notes("derivations/squares.py", SQUARES + '        raise KeyError("x")\n')
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*squares::problem[[]0[]] FAILED*", "derivations/squares.py:*: KeyError: 'x'"])


def test_a_forgotten_decorator_fails_beside_the_derivations(pytester, notes):
    notes("derivations/squares.py", SQUARES + "\n    def f():\n        yield claim(real('y'), real('y'))\n")
    result = pytester.runpytest()
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["derivations/squares.py:*: f yields claims and is not a derivation*"])


def verified_as(monkeypatch, change):
    """Let verification give a changed report."""
    true_verify = verify_module.verify_derivation
    monkeypatch.setattr(verify_module, "verify_derivation", lambda *args: change(true_verify(*args)))


def with_verdict(verdict, message):
    def change(derivation):
        judgement = Judgement(verdict, message)
        claims = [replace(c, steps=tuple(replace(s, judgement=judgement) for s in c.steps)) for c in derivation.claims]
        return replace(derivation, claims=tuple(claims))

    return change


def test_a_contradiction_of_the_oracles_fails_in_its_own_words(pytester, notes, monkeypatch):
    verified_as(monkeypatch, with_verdict(Verdict.HARNESS_ERROR, "reverse mode 1, differences 2"))
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*gradcheck contradicts itself: a mistake in gradcheck, not in the document*"])


def test_a_problem_that_only_verification_meets_fails_the_steps(pytester, notes, monkeypatch):
    stop = Problem("derivations/squares.py", 5, "MemoryError: ", "buy more")
    verified_as(monkeypatch, lambda derivation: replace(derivation, problems=(stop,)))
    notes("derivations/squares.py", SQUARES)
    result = pytester.runpytest()
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["derivations/squares.py:5: MemoryError: "])


def test_a_step_that_verification_did_not_see_fails(pytester, notes, monkeypatch):
    verified_as(monkeypatch, lambda derivation: replace(derivation, claims=derivation.claims[:1]))
    notes("derivations/squares.py", SQUARES)
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["derivations/squares.py::squares::∂J/∂x[[]2[]] was not judged*"])


def test_no_examples_is_refused(pytester):
    result = pytester.runpytest("--gradcheck-examples", "0")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --gradcheck-examples 0: at least 1 is needed"])


# ---- what passes, and what is collected --------------------------------------------------------------------------


def test_each_step_is_an_item_and_ids_are_stable(pytester, notes):
    notes("derivations/squares.py", SQUARES)
    assert ids(pytester) == IDS
    assert ids(pytester, "derivations") == IDS
    assert ids(pytester, "derivations/squares.py") == IDS
    pytester.runpytest().assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["derivations/squares.py::squares"], IDS),
        (["derivations/squares.py::squares::∂J/∂x[1]"], IDS[1:2]),
        (["-k", "squares and 2"], IDS[2:]),
    ],
)
def test_derivations_and_steps_are_selected_by_id_and_by_k(pytester, notes, words, expected):
    notes("derivations/squares.py", SQUARES)
    notes("derivations/halves.py", HALVES)
    assert ids(pytester, *words) == expected


def test_a_derivation_is_verified_once(pytester, notes, monkeypatch):
    seen = []
    verified_as(monkeypatch, lambda derivation: seen.append(derivation.name) or derivation)
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest().assert_outcomes(passed=3)
    assert seen == ["squares"]


def test_the_number_of_examples_is_handed_on(pytester, notes, monkeypatch):
    seen = []
    true_verify = verify_module.verify_derivation
    monkeypatch.setattr(
        verify_module, "verify_derivation", lambda d, examples: seen.append(examples) or true_verify(d, examples)
    )
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest("--gradcheck-examples", "3")
    pytester.runpytest()
    assert seen == [3, verify_module.DEFAULT_EXAMPLES]


def test_agreement_without_proof_is_not_shown_as_a_plain_pass(pytester, notes, monkeypatch):
    verified_as(monkeypatch, with_verdict(Verdict.AGREES, ""))
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest("-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*∂J/∂x[[]0[]] AGREES*", "*1 agree without proof in *"])


def test_a_definition_passes_and_is_shown_as_one(pytester, notes, monkeypatch):
    verified_as(monkeypatch, with_verdict(Verdict.DEFINITION, ""))
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*∂J/∂x[[]0[]] PASSED BY DEFINITION*"])


def test_warnings_that_pytest_makes_errors_do_not_change_a_verdict(pytester, notes):
    text = SQUARES.replace("n = dims", "import warnings; warnings.warn('old'); n = dims")
    notes("derivations/squares.py", text)
    pytester.runpytest("-W", "error").assert_outcomes(passed=3)


def test_a_path_with_a_space_works(pytester, notes):
    notes("my notes/derivations/squares.py", SQUARES)
    assert ids(pytester) == [f"my notes/{name}" for name in IDS]
    pytester.runpytest("my notes/derivations/squares.py").assert_outcomes(passed=3)


def test_a_file_elsewhere_is_collected_when_it_is_named(pytester, notes):
    notes("squares.py", SQUARES)
    assert ids(pytester) == []
    assert ids(pytester, "squares.py") == [name.removeprefix("derivations/") for name in IDS]


def test_tests_and_strangers_are_left_alone(pytester, notes):
    ordinary = "import gradcheck\n\ndef test_it():\n    assert True\n"
    notes("derivations/test_squares.py", ordinary)
    notes("derivations/squares_test.py", ordinary)
    notes("derivations/_private.py", SQUARES)
    notes("derivations/stranger.py", "raise SystemExit\n")
    notes("test_decorated.py", ordinary + "\n\n@derivation\ndef f():\n    pass\n".replace("@", "derivation = repr\n@"))
    expected = [
        "derivations/squares_test.py::test_it",
        "derivations/test_squares.py::test_it",
        "test_decorated.py::test_it",
    ]
    assert sorted(ids(pytester)) == expected
    assert ids(pytester, "test_decorated.py") == expected[2:]


def test_a_folder_above_the_root_does_not_make_a_file_a_derivation(pytester, notes):
    notes("derivations/project/pytest.ini", "[pytest]\n")
    notes("derivations/project/module.py", "import gradcheck\n")
    assert pytester.runpytest("derivations/project").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_nothing_heavy_is_imported_for_ordinary_tests(pytester, notes):
    code = "import sys\n\ndef test_it():\n    assert not {'sympy', 'gradcheck.graph', 'rich'} & set(sys.modules)\n"
    notes("test_light.py", code)
    pytester.runpytest_subprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)


def test_workers_of_xdist_agree_on_the_ids(pytester, notes):
    pytest.importorskip("xdist")
    notes("derivations/squares.py", SQUARES)
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest_subprocess("-n2", "--dist", "loadscope")
    result.assert_outcomes(passed=3, failed=1)


def test_the_source_of_modules_is_not_left_in_sys_modules_on_failure(pytester, notes):
    notes("derivations/bad.py", "import gradcheck\n1 / 0\n")
    pytester.runpytest()
    assert not [name for name in sys.modules if name.endswith("_bad")]

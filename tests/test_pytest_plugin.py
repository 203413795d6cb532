from __future__ import annotations

import sys
import textwrap
from dataclasses import replace

import pytest
from samples import HALVES, SQUARES

from gradcheck.judging.verification import DEFAULT_EXAMPLES, Verifier
from gradcheck.verdicts import Judgement, Verdict

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
    notes("derivations/bad.py", "from gradcheck import derivation\n1 / 0\nderivation()\n")
    notes("derivations/squares.py", SQUARES)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["derivations/bad.py:2: it cannot be imported: ZeroDivisionError: division by zero", "  mend this line; *"]
    )
    assert result.ret != 0


def test_a_file_of_which_no_derivation_is_left_is_a_collection_error(pytester, notes):
    notes("derivations/empty.py", "from gradcheck import derivation\nx = derivation()(print) if False else 1\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["derivations/empty.py: no derivation in it"])


def test_a_file_that_is_no_python_is_a_collection_error(pytester, notes):
    notes("derivations/bad.py", "from gradcheck import derivation\nx = = 1\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["derivations/bad.py:2: it cannot be imported: SyntaxError*"])


def test_a_decorator_without_brackets_is_a_collection_error_with_the_cure(pytester, notes):
    notes("derivations/bare.py", SQUARES.replace('@derivation(source="notes.txt")', "@derivation"))
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["derivations/bare.py:3: @derivation is used without brackets"])


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


def judged_as(monkeypatch, change):
    """Let every step be judged with a changed report."""
    true_step = Verifier.step
    monkeypatch.setattr(Verifier, "step", lambda verifier, *place: change(true_step(verifier, *place)))


def with_verdict(verdict, message):
    return lambda step: replace(step, judgement=Judgement(verdict, message))


def test_a_contradiction_of_the_oracles_fails_in_its_own_words(pytester, notes, monkeypatch):
    judged_as(monkeypatch, with_verdict(Verdict.HARNESS_ERROR, "reverse mode 1, differences 2"))
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*gradcheck contradicts itself: a mistake in gradcheck, not in the document*"])


def test_what_stops_the_judging_fails_the_step(pytester, notes, monkeypatch):
    def stops(step):
        raise MemoryError

    judged_as(monkeypatch, stops)
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest().assert_outcomes(failed=3)


def test_a_failure_commands_no_terminal(pytester, notes):
    notes("derivations/halves.py", HALVES.replace("eq. 3", "\\x1b[2J"))
    notes("derivations/broken.py", "from gradcheck import derivation\nderivation()\nraise ValueError('\x1b[2J')\n")
    result = pytester.runpytest("--continue-on-collection-errors")
    result.assert_outcomes(failed=1, errors=1)
    assert "\x1b" not in result.stdout.str()
    result.stdout.fnmatch_lines([r"*ValueError: \x1b[[]2J", r"*∂J/∂x (\x1b[[]2J), step 1: x is refuted"])


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


def noted(monkeypatch, method):
    """What a method of `Verifier` is called with: the derivation's name, and the rest."""
    seen, true_method = [], getattr(Verifier, method)

    def note(verifier, *arguments):
        name = getattr(arguments[0], "name", "") or verifier.derivation.name
        seen.append((name, *(argument for argument in arguments if isinstance(argument, int))))
        return true_method(verifier, *arguments)

    monkeypatch.setattr(Verifier, method, note)
    return seen


def test_a_derivation_is_read_once_and_each_step_is_judged_once(pytester, notes, monkeypatch):
    read, judged = noted(monkeypatch, "__init__"), noted(monkeypatch, "step")
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest().assert_outcomes(passed=3)
    assert read == [("squares", DEFAULT_EXAMPLES)]
    assert judged == [("squares", 0, 0), ("squares", 0, 1), ("squares", 1, 0)]


def test_only_the_selected_steps_are_judged(pytester, notes, monkeypatch):
    judged = noted(monkeypatch, "step")
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest("derivations/squares.py::squares::∂J/∂x[1]").assert_outcomes(passed=1)
    assert judged == [("squares", 0, 1)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-k", "squares"], ["squares"]),
        (["-k", "Squares or cubes"], ["squares"]),
        (["-k", "squares and J"], ["halves", "squares"]),
        (["-k", "nothing_of_the_kind"], []),
        (["-k", "not squares"], ["halves", "squares"]),
        (["-k", "problem"], ["halves", "squares"]),
        (["-k", "1"], ["halves", "squares"]),
        (["-k", "x1"], ["halves", "squares"]),
        (["derivations/halves.py::halves", "-k", "squares"], ["halves"]),
        (["derivations/halves.py::halves"], ["halves"]),
    ],
)
def test_k_and_names_read_the_files_only_that_they_may_mean(pytester, notes, monkeypatch, words, expected):
    read = noted(monkeypatch, "__init__")
    notes("derivations/squares.py", SQUARES)
    notes("derivations/halves.py", HALVES)
    pytester.runpytest("--co", *words)
    assert [name for name, _ in read] == expected


def test_k_knows_the_functions_that_are_drawn(pytester, notes):
    text = """
        from gradcheck import claim, derivation, real
        from gradcheck.strategies import activations

        @derivation(g=activations().filter(lambda g: "plus" in g.name))
        def drawn(g):
            x = real("x")
            yield claim(g(x), g(x))
    """
    notes("derivations/drawn.py", text)
    assert ids(pytester, "-k", "softplus") == ["derivations/drawn.py::drawn::softplus(x)[0]"]


def test_one_derivation_of_a_file_is_read_where_it_is_named(pytester, notes, monkeypatch):
    read = noted(monkeypatch, "__init__")
    notes("derivations/both.py", textwrap.dedent(SQUARES) + textwrap.dedent(HALVES))
    pytester.runpytest("--co", "derivations/both.py::halves")
    assert read == [("halves", DEFAULT_EXAMPLES)]


def test_the_number_of_examples_is_handed_on(pytester, notes, monkeypatch):
    read = noted(monkeypatch, "__init__")
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest("--gradcheck-examples", "3")
    assert read == [("squares", 3)]


def test_the_last_failed_steps_alone_run_again(pytester, notes):
    notes("derivations/squares.py", SQUARES.replace("x + x", "x"))
    notes("derivations/halves.py", HALVES + '        raise KeyError("x")\n')
    pytester.runpytest().assert_outcomes(passed=2, failed=3)
    result = pytester.runpytest("--lf")
    assert result.parseoutcomes()["failed"] == 3
    assert "passed" not in result.parseoutcomes()
    result.stdout.fnmatch_lines(["run-last-failure: rerun previous 3 failures*"])


def test_the_last_failed_steps_run_first(pytester, notes):
    notes("derivations/squares.py", SQUARES.replace("x + x", "x"))
    pytester.runpytest().assert_outcomes(passed=2, failed=1)
    assert ids(pytester, "--ff") == [IDS[1], IDS[0], IDS[2]]


def test_agreement_without_proof_is_not_shown_as_a_plain_pass(pytester, notes, monkeypatch):
    judged_as(monkeypatch, with_verdict(Verdict.AGREES, ""))
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest("-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*∂J/∂x[[]0[]] AGREES*", "*1 agree without proof in *"])


def test_a_definition_passes_and_is_shown_as_one(pytester, notes, monkeypatch):
    judged_as(monkeypatch, with_verdict(Verdict.DEFINITION, ""))
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
    notes("derivations/torch.py", "from torch.autograd import gradcheck\nraise SystemExit\n")
    notes("derivations/tool.py", "from gradcheck import check_gradient\nraise SystemExit\n")
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


def test_workers_of_xdist_judge_each_step_once(pytester, notes):
    pytest.importorskip("xdist")
    notes("derivations/squares.py", SQUARES)
    notes("derivations/halves.py", HALVES)
    pytester.makeconftest(
        """
        from gradcheck.judging.verification import Verifier

        true_step = Verifier.step

        def step(verifier, *place):
            with open("judged.txt", "a", encoding="utf-8") as file:
                print(verifier.derivation.name, *place, file=file)
            return true_step(verifier, *place)

        Verifier.step = step
        """
    )
    pytester.runpytest_subprocess("-n2").assert_outcomes(passed=3, failed=1)
    judged = (pytester.path / "judged.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(judged) == ["halves 0 0", "squares 0 0", "squares 0 1", "squares 1 0"]


def test_the_source_of_modules_is_not_left_in_sys_modules_on_failure(pytester, notes):
    notes("derivations/bad.py", "from gradcheck import derivation\n1 / 0\nderivation()\n")
    pytester.runpytest()
    assert not [name for name in sys.modules if name.endswith("_bad")]

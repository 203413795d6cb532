from __future__ import annotations

import multiprocessing.resource_tracker  # noqa: F401 - one for all runs of pytest in this process
import sys
import textwrap
from dataclasses import replace

import pytest
from samples import HALVES, SQUARES

from gradcheck.judging.one_by_one import OneByOne
from gradcheck.limits import DEFAULT_EXAMPLES, SEARCH, Limits
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
    truly = OneByOne.judged
    monkeypatch.setattr(OneByOne, "judged", lambda child, *what: change(truly(child, *what)))


def with_verdict(verdict, message):
    return lambda step: replace(step, judgement=Judgement(verdict, message))


def test_a_contradiction_of_the_oracles_fails_in_its_own_words(pytester, notes, monkeypatch):
    judged_as(monkeypatch, with_verdict(Verdict.HARNESS_ERROR, "reverse mode 1, differences 2"))
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*gradcheck contradicts itself: a mistake in gradcheck, not in the document*"])


BAD = """
    import os, sys
    from gradcheck import claim, derivation, real


    @derivation()
    def bad():
        x = real("x")
        yield claim(x + x, 2 * x)
        {does}
"""


@pytest.mark.parametrize(
    ("does", "said", "passed"),
    [
        ("sys.exit(0)", "*SystemExit: 0*", 1),
        ("while True: pass", "*it took longer than 3 s*", 1),
        ("hog = bytearray(8 * 10**9)", "*MemoryError*", 1),
        ("os._exit(0)", "*its process ended: it called os._exit*", 0),
    ],
)
def test_what_a_derivation_does_costs_itself_only(pytester, notes, does, said, passed):
    notes("derivations/bad.py", textwrap.dedent(BAD).format(does=does))
    notes("derivations/squares.py", SQUARES)
    result = pytester.runpytest("--gradcheck-limit", "3", "--gradcheck-memory", "1")
    result.assert_outcomes(passed=3 + passed, failed=1)
    result.stdout.fnmatch_lines([said, "FAILED derivations/bad.py::bad::problem*"])


@pytest.mark.parametrize(
    ("does", "said"), [("while True: pass", "*longer than 3 s*"), ("os._exit(0)", "*its process ended*")]
)
def test_what_a_file_does_when_it_is_collected_costs_itself_only(pytester, notes, does, said):
    notes("derivations/bad.py", SQUARES + f"\n    import os\n    {does}\n")
    notes("derivations/squares.py", SQUARES)
    result = pytester.runpytest("--gradcheck-limit", "3", "--continue-on-collection-errors")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*derivations/bad.py*", said])


def test_a_step_that_is_not_judged_fails_with_the_reason(pytester, notes, monkeypatch):
    truly = OneByOne.judged

    def lost(child, address, position, outline):
        if position.step == 1:
            return outline.not_judged(position, "it took longer than 60 s", "give it longer")
        return truly(child, address, position, outline)

    monkeypatch.setattr(OneByOne, "judged", lost)
    notes("derivations/squares.py", SQUARES)
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["derivations/squares.py:*: ∂J/∂x, step 2, was not judged: it took longer than 60 s"])


def test_a_failure_commands_no_terminal(pytester, notes):
    notes("derivations/halves.py", HALVES.replace("eq. 3", "\\x1b[2J"))
    notes("derivations/broken.py", "from gradcheck import derivation\nderivation()\nraise ValueError('\x1b[2J')\n")
    result = pytester.runpytest("--continue-on-collection-errors")
    result.assert_outcomes(failed=1, errors=1)
    assert "\x1b" not in result.stdout.str()
    result.stdout.fnmatch_lines([r"*ValueError: \x1b[[]2J", r"*∂J/∂x (\x1b[[]2J), step 1: x is refuted"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--gradcheck-examples", "0"], "ERROR: --gradcheck-examples 0: at least 1 is needed"),
        (["--gradcheck-limit", "0"], "ERROR: --gradcheck-limit 0.0: more than 0 is needed"),
        (["--gradcheck-memory", "nan"], "ERROR: --gradcheck-memory nan: more than 0 is needed"),
    ],
)
def test_looking_at_nothing_is_refused(pytester, words, said):
    result = pytester.runpytest(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


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
    """What is asked of the child: the derivation's name, and where the step stands."""
    seen, truly = [], getattr(OneByOne, method)

    def note(child, address, *rest):
        seen.append((address.name, *(rest[0] if rest else ())))
        return truly(child, address, *rest)

    monkeypatch.setattr(OneByOne, method, note)
    return seen


def test_a_derivation_is_read_once_and_each_step_is_judged_once(pytester, notes, monkeypatch):
    read, judged = noted(monkeypatch, "outline"), noted(monkeypatch, "judged")
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest().assert_outcomes(passed=3)
    assert read == [("squares",)]
    assert judged == [("squares", 0, 0), ("squares", 0, 1), ("squares", 1, 0)]


def test_only_the_selected_steps_are_judged(pytester, notes, monkeypatch):
    judged = noted(monkeypatch, "judged")
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
    read = noted(monkeypatch, "outline")
    notes("derivations/squares.py", SQUARES)
    notes("derivations/halves.py", HALVES)
    pytester.runpytest("--co", *words)
    assert [name for (name,) in read] == expected


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
    read = noted(monkeypatch, "outline")
    notes("derivations/both.py", textwrap.dedent(SQUARES) + textwrap.dedent(HALVES))
    pytester.runpytest("--co", "derivations/both.py::halves")
    assert read == [("halves",)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], (DEFAULT_EXAMPLES, Limits(60, 4, SEARCH, remembers=True))),
        (
            [
                "--gradcheck-examples=3",
                "--gradcheck-limit=0.5",
                "--gradcheck-memory=2",
                "--gradcheck-no-corrections",
                "--gradcheck-no-cache",
            ],
            (3, Limits(0.5, 2)),
        ),
    ],
)
def test_examples_and_limits_are_handed_on(pytester, notes, monkeypatch, words, expected):
    seen, truly = [], OneByOne.__init__
    monkeypatch.setattr(OneByOne, "__init__", lambda child, *what: seen.append(what) or truly(child, *what))
    notes("derivations/squares.py", SQUARES)
    pytester.runpytest("--co", *words)
    assert seen == [expected]


def test_what_only_agrees_fails_where_a_proof_is_required(pytester, notes, monkeypatch):
    judged_as(monkeypatch, with_verdict(Verdict.AGREES, ""))
    notes("derivations/halves.py", HALVES)
    result = pytester.runpytest("--gradcheck-require", "proved")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*it agrees at every point looked at, but a proof is required"])


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
        from gradcheck.judging.one_by_one import OneByOne

        truly = OneByOne.judged

        def judged(child, address, position, outline):
            with open("judged.txt", "a", encoding="utf-8") as file:
                print(address.name, *position, file=file)
            return truly(child, address, position, outline)

        OneByOne.judged = judged
        """
    )
    pytester.runpytest_subprocess("-n2").assert_outcomes(passed=3, failed=1)
    judged = (pytester.path / "judged.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(judged) == ["halves 0 0", "squares 0 0", "squares 0 1", "squares 1 0"]


def test_the_source_of_modules_is_not_left_in_sys_modules_on_failure(pytester, notes):
    notes("derivations/bad.py", "from gradcheck import derivation\n1 / 0\nderivation()\n")
    pytester.runpytest()
    assert not [name for name in sys.modules if name.endswith("_bad")]

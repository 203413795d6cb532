from __future__ import annotations

import sys
import textwrap

import pytest

from gradcheck.documents.arguments import UsageError
from gradcheck.documents.files import collect, load

EMPTY = """
    from gradcheck import claim, derivation, real

    @derivation()
    def {name}():
        x = real("x")
        yield claim(x, x)
"""


def problem_of(file):
    """The one problem with a file that has nothing else."""
    collection = load(file)
    assert not collection.derivations
    (problem,) = collection.problems
    return problem


# ---- modules that cannot be read ---------------------------------------------------------------------------------


def test_a_syntax_error_is_a_problem_at_its_line(write):
    problem = problem_of(write("a.py", "x = 1\ny = = 2\n"))
    assert (problem.file, problem.line) == ("a.py", 2)
    assert problem.what == "it cannot be imported: SyntaxError: invalid syntax"
    assert problem.cure == "mend this line; `python a.py` shows the whole traceback"


def test_an_exception_is_a_problem_at_the_line_of_the_module_that_led_to_it(write):
    problem = problem_of(write("a.py", "import json\n\n\njson.loads('{')\n"))
    assert problem.line == 4
    assert problem.what.startswith("it cannot be imported: JSONDecodeError: Expecting property name")


def test_a_missing_module_is_named_with_a_cure(write):
    problem = problem_of(write("a.py", "import no_such_module_anywhere\n"))
    assert problem.what == "it cannot be imported: ModuleNotFoundError: No module named 'no_such_module_anywhere'"
    assert problem.cure.startswith("install it where gradcheck runs")


def test_a_module_that_exits_is_a_problem(write):
    problem = problem_of(write("a.py", "import sys\nsys.exit()\n"))
    assert (problem.line, problem.what) == (2, "it cannot be imported: SystemExit")


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_in_a_module_is_not_a_problem_of_the_module(write):
    with pytest.raises(KeyboardInterrupt):
        load(write("a.py", "raise KeyboardInterrupt\n"))


def test_the_decorators_own_error_keeps_its_words_line_and_cure(write):
    text = """
        from gradcheck import claim, derivation, real

        @derivation()
        def f(depth):
            yield claim(real("x"), real("x"))
    """
    problem = problem_of(write("a.py", text))
    assert problem.line == 3
    assert problem.what == "f(depth) is given strategies for ()"
    assert problem.cure.startswith("give @derivation one Hypothesis strategy")


def test_a_file_that_is_not_text_is_a_problem(here):
    (here / "a.py").write_bytes(b"\x00\xff")
    assert "it cannot be imported" in problem_of(here / "a.py").what


def test_a_file_that_is_gone_is_a_problem(here):
    (here / "a.py").symlink_to(here / "nowhere.py")
    problem = problem_of(here / "a.py")
    assert problem.what.startswith("it cannot be imported: FileNotFoundError")
    assert problem.cure == "make the file readable"


def test_a_bad_module_does_not_hide_the_others(write, squares):
    write("derivations/bad.py", "1 / 0\n" + textwrap.dedent(EMPTY.format(name="f")))
    write("derivations/worse.py", "from gradcheck import derivation\nx = = 1\n")
    collection = collect(["derivations"])
    assert [d.name for d in collection.derivations] == ["squares"]
    assert [str(p).splitlines()[0] for p in collection.problems] == [
        "derivations/bad.py:1: it cannot be imported: ZeroDivisionError: division by zero",
        "derivations/worse.py:2: it cannot be imported: SyntaxError: invalid syntax",
    ]


# ---- nothing to look at ------------------------------------------------------------------------------------------


def test_a_named_file_without_a_derivation_is_a_problem(write, squares):
    write("derivations/notes.py", "x = 1\n")
    (problem,) = collect(["derivations/notes.py"]).problems
    assert (problem.file, problem.what) == ("derivations/notes.py", "no derivation in it")


def test_a_file_without_a_derivation_is_left_alone_in_a_folder(write, squares):
    write("derivations/program.py", "raise SystemExit('it was run')\n")
    write("derivations/checked.py", "from torch.autograd import gradcheck\n")
    collection = collect(["derivations"])
    assert [d.name for d in collection.derivations] == ["squares"]
    assert not collection.problems


def test_claims_in_a_folder_that_nobody_looks_at_are_a_problem(write, squares):
    write("derivations/notes.py", EMPTY.format(name="f").replace("@derivation()", ""))
    (problem,) = collect(["derivations"]).problems
    assert (problem.file, problem.what.partition(",")[0]) == (
        "derivations/notes.py",
        "f yields claims and is not a derivation",
    )


def test_a_derivation_imported_from_elsewhere_is_not_one_of_the_file(write, monkeypatch):
    folder = write("lib/elsewhere.py", EMPTY.format(name="f")).parent
    monkeypatch.syspath_prepend(folder)
    assert problem_of(write("a.py", "from elsewhere import f\n")).what == "no derivation in it"


def test_a_derivation_of_another_decorators_name_is_not_lost_where_its_name_is_used_again(write):
    again = """
        import gradcheck as gc
        from gradcheck import derivation as d

        @d()
        def f():
            yield gc.claim(gc.real("x"), gc.real("x"))

        @gc.derivation()
        def f():
            yield gc.claim(gc.real("y"), gc.real("y"))
    """
    (problem,) = load(write("a.py", again)).problems
    assert (problem.line, problem.what.partition(":")[0]) == (5, "the derivation f is not there after import")


def test_a_derivation_whose_name_is_used_again_is_a_problem(write):
    again = EMPTY.format(name="f") + "\n    @derivation()\n    def f():\n        yield claim(real('y'), real('y'))\n"
    collection = load(write("a.py", again))
    assert [d.line for d in collection.derivations] == [8]
    (problem,) = collection.problems
    assert problem.line == 4
    assert problem.what == "the derivation f is not there after import: a later f has taken its place"


def test_two_derivations_of_one_name_from_a_factory_are_a_problem(write):
    text = """
        from gradcheck import claim, derivation, real

        def first():
            @derivation()
            def f():
                yield claim(real("x"), real("x"))
            return f

        def second():
            @derivation()
            def f():
                yield claim(real("x"), real("x"))
            return f

        a, b = first(), second()
    """
    (problem,) = load(write("a.py", text)).problems
    assert problem.what == "two derivations are called f, the first in line 4"


def test_a_function_that_yields_claims_without_the_decorator_is_a_problem(write):
    forgotten = EMPTY.format(name="f") + "\n    def g():\n        yield claim(real('y'), real('y'))\n"
    (problem,) = load(write("a.py", forgotten)).problems
    assert (problem.line, problem.what) == (8, "g yields claims and is not a derivation, so nothing looks at them")
    assert problem.cure == "write @derivation(source=…) above it"


def test_a_helper_that_yields_claims_for_a_derivation_is_none(write):
    text = """
        from gradcheck import claim, derivation, real

        def helper(x):
            yield claim(x, x)

        @derivation()
        def f():
            yield from helper(real("x"))
    """
    collection = load(write("a.py", text))
    assert [d.name for d in collection.derivations] == ["f"]
    assert not collection.problems


# ---- arguments that name nothing ---------------------------------------------------------------------------------


def usage_error(*arguments):
    with pytest.raises(UsageError) as caught:
        collect(arguments)
    return str(caught.value)


def test_a_path_that_does_not_exist_is_answered_with_what_is_close(squares):
    message = usage_error("derivations/square.py")
    assert message == "there is no file or folder 'derivations/square.py'; is it 'derivations/squares.py'?"


def test_a_path_that_does_not_exist_is_answered_with_what_is_there(here, squares):
    assert usage_error("xyz") == f"there is no file or folder 'xyz'; in {here} there is derivations/"


def test_a_name_that_does_not_exist_is_answered_with_the_names_of_the_file(squares):
    message = usage_error("derivations/squares.py::cubes")
    assert message == "no derivation 'cubes' in derivations/squares.py; there is squares"
    assert usage_error("derivations/squares.py::").startswith("no derivation '' in derivations/squares.py")


def test_a_pytest_id_is_answered_with_the_derivation(squares):
    message = usage_error("derivations/squares.py::squares::∂J/∂x[0]")
    assert "gradcheck verifies whole derivations (derivations/squares.py::squares)" in message


def test_a_name_in_a_folder_needs_a_file(squares):
    assert usage_error("derivations::squares").endswith("named by its file, as derivations/FILE.py::squares")


def test_a_file_that_is_not_python_is_refused(write):
    write("notes.rst", "∂J/∂x = 2x")
    assert usage_error("notes.rst").startswith("notes.rst is not a Python file (.py)")


def test_a_folder_without_derivation_files_is_refused(write):
    write("empty/test_a.py", EMPTY.format(name="f"))
    assert usage_error("empty").startswith("no derivation file in empty: looked for *.py other than test_*.py")


def test_a_folder_of_other_files_is_refused(write):
    for name in ("a", "sub/b"):
        write(f"other/{name}.py", "from torch.autograd import gradcheck\n")
    message = usage_error("other")
    assert message.startswith("no derivation file in other: in a.py, sub/b.py no function has gradcheck's @derivation")


# ---- what is found -----------------------------------------------------------------------------------------------


def test_a_folder_gives_its_files_in_order_and_leaves_tests_and_private_files_alone(write):
    for name in ("b", "a", "sub/c", "_d", ".e", "test_f", "g_test", "conftest", "__pycache__/h", ".git/i"):
        write(f"some/{name}.py", EMPTY.format(name="in_" + name[-1]))
    assert [d.name for d in collect(["some"]).derivations] == ["in_a", "in_b", "in_c"]


def test_a_file_named_by_the_user_is_read_whatever_it_is_called(write):
    write("_private.py", EMPTY.format(name="f"))
    assert [d.name for d in collect(["_private.py"]).derivations] == ["f"]


def test_a_name_selects_one_derivation(write):
    write("a.py", EMPTY.format(name="f") + EMPTY.format(name="g"))
    assert [d.name for d in collect(["a.py::g"]).derivations] == ["g"]


def test_what_is_named_twice_is_collected_once(squares):
    assert len(collect(["derivations", "derivations/squares.py", "derivations/squares.py::squares"]).derivations) == 1


def test_a_file_is_read_anew_after_it_was_edited(write):
    load(write("a.py", EMPTY.format(name="f")))
    assert [d.name for d in load(write("a.py", EMPTY.format(name="g"))).derivations] == ["g"]


def test_importing_leaves_the_search_path_and_the_folder_as_they_were(here, write):
    before = list(sys.path)
    load(write("a.py", "import sys\nsys.path.insert(0, 'x')\n" + "1 / 0\n"))
    assert sys.path == before
    assert [p.name for p in here.iterdir()] == ["a.py"]

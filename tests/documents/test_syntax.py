"""Which files are derivation files: told without running them."""

from __future__ import annotations

import textwrap
import warnings

import pytest

from gradcheck.documents.syntax import is_derivation_file

DERIVATION_FILES = {
    "a decorator": """
        from gradcheck import derivation
        @derivation(source="notes")
        def f():
            pass
    """,
    "a decorator of another name": """
        from gradcheck import derivation as d
        @d(source="notes")
        def f():
            pass
    """,
    "a decorator of the package": """
        import gradcheck
        @gradcheck.derivation()
        def f():
            pass
    """,
    "a decorator of the package by another name": """
        import gradcheck as gc
        @gc.derivation()
        def f():
            pass
    """,
    "a decorator without brackets": """
        from gradcheck import derivation
        @derivation
        def f():
            pass
    """,
    "a decorator of another name without brackets": """
        import gradcheck as gc
        @gc.derivation
        def f():
            pass
    """,
    "a decorator that is called": """
        from gradcheck import derivation
        f = derivation(source="notes")(print)
    """,
    "a decorator in a function": """
        from gradcheck import derivation
        def make():
            @derivation()
            def f():
                pass
            return f
    """,
    "a decorator of all names": """
        from gradcheck import *
        @derivation()
        def f():
            pass
    """,
    "a decorator of the module that defines it": """
        from gradcheck.documents.derivations import derivation
        @derivation()
        def f():
            pass
    """,
    "an import that was forgotten": """
        from gradcheck import real
        @derivation()
        def f():
            pass
    """,
    "a decorator that was forgotten": """
        from gradcheck import claim, real
        def f():
            yield claim(real("x"), real("x"))
    """,
    "a claim of another name": """
        import gradcheck as gc
        def f():
            yield gc.claim(1, 1)
    """,
    "a syntax error behind an import": """
        from gradcheck import derivation
        x = = 1
    """,
    "a syntax error in the import": """
        form gradcheck import derivation
        @derivation()
        def f():
            pass
    """,
    "a null byte": "import gradcheck\n\0",
    "brackets beyond Python's limits": "import gradcheck\n" + "(" * 10_000,
}
OTHERS = {
    "torch's gradcheck": """
        from torch.autograd import gradcheck
        gradcheck(lambda x: x, ())
    """,
    "torch's gradcheck with a derivation of its own": """
        from torch.autograd import gradcheck
        from other import derivation, claim
        @derivation(source="notes")
        def f():
            yield claim(gradcheck)
    """,
    "a module of the project's own": """
        from .gradcheck import derivation
        @derivation(source="notes")
        def f():
            pass
    """,
    "a text": '"""Checked with gradcheck: @derivation is not used."""\n',
    "another use of gradcheck": """
        from gradcheck import check_gradient, verify
        for derivation in verify("notes.py").derivations:
            for claim in derivation.claims:
                print(derivation, claim)
    """,
    "an import only": "from gradcheck import derivation\n",
    "a syntax error elsewhere": """
        from torch.autograd import gradcheck
        print "a derivation that torch.autograd.gradcheck checks"
    """,
    "a program": "raise SystemExit\n",
    "nothing": "",
}


@pytest.mark.parametrize("text", DERIVATION_FILES.values(), ids=DERIVATION_FILES)
def test_what_has_derivations_or_claims_is_a_derivation_file(tmp_path, text):
    file = tmp_path / "notes.py"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    assert is_derivation_file(file)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_has_neither_is_none(tmp_path, text):
    file = tmp_path / "notes.py"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    assert not is_derivation_file(file)


def test_a_file_that_cannot_be_read_is_not_passed_over(tmp_path):
    (tmp_path / "notes.py").symlink_to(tmp_path / "nowhere.py")
    assert is_derivation_file(tmp_path / "notes.py")


def test_warnings_of_a_strangers_file_are_none_of_ours(tmp_path):
    file = tmp_path / "notes.py"
    file.write_text('import gradcheck\nx = "\\d"\n', encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not is_derivation_file(file)

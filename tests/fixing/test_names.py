from __future__ import annotations

import pytest

from gradcheck.fixing.module import Module
from gradcheck.fixing.names import Mark, imports, mark_beside, missing
from gradcheck.fixing.places import NotLiteral


def imported(text, marks=(), names=()):
    module = Module(text.encode())
    return module.edited(imports(module, marks, names)).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from gradcheck import claim\n", "from gradcheck import claim, misprint\n"),
        ("from gradcheck import claim, real\n", "from gradcheck import claim, misprint, real\n"),
        ("from gradcheck import real as r, claim", "from gradcheck import misprint, real as r, claim"),
        ("from gradcheck import (claim, real)\n", "from gradcheck import (claim, misprint, real)\n"),
        ("from gradcheck import claim, \\\n  real\n", "from gradcheck import claim, \\\n  misprint, real\n"),
        (
            "from gradcheck import (\r\n\tclaim,  # é\r\n\treal,\r\n)\r\n",
            "from gradcheck import (\r\n\tclaim,  # é\r\n\tmisprint,\r\n\treal,\r\n)\r\n",
        ),
        (
            "from gradcheck import (\n    bits,\n    claim,\n)\n",
            "from gradcheck import (\n    bits,\n    claim,\n    misprint,\n)\n",
        ),
    ],
)
def test_misprint_is_imported_beside_the_others_as_they_stand(before, after):
    assert imported(before, ["misprint", "misprint"]) == after


def test_names_of_the_notation_are_imported_from_there():
    before = "from gradcheck import claim\nfrom gradcheck.notation import log  # natural\n"
    assert imported(before, names=["relu_prime", "exp"]) == before.replace("log", "exp, log, relu_prime")
    assert imported("import gradcheck as g  # é\r\n", names=["exp"]).endswith(
        "# é\r\nfrom gradcheck.notation import exp\r\n"
    )


def test_without_an_import_of_gradcheck_there_is_no_place_for_another():
    with pytest.raises(NotLiteral, match="nothing is imported from gradcheck"):
        imported("x = 1\n", ["misprint"])


def mark(text):
    module = Module(text.encode())
    return mark_beside(module, module.tree.body[-1].value)


def test_misprint_is_called_as_claim_is():
    assert mark("import gradcheck\ngradcheck.claim(t, a)") == Mark("gradcheck.misprint")
    assert mark("from gradcheck import claim\nclaim(t, a)") == Mark("misprint", is_missing=True)
    assert mark("from gradcheck import claim, misprint as wrong\nclaim(t, a)") == Mark("wrong")
    assert mark("from gradcheck import *\nclaim(t, a)") == Mark("misprint")


def test_a_module_that_means_something_else_by_misprint_is_refused():
    for other in ("misprint = 1", "def misprint(): pass", "import misprint", "def f(misprint): pass"):
        with pytest.raises(NotLiteral, match="something else"):
            mark(f"from gradcheck import claim\n{other}\nclaim(t, a)")


def test_names_that_the_module_does_not_know_are_missing():
    module = Module(b"from gradcheck.notation import log\nimport numpy as np\nx = 1\n")
    assert set(missing(module, "exp(x) + log(x) * np.sum(x) + max(x) + relu_prime(x)")) == {"exp", "relu_prime"}
    assert not list(missing(Module(b"from gradcheck.notation import *"), "exp(1)"))
    with pytest.raises(NotLiteral, match="no name Z9"):
        list(missing(module, "x + Z9"))
    with pytest.raises(NotLiteral, match="more than one expression"):
        list(missing(module, "t1 * t1, where t1 = x"))

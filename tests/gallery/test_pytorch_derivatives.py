"""The formulas of PyTorch's table: judged as the modules say, and, where torch is installed, those of its table."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from pytorch_table import Typed, form, form_of_table, formulas_of, says_the_same, table_of_torch, typed_in

from gradcheck import verify

MODULES = sorted((Path(__file__).parents[2] / "gallery").glob("pytorch_*.py"))
TYPED = [typed for module in MODULES for typed in typed_in(module)]
EXAMPLES = 2

TABLE = table_of_torch()
FORMULAS = formulas_of(TABLE.read_text(encoding="utf-8")) if TABLE else {}
with_the_table = pytest.mark.skipif(TABLE is None, reason="torch is not installed, whose table this is (extra: bench)")


def test_all_steps_are_as_the_modules_say_and_nearly_all_are_proved():
    report = verify(MODULES, examples=EXAMPLES)
    assert report.ok, str(report)
    verdicts = Counter(step.judgement.verdict.value for derivation in report.derivations for step in derivation.steps)
    assert verdicts.total() == len(TYPED)
    assert verdicts["proved"] >= 0.95 * verdicts.total()


def test_at_least_two_hundred_formulas_are_judged():
    assert len({typed.entry for typed in TYPED}) >= 200


@with_the_table
def test_every_place_is_an_entry_of_the_table():
    assert {typed.entry for typed in TYPED} <= FORMULAS.keys()


@with_the_table
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_formulas_of_a_module_are_those_of_the_table(module):
    wrong = [one for one in typed_in(module) if not is_in_the_table(one)]
    assert not {one.at: (ast.unparse(one.step), FORMULAS[one.entry]) for one in wrong}, (
        "typed, and what the table says instead"
    )


@with_the_table
def test_what_torch_computes_in_a_function_of_its_own_is_called_a_helper():
    helped = {typed.at for typed in TYPED if "backward" in "".join(FORMULAS[typed.entry])}
    assert not {at for at in helped if not at.endswith(", helper")}


def is_in_the_table(typed: Typed) -> bool:
    said = filter(readable, FORMULAS[typed.entry])
    return any(says_the_same(form(typed.step), form_of_table(formula)) for formula in said)


def readable(formula: str) -> bool:
    """A branch for complex numbers may not be."""
    try:
        form_of_table(formula)
    except (SyntaxError, ValueError):
        return False
    return True


# ---- the comparison itself ----

EXCERPT = """
- name: acosh(Tensor self) -> Tensor
  self: "self.is_complex() ? grad * ((self + 1).rsqrt() * (self - 1).rsqrt()).conj() : grad * (self * self - 1).rsqrt()"
  result: auto_element_wise

# a comment
- name: atan2(Tensor self, Tensor other) -> Tensor
  self, other: atan2_backward(grad, self, other, grad_input_mask)

- name: sum(Tensor self, *, ScalarType? dtype=None) -> Tensor
  dispatch:
    Default:
      self: grad.expand_symint(self.sym_sizes())
      result: auto_linear
    AutogradNestedTensor:
      self: ones_like(self) * grad
"""


def test_the_table_is_read_by_name_and_argument():
    found = formulas_of(EXCERPT)
    assert found["acosh", "self"][1] == "grad * (self * self - 1).rsqrt()"
    assert found["atan2", "other"] == found["atan2", "self"] == ["atan2_backward(grad, self, other, grad_input_mask)"]
    assert found["sum", "self"] == ["grad.expand_symint(self.sym_sizes())"]


@pytest.mark.parametrize(
    ("typed", "table"),
    [
        ("grad * -sin(self)", "grad * -self.sin().conj()"),
        ("-0.5 * grad * result**3", "-0.5 * grad * result.pow(3).conj()"),
        ("outer(grad, vec)", "grad.ger(vec.conj())"),
        ("self.T @ grad", "self.conj().t().mv(grad)"),
        ("atan2_backward(grad, self, other)[0]", "atan2_backward(grad, self, other, grad_input_mask)"),
        ("broadcast_to(grad, self.shape) / self.size", "grad.expand_symint(self.sym_sizes()) / self.sym_numel()"),
        ("where(self >= min, grad, 0.0)", "where(self >= min, grad, at::scalar_tensor(0., grad.options()))"),
        ("maybe_multiply(-grad, alpha)", "handle_r_to_c(other.scalar_type(), maybe_multiply(-grad, alpha.conj()))"),
    ],
)
def test_a_formula_in_numpy_is_known_again(typed, table):
    assert says_the_same(*forms(typed, table))


@pytest.mark.parametrize(
    ("typed", "table"),
    [
        ("grad * sin(self)", "grad * -self.sin().conj()"),
        ("-0.5 * grad * result**2", "-0.5 * grad * result.pow(3).conj()"),
        ("outer(vec, grad)", "grad.ger(vec.conj())"),
        ("self @ grad", "self.conj().t().mv(grad)"),
        ("atan2_backward(grad, other, self)[0]", "atan2_backward(grad, self, other, grad_input_mask)"),
        ("grad / (1 + exp(self - other))", "grad / (1 + exp(other - self)).conj()"),
        ("grad / (self * 2.302585092994)", "grad / (self.conj() * 2.3025850929940456)"),
        ("grad", "grad * self"),
    ],
)
def test_another_formula_is_told_from_that_of_the_table(typed, table):
    assert not says_the_same(*forms(typed, table))


def forms(typed: str, table: str) -> tuple[object, object]:
    return form(ast.parse(typed, mode="eval").body), form_of_table(table)

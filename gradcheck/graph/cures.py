"""What to write for names that have no rule here: NumPy's own, and those of torch, JAX and scipy.special.

In every cure {x} is what the name was applied to, {more} what else it was given.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LONGEST = 30
"""Operands of more letters are not written out."""
_HERE = ", which gradcheck.notation has"


def _same(*names: str) -> dict[str, str]:
    return {name: f"write {name}({{x}}){_HERE}" for name in names}


def _all(names: str, cure: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), cure)


NUMPYS = {
    **{name: f"write np.linalg.{name}({{x}})" for name in ("inv", "det", "slogdet", "norm")},
    **_all("vector_norm matrix_norm", "write np.linalg.norm({x})"),
    "solve": "write np.linalg.solve({x}, {more})",
    "I": "write np.linalg.inv({x})",
    **_all(
        "eig eigh eigvals eigvalsh svd svdvals matrix_rank cond", "eigenvalues and singular values have no rule here"
    ),
    **_all("cholesky qr", "factors of a matrix have no rule here; np.linalg.solve and slogdet have"),
    "pinv": "write np.linalg.inv({x}.T @ {x}) @ {x}.T, where columns are independent",
    "lstsq": "write np.linalg.solve({x}.T @ {x}, {x}.T @ {more})",
    **_all("tensorinv tensorsolve", "np.linalg.inv and solve are those of matrices"),
    **_all("vecdot matvec vecmat", "write {x} @ {more}, or np.einsum with a letter for every axis"),
    "tan": "write np.sin({x}) / np.cos({x})",
    "item": "leave it out: a 1×1 array acts as a number",
    "argmax": "write {x} == {x}.max(axis=0, keepdims=True) for the mask of the largest entry",
    "argmin": "write {x} == {x}.min(axis=0, keepdims=True) for the mask of the smallest entry",
    "ptp": "write {x}.max() - {x}.min()",
    **_all("nanmax nanmin", "entries are numbers here: write np.max({x}), np.min({x})"),
    **_all("nansum nanmean nan_to_num isnan isfinite isinf", "entries are numbers here: leave it out"),
    "floor_divide": "{x} // {more} rounds, and has no row: write {x} / {more}",
    **_all("remainder fmod", "{x} % {more} is what rounding leaves, and has no row: write {x} - k * {more} for one k"),
    **_all("divmod floor ceil rint round around trunc fix", "what rounds has no row: leave the rounding out"),
    **_all("conjugate conj real", "leave it out: arrays are real here"),
    **_all("imag angle fft", "arrays are real here: it has no row"),
    "cumprod": "the products have to be written out: {x}[0], {x}[0] * {x}[1], …",
    **_all("log2", "write log({x}) / log(2), with log of gradcheck.notation"),
    **_all("log10", "write log({x}) / log(10), with log of gradcheck.notation"),
    "exp2": "write 2.0 ** {x}",
    "cbrt": "write {x} ** Fraction(1, 3) where it is positive",
    "arcsin": "write np.arctan({x} / np.sqrt(1 - {x} ** 2))",
    "arccos": "write pi / 2 - np.arctan({x} / np.sqrt(1 - {x} ** 2)), with pi of gradcheck.notation",
    "arctan2": "write np.arctan({x} / {more}) where the second one is positive",
    "arcsinh": "write np.log({x} + np.sqrt({x} ** 2 + 1))",
    "arccosh": "write np.log({x} + np.sqrt({x} ** 2 - 1))",
    "arctanh": "write np.log((1 + {x}) / (1 - {x})) / 2",
    **_all("deg2rad radians", "write {x} * pi / 180, with pi of gradcheck.notation"),
    **_all("rad2deg degrees", "write {x} * 180 / pi, with pi of gradcheck.notation"),
    "sinc": "write np.sin(pi * {x}) / (pi * {x}), with pi of gradcheck.notation",
    "float_power": "write {x} ** {more}",
    "copysign": "write np.abs({x}) * np.sign({more})",
    "fmax": "write np.maximum({x}, {more})",
    "fmin": "write np.minimum({x}, {more})",
    "heaviside": "write 1 * ({x} > 0)",
    **_all("select piecewise choose", "write np.where(condition, x, y), one inside another for several conditions"),
    **_all("median sort argsort quantile percentile partition unique", "what sorts has no row"),
    "diagonal": "write np.diag({x})",
    "fill_diagonal": "write {x} * (1 - eye(n)) + value * eye(n), with eye of gradcheck.notation",
    **_all("inner vdot", "write np.dot({x}, {more})"),
    "cross": "its three entries have to be written out: {x}[1] * {more}[2] - {x}[2] * {more}[1] and so on",
    "tensordot": "write np.einsum('ij,jk->ik', {x}, {more}), with a letter for every axis",
    "multi_dot": "write A @ B @ C",
    **_all("convolve correlate", "its sums have to be written out, with slices {x}[1:] and {x}[:-1]"),
    "average": "write (w * {x}).sum() / w.sum()",
    "cov": "write ({x} - {x}.mean(axis=1, keepdims=True)) @ ({x} - {x}.mean(axis=1, keepdims=True)).T / (n - 1)",
    "bitwise_and": "write (x > 0) * (x < 1)",
    "bitwise_or": "write np.maximum(x < 0, x > 1)",
    "bitwise_xor": "write abs(1 * (x > 0) - (y > 0))",
    "logical_and": "write (x > 0) * (x < 1)",
    "logical_or": "write np.maximum(x < 0, x > 1)",
    "logical_not": "write 1 - (x > 0)",
    **_all("moveaxis rollaxis", "write np.transpose({x}, axes) with all axes in their new order"),
    **_all("atleast_1d atleast_2d atleast_3d", "write {x}[None], or {x}[:, None]"),
    **_all("column_stack dstack block append", "write np.concatenate([x, y], axis=…) or np.stack([x, y], axis=…)"),
    **_all("split array_split hsplit vsplit", "slices are parts: {x}[:k] and {x}[k:]"),
    **_all("take take_along_axis", "slices take entries, and so does a product with a one_hot input"),
    "any": "masks are counted here: write 1 * ((x > 0).sum() > 0)",
    "all": "masks are counted here: write 1 * ((x <= 0).sum() < 1)",
    "count_nonzero": "write (1 * ({x} != 0)) of a mask, as (x > 0).sum()",
    "full_like": "write value + 0 * {x}",
    "empty_like": "write np.zeros_like({x})",
    "softmax": "write softmax({x}, axis), which gradcheck.notation has",
    "log_softmax": "write log_softmax({x}, axis), which gradcheck.notation has",
    "logsumexp": "write logsumexp({x}, axis), which gradcheck.notation has",
}
"""For NumPy's names, and names that NumPy's arrays do not have but people look for there."""

ELSEWHERE = {
    **_same(
        "relu", "silu", "elu", "selu", "softplus", "softsign", "mish", "sigmoid", "erf", "erfc", "digamma", "lgamma"
    ),
    "leaky_relu": f"write leaky_relu(0.01)({{x}}){_HERE}",
    **{name: f"write {name}({{x}}, {{more}}){_HERE}" for name in ("hypot", "logaddexp", "maximum", "minimum", "tile")},
    **_same("gamma", "logsumexp", "exp", "log", "sqrt", "sin", "cos", "tanh", "square", "sinh", "cosh"),
    **_same("log1p", "expm1", "sign", "diag"),
    "where": "write np.where(condition, x, y)",
    **_all("eye ones zeros full arange", "gradcheck.notation has eye(n), ones(n, m), zeros(n, m), arange(n)"),
    **_all("expit logistic", f"write sigmoid({{x}}){_HERE}"),
    **_all("log_expit logsigmoid log_sigmoid", f"write log(sigmoid({{x}})), or -softplus(-{{x}}){_HERE}"),
    "logit": "write log({x} / (1 - {x})), with log of gradcheck.notation",
    "gelu": f"write gelu({{x}}), or gelu_tanh({{x}}) for the approximation by tanh{_HERE}",
    **_all("swish", f"write silu({{x}}){_HERE}"),
    **_all("hardswish hard_swish", f"write hard_swish({{x}}){_HERE}"),
    **_all("relu6", "write np.clip({x}, 0, 6)"),
    **_all("hardtanh hard_tanh", "write np.clip({x}, -1, 1)"),
    **_all("hardsigmoid hard_sigmoid", "write np.clip({x} / 6 + 0.5, 0, 1)"),
    **_all("psi", f"write digamma({{x}}){_HERE}"),
    **_all("gammaln loggamma gamma_ln", f"write lgamma({{x}}){_HERE}"),
    "polygamma": f"write polygamma(1)({{more}}){_HERE}, the order first",
    "betaln": "write lgamma({x}) + lgamma({more}) - lgamma({x} + {more}), with lgamma of gradcheck.notation",
    **_all("ndtr", f"write erfc(-{{x}} / sqrt(2)) / 2{_HERE}"),
    **_all("log_ndtr", f"write log(erfc(-{{x}} / sqrt(2)) / 2){_HERE}"),
    "xlogy": "write {x} * log({more}), with log of gradcheck.notation",
    "xlog1py": "write {x} * log1p({more}), with log1p of gradcheck.notation",
    "entr": "write -{x} * log({x}), with log of gradcheck.notation",
    "rel_entr": "write {x} * log({x} / {more}), with log of gradcheck.notation",
    "softmax": "write softmax({x}, axis=…), which gradcheck.notation has",
    "log_softmax": "write log_softmax({x}, axis=…), which gradcheck.notation has",
    "one_hot": "write one_hot('Y', classes, examples), an input of gradcheck",
    **_all("mse_loss", "write (({x} - {more}) ** 2).mean()"),
    **_all("l1_loss", "write abs({x} - {more}).mean()"),
    **_all("cross_entropy nll_loss", "write -(Y * log_softmax({x}, axis=…)).sum() / m with one-hot labels Y"),
    **_all("binary_cross_entropy", f"write cross_entropy({{x}}, {{more}}).mean(){_HERE}"),
    **_all("binary_cross_entropy_with_logits", f"write (softplus({{x}}) - {{more}} * {{x}}).mean(){_HERE}"),
    **_all(
        "layer_norm batch_norm",
        "write ({x} - {x}.mean(axis, keepdims=True)) / np.sqrt({x}.var(axis, keepdims=True) + eps)",
    ),
    **_all("linear", "write {x} @ W.T + b"),
    **_all("pow float_power", "write {x} ** {more}"),
    **_all("add", "write {x} + {more}"),
    **_all("sub subtract", "write {x} - {more}"),
    **_all("mul multiply", "write {x} * {more}"),
    **_all("div divide true_divide", "write {x} / {more}"),
    **_all("neg negative", "write -{x}"),
    **_all("abs absolute", "write abs({x})"),
    "rsqrt": "write 1 / np.sqrt({x})",
    "reciprocal": "write 1 / {x}",
    **_all("mm matmul bmm mv", "write {x} @ {more}"),
    **_all("t", "write {x}.T"),
    **_all("permute", "write np.transpose({x}, {more})"),
    **_all("unsqueeze", "write np.expand_dims({x}, {more})"),
    **_all("view", "write {x}.reshape({more})"),
    **_all("expand expand_as broadcast_in_dim", "write np.broadcast_to({x}, shape)"),
    **_all("cat concat concatenate stack", "write np.concatenate([x, y], axis=…)"),
    **_all("clamp clip", "write np.clip({x}, low, high)"),
    **_all("masked_fill", "write np.where(mask, value, {x})"),
    **_all("amax", "write {x}.max(axis=…)"),
    **_all("amin", "write {x}.min(axis=…)"),
    **_all("dim", "write {x}.ndim"),
    **_all("numel", "write {x}.size"),
    **_all("detach stop_gradient", "a derivative by an intermediate is asked for by itself: gradient(J, Z)"),
    **_all("backward grad", "write gradient(J, {x})"),
    **_all("numpy cpu cuda to double float contiguous clone", "leave it out: arrays here are expressions"),
    **_all("einsum", "write np.einsum('ij,jk->ik', {x}, {more})"),
    **_all("sum", "write {x}.sum(axis=…)"),
    **_all("mean", "write {x}.mean(axis=…)"),
}
"""For names of torch, JAX and scipy.special."""

OPTIONS = {"dim": "axis", "keepdim": "keepdims", "dims": "axes"}
"""torch's words for NumPy's options."""


def for_numpy(name: str, args: Sequence[Any]) -> str:
    """What to write for a name of NumPy's that has no rule; empty if nothing is known."""
    return _filled(NUMPYS.get(name, ""), args)


def for_other(name: str, args: Sequence[Any]) -> str:
    """The same for a function of another library."""
    return _filled(ELSEWHERE.get(name) or NUMPYS.get(name, ""), args)


def for_attribute(name: str, x: Any, known: Iterable[str]) -> str:
    """What to write for an attribute that arrays do not have; one of those that they have, if it looks like one."""
    cure = for_other(name, [x])
    if cure:
        return cure
    near = difflib.get_close_matches(name, [word for word in known if not word.startswith("_")], 1, cutoff=0.75)
    return f"did you mean .{near[0]}?" if near else "use operators, .T, .sum() and np.…"


def for_options(word: str, options: Mapping[str, Any]) -> str:
    """What an option of torch's is called here, in a call of this word; empty if there is none."""
    found = ((key, OPTIONS[key], value) for key, value in options.items() if key in OPTIONS)
    return next((f"{word}({key}={value}): write {ours}={value}, as in NumPy" for key, ours, value in found), "")


def call_of(name: str, args: Sequence[Any]) -> str:
    """A call as it was written."""
    inner = (re.sub(r"^\((.*)\)$", r"\1", _shown(arg)) for arg in args)
    return f"{name}({', '.join(inner)})"


def _filled(cure: str, args: Sequence[Any]) -> str:
    x, *more = [_shown(arg) for arg in args] or ["x"]
    return re.sub(r"\(\(([^()]*)\)\)", r"(\1)", cure.format(x=x, more=", ".join(more) or "y"))


def _shown(arg: Any) -> str:
    """An operand as it is written, if that is short; in brackets if it has parts."""
    text = str(arg)
    if len(text) > LONGEST:
        return "x"
    return text if re.fullmatch(r"[\w.\[\](), ]+", text) else f"({text})"

"""Functions by the names that texts give them, and what they are called in NumPy's notation."""

from __future__ import annotations

from collections.abc import Mapping

ELEMENTWISE: Mapping[str, str] = {
    "exp": "exp", "log": "log", "ln": "log", "tanh": "tanh", "sin": "sin", "cos": "cos", "sinh": "sinh", "cosh": "cosh",
    "arctan": "arctan", "ReLU": "relu", "relu": "relu", "RELU": "relu", "Relu": "relu", "sigmoid": "sigmoid",
    "sigm": "sigmoid", "expit": "sigmoid", "logistic": "sigmoid", "softplus": "softplus", "Softplus": "softplus",
    "erf": "erf", "erfc": "erfc", "gelu": "gelu", "GELU": "gelu", "silu": "silu", "SiLU": "silu", "swish": "silu",
    "elu": "elu", "ELU": "elu", "sgn": "sign", "sign": "sign", "softsign": "softsign", "mish": "mish", "abs": "abs",
    "Gamma": "gamma", "lgamma": "lgamma", "digamma": "digamma",
}  # fmt: skip
"""Functions of one number, done to every entry."""

CUSTOMARY: Mapping[str, tuple[str, str]] = {"sigma": ("sigmoid", "σ is the logistic function")}
"""Letters that stand for a function where a page says nothing else of them."""

TRACES = frozenset(("tr", "Tr", "trace", "Trace"))
DETERMINANTS = frozenset(("det", "Det"))
DIAGONALS = frozenset(("diag", "Diag"))
SOFTMAXES = frozenset(("softmax", "Softmax", "SoftMax"))
OF_ARRAYS = TRACES | DETERMINANTS | DIAGONALS | SOFTMAXES | {"vec"}
"""Functions of arrays."""

WORDS_FOR: Mapping[str, tuple[str, ...]] = {
    "sigmoid": ("sigmoid", "logistic function", "logistic sigmoid"),
    "relu": ("relu", "rectif", "positive part"),
    "tanh": ("hyperbolic tangent",),
    "digamma": ("digamma",),
    "softplus": ("softplus",),
}
"""What a page calls a function for which it uses a letter of its own."""

BASES = ("e", "bold:e")
"""Letters of basis vectors."""

"""What to write where a size was used as a number, by what Python, NumPy or SymPy say of it.

A size is a symbol that stands for every positive whole number at once: nothing is counted, compared or rounded by it.
"""

import re

from gradcheck.graph.sizes import OF_SYMBOLIC_SIZE

_EXPRESSION = r"'?(?:SizeSymbol|Add|Mul|Pow)'?"
"""The types of sizes and of sums, products and powers of them."""
CURES = (
    (
        rf"{_EXPRESSION} object cannot be interpreted as an integer|non-int of type {_EXPRESSION}|expected a sequence "
        r"of integers or a single integer, got '.*[a-z]",
        OF_SYMBOLIC_SIZE,
    ),
    (
        r"Cannot convert (?:expression|symbols) to (?:float|int)|Cannot round symbolic expression|a real number is "
        rf"required, not {_EXPRESSION}",
        "Leave float(n), int(n) and round(n) out, as in x / n, and write np.sqrt(n) for math.sqrt(n), and arange(n) "
        "(from gradcheck.notation), or np.arange(n, like=X) beside an array X, for np.arange(n)",
    ),
    (
        r"cannot determine truth value of Relational",
        "None is larger than another or than a number. Write what holds for all sizes; for what depends on a number, "
        "such as a depth, make it an argument: @derivation(depth=integers(1, 3))",
    ),
    (
        rf"of type {_EXPRESSION} which has no callable",
        "For a function of a size, as np.exp(n) or np.sqrt(n + 1), write that of gradcheck.notation: exp(n), "
        "sqrt(n + 1)",
    ),
)
"""Patterns of messages, and cures."""


def cure_of_size(message: str) -> str:
    """What to write instead, with the reason; "" if it is not a size that was used as a number."""
    found = next((cure for pattern, cure in CURES if re.search(pattern, message)), "")
    return f": sizes are symbols. {found}" if found else ""

"""How far edits take a formula from print: the less, the likelier it is what was meant.

Measured on printed mistakes: by what comes first, t - t + σ′(z) is a correction of t - t for t - t²; so squares are
nearer than factors, and factors nearer than terms.
"""

OPERATOR = ORDER = TRANSPOSE = SIGN = DROPPED = OUTERMOST_SIZE = 1.0
SIZE = 1.05
"""A factor of sizes that does not stand outside of everything."""
SYMBOL = FUNCTION = NUMBER = 1.1
SQUARE = SUM = ENTRY = INVERSE = 1.2
FACTOR = 1.5
READING = 2.5
"""The factors of a product that are multiplied otherwise."""
UNNAMED = 0.2
"""What has no name of its own is further away than what has one."""
TERM = 2.0

"""When a formula that was proved at some sizes holds at all of them, and why.

Three arguments are good enough, and no others are made:

1. No size occurs in the formulas. Then there is nothing that varies.
2. Entry by entry: both sides are made by element-wise functions, with NumPy's broadcasting, of inputs and of numbers
   that do not depend on sizes. Then entry (i, j, …) of either side is one and the same expression in the entries of
   the inputs at these places, whatever the sizes. Entries of different inputs are different symbols, and of one input
   an entry of the result sees only one. The proof of that expression is the proof for all.
3. A declared shape is compared as an expression in the size symbols.

Sums over an axis are another matter. A sum of m terms that is right for m = 2, 3 and 64 is right for all m if it is a
polynomial of a low degree in symmetric sums, but it is not looked at here whether it is one. What is proved about it is
proved at the sizes in the evidence, and reports say so.
"""

from gradcheck.graph import Array, size_symbols, walk

NO_SIZE = "no size occurs"
BY_ENTRY = "entry by entry"


def why_all_sizes(*formulas: Array) -> str:
    """Why what holds of the formulas at some sizes holds at all sizes; empty if that cannot be said."""
    if not size_symbols(formulas):
        return NO_SIZE
    return BY_ENTRY if all(node.is_by_entry for node in walk(*formulas)) else ""

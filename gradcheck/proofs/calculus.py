"""The derivative of a scalar expression: sums, products, powers, and SymPy's derivatives of functions.

`sympy.diff` looks through all of an expression again at every level of it, for its symbols and for what it could not
differentiate, and so takes a time that grows with the square of its depth. Here every subexpression is differentiated
once by a symbol, wherever it stands. These are the rules for scalars that SymPy has itself: nothing is taken from the
function table's partials, or from the cotangents of kinds of nodes, which are judged by this.
"""

import sympy as sp


class Derivatives:
    """The derivatives of expressions by one symbol."""

    def __init__(self, symbol: sp.Symbol) -> None:
        self.symbol = symbol
        self._known: dict[sp.Expr, sp.Expr] = {symbol: sp.S.One}

    def __call__(self, expression: sp.Expr) -> sp.Expr:
        """Raises RecursionError for what is deeper than Python's stack."""
        if expression not in self._known:
            self._known[expression] = self._derivative(expression)
        return self._known[expression]

    def _derivative(self, expression: sp.Expr) -> sp.Expr:
        if not _has_rule(expression):
            return sp.diff(expression, self.symbol)
        args = expression.args
        slopes = {i: slope for i, slope in enumerate(map(self, args)) if slope is not sp.S.Zero}
        if expression.is_Add:
            return sp.Add(*slopes.values())
        if expression.is_Mul:
            return sp.Add(*(sp.Mul(*args[:i], slope, *args[i + 1 :]) for i, slope in slopes.items()))
        if expression.is_Pow and 1 in slopes:
            return sp.diff(expression, self.symbol)
        if expression.is_Pow and slopes:
            return expression.exp * expression.base ** (expression.exp - 1) * slopes[0]
        return sp.Add(*(expression.fdiff(i + 1) * slope for i, slope in slopes.items()))


def _has_rule(expression: sp.Expr) -> bool:
    """Whether it is a number, a symbol, a sum, a product, a power, or a function with SymPy's own chain rule."""
    if not expression.args or expression.is_Add or expression.is_Mul or expression.is_Pow:
        return True
    return expression.is_Function and type(expression)._eval_derivative is sp.Function._eval_derivative

"""derivatives.yaml as data, and its formulas and ours in one form: the same operations on the same names in order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

Formulas = dict[tuple[str, str], list[str]]
"""What the table says by the names of function and argument: a formula for each branch of `condition ? a : b`."""


def table_of_torch() -> Path | None:
    """The table that is installed, which importing torch is not needed for."""
    spec = find_spec("torchgen")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "packaged", "autograd", "derivatives.yaml")
        if path.exists():
            return path
    return None


def formulas_of(text: str) -> Formulas:
    """The formulas of a table by name and argument; what is said of nested tensors is left out."""
    found: Formulas = {}
    text = re.sub(r"(?m)^\s*#.*\n", "", text)
    for entry in re.split(r"(?m)^- name: *[\"']? *", text)[1:]:
        name = entry[: entry.index("(")]
        usual = re.split(r"(?m)^ *Autograd\w+:$", entry)[0]
        for keys, formula in re.findall(r"(?m)^ {2,6}(\w+(?:, *\w+)*): +(.+(?:\n {8,}.+)*)", usual):
            for key in re.split(", *", keys):
                found.setdefault((name, key), list(_branches(formula.strip().strip("\"'"))))
    return found


def _branches(formula: str) -> Iterator[str]:
    condition, *rest = formula.split(" ? ", 1)
    yield from re.split(r" : ", rest[0], maxsplit=1) if rest else [condition]


# ---- what is typed in a module ----


class Typed(NamedTuple):
    """A step of a claim, as it stands in a module, and the place of the claim."""

    at: str
    step: ast.expr

    @property
    def entry(self) -> tuple[str, str]:
        """The name of the function and of the argument."""
        name, argument = self.at.removesuffix(", helper").removesuffix(")").split("(")
        return name, argument


def typed_in(path: Path) -> Iterator[Typed]:
    """The steps of all claims of a module; of a misprint, what is printed."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if _is_call(node, "claim"):
            at = next(ast.literal_eval(keyword.value) for keyword in node.keywords if keyword.arg == "at")
            for step in node.args[1:]:
                yield Typed(at, step.args[0] if _is_call(step, "misprint") else step)


def _is_call(node: ast.AST, name: str) -> Any:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


# ---- one form for both ----

PYTHON = {
    r"/\*.*?\*/": "",
    r"fmap\(reverse_list\w*\(shifts\), \[\]\(.*?\)\{.*?\}\)": "-shifts",
    r"reverse_list\(dims\)": "dims",
    r"(at::)?(scalar_tensor\(0\.|zeros\(\{\}), \w+\.options\(\)\)": "0",
    r"\.logical_or_\(\w+\.isnan\(\)\)": "",
    r"\.(conj|toFloat|toDouble)\(\)": "",
    r"\w+::": "",
    r"\bM_LN2\b": "log(2)",
    r"_symint\b": "",
    r"\btrue\b": "True",
    r"\bfalse\b": "False",
    r"\{": "(",
    r"\}": ")",
}
"""How the table's C++ is written in Python; entries are real numbers."""

WORDS = {
    "sgn": "sign", "bmm": "matmul", "mm": "matmul", "mv": "matmul", "ger": "outer", "t": "T", "transpose": "swapaxes",
    "div": "Div", "mul": "Mult", "pow": "Pow", "neg": "USub", "logical_not": "Invert", "logical_and": "Mult",
    "BitAnd": "Mult", "MatMult": "matmul", "Eq": "equal", "expand": "broadcast_to", "unsqueeze": "expand_dims",
    "mH": "T", "sym_sizes": "shape", "sym_size": "shape", "sym_numel": "size", "M_PI": "pi",
}  # fmt: skip
"""Names of torch, and of Python's operators, in NumPy's words."""


def form_of_table(formula: str) -> Any:
    """A formula of the table as nested tuples: the operation, and what it is applied to."""
    for cxx, python in PYTHON.items():
        formula = re.sub(cxx, python, formula)
    return form(ast.parse(formula.strip(), mode="eval").body)


def form(node: ast.expr) -> Any:
    """A formula in Python likewise, whether an operation is an operator, a method or a function."""
    match node:
        case ast.Constant(value):
            return float(value) if type(value) in (int, float) else value
        case ast.Name(name):
            return _word(name)
        case ast.Attribute(array, name):
            return (_word(name), form(array))
        case ast.Tuple(items):
            return ("tuple", *map(form, items))
        case ast.Subscript(ast.Attribute(array, "shape"), position):
            return ("shape", form(array), form(position))
        case ast.Subscript(helper, _):  # which of the results of a helper
            return form(helper)
        case ast.Call(ast.Attribute(ast.Name("np"), name), arguments, keywords) | ast.Call(
            ast.Name(name), arguments, keywords
        ):
            return _call(name, [*arguments, *(keyword.value for keyword in keywords)])
        case ast.Call(ast.Attribute(array, name), arguments, keywords):
            return _call(name, [array, *arguments, *(keyword.value for keyword in keywords)])
    return _operation(node)


def _operation(node: ast.expr) -> Any:
    match node:
        case ast.UnaryOp(operator, operand):
            operands = [operand]
        case ast.BinOp(left, operator, right) | ast.Compare(left, [operator], [right]):
            operands = [left, right]
        case _:
            raise ValueError(f"{ast.unparse(node)} is in no formula of the table")
    return (_word(type(operator).__name__), *map(form, operands))


def _call(name: str, arguments: list[ast.expr]) -> Any:
    forms = [form(argument) for argument in arguments]
    match name:
        case "to":  # another type
            return forms[0]
        case "handle_r_to_c":  # likewise
            return forms[1]
        case "square":
            return ("Pow", forms[0], 2.0)
    return (_word(name), *(argument for argument in forms if not _is_whole_shape(argument)))


def _is_whole_shape(argument: Any) -> bool:
    """Sizes to which something is broadcast or reshaped, which the shape of the step says, too."""
    return isinstance(argument, tuple) and argument[0] == "shape" and len(argument) == 2


def _word(name: str) -> str:
    name = name.rstrip("_")
    return WORDS.get(name, name)


def says_the_same(typed: Any, table: Any) -> bool:
    """Whether a typed formula is that of the table, where functions may be called with fewer options at the end."""
    if not (isinstance(typed, tuple) and isinstance(table, tuple)):
        return bool(typed == table)
    if typed[0] != table[0] or (typed[0][0].isupper() and len(typed) != len(table)):
        return False
    rest = iter(table[1:])
    return all(any(says_the_same(argument, option) for option in rest) for argument in typed[1:])

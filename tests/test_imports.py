"""Who may import whom: read from the sources, so that arrows keep pointing down."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradcheck

ROOT = Path(__file__).parent.parent

# module: what it may import of ours, lowest layer first. Behind | stands what only its functions may import.
RULE = """
    functions:
    domains:
    ladder:
    normal_form: functions
    arrays: functions domains | printing
    printing: arrays functions verdicts
    evaluate: arrays functions
    rounding: arrays evaluate functions
    points: arrays evaluate
    exact: arrays functions domains evaluate normal_form points
    backprop: arrays functions domains evaluate
    differences: arrays functions domains evaluate ladder rounding
    field:
    keyed: field
    visible: arrays backprop domains evaluate functions
    prime_field: arrays backprop domains evaluate field functions keyed visible
    derivation: arrays
    notation: arrays domains functions
    strategies: arrays domains evaluate functions points
    verdicts: | report
    increments: arrays domains evaluate functions
    batches: arrays evaluate points ladder rounding backprop differences increments
    conventions: arrays differences evaluate
    numbers: arrays batches conventions evaluate functions points rounding backprop differences
    diagnosis: arrays evaluate numbers
    reading: arrays derivation printing strategies verdicts
    variants: arrays functions printing
    places: arrays backprop derivation exact numbers points prime_field reading strategies
    power: arrays exact places variants
    all_sizes: arrays
    judge: all_sizes arrays derivation diagnosis exact numbers places points power prime_field printing \
        reading strategies variants verdicts
    verify: derivation judge printing reading strategies verdicts
    parallel: collect derivation verdicts verify
    collect: derivation verdicts
    report: verdicts printing
    cli: parallel | verify collect report verdicts
    pytest_plugin: | verify collect report
    __main__: cli
    black_box: arrays diagnosis domains evaluate exact ladder notation
    given: arrays black_box points strategies
    __init__: | black_box derivation given notation verdicts verify
"""
ALLOWED = {
    module.strip(): (set(at_import.split()), set(at_import.split()) | set(later.split()))
    for module, _, names in (line.partition(":") for line in RULE.strip().splitlines())
    for at_import, _, later in [names.partition("|")]
}
ONLY_TYPES = {"cli": {"derivation"}, "pytest_plugin": {"derivation", "verdicts"}}
"""What is imported under `if TYPE_CHECKING:`, beside what may be imported anyway."""

SOURCES = sorted((ROOT / "gradcheck").rglob("*.py"))
ORACLES = {"exact", "backprop", "differences", "increments"}


def module_of(file: Path) -> str:
    """`arrays` for gradcheck/arrays.py, `report` for everything in gradcheck/report."""
    return file.relative_to(ROOT / "gradcheck").parts[0].removesuffix(".py")


def imported(node: ast.AST) -> Iterator[str]:
    """The full names of the modules that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, f"relative import in line {node.lineno}"
        ours = {module_of(file) for file in SOURCES}
        if node.module == "gradcheck":
            yield from (f"gradcheck.{alias.name}" if alias.name in ours else "gradcheck" for alias in node.names)
        else:
            yield str(node.module)


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports(tree: ast.AST, when: str = "import") -> Iterator[tuple[str, str]]:
    """(when, module) for every import: when the module is imported, later in a function, or for types only."""
    for node in ast.iter_child_nodes(tree):
        yield from ((when, name) for name in imported(node))
        inside = "later" if isinstance(node, (ast.FunctionDef, ast.Lambda)) and when == "import" else when
        yield from imports(node, "types" if is_for_types(node) else inside)


def ours(file: Path) -> Iterator[tuple[str, str]]:
    for when, name in imports(ast.parse(file.read_text(encoding="utf-8"))):
        if name.startswith("gradcheck."):
            yield when, name.split(".")[1]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_module_imports_only_what_is_below_it(file):
    module = module_of(file)
    assert module in ALLOWED, f"{module} has no row in RULE: say what it may import"
    at_import, later = ALLOWED[module]
    allowed = {"import": at_import, "later": later, "types": later | ONLY_TYPES.get(module, set())}
    wrong = [(when, name) for when, name in ours(file) if name != module and name not in allowed[when]]
    assert not wrong


def test_the_rule_has_no_rows_for_modules_that_are_gone():
    assert set(ALLOWED) == {module_of(file) for file in SOURCES}


def reachable(module: str) -> set[str]:
    """Everything that importing a module imports, by the rule."""
    direct = ALLOWED[module][0]
    return direct.union(*map(reachable, direct))


@pytest.mark.parametrize("module", sorted(ALLOWED))
def test_the_rule_has_no_cycles_and_nothing_imports_the_command_line_or_the_plugin(module):
    assert module not in reachable(module)
    assert not reachable(module) & {"pytest_plugin"}
    assert module == "__main__" or "cli" not in ALLOWED[module][1]


@pytest.mark.parametrize("oracle", sorted(ORACLES))
def test_no_oracle_reaches_another(oracle):
    assert not reachable(oracle) & ORACLES


def test_a_forbidden_import_is_seen_wherever_it_hides():
    nested = "def f():\n    class C:\n        from gradcheck import exact\n"
    text = f"import gradcheck.cli\n{nested}from gradcheck.report import text"
    found = set(imports(ast.parse(text)))
    assert found == {("import", "gradcheck.cli"), ("later", "gradcheck.exact"), ("import", "gradcheck.report")}


@pytest.mark.parametrize("file", sorted((ROOT / "derivations").rglob("*.py")), ids=lambda file: file.name)
def test_a_derivation_imports_gradcheck_numpy_hypothesis_and_the_standard_library_only(file):
    names = {name for _, name in imports(ast.parse(file.read_text(encoding="utf-8")))}
    allowed = {"gradcheck", "gradcheck.derivation", "gradcheck.notation", "gradcheck.strategies"}
    outside = {"numpy", "hypothesis"} | sys.stdlib_module_names
    assert not {name for name in names if name not in allowed and name.split(".")[0] not in outside}


# ---- the package -------------------------------------------------------------------------------------------------


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("module", ["gradcheck", "gradcheck.cli", "gradcheck.pytest_plugin", "gradcheck.verdicts"])
def test_importing_it_imports_nothing_heavy(module):
    heavy = "{'sympy', 'numpy', 'hypothesis', 'mpmath'}"
    assert run(f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))") == "[]"


@pytest.mark.parametrize(
    "first",
    [
        "",
        "import gradcheck.derivation, gradcheck.verify",
        "from gradcheck import derivation, verify; import gradcheck.derivation, gradcheck.verify",
        "from gradcheck.verify import verify_all; from gradcheck.derivation import Derivation",
        "from importlib import import_module as load; load('gradcheck.verify'); load('gradcheck.derivation')",
    ],
)
def test_derivation_and_verify_are_functions_whatever_was_imported_before(first):
    then = "import gradcheck; from gradcheck import derivation, verify"
    said = "type(derivation), type(verify), gradcheck.derivation is derivation, gradcheck.verify is verify"
    assert run(f"{first}\n{then}\nprint({said})") == "<class 'function'> <class 'function'> True True"


def test_every_public_name_is_there_and_listed():
    for name in gradcheck.__all__:
        assert getattr(gradcheck, name) is not None
        assert name in dir(gradcheck)


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'gradcheck' has no attribute 'claims'"):
        gradcheck.claims


def test_type_checkers_see_the_functions(tmp_path):
    mypy_api = pytest.importorskip("mypy.api")
    file = tmp_path / "uses.py"
    file.write_text("from gradcheck import derivation, verify\nreveal_type(derivation)\nreveal_type(verify)\n")
    out, _, _ = mypy_api.run(["--config-file", str(ROOT / "pyproject.toml"), "--follow-imports=silent", str(file)])
    assert out.count('Revealed type is "def (') == 2, out

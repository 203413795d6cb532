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

RULE = """
    lazy:
    progress:
    limits:
    tolerances:
    verdicts:
    functions:
    graph: functions
    printing: verdicts functions graph
    sampling: graph
    numerics: tolerances functions graph sampling
    programs: functions graph numerics
    proofs: tolerances verdicts functions graph sampling numerics
    entries: functions graph
    notation: functions graph entries
    repair: limits verdicts functions graph printing numerics proofs notation
    strategies: functions sampling
    documents: limits verdicts graph entries printing sampling
    judging: limits tolerances verdicts functions graph entries printing sampling numerics proofs documents repair
    black_box: limits tolerances progress verdicts functions graph printing sampling numerics proofs notation judging
        repair
    reports: limits verdicts documents judging
    network: lazy tolerances progress functions graph printing sampling numerics verdicts programs notation documents
    settings: | functions
    training_cli: limits progress | settings documents judging reports network
    showing_cli: limits progress | verdicts settings judging reports network
    reading_cli: limits progress | verdicts documents judging reports
    fixing: limits verdicts printing documents judging reports | notation
    explaining_cli: limits progress | verdicts documents judging reports
    fixing_cli: limits progress | verdicts documents reports fixing
    annotating_cli: | verdicts documents reports
    watching:
    watching_cli: limits | verdicts documents judging reports watching
    cli: limits progress training_cli showing_cli reading_cli explaining_cli fixing_cli annotating_cli watching_cli
        | verdicts documents judging reports
    pytest_plugin: limits | verdicts documents judging reports
    __main__: cli
    __init__: lazy | verdicts graph notation documents judging black_box reports
"""
"""Room: what it may import of ours, lowest layer first. Behind | stands what only its functions may import."""
ALLOWED = {
    room.strip(): (set(at_import.split()), set(at_import.split()) | set(later.split()))
    for room, _, names in (line.partition(":") for line in RULE.strip().replace("\n        ", " ").splitlines())
    for at_import, _, later in [names.partition("|")]
}
SOURCES = sorted((ROOT / "gradcheck").rglob("*.py"))
ORACLES = {"proofs.symbols", "numerics.reverse_mode", "numerics.differences", "numerics.increments"}


def module_of(file: Path) -> str:
    """`graph.node` for gradcheck/graph/node.py, `graph` for the folder's __init__."""
    parts = file.relative_to(ROOT / "gradcheck").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES = {module_of(file): file for file in SOURCES}


def room_of(module: str) -> str:
    """The folder of a module, or the file that stands at the top."""
    return module.split(".")[0]


def imported(node: ast.AST) -> Iterator[str]:
    """The full names of the modules and names that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, f"relative import in line {node.lineno}"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports(tree: ast.AST, when: str = "import") -> Iterator[tuple[str, str]]:
    """(when, name) for every import: when the module is imported, later in a function, or for types only."""
    for node in ast.iter_child_nodes(tree):
        yield from ((when, name) for name in imported(node))
        inside = "later" if isinstance(node, (ast.FunctionDef, ast.Lambda)) and when == "import" else when
        yield from imports(node, "types" if is_for_types(node) else inside)


def of_ours(name: str) -> str:
    """The module of gradcheck that an imported name is or stands in; "" for the package itself and for others."""
    parts = name.split(".")[1:] if name.startswith("gradcheck.") else []
    return next((found for n in (2, 1) if (found := ".".join(parts[:n])) in MODULES and parts), "")


def ours(file: Path) -> set[tuple[str, str]]:
    found = ((when, of_ours(name)) for when, name in imports(ast.parse(file.read_text(encoding="utf-8"))))
    return {(when, module) for when, module in found if module}


GRAPH = {module: {other for _, other in ours(file)} - {module} for module, file in MODULES.items()}
"""Which modules a module names, at whatever time."""


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_folder_imports_only_what_is_below_it(file):
    room = room_of(module_of(file))
    assert room in ALLOWED, f"{room} has no row in RULE: say what it may import"
    at_import, later = ALLOWED[room]
    allowed = {"import": at_import, "later": later, "types": later}
    wrong = [(when, name) for when, name in ours(file) if room_of(name) not in {room} | allowed[when]]
    assert not wrong


def test_the_rule_has_no_rows_for_what_is_gone():
    assert set(ALLOWED) == {room_of(module) for module in MODULES}


def reachable(start: str, graph: dict[str, set[str]]) -> set[str]:
    """Everything that is named by what is named by … what `start` names."""
    found, pending = set(), [start]
    while pending:
        new = graph[pending.pop()] - found
        found |= new
        pending += new
    return found


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_no_folder_reaches_itself_and_nothing_imports_the_command_line_or_the_plugin(room):
    rule = {name: later for name, (_, later) in ALLOWED.items()}
    assert room not in reachable(room, rule)
    assert not reachable(room, rule) & {"pytest_plugin"}
    assert room == "__main__" or "cli" not in rule[room]


def test_no_module_reaches_itself():
    assert not [module for module in MODULES if module in reachable(module, GRAPH)]


@pytest.mark.parametrize("oracle", sorted(ORACLES))
def test_no_oracle_reaches_another(oracle):
    assert not reachable(oracle, GRAPH) & ORACLES


def test_no_oracle_and_no_judge_knows_the_equations_of_programs():
    judges = [module for module in MODULES if room_of(module) in ("numerics", "proofs", "judging", "documents")]
    assert not [module for module in judges if any(room_of(name) == "programs" for name in reachable(module, GRAPH))]


def test_of_the_numerical_oracles_proofs_know_values_and_the_sweep_that_they_certify():
    known = set().union(*(GRAPH[module] for module in MODULES if room_of(module) == "proofs"))
    assert {module for module in known if room_of(module) == "numerics"} == {
        "numerics.evaluate",
        "numerics.reverse_mode",
    }


def test_a_forbidden_import_is_seen_wherever_it_hides():
    nested = "def f():\n    class C:\n        from gradcheck.proofs import symbols\n"
    text = f"import gradcheck.cli\n{nested}from gradcheck.reports import terminal"
    found = set(imports(ast.parse(text)))
    assert found == {
        ("import", "gradcheck.cli"),
        ("later", "gradcheck.proofs.symbols"),
        ("import", "gradcheck.reports.terminal"),
    }


@pytest.mark.parametrize("file", sorted((ROOT / "derivations").rglob("*.py")), ids=lambda file: file.name)
def test_a_derivation_imports_gradcheck_numpy_hypothesis_and_the_standard_library_only(file):
    modules = {name.rpartition(".")[0] for _, name in imports(ast.parse(file.read_text(encoding="utf-8")))}
    allowed = {"gradcheck", "gradcheck.notation", "gradcheck.strategies"}
    outside = {"", "numpy", "hypothesis"} | sys.stdlib_module_names
    assert not {name for name in modules if name not in allowed and name.split(".")[0] not in outside}


def test_no_module_has_the_name_of_a_public_function():
    assert not {name for name in gradcheck.__all__ if name in MODULES}


# ---- the package -------------------------------------------------------------------------------------------------


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("module", ["gradcheck", "gradcheck.cli", "gradcheck.pytest_plugin", "gradcheck.verdicts"])
def test_importing_it_imports_nothing_heavy(module):
    heavy = "{'sympy', 'numpy', 'hypothesis', 'mpmath'}"
    assert run(f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_check_gradient_imports_numpy_and_what_it_uses_at_once():
    heavy = "{'sympy', 'hypothesis', 'mpmath', 'rich'}"
    assert run(f"import sys; from gradcheck import check_gradient; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_every_public_name_is_there_and_listed():
    for name in gradcheck.__all__:
        assert getattr(gradcheck, name) is not None
        assert name in dir(gradcheck)


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'gradcheck' has no attribute 'claims'"):
        gradcheck.claims

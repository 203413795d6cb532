"""What is told of a file without running it: by its name, and by its syntax tree.

A file is a derivation file if it imports gradcheck and calls its `derivation` or `claim`, under whatever name, or
decorates with it. Claims count, too: a file of claims that nobody decorated is one whose author is to be told. Other
things that are called gradcheck, such as torch.autograd.gradcheck, do not count. What cannot be told is taken for a
derivation file, so that nothing is passed over in silence.
"""

import ast
import re
import warnings
from pathlib import Path

WORDS = ("derivation", "claim")
_AS_TEXT = re.compile(rb"^\s*(?:@(?:[\w.]+\.)?derivation\b|(?:from|import)\s+gradcheck\b)", re.MULTILINE)
"""A line by which a file that is no Python is known to be meant for gradcheck."""


def is_test_name(name: str) -> bool:
    """Whether a file of this name is pytest's."""
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")


def is_derivation_name(name: str) -> bool:
    """Whether a file of this name, found in a folder, may hold derivations: no test, and no private helper."""
    return name.endswith(".py") and not name.startswith((".", "_")) and not is_test_name(name)


def is_derivation_file(file: Path) -> bool:
    """Whether a file says that it has derivations or claims. Nothing is run."""
    try:
        source = file.read_bytes()
    except OSError:
        return True
    if b"gradcheck" not in source:
        return False
    try:
        syntax = Syntax(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # all that Python says of what it cannot parse
        return _AS_TEXT.search(source) is not None
    return syntax.is_of_derivations


class Syntax:
    """A file's syntax tree, in which the words of gradcheck are known by whatever the file calls them.

    Raises what `ast.parse` raises.
    """

    def __init__(self, source: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in texts: whoever runs the file is told
            self.tree = ast.parse(source)
        self.nodes = list(ast.walk(self.tree))
        self.imported = list(_imported_from_gradcheck(self.nodes))
        self._meant = {alias.asname: alias.name for alias in self.imported if alias.asname}

    @property
    def is_of_derivations(self) -> bool:
        """Whether gradcheck is imported, and derivations or claims are made."""
        calls = (node for node in self.nodes if isinstance(node, ast.Call))
        functions = (node for node in self.nodes if isinstance(node, ast.FunctionDef))
        return bool(self.imported) and (
            any(self.word(call) in WORDS for call in calls) or any(map(self.is_decorated, functions))
        )

    def word(self, node: ast.AST | None) -> str:
        """The last name of `f` or `module.f`, or of a call of it, as gradcheck calls it; "" for anything else."""
        function = node.func if isinstance(node, ast.Call) else node
        match function:
            case ast.Name(id=name, ctx=ast.Load()):
                return self._meant.get(name, name)
            case ast.Attribute(value=ast.Name(), attr=name, ctx=ast.Load()):
                return name
        return ""

    def is_decorated(self, function: ast.FunctionDef) -> bool:
        """Whether a function is made a derivation."""
        return any(self.word(decorator) == "derivation" for decorator in function.decorator_list)

    def yields_claims(self, function: ast.FunctionDef) -> bool:
        """Whether a function yields what it claims."""
        yields = (node.value for node in ast.walk(function) if isinstance(node, ast.Yield))
        return any(isinstance(value, ast.Call) and self.word(value) == "claim" for value in yields)

    def is_used(self, name: str) -> bool:
        """Whether something of this name is spoken of anywhere."""
        return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) for n in self.nodes)


def _imported_from_gradcheck(nodes: list[ast.AST]) -> list[ast.alias]:
    found: list[ast.alias] = []
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and not node.level and is_ours(node.module or ""):
            found += node.names
        elif isinstance(node, ast.Import):
            found += (alias for alias in node.names if is_ours(alias.name))
    return found


def is_ours(module: str) -> bool:
    """Whether a module is gradcheck, or one in it."""
    return module.partition(".")[0] == "gradcheck"

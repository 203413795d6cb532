"""A small reader of LaTeX mathematics: it refuses what GitHub does not show, and what is no LaTeX."""

from __future__ import annotations

import re

TAKES = {"frac": 2, "hat": 1, "mathbf": 1, "sqrt": 1}
"""Commands, and how many groups they take."""
WORDS = {"text", "mathrm"}
SIGNS = set(
    re.findall(
        r"\w+",
        """
        partial sum prime cdot odot circ times otimes det ne ge le quad infty ell log exp sin cos tan sinh cosh tanh
        max min alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi
        chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
        """,
    )
)
TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)


class Fault(Exception):
    """What is wrong with a text."""


def check(latex: str) -> None:
    """Read a formula. Raises Fault."""
    if not latex.isprintable() or set(latex) & set("$`%&#~"):
        raise Fault(f"a character that ends mathematics or means something else: {latex}")
    reader = _Reader(TOKEN.findall(latex))
    reader.row("")
    if reader.tokens:
        raise Fault(f"{reader.tokens[-1]} closes nothing")


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens[::-1]

    def next(self) -> str:
        if not self.tokens:
            raise Fault("it ends within a group")
        return self.tokens.pop()

    def peek(self) -> str:
        while self.tokens and self.tokens[-1] == " ":
            self.tokens.pop()
        return self.tokens[-1] if self.tokens else ""

    def row(self, end: str, is_script: bool = False) -> None:
        """Symbols with their scripts, up to an end that is left."""
        while (token := self.peek()) not in (end, "}", "\\right", ""):
            is_letter = token.isascii() and token.isalpha()
            self.atom()
            if is_letter and not is_script and self.tokens and self.tokens[-1].isalpha():
                raise Fault(f"letters that are a word, or a product: {token}{self.tokens[-1]}")
            self.scripts()

    def atom(self) -> None:
        token = self.next()
        if token == "{":
            self.row("}")
            self.expect("}")
        elif token == "\\left":
            if self.next() not in ("(", "[", "|", "\\|"):
                raise Fault("no bracket")
            self.row("\\right")
            self.expect("\\right")
            if self.next() not in (")", "]", "|", "\\|"):
                raise Fault("no bracket")
        elif token in ("^", "_", "'"):
            raise Fault(f"{token} stands behind nothing")
        elif token.startswith("\\"):
            self.command(token[1:])

    def command(self, word: str) -> None:
        if word in WORDS:
            self.expect("{")
            while (token := self.next()) != "}":
                if token in "{^_\\" or token.startswith("\\"):
                    raise Fault(f"{token} in text")
        elif word in TAKES:
            if word == "sqrt" and self.peek() == "[":
                while self.next() != "]":
                    pass
            for _ in range(TAKES[word]):
                self.group()
        elif word not in SIGNS and word not in ("{", "}"):
            raise Fault(f"\\{word} is not shown everywhere")

    def group(self, is_script: bool = False) -> None:
        self.expect("{")
        self.row("}", is_script)
        self.expect("}")

    def scripts(self) -> None:
        seen: set[str] = set()
        while (token := self.peek()) in ("^", "_", "'"):
            kind = "^" if token == "'" else token
            if kind in seen and not (token == "'" and seen == {"^"} and self.was_prime):
                raise Fault(f"a second {kind} behind one symbol")
            self.was_prime = token == "'"
            seen.add(kind)
            self.next()
            if token != "'":
                self.group(is_script=True)

    was_prime = False

    def expect(self, token: str) -> None:
        self.peek()
        if (found := self.next()) != token:
            raise Fault(f"{found} stands where {token} is needed")

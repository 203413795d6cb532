"""What is said of a module that is not written as derivations are."""


class DerivationError(Exception):
    """A module that is not written as derivations are: what is wrong, the line (0 if unknown), and the cure."""

    def __init__(self, what: str, cure: str, line: int = 0) -> None:
        super().__init__(what)
        self.what, self.cure, self.line = what, cure, line


def refuse_unless_text(line: int, **said: object) -> None:
    """Raise a DerivationError for what is no text, by its word."""
    for word, value in said.items():
        if not isinstance(value, str):
            raise DerivationError(f"{word}={value!r} is not a text", f'write {word}="{value}"', line)

"""Why something on a page was not read."""


class Unread(Exception):
    """What is not understood, in words, and where it stands in the page, where that is known."""

    def __init__(self, why: str, start: int | None = None, stop: int | None = None) -> None:
        super().__init__(why)
        self.why, self.start, self.stop = why, start, stop

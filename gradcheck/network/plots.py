"""Cost curves as a picture in a file, by matplotlib: no window is opened, and no display is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gradcheck.network.curves import Costs, limits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg")
INCHES, DOTS = (7.0, 4.5), 150
STYLES = ("-", "--", ":")
"""Curves that lie on each other are still told apart."""


class CannotPlot(ValueError):
    """A file of another kind, no folder for it, or no matplotlib: what is wrong, and a cure."""


def check(file: str | Path) -> None:
    """Raise CannotPlot if nothing can be drawn into such a file, before the work is done that is to be drawn."""
    if Path(file).suffix not in SUFFIXES:
        raise CannotPlot(f"{str(file)!r} is no picture: let its name end in {' or '.join(SUFFIXES)}")
    if not Path(file).parent.is_dir():
        raise CannotPlot(f"there is no folder {str(Path(file).parent)!r} for {Path(file).name}: make it first")
    try:
        import matplotlib.figure  # noqa: F401
    except ModuleNotFoundError:
        raise CannotPlot("pictures are drawn by matplotlib: pip install 'gradcheck[plot]'") from None


def plot(file: str | Path, title: str, curves: Mapping[str, Costs]) -> None:
    """Draw costs over steps into a file. Raises CannotPlot, or OSError if it cannot be written."""
    check(file)
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "gradcheck"}):  # one training draws one file
        drawn(title, curves).savefig(file, dpi=DOTS, metadata={"Date": None} if Path(file).suffix == ".svg" else None)


def drawn(title: str, curves: Mapping[str, Costs]) -> Figure:
    """The curves, by name; the first one says the scale, as it does in plain text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, layout="constrained")
    axes = figure.add_subplot(xlabel="steps", ylabel="cost", title=title)
    for i, (name, costs) in enumerate(curves.items()):
        axes.plot(range(len(costs)), costs, STYLES[i % len(STYLES)], label=name)
    (low, high), (bottom, top) = limits(next(iter(curves.values()))), axes.get_ylim()
    axes.set_ylim(max(bottom, low), min(top, high))
    axes.legend()
    return figure

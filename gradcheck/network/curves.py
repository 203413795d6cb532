"""Cost curves in plain text: a table of some steps, and a small picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Costs = Sequence[float]
WIDTH, HEIGHT = 60, 10
ROWS = 10


def table(curves: Mapping[str, Costs]) -> Iterator[str]:
    """The costs at about ten steps, and where a curve ends: a column for each curve."""
    last = max(map(len, curves.values())) - 1
    ends = {len(costs) - 1 for costs in curves.values()}
    steps = sorted({round(i * last / ROWS) for i in range(ROWS + 1)} | ends)
    yield "  ".join([f"{'step':>6}", *(f"{name:>12}" for name in curves)])
    for step in steps:
        costs = [f"{costs[step]:>12.6g}" if step < len(costs) else " " * 12 for costs in curves.values()]
        yield "  ".join([f"{step:>6}", *costs]).rstrip()


def limits(first: Costs) -> tuple[float, float]:
    """Between which costs curves are shown: those of the first one, and as much again below and above."""
    span = max(first) - min(first) or abs(first[0]) or 1.0
    return min(first) - span, max(first) + span


def picture(curves: Mapping[str, Costs]) -> Iterator[str]:
    """The curves over the steps, by their marks; where they meet, the later ones hide the earlier ones.

    The first one says the scale: what goes further beyond it than it is high is drawn at the edge.
    """
    first, last = next(iter(curves.values())), max(map(len, curves.values())) - 1
    least, most = limits(first)
    clipped = {mark: [min(max(cost, least), most) for cost in costs] for mark, costs in curves.items()}
    low, high = (of(of(costs) for costs in clipped.values()) for of in (min, max))
    rows = [[" "] * WIDTH for _ in range(HEIGHT)]
    for mark, costs in clipped.items():
        for column in range(WIDTH):
            step = round(column * last / (WIDTH - 1))
            if step < len(costs):
                depth = round((high - costs[step]) / (high - low or 1.0) * (HEIGHT - 1))
                rows[depth][column] = mark
    labels = [f"{high:.4g}", *[""] * (HEIGHT - 2), f"{low:.4g}"]
    for label, row in zip(labels, rows, strict=True):
        yield f"{label:>10} |{''.join(row)}".rstrip()
    yield f"{'':>10} +{'-' * WIDTH}"
    yield f"{'':>12}0{last:>{WIDTH - 1}}"

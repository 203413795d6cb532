"""What is refused before anything is computed: each message names the value, its place and a cure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradcheck.graph.domains import BITS, ONE_HOT, POSITIVE, REAL, UNIT, Domain
from gradcheck.network.engine import Floats

_Mask = Callable[[Floats], Floats]
DOMAINS: Mapping[Domain, tuple[str, str, _Mask]] = {
    REAL: ("real numbers", "", np.isfinite),
    BITS: ("0 or 1", "write (Y + 1) / 2 for labels -1 and 1", lambda values: (values == 0) | (values == 1)),
    UNIT: ("between 0 and 1", "scale them", lambda values: (values > 0) & (values < 1)),
    POSITIVE: ("positive", "shift or scale them", lambda values: values > 0),
    ONE_HOT: (
        "one 1 in each column and 0 elsewhere",
        "write np.eye(classes)[:, numbers]",
        lambda values: ((values == 0) | (values == 1)) & (values.sum(axis=0) == 1),
    ),
}
"""What values of a domain are, what helps who has others, and which entries are as they should be."""


def floats(name: str, value: Any, rank: int = 2) -> Floats:
    """An array of finite numbers, in double precision. Raises TypeError or ValueError with the value and a cure."""
    if type(value) is not np.ndarray:
        raise TypeError(f"{name} is a {type(value).__name__}: convert it with np.asarray({name}, dtype=float)")
    if value.dtype not in (np.float32, np.float64):
        raise TypeError(f"{name} holds {value.dtype}: {_cure(name, value.dtype)}")
    if value.ndim != rank:
        cure = f": columns are examples, so write {name}.reshape(-1, 1) or {name}.reshape(1, -1)" if rank == 2 else ""
        raise ValueError(f"{name} has shape {value.shape}, and {rank} axes are needed{cure}")
    if not value.size:
        raise ValueError(f"{name} has shape {value.shape}, so there is no example in it: give at least one")
    refuse_entries(
        name, value, np.isfinite(value), "finite numbers are needed", "leave these examples out, or fill them in"
    )
    return value.astype(np.float64)


def _cure(name: str, dtype: np.dtype[Any]) -> str:
    match dtype.kind:
        case "f":
            return f"single and double precision are supported: write {name}.astype(float)"
        case "i" | "u" | "b":
            return f"write {name}.astype(float), for pixels {name} / 255"
        case "c":
            return f"real numbers are needed: write {name}.real or abs({name})"
    return f"write {name}.astype(float), if these are numbers"


def refuse_entries(name: str, value: Floats, is_right: Floats, needed: str, cure: str) -> None:
    """Raise ValueError that names the first entry that is not right, and how many there are."""
    wrong = np.argwhere(~is_right)
    if len(wrong):
        at = wrong[0].tolist()
        how_many = f" ({len(wrong)} of {value.size} entries)" if len(wrong) > 1 else ""
        raise ValueError(f"{name} holds {value[tuple(at)]} at {at}{how_many}: {needed}{cure and f'; {cure}'}")


def in_domain(name: str, value: Floats, domain: Domain, of: str) -> None:
    """Raise ValueError for entries outside the domain. of: what has this domain, for the message."""
    said, cure, holds = DOMAINS[domain]
    refuse_entries(name, value, holds(value), f"{of} are {said}", cure)


def positive(name: str, value: Any, such_as: float) -> float:
    """A positive number. Raises TypeError or ValueError."""
    if not isinstance(value, (int, float, np.floating)) or isinstance(value, bool):
        raise TypeError(f"{name}={value!r} is no number: give one above 0, such as {such_as}")
    if not 0 < value < math.inf:
        raise ValueError(f"{name}={value!r}: a number above 0 is needed, such as {such_as}")
    return float(value)


def whole(name: str, value: Any, least: int) -> int:
    """A whole number. Raises TypeError or ValueError."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        raise TypeError(f"{name}={value!r} is no whole number: give one of at least {least}")
    if value < least:
        raise ValueError(f"{name}={value!r}: a whole number of at least {least} is needed")
    return int(value)

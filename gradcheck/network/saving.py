"""Networks in files: archives of arrays of numbers and texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gradcheck.network.activations import KNOWN
from gradcheck.network.archives import arrays_in
from gradcheck.network.layers import Network, Parameters, checked, shapes

FORMAT = "gradcheck network 1"


def save(file: str | Path, network: Network, parameters: Parameters) -> None:
    """Write a network and its parameters to `file`, which is called as given: no .npz is added.

    Raises:
        TypeError, ValueError: an activation that is not in the function table, or parameters of another network.
    """
    for row in network.rows:
        if KNOWN.get(row.name) is not row:
            known = ", ".join(sorted(KNOWN))
            raise ValueError(f"{row.name} is not in the function table, and a file holds names only: there is {known}")
    arrays = {**checked(network, parameters), "widths": np.array(network.widths)}
    texts = {"format": FORMAT, "activations": [row.name for row in network.rows], "loss": network.loss}
    with open(file, "wb") as out:
        np.savez(out, **arrays, **{name: np.array(text) for name, text in texts.items()})  # type: ignore[arg-type]


def load(file: str | Path) -> tuple[Network, Parameters]:
    """The network and the parameters that `save` wrote.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no network.
    """
    found = arrays_in(file)
    if str(found.get("format")) != FORMAT:
        raise _no_network(file, f"it holds {', '.join(sorted(found)) or 'nothing'}")
    try:
        network = Network(tuple(found["widths"].tolist()), tuple(found["activations"].tolist()), str(found["loss"]))
        parameters = Parameters.of({name: found[name] for name in shapes(network)})
        checked(network, parameters)
    except (KeyError, TypeError, ValueError) as error:
        raise _no_network(file, str(error)) from None
    return network, parameters


def _no_network(file: str | Path, why: str) -> ValueError:
    return ValueError(f"{file} is not what gradcheck.network.save wrote: {why}")

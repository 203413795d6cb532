"""Arrays by name in NumPy's npz files. Nothing is unpickled, so reading one runs nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from gradcheck.network.engine import Floats


def arrays_in(file: str | Path) -> dict[str, Floats]:
    """The arrays of an archive.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no archive of arrays of numbers and texts.
    """
    try:
        with open(file, "rb") as opened, np.load(opened, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except (ValueError, EOFError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise ValueError(f"{file} is no archive of arrays: {error}; numpy.savez writes one") from None

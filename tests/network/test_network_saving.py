"""Networks in files."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.network import Network, forward, initial, load, save
from gradcheck.notation import function, leaky_relu

NETWORK = Network((3, 4, 2), ("leaky_relu(0.01)", "identity"), "squared_error")


def test_what_is_saved_is_loaded(tmp_path):
    file, start, X = tmp_path / "network", initial(NETWORK, seed=2), np.ones((3, 5))
    save(file, NETWORK, start)
    network, parameters = load(file)
    assert network == NETWORK
    assert np.array_equal(forward(network, parameters, X), forward(NETWORK, start, X))


def test_an_activation_given_as_a_row_of_the_table_is_saved_by_its_name(tmp_path):
    network = Network((3, 1), (leaky_relu(0.01),), "squared_error")
    save(tmp_path / "network", network, initial(network))
    assert load(tmp_path / "network")[0].activations == ("leaky_relu(0.01)",)


def test_softmax_is_saved_by_its_name(tmp_path):
    network = Network((3, 2), ("softmax",), "softmax_cross_entropy")
    save(tmp_path / "network", network, initial(network))
    assert load(tmp_path / "network")[0] == network


@pytest.mark.parametrize("row", [function("twice", lambda x: 2 * x), leaky_relu(0.3)])
def test_an_activation_that_has_no_name_in_the_table_cannot_be_saved(tmp_path, row):
    network = Network((3, 1), (row,), "squared_error")
    with pytest.raises(ValueError, match="is not in the function table, and a file holds names only: there is abs"):
        save(tmp_path / "network", network, initial(network))
    assert not (tmp_path / "network").exists()


def test_nothing_is_unpickled(tmp_path):
    file = tmp_path / "trap.npz"
    np.savez(file, format=np.array(["gradcheck network 1", None], dtype=object))
    with pytest.raises(ValueError, match=r"trap\.npz is no archive of arrays: Object arrays cannot be"):
        load(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive at all"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"file is no archive of arrays: .*; numpy\.savez writes one"):
        load(file)


def test_other_archives_and_damaged_ones_are_refused(tmp_path):
    file = tmp_path / "file"
    with open(file, "wb") as out:
        np.savez(out, weights=np.ones(3))
    with pytest.raises(ValueError, match=r"is not what gradcheck\.network\.save wrote: it holds weights"):
        load(file)
    save(file, NETWORK, initial(NETWORK))
    with np.load(file) as held:
        arrays = dict(held) | {"W1": np.ones((2, 2))}
    with open(file, "wb") as out:
        np.savez(out, **arrays)
    with pytest.raises(ValueError, match=r"W1 has shape \(2, 2\), and the network's is \(4, 3\)"):
        load(file)
    with open(file, "wb") as out:
        np.savez(out, **{name: array for name, array in arrays.items() if name != "b2"})
    with pytest.raises(ValueError, match="'b2"):
        load(file)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere")
    np.save(tmp_path / "array.npy", np.ones(3))
    with pytest.raises(ValueError, match=r"array\.npy is no archive"):
        load(tmp_path / "array.npy")

"""Curves in files."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest

from gradcheck.network import plots
from gradcheck.network.plots import CannotPlot, check, drawn, plot

CURVES = {"engine": [2.0, 1.0, 0.5], "as corrected": [2.0, 1.0, 0.5], "as printed": [2.0, 1e9]}


@pytest.mark.parametrize("name", ["curves", "curves.pdf", "curves.png.txt", ".png"])
def test_another_kind_of_file_is_refused(name):
    with pytest.raises(CannotPlot, match=rf"'{name}' is no picture: let its name end in \.png or \.svg"):
        check(name)


def test_without_matplotlib_its_cure_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(CannotPlot, match=r"drawn by matplotlib: pip install 'gradcheck\[plot\]'"):
        check("curves.png")


def test_a_png_is_a_picture_of_its_size(tmp_path):
    pytest.importorskip("matplotlib")
    plot(tmp_path / "curves.png", "J", CURVES)
    head = (tmp_path / "curves.png").read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(head[i : i + 4], "big") for i in (16, 20)] == [plots.DOTS * side for side in plots.INCHES]


def test_a_folder_that_is_not_there_is_said_before_the_work(tmp_path):
    with pytest.raises(CannotPlot, match=r"there is no folder '.*nowhere' for curves\.png: make it first"):
        check(tmp_path / "nowhere" / "curves.png")


def test_an_svg_is_well_formed_and_repeatable(tmp_path):
    pytest.importorskip("matplotlib")
    for name in ("one.svg", "two.svg"):
        plot(tmp_path / name, "J < 1 & more", CURVES)
    assert ET.parse(tmp_path / "one.svg").getroot().tag.endswith("}svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_it_has_a_line_for_each_curve_and_is_not_flattened_by_one_that_leaves_the_firsts_scale():
    pytest.importorskip("matplotlib")
    (axes,) = drawn("J", CURVES).axes
    assert {line.get_label(): list(line.get_ydata()) for line in axes.lines} == CURVES
    assert len({line.get_linestyle() for line in axes.lines}) == 3
    assert axes.get_ylim()[1] == 2.0 + 1.5

"""Curves in plain text."""

from __future__ import annotations

from gradcheck.network.curves import HEIGHT, WIDTH, picture, table


def test_the_table_has_ten_steps_and_where_a_curve_ends():
    lines = list(table({"engine": [1 / (1 + i) for i in range(101)], "as printed": [1.0, 2.0, 4.0]}))
    assert lines[0].split() == ["step", "engine", "as", "printed"]
    assert lines[1].split() == ["0", "1", "1"]
    assert lines[2].split() == ["2", "0.333333", "4"]
    assert lines[3].split() == ["10", "0.0909091"]
    assert [line.split()[0] for line in lines[1:]] == ["0", "2", *(str(10 * i) for i in range(1, 11))]


def test_a_falling_curve_goes_from_the_upper_left_to_the_lower_right():
    lines = list(picture({"o": [10.0 - i for i in range(11)]}))
    assert len(lines) == HEIGHT + 2
    assert lines[0].startswith("        10 |o")
    assert lines[HEIGHT - 1].startswith("         0 |")
    assert lines[HEIGHT - 1].endswith("o")
    assert len(lines[HEIGHT - 1]) == WIDTH + 12
    assert lines[-1].split() == ["0", "10"]


def test_what_goes_far_beyond_the_first_curve_stays_at_the_edge():
    lines = list(picture({"o": [2.0, 1.0], "x": [2.0, 1e9]}))
    assert lines[0].startswith("         3 |")
    assert "x" in lines[0]


def test_a_curve_that_ends_early_ends_early():
    lines = list(picture({"o": [1.0] * 11, "x": [1.0, 1.0]}))
    assert "\n".join(lines).count("x") <= 2 * WIDTH // 10


def test_a_curve_of_one_height_is_drawn():
    assert any("ooo" in line for line in picture({"o": [0.0, 0.0, 0.0]}))


def test_it_is_plain_text():
    assert "\n".join(picture({"o": [2.0, 1.0], "x": [2.0, 3.0]})).isascii()

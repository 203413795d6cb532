"""Memory is given away when nothing reads it any more, and not before."""

from __future__ import annotations

import pytest

from gradcheck.programs.buffers import Memory, allocate, owners
from gradcheck.programs.steps import Step


def step(name, reads, shape=(2, 2), call="f(", is_view=False, is_by_entry=False):
    return Step(name, shape, tuple(reads), "", call, is_view, is_by_entry)


def clash(steps, memory: Memory):
    """The first step that writes where something stands that is read later, or now and not entry by entry."""
    owner, shapes, standing = owners(steps), {made.name: made.shape for made in steps}, {}
    for k, made in enumerate(steps):
        place = memory.places.get(made.name)
        other = standing.get(place)
        if other is not None:
            later = {owner.get(read, read) for then in steps[k + 1 :] for read in then.reads}
            now = {owner.get(read, read) for read in made.reads}
            in_place = made.is_by_entry and other in made.reads and shapes[other] == made.shape
            if other in later or (other in now and not in_place):
                return made.name, other
        if place is not None:
            standing[place] = made.name
    return None


CHAIN = [step("a", ["x"]), step("b", ["a"], is_by_entry=True), step("c", ["b"], is_by_entry=True)]
PRODUCTS = [step("a", ["x"]), step("b", ["a"]), step("c", ["b"])]
VIEW = [
    step("a", ["x"]),
    step("t", ["a"], call="", is_view=True),
    step("b", ["x"]),
    step("c", ["b", "t"]),
    step("d", ["c"], is_by_entry=True),
]
LATER = [step("a", ["x"]), step("b", ["a"], is_by_entry=True), step("c", ["a", "b"], is_by_entry=True)]
SHAPES = [step("a", ["x"], (4, 4)), step("b", ["a"], (2, 2), is_by_entry=True), step("c", ["b"], (4, 4))]


@pytest.mark.parametrize("steps", [CHAIN, PRODUCTS, VIEW, LATER, SHAPES])
def test_nothing_is_overwritten_that_is_read(steps):
    assert clash(steps, allocate(steps, [])) is None


def test_steps_entry_by_entry_take_the_place_of_their_operand():
    assert allocate(CHAIN, []).sizes == [4]


def test_products_go_to_and_fro():
    assert allocate(PRODUCTS, []).places == {"a": 0, "b": 1, "c": 0}


def test_a_view_keeps_what_it_shows():
    places = allocate(VIEW, []).places
    assert "t" not in places
    assert places["a"] not in (places["b"], places["c"])
    assert places["d"] == places["c"]


def test_what_is_read_later_stays():
    places = allocate(LATER, []).places
    assert places["a"] != places["b"]


def test_what_is_made_afresh_has_no_place():
    assert set(allocate(CHAIN, ["c"]).places) == {"a", "b"}


def test_a_clash_is_seen():
    assert clash(LATER, Memory({"a": 0, "b": 0, "c": 1}, [4, 4])) == ("b", "a")
    assert clash(PRODUCTS, Memory({"a": 0, "b": 0, "c": 1}, [4, 4])) == ("b", "a")

"""What arrays are called that an author holds in variables, lists, objects and in the module."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from gradcheck import claim, derivation, dims, real
from gradcheck.graph import Array

n = dims("n")
x = real("x", n)
outside, unused = x * 2, x * 3
kept = {"out": x * 4}


@dataclass
class Layer:
    """Somebody's layer."""

    w: Array
    next: Layer | None = None

    @property
    def raising(self) -> Array:
        raise RuntimeError("properties are not asked")


def names(write):
    """The names of the arrays in the steps of a claim, as its derivation is left."""
    (made,) = derivation()(write).claims()
    return [made.names.get(id(step.forms[0]), "") for step in made.steps]


def test_arrays_of_a_namespace_are_called_by_their_own_names():
    def write():
        s = SimpleNamespace(w=x * 2, z=[x * 3], d={"out": x * 4})
        s.r = s.w * 5
        yield claim(x, s.w, s.r, s.z[0], s.d["out"])

    assert names(write) == ["w", "r", "z[0]", "d[out]"]


def test_a_name_that_something_else_has_is_not_taken_for_an_attribute():
    def a_local():
        w, s, t = x * 2, SimpleNamespace(w=x * 3), SimpleNamespace(v=x * 4)
        v = 3  # no array, and yet the author's v
        yield claim(x, w, s.w, t.v * 1, t.v, v * x)

    def two_objects():
        s, t = Layer(x * 2), Layer(x * 3)
        yield claim(x, s.w, t.w)

    def of_the_module():
        s = SimpleNamespace(outside=x * 3)
        yield claim(x, outside, s.outside)

    assert names(a_local) == ["w", "s.w", "", "t.v", ""]
    assert names(two_objects) == ["s.w", "t.w"]
    assert names(of_the_module) == ["outside", "s.outside"]


def test_one_array_in_two_places_has_one_name():
    def write():
        s = Layer(x * 2)
        t, v = Layer(s.w), s.w
        yield claim(x, s.w, t.w, v)

    assert names(write) == ["v", "v", "v"]


def test_objects_in_objects_and_in_lists():
    def write():
        net = Layer(x * 2, Layer(x * 3))
        layers = [Layer(x * 4)]
        yield claim(x, net.w, net.next.w, layers[0].w)

    assert names(write) == ["w", "next.w", "layers[0].w"]


def test_objects_that_hold_themselves_are_looked_into_once():
    def write():
        s, held = Layer(x * 2), [x * 3]
        s.next = s
        held.append(held)
        yield claim(x, s.w, held[0])

    assert names(write) == ["w", "held[0]"]


def test_arrays_of_the_module_are_named_that_the_derivation_uses():
    def write():
        def helper():
            return kept["out"]

        yield claim(x, outside, helper())

    (made,) = derivation()(write).claims()
    assert [made.names[id(array)] for array in (x, outside, kept["out"])] == ["x", "outside", "kept[out]"]
    assert id(unused) not in made.names


def test_what_is_left_of_a_loop_comes_behind_names_of_the_module():
    def write():
        for left in (outside,):
            assert left is outside
        yield claim(x, outside)

    assert names(write) == ["outside"]


def test_functions_modules_and_classes_are_not_looked_into():
    def write():
        def helper():
            return x

        helper.w = x * 2
        held = (helper, Layer, derivation)
        yield claim(x, helper.w, held[0].w)

    assert names(write) == ["", ""]

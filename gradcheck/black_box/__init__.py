"""Gradients of anybody's functions, of which only values are known: `check_gradient(f, grad, *args)`."""

from gradcheck.black_box.check import ArgumentFinding as ArgumentFinding
from gradcheck.black_box.check import GradientReport as GradientReport
from gradcheck.black_box.check import check_gradient as check_gradient

"""Gradients of anybody's functions, of which only values are known: `check_gradient(f, grad, *args)`."""

from gradcheck.black_box.check import check_gradient as check_gradient
from gradcheck.black_box.report import ArgumentFinding as ArgumentFinding
from gradcheck.black_box.report import GradientReport as GradientReport

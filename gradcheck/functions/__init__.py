"""THE table of element-wise functions: a row is all that gradcheck knows of a function."""

from gradcheck.functions.abstract import abstract as abstract
from gradcheck.functions.row import Function as Function
from gradcheck.functions.row import step as step
from gradcheck.functions.row import upright as upright
from gradcheck.functions.table import TABLE as TABLE
from gradcheck.functions.table import leaky_relu as leaky_relu
from gradcheck.functions.table import squared_error as squared_error

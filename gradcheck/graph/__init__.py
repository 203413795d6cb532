"""Symbolic arrays: an immutable expression graph that speaks NumPy's own protocols.

A kind of node is one class in one file of this folder. Every file is read here: a kind in a file of its own is known
without being listed anywhere.
"""

import importlib
import pkgutil

from gradcheck.graph.blocks import Index as Index
from gradcheck.graph.blocks import block as block
from gradcheck.graph.blocks import index as index
from gradcheck.graph.broadcasts import Broadcast as Broadcast
from gradcheck.graph.broadcasts import broadcast_to as broadcast_to
from gradcheck.graph.broadcasts import ones as ones
from gradcheck.graph.concatenation import Concatenate as Concatenate
from gradcheck.graph.concatenation import concatenate as concatenate
from gradcheck.graph.derivatives import Derivative as Derivative
from gradcheck.graph.derivatives import ShapeOf as ShapeOf
from gradcheck.graph.derivatives import derivative as derivative
from gradcheck.graph.derivatives import derivatives_in as derivatives_in
from gradcheck.graph.derivatives import differentiated as differentiated
from gradcheck.graph.elementwise import Apply as Apply
from gradcheck.graph.elementwise import applications as applications
from gradcheck.graph.elementwise import apply as apply
from gradcheck.graph.elementwise import body_of as body_of
from gradcheck.graph.elementwise import misfit_of as misfit_of
from gradcheck.graph.elementwise import strict_misfit as strict_misfit
from gradcheck.graph.identities import Identity as Identity
from gradcheck.graph.identities import identity as identity
from gradcheck.graph.inputs import Input as Input
from gradcheck.graph.inputs import inputs_of as inputs_of
from gradcheck.graph.inputs import make_input as make_input
from gradcheck.graph.literals import Literal as Literal
from gradcheck.graph.literals import as_array as as_array
from gradcheck.graph.literals import one_number as one_number
from gradcheck.graph.literals import rounded_constant as rounded_constant
from gradcheck.graph.misfits import Misfit as Misfit
from gradcheck.graph.misfits import conforming as conforming
from gradcheck.graph.moving import Moving as Moving
from gradcheck.graph.names import UnknownFunction as UnknownFunction
from gradcheck.graph.node import KINDS as KINDS
from gradcheck.graph.node import Array as Array
from gradcheck.graph.node import Number as Number
from gradcheck.graph.node import Written as Written
from gradcheck.graph.products import Einsum as Einsum
from gradcheck.graph.products import contract as contract
from gradcheck.graph.products import diagonal as diagonal
from gradcheck.graph.products import einsum as einsum
from gradcheck.graph.products import matmul as matmul
from gradcheck.graph.products import transpose as transpose
from gradcheck.graph.reshapes import Reshape as Reshape
from gradcheck.graph.reshapes import reshape as reshape
from gradcheck.graph.reshapes import reshaped as reshaped
from gradcheck.graph.sizes import Shape as Shape
from gradcheck.graph.sizes import ShapeError as ShapeError
from gradcheck.graph.sizes import Size as Size
from gradcheck.graph.sizes import SizeError as SizeError
from gradcheck.graph.sizes import SizeSymbol as SizeSymbol
from gradcheck.graph.sizes import as_size as as_size
from gradcheck.graph.sizes import dims as dims
from gradcheck.graph.sizes import is_one_number as is_one_number
from gradcheck.graph.sizes import show_shape as show_shape
from gradcheck.graph.sizes import unify as unify
from gradcheck.graph.walks import affected as affected
from gradcheck.graph.walks import depends_on as depends_on
from gradcheck.graph.walks import each_written as each_written
from gradcheck.graph.walks import replace as replace
from gradcheck.graph.walks import size_symbols as size_symbols
from gradcheck.graph.walks import walk as walk

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)

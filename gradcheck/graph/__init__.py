"""Symbolic arrays: an immutable expression graph that speaks NumPy's own protocols.

A kind of node is one class in one file of this folder. Every file is read here: a kind in a file of its own is known
without being listed anywhere.
"""

import importlib
import pkgutil

from gradcheck.graph.blocks import Index, block, index
from gradcheck.graph.broadcasts import Broadcast, broadcast_to, ones, zeros
from gradcheck.graph.concatenation import Concatenate, concatenate
from gradcheck.graph.counting import Counted, arange
from gradcheck.graph.derivatives import Derivative, ShapeOf, derivative, derivatives_in, differentiated, has_derivatives
from gradcheck.graph.determinants import Determinant, determinant
from gradcheck.graph.elementwise import Apply, applications, apply, body_of, misfit_of, strict_misfit
from gradcheck.graph.families import Moving
from gradcheck.graph.identities import Identity, identity
from gradcheck.graph.inputs import Input, inputs_of, make_input, varying
from gradcheck.graph.inverses import Inverse, inverse, solve
from gradcheck.graph.largest import Largest
from gradcheck.graph.literals import Literal, as_array, one_number, rounded_constant
from gradcheck.graph.log_determinants import LogDeterminant, slogdet
from gradcheck.graph.logsumexp import LogSumExp, log_softmax, logsumexp, softmax
from gradcheck.graph.misfits import Misfit, conforming
from gradcheck.graph.multiplied import Multiplied
from gradcheck.graph.names import UnknownFunction
from gradcheck.graph.node import KINDS, Array, Number, Written
from gradcheck.graph.positional import Positional
from gradcheck.graph.products import Einsum, contract, diagonal, einsum, matmul, transpose
from gradcheck.graph.refusals import Unsupported
from gradcheck.graph.reshapes import Reshape, reshape, reshaped
from gradcheck.graph.selections import Selected, Which
from gradcheck.graph.sizes import (
    Shape,
    ShapeError,
    Size,
    SizeError,
    SizeSymbol,
    as_size,
    dims,
    is_one_number,
    show_shape,
    unify,
)
from gradcheck.graph.walks import affected, depends_on, each_written, replace, size_symbols, walk

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)

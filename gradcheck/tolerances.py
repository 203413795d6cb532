"""The tolerances that decide verdicts, each with its reason. All are relative: there is no absolute tolerance anywhere.

What only decides how much is looked at, how large a formula may be or what is shown stands where it is used; what the
steps of a measurement are, in `numerics.richardson`; and what depends on the precision of numbers beside that.
"""

# ---- numbers of derivations ----------------------------------------------------------------------------------------

SHARP = 1e-9
"""Relative tolerance between two floating-point evaluations, beside their rounding errors."""
BLUNT = 1e-6
"""Relative tolerance of differences, beside their error bars."""
ROUNDING_BARS = 8.0
"""How many bounds on rounding two right values may be apart: the bounds are of first order."""
DIFFERENCE_BARS = 10.0
"""How many error bars two right readings may be apart."""
FINER = (2.0**-20, 2.0**-40)
"""Units of the steps with which differences, and increments, are taken again before reverse mode is contradicted."""
SEES = 1e-2
"""A reading counts if its error bars are below this fraction of the value."""
SEEN_BY_NUMBERS = 1e-6
"""Relative differences above this are seen by all oracles; below it, exact algebra alone may see them."""
KERNEL_ULPS = 4.0
"""What a kernel of the function table may be off by, in units in the last place."""
LARGE_ERROR = 1e-3
"""Relative errors above this are too large for the slope at the value itself."""
TERMS_OFF = 100.0
"""How many units in the last place of its terms a derivative by increments may be off; 4 were measured.

And a claimed gradient, of the largest entry of all.
"""
FROM_KINKS = 1e-3
"""Points are moved until every kink is this far away, relative to the size of its argument."""
SLACK = 1e-4
"""How far a convention may lie outside of the slopes, relative to them: they are not those at the kink itself."""

# ---- exact algebra -------------------------------------------------------------------------------------------------

BY_ROUNDING = 1e-14
"""Relative differences below this can come from constants that are rounded."""
LIMIT = 1e-9
"""Unequal sides look equal with at most this probability, or nothing is said."""
SAME_FORMULA = 1e-9
"""How far the traced formula's value may lie from the code's, relatively: it rounds otherwise, no more."""

# ---- black boxes ---------------------------------------------------------------------------------------------------

SAFETY = 10.0
"""By how many of the ladder's error bars a claim has to miss before it is called wrong."""
RESOLUTION = 1e-2
"""A verdict that could not have seen an error of this fraction of the scale is none."""
SUSPECT = 2.0
"""A change of slope of so many of its error bars may be one; the slope's error bar grows to cover it.

It takes ten of them (SAFETY) to be called a kink; between, the slope is known no better than its two sides are.
"""
DOUBTS = 2.0
"""By how many error bars the ladder has to miss a claim for the complex step to refute it.

The complex step alone may be wrong without a sign of it, so what lies within the ladder's own error is never refuted.
"""
GATE = 0.5
"""The error bars that the complex step has to lie in must be smaller than this fraction of the scale.

Wider ones would admit 0, which is what code that drops imaginary parts gives.
"""
SIDE = 1e-6
"""At a kink, the complex step counts if it is one of the one-sided slopes, up to this fraction: as RTOL is."""
MOVED = 8.0
"""By how many eps of the array's size a point may be another one to f, which rounds what it is given.

A sum or a product of a few arguments rounds them by some eps together.
"""
FLAT = 32.0
"""How many eps of the largest number around may change per unit of a direction along which nothing is seen to.

The coarsest step is 1/8 of the unit, ahead and behind: a change of half an ulp each is 4 eps per unit, and f may be
made of a few numbers that are as large.
"""
WORSE = 3.0
"""How many times as far off as its values a gradient in single precision may be.

It takes more roundings than f, each of the same size.
"""
STAIRCASE_ULPS = 64.0
"""Rises of a staircase are more ulps of F than this; fewer are rounding, which a sum of some dozens of terms has."""
SMOOTH = 1e-10
"""Slopes on coarse and fine steps that are apart by less than this, relatively, have no stairs in between.

Smooth functions on the scale of their arguments keep it; for others it only costs a search.
"""
HIDES = 0.25
"""What part of a rise is noise of f: values are off by half a rise, a slope by the rise over the distance of its ends.

The ladder reckons with twice the noise over the step, which is half of that distance.
"""
LEVEL = 0.25
"""What changes next to a rise by more than this fraction of it is noise, or steep, but no staircase."""
STEADY = 2.0
"""Slopes over two steps of a staircase may differ by this factor: over one rise more or less, where there are few."""
MARGIN = 0.1
"""By which fraction of their range the slopes of a rough function may lie outside of what was seen.

Steps that are 4 apart do not meet the steepest secant itself.
"""
VALUE_ULPS = 64
"""Two values of one function may be so many ulps apart: sums over copies that are aligned differently round so."""
SCATTER = 2.0**-8
"""Noise of this part of what f does over all steps may be f itself, oscillating between them.

Smooth functions have far less of it, but for rounding, unless the slope is lost in it anyway.
"""

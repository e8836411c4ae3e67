"""From features to a probability: a conditional logit over a column's candidates.

A column refers to exactly one of its candidates or to none of them. With scores
``s_i = sum of coefficient x feature``, the probability of candidate ``i`` is
``exp(s_i) / (1 + sum over j of exp(s_j))``, "none" having score 0 (D. McFadden, "Conditional
logit analysis of qualitative choice behavior", 1974). Rivals thus take probability from each
other. ``fitted.py`` holds the coefficients, fitted to schemas with declared keys, and the
monotone map from raw to calibrated probability. What such schemas cannot teach, because they
rarely have it, is set by hand here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import exp

from stageline.schema.relationships.fitted import COEFFICIENTS, KNOTS
from stageline.schema.relationships.rating import Features

# Log-odds, set by hand: 2.3 makes ten times as likely.
SET_BY_HAND = {
    "joined": 3.5,  # code sets the two columns equal
    "joined_elsewhere": -0.7,  # ... this column and another key
    "included": 1.6,  # ten or more distinct values, all of them in the key
    "refuted": -5.0,  # a value that the complete key lacks
    "commented": 3.0,  # the column's comment names the table
    "habit": 3.0,  # columns of this name are declared to mean this table
    "habit_elsewhere": -3.0,  # ... another table
    "attribute": -3.0,  # an unmarked column named like a measure (version, position, status)
    "loose": -1.0,  # an unmarked column that names the table only in part
    "login": 5.5,  # a person's role or a login, of the very type of a unique login
    "same_code": 2.2,  # a code's own name and exact type; fixed length counts in full
    "thorough": -2.0,  # the schema declares its keys, but not this one
}
WEIGHTS = {**COEFFICIENTS, **SET_BY_HAND}
BIAS = COEFFICIENTS["bias"]


def score(features: Features) -> float:
    """The log-odds of a candidate against none."""
    return BIAS + sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())


def share_out(rivals: Sequence[Features]) -> list[float]:
    """The raw probability of each candidate of one column; they add up to less than 1."""
    scores = [score(features) for features in rivals]
    top = max([0.0, *scores])
    powers = [exp(value - top) for value in scores]
    total = exp(-top) + sum(powers)
    return [power / total for power in powers]


def calibrate(raw: float) -> float:
    """The rate at which proposals of this raw probability were right, between measured points
    on a straight line; rounded to three digits."""
    places = [knot[0] for knot in KNOTS]
    at = min(max(bisect_right(places, raw), 1), len(KNOTS) - 1)
    (x0, y0), (x1, y1) = KNOTS[at - 1], KNOTS[at]
    return round(y0 + (y1 - y0) * (raw - x0) / (x1 - x0), 3)

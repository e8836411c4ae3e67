"""Fitted by ``python benchmarks/implicit_keys.py --fit``; do not edit by hand.

``COEFFICIENTS`` are log-odds for a feature of 1; ``KNOTS`` map raw probability to the
rate observed in schema families that were held out. See ``confidence.py``.
"""

COEFFICIENTS: dict[str, float] = {
    "bias": -0.3,
    "behind": -2.656,
    "both_copies": -0.279,
    "copy": -0.995,
    "in_key": -0.443,
    "is_identity": -0.286,
    "is_indexed": 1.357,
    "is_key": -0.881,
    "is_own_key": -1.7,
    "is_unique": -0.823,
    "key_assumed": -1.072,
    "key_part": 0.564,
    "key_primary": 0.171,
    "key_unique": 0.334,
    "key_unsaid": 0.463,
    "lead": 1.283,
    "link": -1.953,
    "named_by_table": 0.358,
    "other_schema": -0.167,
    "popular": 0.108,
    "same_module": 0.437,
    "self": 0.125,
    "short_tail": -2.366,
    "strength": -0.052,
    "strong": 0.584,
    "text": -0.609,
    "tied": -0.879,
    "type_alike": -1.697,
    "type_same": 1.33,
    "type_unknown": 0.363,
    "unmarked": -1.065,
    "unmarked_text": -1.662,
    "unsaid_where_said": -2.522,
    "weak": -0.257,
}

KNOTS: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    (0.029, 0.19),
    (0.114, 0.243),
    (0.254, 0.337),
    (0.374, 0.36),
    (0.427, 0.516),
    (0.475, 0.662),
    (0.579, 0.812),
    (0.682, 0.898),
    (0.761, 0.973),
    (0.9, 0.991),
    (0.979, 0.997),
    (1.0, 0.99),
)

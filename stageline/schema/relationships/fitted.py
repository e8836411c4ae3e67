"""Fitted by ``python benchmarks/implicit_keys.py --fit``; do not edit by hand.

``COEFFICIENTS`` are log-odds for a feature of 1; ``KNOTS`` map raw probability to the rate
observed in schema families that were held out. See ``confidence.py``.
"""

COEFFICIENTS: dict[str, float] = {
    "bias": -0.818,
    "behind": -3.3,
    "both_copies": -0.172,
    "copy": -0.937,
    "in_key": -0.095,
    "is_identity": -0.045,
    "is_indexed": 1.264,
    "is_key": -0.628,
    "is_own_key": -1.635,
    "is_unique": -0.686,
    "key_assumed": -0.941,
    "key_part": 0.552,
    "key_primary": 0.087,
    "key_unique": 0.294,
    "key_unsaid": -1.416,
    "lead": 1.276,
    "link": -1.485,
    "named_by_table": 0.281,
    "other_schema": -0.28,
    "popular": 0.275,
    "role_self": 0.515,
    "same_module": 0.753,
    "self": 0.302,
    "strength": -0.045,
    "strong": 1.307,
    "text": -0.362,
    "tied": -0.728,
    "type_alike": -1.74,
    "type_same": 1.213,
    "type_unknown": 0.519,
    "unmarked": -1.035,
    "unmarked_text": -1.758,
}

KNOTS: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    (0.043, 0.153),
    (0.194, 0.457),
    (0.275, 0.48),
    (0.372, 0.643),
    (0.53, 0.723),
    (0.625, 0.78),
    (0.734, 0.934),
    (0.87, 0.99),
    (0.974, 0.996),
    (1.0, 0.99),
)

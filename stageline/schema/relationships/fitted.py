"""Fitted by ``python benchmarks/implicit_keys.py --fit``; do not edit by hand.

``COEFFICIENTS`` are log-odds for a feature of 1; ``KNOTS`` map raw probability to the
rate observed in schema families that were held out. See ``confidence.py``.
"""

COEFFICIENTS: dict[str, float] = {
    "bias": -0.863,
    "behind": -3.174,
    "both_copies": -0.402,
    "copy": -0.978,
    "in_key": -0.301,
    "is_identity": -0.042,
    "is_indexed": 1.369,
    "is_key": -0.665,
    "is_own_key": -1.632,
    "is_unique": -0.689,
    "key_assumed": -0.962,
    "key_part": 0.594,
    "key_primary": 0.092,
    "key_unique": 0.268,
    "key_unsaid": 0.526,
    "lead": 1.142,
    "link": -1.347,
    "named_by_table": 0.277,
    "other_schema": -0.319,
    "popular": 0.182,
    "same_module": 0.656,
    "self": 0.272,
    "short_tail": -2.47,
    "strength": 0.419,
    "strong": 0.939,
    "text": -0.568,
    "tied": -0.752,
    "type_alike": -1.562,
    "type_same": 1.341,
    "type_unknown": 0.212,
    "unmarked": -0.989,
    "unmarked_text": -1.648,
    "unsaid_where_said": -2.602,
    "weak": 0.013,
}

KNOTS: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    (0.06, 0.258),
    (0.154, 0.369),
    (0.225, 0.454),
    (0.331, 0.506),
    (0.444, 0.664),
    (0.524, 0.676),
    (0.623, 0.856),
    (0.749, 0.956),
    (0.879, 0.99),
    (0.975, 0.998),
    (1.0, 0.99),
)

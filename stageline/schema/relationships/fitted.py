"""Fitted by ``python benchmarks/implicit_keys.py --fit``; do not edit by hand.

``COEFFICIENTS`` are log-odds for a feature of 1; ``KNOTS`` map raw probability to the
rate observed in schema families that were held out. See ``confidence.py``.
"""

COEFFICIENTS: dict[str, float] = {
    "bias": -0.665,
    "behind": -3.24,
    "both_copies": -0.383,
    "copy": -0.97,
    "in_key": -0.417,
    "is_identity": -0.092,
    "is_indexed": 1.269,
    "is_key": -0.806,
    "is_own_key": -1.619,
    "is_unique": -0.698,
    "key_assumed": -1.064,
    "key_part": 0.541,
    "key_primary": 0.199,
    "key_unique": 0.318,
    "key_unsaid": 0.474,
    "lead": 1.361,
    "link": -1.301,
    "named_by_table": 0.28,
    "other_schema": -0.389,
    "popular": 0.352,
    "same_module": 0.595,
    "self": 0.266,
    "short_tail": -2.606,
    "strength": 0.138,
    "strong": 0.682,
    "text": -0.534,
    "tied": -0.71,
    "type_alike": -1.692,
    "type_same": 1.367,
    "type_unknown": 0.319,
    "unmarked": -1.062,
    "unmarked_text": -1.706,
    "unsaid_where_said": -2.615,
    "weak": 0.008,
}

KNOTS: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    (0.087, 0.263),
    (0.21, 0.43),
    (0.306, 0.492),
    (0.374, 0.494),
    (0.449, 0.622),
    (0.554, 0.718),
    (0.653, 0.935),
    (0.732, 0.937),
    (0.775, 0.963),
    (0.892, 0.988),
    (0.981, 0.998),
    (1.0, 0.99),
)

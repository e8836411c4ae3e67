"""Fitted by ``python benchmarks/implicit_keys.py --fit``; do not edit by hand.

``COEFFICIENTS`` are log-odds for a feature of 1; ``KNOTS`` map raw probability to the
rate observed in schema families that were held out. See ``confidence.py``.
"""

COEFFICIENTS: dict[str, float] = {
    "bias": -0.36,
    "behind": -2.589,
    "both_copies": -0.35,
    "copy": -0.979,
    "in_key": -0.437,
    "is_identity": -0.285,
    "is_indexed": 1.359,
    "is_key": -0.868,
    "is_own_key": -1.697,
    "is_unique": -0.824,
    "key_assumed": -1.072,
    "key_part": 0.564,
    "key_primary": 0.17,
    "key_unique": 0.335,
    "key_unsaid": 0.501,
    "lead": 1.385,
    "link": -1.836,
    "named_by_table": 0.403,
    "other_schema": -0.165,
    "popular": 0.147,
    "same_module": 0.429,
    "self": 0.147,
    "short_tail": -2.418,
    "strength": -0.079,
    "strong": 0.552,
    "text": -0.6,
    "tied": -0.818,
    "type_alike": -1.695,
    "type_same": 1.327,
    "type_unknown": 0.364,
    "unmarked": -1.046,
    "unmarked_text": -1.67,
    "unsaid_where_said": -2.526,
    "weak": -0.273,
}

KNOTS: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    (0.034, 0.233),
    (0.115, 0.284),
    (0.294, 0.402),
    (0.427, 0.59),
    (0.478, 0.686),
    (0.523, 0.709),
    (0.6, 0.742),
    (0.682, 0.93),
    (0.745, 0.951),
    (0.825, 0.971),
    (0.9, 0.988),
    (0.981, 0.998),
    (1.0, 0.99),
)

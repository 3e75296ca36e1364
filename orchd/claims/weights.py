"""What the signs weigh: fitted and written by `python -m tests.eval.fit` (tests/eval/README.md)."""

PRESENCE: dict[str, float] = {
    "known": 1.21,
    "runs": 2.82,
    "covered": 3.37,
    "absent": -1.67,
    "personal": -1.35,
}
PRESENCE_BIAS = -2.88

CONFLICT: dict[str, float] = {
    "number": -4.08,
    "date": -4.94,
    "name": -2.11,
    "stranger": -4.49,
    "denied": -3.92,
    "replaced": -3.49,
    "joined": -1.98,
    "swapped": -3.87,
    "strength": -3.64,
    "excluded": -4.0,
    "moved": -2.22,
    "frame": -4.74,
    "symbol": -5.0,
}
CONFLICT_BIAS = 3.0

SUPPORTED = 0.88
"""The least support of `supported`: by it, 85% are right in families of public sets left out of the fit."""
NOT_FOUND = 0.2
"""The most support of `not_found`: by it, 95% are not supported in such families."""
CONTRADICTED = 0.5
"""The most that is left by signs of contradiction, for `contradicted`; set by hand."""

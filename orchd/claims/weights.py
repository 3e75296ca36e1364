"""What the signs weigh: fitted and written by `python -m tests.eval.fit` (tests/eval/README.md)."""

PRESENCE: dict[str, float] = {
    "known": 1.2,
    "runs": 2.85,
    "covered": 3.3,
    "absent": -1.73,
    "personal": -1.29,
}
PRESENCE_BIAS = -2.84

CONFLICT: dict[str, float] = {
    "number": -4.08,
    "date": -4.95,
    "name": -2.05,
    "stranger": -4.47,
    "denied": -3.92,
    "replaced": -3.5,
    "joined": -4.43,
    "swapped": -3.88,
    "strength": -3.64,
    "excluded": -4.0,
    "moved": -2.11,
    "frame": -4.78,
    "symbol": -5.0,
}
CONFLICT_BIAS = 3.0

SUPPORTED = 0.88
"""The least support of `supported`: by it, 85% are right in families of public sets left out of the fit."""
NOT_FOUND = 0.2
"""The most support of `not_found`: by it, 95% are not supported in such families."""
CONTRADICTED = 0.5
"""The most that is left by signs of contradiction, for `contradicted`; set by hand."""

"""Fit the weights of `orchd.claims.signs.scoring`: `python -m tests.eval.fit` prints them; a person puts them there.

Logistic regression by gradient descent, drawn (ridge) towards weights set by hand, since a few hundred claims don't
tell 15 weights for certain; each sign may only count for the side it was made for. It reads the part of the labelled
set that is for tuning, and the examples of `tests/claims`; never the part kept unseen. It leaves out one sixth of the
sources at a time, and prints how well the rest predicts them.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchd.claims.ledger import options, statements
from orchd.claims.reading.library import Library
from orchd.claims.signs.scoring import Signs
from orchd.claims.texts.talk import claiming
from orchd.claims.types import Source
from orchd.claims.words.language import language_of

HERE = Path(__file__).parent
FILES = (HERE / "dev.jsonl", HERE.parent / "claims" / "examples.jsonl", HERE.parent / "claims" / "fresh.jsonl")

PRIOR = Signs(
    covered=4.0,
    told=1.5,
    copied=0.0,
    number=-4.0,
    date=-4.0,
    name=-3.0,
    denied_close=-3.0,
    replaced_close=-1.0,
    replaced_copied=-4.0,
    elsewhere=-2.0,
    joined=-2.0,
    swapped=-3.0,
    strength=-1.5,
    excluded=-2.0,
    moved=-0.5,
    frame=-4.0,
    symbol=-4.5,
)
RIDGE = 2.0
PARTS = 6
ROUNDS, STEPS = 12, 150
"""How often the deciding sentences are asked anew, and steps in between: each as long as the curvature lets it be.
Longer ones leap to and fro over the best weights, and the threshold with them.
"""

Vector = NDArray[np.float64]


class Example(NamedTuple):
    """A labelled claim: for each of its statements the signs of each sentence that may decide."""

    source: str
    kind: str
    supported: bool
    statements: list[Vector]


def read() -> list[Example]:
    """Return all examples that may be tuned on."""
    rows = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
    libraries = {row["id"]: Library([Source(row["id"], row["text"])]) for row in rows if row["type"] == "source"}
    return [
        Example(row["source"], row["kind"], row["supported"], seen(row["text"], libraries[row["source"]]))
        for row in rows
        if row["type"] == "claim"
    ]


def seen(text: str, library: Library) -> list[Vector]:
    """Return the signs that decide about each statement of `text`."""
    language = language_of(text, library.language)
    return [
        np.array([tuple(option.signs) for option in options(statement, library)] or [(0.0,) * len(PRIOR)])
        for start, end in claiming(text)
        for statement in statements(text, start, end, library, language)
    ]


def deciding(example: Example, weights: Vector) -> Vector:
    """Return the signs of the weakest statement, by the sentence that speaks most for it."""
    best = [rows[int(np.argmax(rows @ weights))] for rows in example.statements]
    return min(best, key=lambda row: float(row @ weights))


def fit(examples: list[Example]) -> tuple[Vector, float]:
    """Return weights and bias. Which sentence decides depends on the weights, so it is asked anew now and then."""
    prior = np.array(PRIOR)
    side = np.sign(prior)
    labels = np.array([example.supported for example in examples], dtype=float)
    weights, bias = prior.copy(), -2.0
    for _ in range(ROUNDS):
        rows = np.array([deciding(example, weights) for example in examples])
        pace = 1 / (0.25 * float(np.linalg.norm(np.c_[rows, np.ones(len(rows))], 2)) ** 2 + RIDGE)
        for _ in range(STEPS):
            off = 1 / (1 + np.exp(-(rows @ weights + bias))) - labels
            weights = weights - pace * (rows.T @ off + RIDGE * (weights - prior))
            weights = np.where(side * weights < 0, 0, weights)
            bias -= pace * float(off.sum())
    return weights, bias


def predict(examples: list[Example], weights: Vector, bias: float) -> Vector:
    """Return the support of each example."""
    return np.array([1 / (1 + np.exp(-(float(deciding(each, weights) @ weights) + bias))) for each in examples])


def area(labels: Vector, values: Vector) -> float:
    """Return the area under the ROC curve, ties counted half."""
    ours, others = values[labels == 1][:, None], values[labels == 0]
    return float(((ours > others) + 0.5 * (ours == others)).mean())


def main() -> None:
    """Fit, and say how well that carries over."""
    examples = read()
    names = sorted({example.source for example in examples})
    labels = np.array([example.supported for example in examples], dtype=float)
    left_out = np.array([names.index(example.source) % PARTS for example in examples])
    values = np.zeros(len(examples))
    for part in range(PARTS):
        known = [each for each, number in zip(examples, left_out, strict=True) if number != part]
        asked = [each for each, number in zip(examples, left_out, strict=True) if number == part]
        values[left_out == part] = predict(asked, *fit(known))
    weights, bias = fit(examples)
    print("WEIGHTS", dict(zip(Signs._fields, np.round(weights, 2).tolist(), strict=True)), "BIAS", round(bias, 2))
    kinds = np.array([example.kind for example in examples])
    for kind in [*sorted(set(kinds)), ""]:
        some = (kinds == kind) | (kind == "")
        right = float(((values[some] > 0.5) == labels[some]).mean())
        print(
            f"{kind or 'all':<12} n {int(some.sum()):<4} AUC {area(labels[some], values[some]):.3f} right {right:.3f}"
        )


if __name__ == "__main__":
    main()

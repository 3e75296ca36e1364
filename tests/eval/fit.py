"""Fit what the ledger's signs weigh: `python -m tests.eval.fit --claims DIR [--write]`.

It reads the public sets of a directory (`public.sets` tells the format), the part of our own set that is for tuning,
and the examples of `tests/claims`; never the part kept unseen. It leaves out each family in turn, our own by quarters
of the sources, and prints how well the rest predicts it. With `--write` the weights go into `orchd/claims/weights.py`
and the tables into `docs/verification.md`.
"""

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from orchd.claims import weights
from orchd.claims.signs.presence import PresenceSigns
from orchd.claims.signs.scoring import ConflictSigns
from tests.eval.document import DOCUMENT, PUBLIC_BEGIN, PUBLIC_END, put
from tests.eval.public.baselines import BASELINES
from tests.eval.public.calibration import Supported, precision_from, wrong_up_to
from tests.eval.public.examples import OWN, Example, example, joined
from tests.eval.public.regression import Model, fit, predict
from tests.eval.public.sets import PublicClaim, public_sets
from tests.eval.public.table import Scored, calibration, markdown, rows

HERE = Path(__file__).parent
FILES = (HERE / "dev.jsonl", HERE.parent / "claims" / "examples.jsonl", HERE.parent / "claims" / "fresh.jsonl")
WEIGHTS = Path(weights.__file__)
PARTS = 4
MOST_JOINED = 900
"""Claims of a set that are also put into longer answers."""

SURE, CLEAR = 0.85, 0.95
"""Of the claims called supported, so many are, and of those called not found, so many are not, in families left out."""
STEP = 0.01
MOST_LOST = 0.2
"""No more than this is ever called not found."""


class Left(NamedTuple):
    """An example, the part it is left out with, its claim if it is a single one, and what the others predict."""

    one: Example
    part: str
    given: PublicClaim | None
    support: float = 0.0


def own() -> list[Left]:
    """Return our own claims that may be tuned on, in parts by their sources."""
    found = []
    for file in FILES:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        texts = {row["id"]: row["text"] for row in rows if row["type"] == "source"}
        for row in rows:
            if row["type"] == "claim":
                given = PublicClaim(texts[row["source"]], row["text"], row["supported"])
                part = f"{OWN}{zlib.crc32(row['source'].encode()) % PARTS}"
                found.append(Left(example(OWN, file.stem, given), part, given))
    return found


def public(directory: Path) -> list[Left]:
    """Return the claims of public sets, and longer answers made of them."""
    found = []
    for each in public_sets(directory):
        found += [Left(example(each.family, each.name, given), each.family, given) for given in each.claims]
        found += [Left(claim, each.family, None) for claim in joined(each.family, each.name, each.claims[:MOST_JOINED])]
    return found


def read(directory: Path) -> list[Left]:
    """Return all that a fit may see."""
    return [*public(directory), *own()]


def left_out(examples: Sequence[Left]) -> list[Left]:
    """Predict each part by the others."""
    found: list[Left] = []
    for part in dict.fromkeys(each.part for each in examples):
        model = fit([each.one for each in examples if each.part != part])
        mine = [each for each in examples if each.part == part]
        values = predict(model, [each.one for each in mine])
        found += [each._replace(support=float(value)) for each, value in zip(mine, values, strict=True)]
    return found


def thresholds(found: Sequence[Left]) -> tuple[float, float]:
    """Return the least support of `supported`, and the most of `not_found`."""
    judged = [
        Supported(each.support, each.one.supported) for each in found if each.one.family != OWN and not each.one.joined
    ]
    steps = [round(number * STEP, 2) for number in range(1, 100)]
    least = [step for step in steps if step >= 0.5 and precision_from(judged, step) >= SURE]
    most = [step for step in steps if step <= MOST_LOST and wrong_up_to(judged, step) >= CLEAR]
    return min(least, default=steps[-1]), max(most, default=steps[0])


def scored(found: Sequence[Left]) -> list[Scored]:
    """Return what was predicted, beside the baselines."""
    return [
        Scored(
            each.one.family,
            each.one.name,
            each.given.source,
            each.one.supported,
            each.support,
            {name: baseline(each.given.source, each.given.claim) for name, baseline in BASELINES.items()},
        )
        for each in found
        if each.given is not None
    ]


def report(found: Sequence[Left]) -> Iterator[str]:
    """Yield the tables, of families left out."""
    judged = scored(found)
    least, most = thresholds(found)
    yield markdown(rows([item for item in judged if item.family != OWN], least))
    yield ""
    yield from calibration(judged, least, most)


def text(model: Model, least: float, most: float) -> str:
    """Return the module of the weights."""

    def listed(fields: Sequence[str], values: Sequence[float]) -> str:
        inside = "".join(
            f'    "{name}": {round(float(value), 2)},\n' for name, value in zip(fields, values, strict=True)
        )
        return f"{{\n{inside}}}"

    return f'''"""What the signs weigh: fitted and written by `python -m tests.eval.fit` (tests/eval/README.md)."""

PRESENCE: dict[str, float] = {listed(PresenceSigns._fields, model.presence.tolist())}
PRESENCE_BIAS = {round(model.presence_bias, 2)}

CONFLICT: dict[str, float] = {listed(ConflictSigns._fields, model.conflict.tolist())}
CONFLICT_BIAS = {round(model.conflict_bias, 2)}

SUPPORTED = {least}
"""The least support of `supported`: by it, {SURE:.0%} are right in families of public sets left out of the fit."""
NOT_FOUND = {most}
"""The most support of `not_found`: by it, {CLEAR:.0%} are not supported in such families."""
CONTRADICTED = {weights.CONTRADICTED}
"""The most that is left by signs of contradiction, for `contradicted`; set by hand."""
'''


def main() -> None:
    """Fit, say how well that carries over, and write it down if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.eval.fit", description=__doc__)
    parser.add_argument("--claims", type=Path, required=True, help="a directory of public sets, NAME.jsonl")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name} and {DOCUMENT.name}")
    asked = parser.parse_args()
    examples = read(asked.claims)
    found = left_out(examples)
    told = "\n".join(report(found))
    print(told)
    written = text(fit([each.one for each in examples]), *thresholds(found))
    if asked.write:
        WEIGHTS.write_text(written, encoding="utf-8")
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(put(document, PUBLIC_BEGIN, f"{told}\n", PUBLIC_END), encoding="utf-8")
    else:
        print(written)


if __name__ == "__main__":
    main()

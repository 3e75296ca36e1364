"""The labelled set is in its format, balanced, and its labels aren't given away by the wording."""

import re
from collections import Counter
from collections.abc import Iterable

import msgspec
import pytest

from tests.eval.labelled import KINDS, LANGUAGES, PARTS, Claim, Labelled, Part, Source, claims, labelled, lines, sources

ALL = [item for part in PARTS for item in labelled(part)]


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def share(part: Iterable[bool]) -> float:
    listed = list(part)
    return sum(listed) / len(listed)


@pytest.mark.parametrize("part", PARTS)
def test_each_source_is_followed_by_its_claims(part: Part) -> None:
    last = ""
    for line in lines(part):
        if isinstance(line, Source):
            last, number = line.id, 0
            assert line.id.startswith(f"{line.language}-")
        else:
            number += 1
            assert (line.source, line.id) == (last, f"{last}-{number}")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_enough_of_each_kind_and_language(part: Part) -> None:
    read = lines(part)
    assert len(sources(read)) >= 30
    assert len(claims(read)) >= 240
    assert len({source.domain for source in sources(read)}) >= 10
    counts = Counter((item.claim.kind, item.source.language) for item in labelled(part))
    assert all(counts[kind, language] >= 8 for kind in KINDS for language in LANGUAGES), counts


@pytest.mark.parametrize("part", PARTS)
def test_half_of_each_kind_in_each_source_is_unsupported(part: Part) -> None:
    balance = Counter[tuple[str, str]]()
    for item in labelled(part):
        balance[item.source.id, item.claim.kind] += 1 if item.claim.supported else -1
    assert not {key: count for key, count in balance.items() if count}


def test_sources_are_short_and_in_one_part_only() -> None:
    read = [source for part in PARTS for source in sources(lines(part))]
    assert all(60 <= len(source.text.split()) <= 200 for source in read)
    assert len({source.id for source in read}) == len(read) == len({plain(source.text) for source in read})


def test_no_claim_is_there_twice() -> None:
    texts = Counter(plain(item.claim.text) for item in ALL)
    assert not [text for text, count in texts.items() if count > 1]
    assert len({item.claim.id for item in ALL}) == len(ALL)


def test_a_claim_is_one_sentence() -> None:
    wrong = [item.claim.text for item in ALL if not re.fullmatch(r"\S[^\n]{15,150}\.", item.claim.text)]
    assert not wrong
    assert not [item.claim.text for item in ALL if re.search(r"\w{3,}[.!?] [A-Z]", item.claim.text)]


def stands_in_its_source(item: Labelled) -> bool:
    return plain(item.claim.text) in plain(item.source.text)


def test_verbatim_means_verbatim() -> None:
    for item in ALL:
        if item.claim.kind == "verbatim":
            assert stands_in_its_source(item) == item.claim.supported, item.claim.id


def test_what_is_not_supported_is_never_a_copy() -> None:
    assert not [item.claim.id for item in ALL if stands_in_its_source(item) and not item.claim.supported]


def test_supported_claims_are_mostly_no_copies() -> None:
    assert share(stands_in_its_source(item) for item in ALL if item.claim.supported) < 0.15


def test_length_gives_no_label_away() -> None:
    lengths = {label: [len(i.claim.text) for i in ALL if i.claim.supported is label] for label in (True, False)}
    means = {label: sum(found) / len(found) for label, found in lengths.items()}
    assert abs(means[True] - means[False]) < 0.1 * means[True]


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"claim","id":"a","source":"s","kind":"guess","supported":true,"text":"x"}',
        '{"type":"claim","id":"a","source":"s","kind":"name","supported":"yes","text":"x"}',
        '{"type":"source","id":"a","language":"en","domain":"d","text":"t","note":"?"}',
    ],
)
def test_a_line_in_another_format_is_refused(line: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(line, type=Source | Claim)

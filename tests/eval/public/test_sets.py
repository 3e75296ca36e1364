from pathlib import Path

import msgspec
import pytest

from tests.eval.public.sets import public_sets


def test_sets_are_read_by_the_names_of_their_files(tmp_path: Path) -> None:
    (tmp_path / "b_two.jsonl").write_text('{"source": "s", "claim": "c", "supported": false, "more": 1}\n')
    (tmp_path / "a_one.jsonl").write_text('{"source": "s", "claim": "c", "supported": true}\n')
    (tmp_path / "README.md").touch()
    found = public_sets(tmp_path)
    assert [(each.name, each.family, [claim.supported for claim in each.claims]) for each in found] == [
        ("a_one", "a", [True]),
        ("b_two", "b", [False]),
    ]


def test_none_and_nonsense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        public_sets(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"source": "s", "claim": "c", "supported": "perhaps"}\n')
    with pytest.raises(msgspec.ValidationError):
        public_sets(tmp_path)

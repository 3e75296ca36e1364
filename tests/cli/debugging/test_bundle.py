"""The bundle as a file, and what of a journal's lines goes into it."""

import tarfile
from pathlib import Path

import pytest

from orchd.cli.debugging.bundle import keep_bare, write
from orchd.errors import ConfigurationError


def test_it_is_its_owners_alone_and_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    write(path, {"b.txt": "two", "../../a.txt": "é"})
    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as bundle:
        assert bundle.getnames() == ["orchd-debug/a.txt", "orchd-debug/b.txt"], "whatever a daemon calls its files"
        member = bundle.extractfile("orchd-debug/a.txt")
        assert member is not None
        assert member.read().decode() == "é"
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="there already"):
        write(path, {})
    assert path.read_bytes() == before


def test_of_a_journal_only_our_own_lines_are_kept() -> None:
    text = '{"event": "ready", "address": "http://ana.lan", "seconds": 2}\nTraceback of ana\n[1]\n{"event": '
    assert keep_bare(text) == '{"event":"ready","seconds":2}\n'

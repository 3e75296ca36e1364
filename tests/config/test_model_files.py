from pathlib import Path

import pytest

from orchd.config.model_files import MAGIC, PATTERNS, unfit
from orchd.llm.local import files, gguf

FIX = "; give the path of a .gguf file, or of a directory with such files"


def told(*paths: Path) -> list[str]:
    return list(unfit([str(path) for path in paths]))


def model(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"GGUF and more")
    return path


def test_files_and_folders_that_can_be_used(tmp_path: Path) -> None:
    one = model(tmp_path / "one.bin")
    model(tmp_path / "models/publisher/model/file.gguf")
    assert told(one, tmp_path / "models") == []
    assert told() == []


@pytest.mark.parametrize("data", [b"", b"GGU", b"PK\x03\x04", b"ggml"])
def test_a_file_of_another_kind(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(data)
    assert told(path) == [f"names `{path}`, which is no GGUF file{FIX}"]


def test_what_is_not_there_and_what_is_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    model(tmp_path / "deep/1/2/3/file.gguf")
    assert told(tmp_path / "none", tmp_path / "empty", tmp_path / "deep") == [
        f"names `{tmp_path}/none`, which can't be read: No such file or directory{FIX}",
        f"names `{tmp_path}/empty`, a directory without any .gguf file{FIX}",
        f"names `{tmp_path}/deep`, a directory without any .gguf file{FIX}",
    ]


def test_what_is_accepted_here_is_looked_for_there() -> None:
    assert (MAGIC, len(PATTERNS)) == (gguf.MAGIC, files.DEPTH)
    assert ["*/" * depth + "*.gguf" for depth in range(files.DEPTH)] == list(PATTERNS)

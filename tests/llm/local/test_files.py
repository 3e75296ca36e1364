import os
from pathlib import Path

import pytest

from orchd.llm.local import files
from orchd.llm.local.files import Shelf
from orchd.llm.local.gguf import GgufHead, read_head
from tests.llm.local.test_gguf import head, number, string

MODEL = head(string("general.architecture", "llama"), number("llama.context_length", 4096))
PROJECTOR = head(string("general.architecture", "clip"))


def put(path: Path, data: bytes = MODEL) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(*paths: Path) -> dict[str, Path]:
    return {name: file.path for name, file in Shelf([str(path) for path in paths]).look().models.items()}


def test_files_and_folders_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    one = put(tmp_path / "z.gguf")
    b, a = put(tmp_path / "models/b.gguf"), put(tmp_path / "models/a.gguf")
    deep = put(tmp_path / "models/publisher/model/c.gguf")
    put(tmp_path / "models/publisher/model/further/d.gguf")
    put(tmp_path / "models/readme.txt")
    assert names(one, tmp_path / "models") == {"z": one, "a": a, "b": b, "c": deep}
    assert list(names(one, tmp_path / "models")) == ["z", "a", "b", "c"]
    assert names(one, one, tmp_path) == names(tmp_path / "z.gguf", tmp_path)


def test_two_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = [put(tmp_path / where / "m.gguf") for where in ("a", "b", "c/b")]
    found = Shelf([str(path) for path in paths]).look()
    assert {name: file.path for name, file in found.models.items()} == {"m": paths[0], "b/m": paths[1]}
    assert [file.path for file in found.rejected] == [paths[2]]


def test_a_model_in_parts_is_one(tmp_path: Path) -> None:
    parts = [put(tmp_path / f"big-{n:05}-of-00003.gguf", MODEL + bytes(n)) for n in (1, 2, 3)]
    (model,) = Shelf([str(tmp_path)]).look().models.values()
    assert (model.id, model.path, model.size_bytes) == ("big", parts[0], 3 * len(MODEL) + 6)
    os.utime(parts[1], ns=(0, 2_000_000_000_000_000_000))
    (changed,) = Shelf([str(tmp_path)]).look().models.values()
    assert changed.changed == "2000000000000000000" != model.changed
    parts[2].unlink()
    found = Shelf([str(tmp_path)]).look()
    assert (found.models, [file.path for file in found.rejected]) == ({}, [parts[0]])


def test_what_is_no_model_is_left_out_and_what_is_broken_is_told(tmp_path: Path) -> None:
    good = put(tmp_path / "good.gguf")
    put(tmp_path / "mmproj.gguf", PROJECTOR)
    bad = put(tmp_path / "bad.gguf", b"<!doctype html>")
    found = Shelf([str(tmp_path), str(tmp_path / "gone.gguf")]).look()
    assert [file.path for file in found.models.values()] == [good]
    assert [(file.path, file.reason) for file in found.rejected] == [
        (bad, "it does not begin as a GGUF file does"),
        (tmp_path / "gone.gguf", "No such file or directory"),
    ]


def test_what_has_changed_is_seen_and_the_rest_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(path: Path) -> GgufHead:
        read.append(path.name)
        return read_head(path)

    monkeypatch.setattr(files, "read_head", counted)
    a = put(tmp_path / "a.gguf")
    shelf = Shelf([str(tmp_path)])
    shelf.look()
    put(tmp_path / "b.gguf", b"half a download")
    assert list(shelf.look().models) == ["a"]
    put(tmp_path / "b.gguf")
    assert list(shelf.look().models) == ["a", "b"]
    os.utime(a, ns=(0, 0))
    shelf.look()
    assert read == ["a.gguf", "b.gguf", "b.gguf", "a.gguf"]
    a.unlink()
    assert list(shelf.look().models) == ["b"]


def test_there_is_an_end_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_MODELS", 2)
    for name in "abc":
        put(tmp_path / f"{name}.gguf")
    assert list(Shelf([str(tmp_path)]).look().models) == ["a", "b"]


def test_a_file_that_is_cut_off_is_told_and_one_without_a_template_is_a_base_model(
    tiny_gguf: Path, tmp_path: Path
) -> None:
    data = tiny_gguf.read_bytes()
    whole, half, early = (
        put(tmp_path / f"{name}.gguf", data[:size])
        for name, size in (("whole", len(data)), ("half", len(data) // 2), ("early", 3_000))
    )
    base = put(tmp_path / "base.gguf", data.replace(b"tokenizer.chat_template", b"tokenizer.chat_templat_"))
    found = Shelf([str(tmp_path)]).look()
    assert {file.path: file.template for file in found.models.values()} == {whole: True, base: False}
    assert dict(found.rejected) == {
        early: "it is cut off in the middle of its head",
        half: f"it is cut off: it should have {len(data) / 1e6:.1f} MB (was its download finished?)",
    }


def test_a_part_that_is_missing_or_cut_off_is_named(tiny_gguf: Path, tmp_path: Path) -> None:
    data = tiny_gguf.read_bytes()
    parts = [put(tmp_path / f"big-{n:05}-of-00003.gguf", data) for n in (1, 2, 3)]
    shelf = Shelf([str(tmp_path)])
    assert list(shelf.look().models) == ["big"]
    put(parts[1], data[:-1])
    assert [file.reason[:26] for file in shelf.look().rejected] == ["part 2 of 3 is cut off: it"]
    parts[2].unlink()
    put(parts[1], data)
    assert [file.reason for file in shelf.look().rejected] == ["part 3 of 3 is missing"]


def test_files_that_there_is_no_time_for_are_looked_at_the_next_time(tiny_gguf: Path, tmp_path: Path) -> None:
    data = tiny_gguf.read_bytes()
    put(tmp_path / "half.gguf", data[: len(data) // 2])
    shelf = Shelf([str(tmp_path)])
    hurried = shelf.look(-1.0)
    assert [(name, file.template) for name, file in hurried.models.items()] == [("half", None)]
    assert shelf.look().models == {}
    assert shelf.look(-1.0).models == {}, "what is known stays known"


def test_a_pipe_is_no_model_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    assert [file.reason for file in Shelf([str(tmp_path)]).look().rejected] == ["it is no plain file"]

"""The pages are written into a folder, and those of families that are gone are taken away."""

from pathlib import Path

from orchd.codegen.markdown.__main__ import introduction, main
from tests.codegen_schema import as_file, small_schema


def test_pages_replace_those_that_were_there(tmp_path: Path) -> None:
    schema, docs = tmp_path / "schema.json", tmp_path / "docs"
    schema.write_bytes(as_file(small_schema()))
    (docs / "protocol").mkdir(parents=True)
    (docs / "protocol" / "gone.md").write_text("old", encoding="utf-8")
    (docs / "other.md").write_text("mine", encoding="utf-8")
    main(str(schema), str(docs))
    assert sorted(path.name for path in (docs / "protocol").iterdir()) == ["paint.md", "session.md", "types.md"]
    assert (docs / "protocol.md").read_text(encoding="utf-8").startswith(introduction().rstrip("\n"))
    assert (docs / "other.md").read_text(encoding="utf-8") == "mine"

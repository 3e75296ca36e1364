"""Writes `docs/protocol.md` and the pages of its folder: `python -m orchd.codegen.markdown SCHEMA DOCS`."""

import sys
from pathlib import Path

from orchd.codegen.markdown.document import FOLDER, write_pages
from orchd.codegen.reading.frames import read_contract


def introduction() -> str:
    """Return what stands at the top of the first page: the rules that no schema says, written by hand."""
    return (Path(__file__).parent / "introduction.md").read_text(encoding="utf-8")


def main(schema: str, docs: str) -> None:
    """Write the pages into a folder, and take away those of families that there aren't any longer."""
    pages = write_pages(read_contract(Path(schema).read_bytes()), introduction())
    (Path(docs) / FOLDER).mkdir(exist_ok=True)
    for path in (Path(docs) / FOLDER).glob("*.md"):
        if f"{FOLDER}/{path.name}" not in pages:
            path.unlink()
    for name, text in pages.items():
        (Path(docs) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

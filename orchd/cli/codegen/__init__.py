"""`orchd client`: a client for other people's programs, written from the schema into a folder."""

import sys
from pathlib import Path

import click

LANGUAGES = ("python", "typescript")


@click.command(
    help="Write a client in a LANGUAGE into a folder: typed requests, streams and subscriptions.\n"
    "\n"
    "It is made of the schema of this release, or of one that was printed by another (`orchd schema`). A folder that "
    "holds other files is refused; one that holds an earlier client gets the new one."
)
@click.argument("language", type=click.Choice(LANGUAGES), metavar="python|typescript")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR", help="Folder to write to."
)
@click.option(
    "--schema",
    "schema_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="The schema, instead of this release's; `-` is stdin.",
)
def client(language: str, out: Path, schema_file: Path | None) -> None:
    from orchd.codegen.folder import write_folder
    from orchd.codegen.python import package as python
    from orchd.codegen.reading.frames import read_contract
    from orchd.codegen.typescript import package as typescript

    contract = read_contract(_schema(schema_file))
    files = (typescript if language == "typescript" else python).write_package(contract)
    write_folder(out, files)
    click.echo(f"{len(files)} files in {out}: {len(contract.requests)} requests of {contract.protocol}")


def _schema(file: Path | None) -> bytes:
    from orchd.codegen.reading.document import MAX_BYTES

    if file is None:
        from orchd.app import schema_text

        return schema_text().encode()
    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)

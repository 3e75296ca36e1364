"""`orchd schema`: the wire as a file for programs, and what became of it between two of them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchd.errors import ConfigurationError

if TYPE_CHECKING:
    from orchd.compatibility import Difference, WireSchema

BREAKING = 1
LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is read; ours has about one million."""


@click.group(
    invoke_without_command=True,
    help="Print the wire protocol's JSON schema, or compare two of them (`diff`).",
)
@click.option("--open", "opened", is_flag=True, help="Any text where the daemon may send more values one day.")
@click.option("--asyncapi", is_flag=True, help="The same as an AsyncAPI 3 document, for its viewers and generators.")
@click.option("--markdown", is_flag=True, help="The same to be read: each frame with its members and an example.")
@click.pass_context
def schema(context: click.Context, *, opened: bool, asyncapi: bool, markdown: bool) -> None:
    if opened + asyncapi + markdown > 1:
        raise click.UsageError("--open, --asyncapi and --markdown don't go together", context)
    if context.invoked_subcommand is not None:
        if opened or asyncapi or markdown:
            raise click.UsageError(f"this option does not go with {context.invoked_subcommand!r}", context)
        return
    from orchd.app import schema_text

    text = schema_text("open" if opened else "asyncapi" if asyncapi else "plain")
    click.echo((_markdown(text) if markdown else text).rstrip("\n"))


def _markdown(schema: str) -> str:
    from orchd.codegen.markdown.document import write_document
    from orchd.codegen.reading.frames import read_contract

    return write_document(read_contract(schema.encode()))


@schema.command(
    help="Say what became of the wire between two schema files, and what of it breaks clients.\n"
    "\n"
    "OLD is what clients were written from, NEW what a daemon has; the one built in when it is left out, `-` is stdin. "
    "Each difference stands under a word. BREAKING: a client of OLD would be refused, or gets what it has no type "
    "for. undecided: nobody can tell, so it counts as breaking until a person has looked and accepted its id in the "
    "file of --accepted. ok: clients need not care. Names of definitions and texts for people make no difference.\n"
    "\n"
    "Exits 0 when nothing breaks clients, 1 when something does, 2 when a file is no schema of orchd's wire. "
    "Some differences of patterns and unions can only be decided where the extra is installed: "
    "pip install 'orchd[compatibility]'."
)
@click.option("--accepted", metavar="FILE", help="TOML file of undecided differences that were found harmless.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--quiet", is_flag=True, help="Only what breaks clients, or might.")
@click.argument("old")
@click.argument("new", required=False)
def diff(old: str, new: str | None, *, accepted: str | None, as_json: bool, quiet: bool) -> int:
    if old == new == "-":
        raise click.UsageError("only one of the two can be read from stdin")
    before, now = _document(old), _document(new)
    found = _differences(before, now, accepted)
    shown = [each for each in found if each.breaking or not quiet]
    from orchd.cli.schema import report
    from orchd.compatibility import INSTALLED

    if not INSTALLED and any(each.verdict == "undecided" for each in found):
        click.echo(f"orchd: {report.HINT}", err=True)
    click.echo(report.as_json(before, now, shown) if as_json else report.as_text(shown), nl=False)
    return BREAKING if any(each.breaking for each in found) else 0


def _differences(old: "WireSchema", new: "WireSchema", accepted: str | None) -> "list[Difference]":
    from orchd.compatibility import SchemaRefused, accept, compare, read_acceptances

    try:
        found = compare(old, new)
    except SchemaRefused as error:
        raise ConfigurationError(f"these schemas can't be compared: {error}") from None
    if accepted is None:
        return found
    try:
        return accept(found, read_acceptances(_read(accepted)))
    except SchemaRefused as error:
        raise ConfigurationError(f"{accepted}: {error}") from None


def _document(name: str | None) -> "WireSchema":
    from orchd.compatibility import SchemaRefused, WireSchema

    if name is None:
        from orchd.app import schema_text

        return WireSchema(schema_text())
    try:
        return WireSchema(_read(name))
    except SchemaRefused as error:
        raise ConfigurationError(f"{'stdin' if name == '-' else name}: {error}") from None


def _read(name: str) -> bytes:
    try:
        with click.open_file(name, "rb") if name == "-" else Path(name).open("rb") as file:
            text: bytes = file.read(LARGEST + 1)
    except OSError as error:
        raise ConfigurationError(f"{name}: {error.strerror or error}") from None
    if len(text) > LARGEST:
        raise ConfigurationError(f"{name}: longer than {LARGEST} bytes")
    return text

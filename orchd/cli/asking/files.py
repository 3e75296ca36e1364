"""`orchd file`: files that go to a daemon and come from it."""

from pathlib import Path

import click

from orchd.cli.asking.exchange import Exchange, asks, every, one, say
from orchd.cli.reaching.options import daemon_option, reaching
from orchd.cli.reply import JsonObject


@click.group(help="Send files to the daemon and fetch them; questions can have them with `/attach` in `orchd chat`.")
def file() -> None:
    pass


@file.command("list", help="List your files, and those of your projects, the latest first.")
@asks
def list_files() -> Exchange:
    from orchd.cli.asking import tables

    return every("file:list", {}, tables.files)


@file.command(help="Remove file N of the list; `orchd ask file:restore` has it back for some time.")
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@asks
def remove(number: int) -> Exchange:
    return one("file:delete", {"fileId": number}, say(_tell_removal))


def _tell_removal(reply: JsonObject) -> str:
    number = reply["fileId"]
    return f"file {number} is removed; `orchd ask file:restore '{{\"fileId\": {number}}}'` has it back"


@file.command(help="Send files to the daemon, and print the number of each.")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PATH..."
)
@daemon_option
def upload(paths: tuple[Path, ...], url: str | None, config: Path | None) -> int:
    import trio

    from orchd.cli.showing import one_line
    from orchd.client import upload_file

    def tell(text: str) -> None:
        click.echo(f"orchd: {one_line(text)}", err=True)

    with reaching(url, config) as reached:
        for path in paths:
            sent = trio.run(upload_file, reached.url, path, reached.trust, tell)
            click.echo(one_line(f"{sent.file_id} {sent.name}"))
    return 0


@file.command(help="Fetch file N of the list, into this directory under its name.")
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), default=Path(), help="A directory, or a new file."
)
@daemon_option
def download(number: int, target: Path, url: str | None, config: Path | None) -> int:
    import trio

    from orchd.cli.showing import one_line
    from orchd.client import download_file

    with reaching(url, config) as reached:
        path = trio.run(download_file, reached.url, number, target, reached.trust)
    click.echo(one_line(str(path)))
    return 0

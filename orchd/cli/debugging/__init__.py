"""`orchd debug FILE`: a bundle for a bug report, of what the daemon tells of itself, or what can be known without one.

No text of anybody is in it, no secret, no name of a user, of a file or of a machine: see `log.recent` and
`config.show.render_changes` for how that is kept.
"""

from pathlib import Path

import click

from orchd.cli.reaching.options import daemon_option, reaching


@click.command(
    help="Write FILE, a .tar.gz for a bug report: version, changed settings, health, metrics, the last lines of the "
    "log, numbers of rows, the machine.\n"
    "\n"
    "It holds no texts of anybody, no secrets, and no names of users, files and machines. A daemon that has users "
    "tells all that to admins only. Without a daemon there is less in it, and it says what is missing."
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@daemon_option
def debug(url: str | None, config: Path | None, file: Path) -> None:
    import trio

    from orchd.cli.debugging import bundle

    with reaching(url, config) as reached:
        files = trio.run(bundle.collect, reached.url, reached.trust, reached.settings)
    bundle.write(file, files)
    click.echo(f"{file} is written: look into it before you send it to somebody.")

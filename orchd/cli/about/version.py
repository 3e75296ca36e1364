"""`orchd version`: what this program is made of, for a bug report or a script."""

import platform
from importlib import resources

import click
import msgspec

from orchd import __version__
from orchd.frozen import is_frozen
from orchd.patterns import lazy_pattern

BUILD, LIBRARIES = "build.json", "libraries.json"
"""Files that a build puts into the package: of which commit it is, and in the single file what was packed with it."""

_NAME = lazy_pattern(r"[\w.-]+")


class Version(msgspec.Struct, rename="camel"):
    """`commit`: None where nobody noted it. `schema`: the newest migration. `libraries`: versions, by their names."""

    version: str
    commit: str | None
    protocol: str
    schema: int
    python: str
    platform: str
    frozen: bool
    libraries: dict[str, str]


@click.command(help="Print the version; with --json also the commit, Python, libraries, and the database's schema.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, as JSON.")
def version(as_json: bool) -> None:
    if not as_json:
        click.echo(f"orchd {__version__}")
        return
    click.echo(msgspec.json.format(msgspec.json.encode(what_runs())))


def what_runs() -> Version:
    """Return what this program is made of."""
    from orchd.protocol import PROTOCOL
    from orchd.storage import schema_number

    return Version(
        version=__version__,
        commit=_facts(BUILD).get("commit"),
        protocol=PROTOCOL,
        schema=schema_number(),
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        frozen=is_frozen(),
        libraries=_facts(LIBRARIES) or _list_installed(),
    )


def _facts(name: str) -> dict[str, str]:
    """Return what a build has noted; nothing where this is no build."""
    noted = resources.files("orchd") / name
    return msgspec.json.decode(noted.read_bytes(), type=dict[str, str]) if noted.is_file() else {}


def _list_installed() -> dict[str, str]:
    """Return the versions of what orchd needs, directly or not, as they are installed here."""
    from importlib import metadata  # takes two megabytes of every command and of the daemon

    found: dict[str, str] = {}
    wanted = ["orchd"]
    while wanted:
        name = wanted.pop()
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system
        key = distribution.name.lower()
        if key not in found:
            found[key] = distribution.version
            wanted += [_NAME.findall(each)[0] for each in distribution.requires or () if "extra ==" not in each]
    found.pop("orchd", None)
    return dict(sorted(found.items()))

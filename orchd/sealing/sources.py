"""Where the master keys come from: one place of four, the first that is there.

    the setting `security.masterKeyFile`, the systemd credential `orchd-master-key`, the environment's
    `ORCHD_MASTER_KEY`, the file `master.keys` in the data directory

Only the last one is made by itself, when something is to be sealed for the first time. There is no key that a program
comes with, and none that is made of something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from orchd.errors import ConfigurationError
from orchd.sealing.key_file import changing, create, read_key_file
from orchd.sealing.master_key import KeyRing, make_key, parse_keys

VARIABLE: Final = "ORCHD_MASTER_KEY"
CREDENTIAL: Final = "orchd-master-key"
FILE_NAME: Final = "master.keys"
SourceKind: TypeAlias = Literal["setting", "credential", "environment", "data"]


@dataclass(frozen=True)
class KeySource:
    """One place for master keys. `path` is its file, if it is one; `text` is a secret, and not shown."""

    kind: SourceKind
    path: Path | None = None
    text: str | None = field(default=None, repr=False)

    @property
    def described(self) -> str:
        """What it is, for operators."""
        if self.kind == "environment":
            return f"the environment variable {VARIABLE}"
        what = "the systemd credential" if self.kind == "credential" else "the file"
        return f"{what} {self.path}"

    @property
    def writable(self) -> bool:
        """Whether it is a file that orchd may make and change."""
        return self.kind in ("setting", "data")

    def read(self) -> KeyRing:
        """Return the keys, none where a file may still be made by itself. Blocks on the disk.

        Raises `ConfigurationError` that says what to do.
        """
        if self.path is None:
            return self._parse()
        ring = read_key_file(self.path, handed_out=self.kind == "credential")
        if ring is not None:
            return ring
        if self.kind == "setting":
            raise ConfigurationError(
                f"`security.masterKeyFile` names {self.path}, which is not there; restore it, or make it by "
                "`orchd keys init`"
            )
        return KeyRing()

    def make(self) -> KeyRing:
        """Write a file with a new key unless there is one; return the keys that it has then. Blocks on the disk.

        Raises `ConfigurationError`.
        """
        if self.path is None or not self.writable:
            raise ConfigurationError(f"{self.described} is no file that orchd makes")
        with changing(self.path):
            create(self.path, KeyRing([make_key()]))
        return self.read()

    def _parse(self) -> KeyRing:
        try:
            ring = parse_keys(self.text or "")
        except ConfigurationError as error:
            raise ConfigurationError(f"{self.described} {error}") from None
        if not ring.keys:
            raise ConfigurationError(f"{self.described} holds no key")
        return ring


def _is_there(path: Path) -> bool:
    """Whether there is a file, or something that can't be looked at: then reading it says why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def find_source(data_dir: str, key_file: str | None, environ: Mapping[str, str]) -> KeySource:
    """Return the first place that there is; `key_file` is the setting. Looks whether a file is there, reads none."""
    if key_file is not None:
        return KeySource("setting", Path(key_file))
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory and _is_there(path := Path(directory) / CREDENTIAL):
        return KeySource("credential", path)
    if environ.get(VARIABLE):
        return KeySource("environment", text=environ[VARIABLE])
    return KeySource("data", Path(data_dir) / FILE_NAME)

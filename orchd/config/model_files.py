"""Whether the model files that the settings name can be there for what they are named for: a look at each file's start.

A wrong path should be told at the start, with the place where it stands, and not at the first question.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

MAGIC = b"GGUF"
PATTERNS = ("*.gguf", "*/*.gguf", "*/*/*.gguf")
"""Where in a directory files are looked for."""
_FIX = "give the path of a .gguf file, or of a directory with such files"


def unfit(paths: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each path that can't be used. Blocks on the disk; raises nothing."""
    for name in paths:
        if (fault := _fault(Path(name))) is not None:
            yield f"names `{name}`, {fault}; {_FIX}"


def _fault(path: Path) -> str | None:
    try:
        if path.is_dir():
            return None if any(_files(path)) else "a directory without any .gguf file"
        with path.open("rb") as file:
            return None if file.read(len(MAGIC)) == MAGIC else "which is no GGUF file"
    except OSError as error:
        return f"which can't be read: {error.strerror}"


def _files(directory: Path) -> Iterator[Path]:
    return (path for pattern in PATTERNS for path in directory.glob(pattern))

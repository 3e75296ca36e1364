"""Settings that have another name now: a file or a variable with the old one works on, and a warning names the new one.

An entry stays for as long as anybody may have a file from then. Types and bounds are those of the new setting: one
whose meaning has changed gets a name of its own, and no entry.
"""

from collections.abc import Mapping

from orchd.config.keys import variable_of

RENAMED: Mapping[str, str] = {}
"""The old dotted name → the one that it has now. None has changed yet since the first release."""


def old_variables() -> dict[str, str]:
    """Return the old environment variables, each with its setting's old dotted name."""
    return {variable_of(tuple(old.split("."))): old for old in RENAMED}


def is_old_section(name: str) -> bool:
    """Tell whether a section has been in which settings stood that are elsewhere now."""
    return any(old.startswith(f"{name}.") for old in RENAMED)

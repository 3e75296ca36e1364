"""Secrets at rest: master keys, values sealed under them, and the daemon's own server keys.

A `Vault` seals values for one place of the database and opens them; `ServerKeys` has named secrets of the daemon's own.
Where the master keys come from is said by a `KeySource`.
"""

from orchd.sealing.core_files import forbid_core_files
from orchd.sealing.sealed_value import MissingKeyError, Place, UnreadableSecretError, key_id_of
from orchd.sealing.server_keys import ServerKeys
from orchd.sealing.vault import Vault, open_vault

__all__ = (
    "MissingKeyError",
    "Place",
    "ServerKeys",
    "UnreadableSecretError",
    "Vault",
    "forbid_core_files",
    "key_id_of",
    "open_vault",
)

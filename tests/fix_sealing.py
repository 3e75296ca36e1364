"""Master keys for tests, of no file."""

from orchd.sealing import Vault
from orchd.sealing.master_key import KeyRing, MasterKey, make_key
from orchd.sealing.sources import KeySource
from orchd.storage import Database


def source_of(*keys: MasterKey) -> KeySource:
    """Return a source that has these keys."""
    return KeySource("environment", text=" ".join(key.text for key in keys))


def make_vault(database: Database, *keys: MasterKey) -> Vault:
    """Return a vault with these keys, or a new one."""
    vault = Vault(source_of(*(keys or (make_key(),))), database)
    vault.demand_readable()
    return vault


def ring_of(*keys: MasterKey) -> KeyRing:
    """Return a ring of these keys, in their order."""
    return KeyRing(keys)

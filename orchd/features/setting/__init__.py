"""Settings of people: each declared with its type, bounds and default by the feature that reads it.

Frames: `setting:list`, `set`, `reset`. Table: `setting`. A user's value comes before the one that an admin has set for
everybody, and that before the default. What operators set is another thing: it stands in the configuration.
"""

from collections.abc import Mapping, Sequence

from orchd.features.feature import OpenFeatures, Services
from orchd.features.setting.declared import LANGUAGE, AnySetting, IdleCause, Setting
from orchd.features.setting.handlers import COMMANDS, SettingHandlers
from orchd.features.setting.queries import store_value, value_among, value_for, values_for

__all__ = [
    "COMMANDS",
    "IdleCause",
    "Setting",
    "open_settings",
    "store_value",
    "value_among",
    "value_for",
    "values_for",
]


def open_settings(
    services: Services, declared: Sequence[AnySetting], idle: Mapping[str, IdleCause]
) -> OpenFeatures[None]:
    """Make the feature; `declared`: the settings that other features read, `idle`: the names of those by which nothing
    would happen on this daemon, with the reason."""
    handlers = SettingHandlers(services.database, (LANGUAGE, *declared), idle)
    return OpenFeatures(None, COMMANDS.bind(handlers))

"""What features are given, and how they find each other."""

import pytest

from orchd.features.feature import House
from orchd.features.presence import Presence
from orchd.hub import Hub
from orchd.storage import Database
from tests.fix_chat import ScriptedBackends, silent


async def test_a_door_is_found_by_its_class_once_it_was_offered(store: Database) -> None:
    house = House(store, Hub(), ScriptedBackends(silent), "epoch", None, {})
    with pytest.raises(KeyError):
        house.door(Presence)
    presence = Presence(store, "epoch")
    house.offer(presence)
    assert house.door(Presence) is presence

from itertools import islice

import pytest

from orchd.features.workspace.texts.copying import MAX_NAME, MAX_TRIES, names_of_copies
from tests.fix_workspace import ANN, Desk


@pytest.mark.parametrize("name", ["a", "x" * MAX_NAME, "x" * 150 + " " * 49 + "y"])
def test_copies_have_names_of_their_own_that_fit(name: str) -> None:
    names = list(islice(names_of_copies(name), MAX_TRIES))
    assert len({*names, name}) == MAX_TRIES + 1
    assert all(len(each) <= MAX_NAME and each.startswith(name[:100]) for each in names)
    assert "  (" not in names[0]


async def test_after_many_copies_a_name_is_wanted(entity_desk: Desk) -> None:
    row = await entity_desk.done(ANN, "template:create", name="a", userText="x")
    for name in islice(names_of_copies("a"), MAX_TRIES):
        await entity_desk.done(ANN, "template:create", name=name, userText="x")
    refused = await entity_desk.refused(ANN, "template:duplicate", templateId=row["id"])
    assert (refused["code"], refused["details"]["path"]) == ("conflict", "$.data.name")

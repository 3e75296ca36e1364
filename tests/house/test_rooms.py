"""Rooms stay small enough to be seen at once: few modules in a folder, and folders of one room that don't lean on each
other."""

from collections import Counter

from tests.house.source import NAMES, ORCHD, imported

MODULES = 13
"""So many modules may one folder hold, its `__init__` and `__main__` aside."""

PACKAGES = frozenset(module.name for module in ORCHD if module.is_package)


def folder(name: str) -> str:
    return name if name in PACKAGES else name.rpartition(".")[0]


def sizes() -> Counter[str]:
    return Counter(folder(module.name) for module in ORCHD if not module.is_package and "__main__" not in module.path)


def neighbours() -> set[tuple[str, str]]:
    """Return which folder's modules import which other folder's, for folders side by side in one room."""
    inside = (module for module in ORCHD if not module.is_package)
    arrows = {(folder(module.name), folder(target)) for module in inside for _, target in imported(module)}
    return {(here, there) for here, there in arrows if here != there and parent(here) == parent(there)}


def parent(name: str) -> str:
    return name.rpartition(".")[0]


def test_no_folder_holds_more_than_one_can_see_at_once() -> None:
    crowded = {name: size for name, size in sizes().items() if size > MODULES}
    assert not crowded, f"more than {MODULES} modules; name the parts, and give each a folder: {crowded}"


def test_folders_of_one_room_do_not_import_each_other() -> None:
    arrows = neighbours()
    assert len(arrows) > 10, "there are such folders, and they are seen"
    both = sorted((here, there) for here, there in arrows if (there, here) in arrows and here < there)
    assert not both, f"each imports the other; they are one folder, or something belongs below both: {both}"


def test_a_package_says_more_than_its_name() -> None:
    assert PACKAGES <= NAMES
    terse = [module.path for module in ORCHD if module.is_package and len(module.text.split()) < 4]
    assert not terse, f"say in a line what the folder is for: {terse}"

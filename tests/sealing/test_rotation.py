"""A new master key while others work: nothing is lost, wherever it stops."""

from contextlib import nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.errors import ConfigurationError, Unavailable
from orchd.sealing import Place, ServerKeys, Vault, open_vault, queries, rotation
from orchd.sealing.key_file import create, read_key_file, replace
from orchd.sealing.master_key import MasterKey, make_key
from orchd.sealing.rotation import Census, announce_key, prune, rotate, take_census
from orchd.sealing.sealed_value import seal
from orchd.sealing.sources import KeySource
from orchd.storage import Database, Statement, Steps, open_database
from tests.examples import examples
from tests.fix_sealing import ring_of, source_of
from tests.migrated import place_database

NAMES = [f"key-{number}" for number in range(250)]


class Scene:
    """A database with sealed values, the file of its master key, and what is said to the operator."""

    def __init__(self, store: Database, path: Path, old: MasterKey) -> None:
        self.store, self.path, self.old = store, path, old
        self.source = KeySource("setting", path)
        self.lines: list[str] = []
        self.keys = ServerKeys(store, self.vault())
        """Those of a daemon that has run since before the rotation."""

    def vault(self) -> Vault:
        """A daemon that starts now."""
        return open_vault("/nowhere", str(self.path), {}, self.store)

    async def add(self, *names: str) -> None:
        for name in names:
            await self.store.write(
                queries.add_server_key, name, seal(self.old, Place("server_key", name), name.encode()), 1
            )

    async def rotate(self) -> bool:
        return await rotate(self.store, self.source, self.lines.append)

    async def check(self) -> None:
        """Everything can be opened, by a daemon that starts now and by one that runs."""
        fresh = ServerKeys(self.store, self.vault())
        for name in NAMES[::40]:
            assert await fresh.get(name) == name.encode()
        assert await self.vault_opens(NAMES[7])

    async def vault_opens(self, name: str) -> bool:
        sealed = await self.store.read(queries.find_server_key, name)
        return await self.keys._vault.open(Place("server_key", name), sealed or "") == name.encode()

    @property
    def ids(self) -> tuple[str, ...]:
        ring = read_key_file(self.path)
        assert ring is not None
        return ring.ids


@pytest.fixture
async def scene(store: Database, tmp_path: Path) -> Scene:
    old = make_key()
    create(tmp_path / "keys", ring_of(old))
    made = Scene(store, tmp_path / "keys", old)
    await made.vault().prepare()
    await made.add(*NAMES)
    return made


async def test_everything_is_sealed_under_a_new_key(scene: Scene) -> None:
    assert await scene.rotate()
    new, old = scene.ids
    assert old == scene.old.id
    assert (await take_census(scene.store)).counts == {new: len(NAMES) + 1}
    await scene.check()
    assert "251 of 251" in scene.lines[-2]
    assert not any(key.text in str(scene.lines) for key in [scene.old])


async def test_a_daemon_that_runs_goes_on(scene: Scene) -> None:
    token = await scene.keys.get("token")
    await scene.rotate()
    assert await scene.keys.get("token") == token
    later = await scene.keys.get("made meanwhile")
    assert await ServerKeys(scene.store, scene.vault()).get("made meanwhile") == later
    assert scene.old.id not in (await take_census(scene.store)).counts, "it seals under the new key from then on"


async def test_the_old_key_goes_by_a_step_of_its_own(scene: Scene) -> None:
    await scene.rotate()
    new, _ = scene.ids
    await prune(scene.store, scene.source, scene.lines.append)
    assert scene.ids == (new,)
    await scene.check()
    await prune(scene.store, scene.source, scene.lines.append)
    assert "no key that could be removed" in scene.lines[-1]


async def test_a_key_that_seals_something_is_not_removed(scene: Scene) -> None:
    await scene.rotate()
    await scene.add("late")
    await prune(scene.store, scene.source, scene.lines.append)
    assert len(scene.ids) == 2
    assert f"{scene.old.id} is kept: 1 values" in scene.lines[-2]
    assert await scene.rotate(), "which goes on with what is left, with no new key"
    assert len(scene.ids) == 2


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_a_rotation_that_was_cut_off_goes_on(scene: Scene, steps: int) -> None:
    class CutOffError(Exception):
        pass

    def report(line: str) -> None:
        scene.lines.append(line)
        if len(scene.lines) > steps:
            raise CutOffError

    with pytest.raises(CutOffError):
        await rotate(scene.store, scene.source, report)
    ids = scene.ids
    await scene.check()
    with pytest.raises(ConfigurationError, match="not finished") if steps == 0 else nullcontext():
        await prune(scene.store, scene.source, scene.lines.append)
    assert scene.ids == ids, "nothing is removed that is needed"
    assert await scene.rotate()
    assert scene.ids == ids, "the same new key"
    await scene.check()


async def test_two_rotations_at_once_make_one_new_key(scene: Scene) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(scene.rotate)
        nursery.start_soon(scene.rotate)
    census = await take_census(scene.store)
    assert len(census.counts) == 1
    assert scene.ids[0] in census.counts
    await scene.check()


async def test_one_that_ends_while_another_begins(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what the file holds and what the database is sealed under."""
    ended = False

    async def late(store: Database) -> Census:
        nonlocal ended
        if not ended:
            ended = True
            await scene.rotate()
        return await take_census(store)

    monkeypatch.setattr(rotation, "take_census", late)
    assert await scene.rotate()
    await scene.check()


async def test_a_key_can_be_announced_before_it_seals(scene: Scene) -> None:
    for told in ("is new in", "waits already in"):
        await announce_key(scene.store, scene.source, scene.lines.append)
        assert told in scene.lines[-2]
    new, old = scene.ids
    assert (await take_census(scene.store)).anchor == old
    await scene.keys.get("token")
    assert (await take_census(scene.store)).counts.keys() == {old}
    assert await scene.rotate()
    assert scene.ids == (new, old)
    assert (await take_census(scene.store)).counts.keys() == {new}


async def test_with_the_keys_of_another_database_nothing_is_done(scene: Scene) -> None:
    replace(scene.path, ring_of(make_key()))
    before = scene.path.read_text()
    for step in (rotate, announce_key):
        with pytest.raises(ConfigurationError, match=scene.old.id):
            await step(scene.store, scene.source, scene.lines.append)
    with pytest.raises(ConfigurationError):
        await prune(scene.store, scene.source, scene.lines.append)
    assert scene.path.read_text() == before


async def test_keys_of_the_environment_are_changed_there_by_the_operator(scene: Scene) -> None:
    new = make_key()
    for step in (rotate, announce_key, prune):
        with pytest.raises(ConfigurationError, match="can't change the environment variable"):
            await step(scene.store, source_of(scene.old), scene.lines.append)
    assert await rotate(scene.store, source_of(new, scene.old), scene.lines.append)
    assert (await take_census(scene.store)).counts.keys() == {new.id}


async def test_what_can_not_be_opened_is_left_and_told(scene: Scene) -> None:
    def damage() -> Steps[None]:
        yield Statement("UPDATE server_key SET sealed = ? WHERE name = ?", (f"v1.{scene.old.id}.AAAA.AAAA", NAMES[3]))
        yield Statement("UPDATE server_key SET sealed = ? WHERE name = ?", ("v1.12345678.AAAA.AAAA", NAMES[4]))

    await scene.store.write(damage)
    assert not await scene.rotate()
    text = "\n".join(scene.lines)
    assert f"server_key {NAMES[3]}, sealed under the master key {scene.old.id}: it is damaged" in text
    assert f"server_key {NAMES[4]}, sealed under the master key 12345678: that key is not here" in text
    assert "249 of 251" in text


async def test_without_a_key_there_is_nothing_to_rotate(store: Database, tmp_path: Path) -> None:
    source = KeySource("data", tmp_path / "keys")
    for step in (rotate, announce_key, prune):
        with pytest.raises(ConfigurationError, match="no master key yet"):
            await step(store, source, print)
    source.make()
    assert await rotate(store, source, print)
    ring = source.read()
    assert len(ring.keys) == 2
    await prune(store, source, print)
    assert source.read().keys == ring.keys[:1]
    assert (await take_census(store)).tables(ring.ids[0]) == {}


async def test_a_machine_without_the_new_key_says_so_and_opens_what_it_is_given_later(
    scene: Scene, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    create(copied, ring_of(scene.old))
    elsewhere = open_vault("/nowhere", str(copied), {}, scene.store)
    await scene.rotate()
    with pytest.raises(Unavailable, match=scene.ids[0]):
        await elsewhere.prepare()
    ring = read_key_file(scene.path)
    assert ring is not None
    replace(copied, ring)
    await trio.sleep(1)
    await elsewhere.prepare()


class TwoMachines:
    """A database with a daemon on each of two machines; rotations are run on the first. The second has a copy of the
    key file, which its operator makes anew now and then."""

    def __init__(self, store: Database, directory: Path) -> None:
        self.store = store
        self.files = directory / "first", directory / "second"
        self.source = KeySource("setting", self.files[0])
        create(self.files[0], ring_of(make_key()))
        self.copy()
        self.sealed: list[str] = []
        self.restart()

    def copy(self) -> None:
        ring = read_key_file(self.files[0])
        assert ring is not None
        if not create(self.files[1], ring):
            replace(self.files[1], ring)

    def restart(self) -> None:
        self.daemons = [
            ServerKeys(self.store, open_vault("/nowhere", str(file), {}, self.store)) for file in self.files
        ]

    async def seal(self, machine: int) -> None:
        """A daemon makes a secret, or can't, since it lacks the key."""
        name = f"key-{len(self.sealed)}"
        with suppress(Unavailable):
            await self.daemons[machine].get(name)
            self.sealed.append(name)

    async def cut_off(self, lines: int) -> None:
        """A rotation is killed when it has said so much."""

        def report(_line: str) -> None:
            nonlocal lines
            lines -= 1
            if lines < 0:
                raise KeyError

        with suppress(KeyError, ConfigurationError):
            await rotate(self.store, self.source, report)

    async def do(self, step: str) -> None:
        match step:
            case "first seals" | "second seals":
                await self.seal(int(step == "second seals"))
            case "rotate":
                await rotate(self.store, self.source, lambda line: None)
            case "announce":
                await announce_key(self.store, self.source, lambda line: None)
            case "cut off at once" | "cut off later":
                await self.cut_off(int(step == "cut off later"))
            case "prune":
                with suppress(ConfigurationError):
                    await prune(self.store, self.source, lambda line: None)
            case "copy":
                self.copy()
            case "restart":
                self.restart()

    async def check(self) -> None:
        """Whoever has the first machine's file opens everything."""
        census = await take_census(self.store)
        fresh = ServerKeys(self.store, open_vault("/nowhere", str(self.files[0]), {}, self.store))
        for row in census.rows:
            assert len(await fresh.get(str(row.row))) == 32
        assert len(census.rows) >= len(self.sealed)


STEPS = (
    "first seals",
    "second seals",
    "rotate",
    "announce",
    "cut off at once",
    "cut off later",
    "prune",
    "copy",
    "restart",
)


@settings(max_examples=examples(6), deadline=None)
@given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=14))
def test_in_any_order_of_steps_nothing_is_lost(steps: list[str]) -> None:
    async def play(directory: Path) -> None:
        async with open_database(place_database(directory / "orchd.db"), pool_size=1, timeout=10) as store:
            await store.wait_ready()
            machines = TwoMachines(store, directory)
            for step in ("first seals", *steps):
                await machines.do(step)
            await machines.check()

    with TemporaryDirectory() as directory:
        trio.run(play, Path(directory))

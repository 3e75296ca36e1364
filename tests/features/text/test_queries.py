from orchd.features.text import queries
from orchd.features.text.messages import TextError, TextPart
from orchd.features.text.queries import Job
from orchd.storage import Database

JOB = Job(1, "One. Två. 🎉", "Translate.", "Sum up.", "tiny@one")
FRESH = [TextPart(0, 0, 5, None, None, None, 0), TextPart(1, 5, 11, None, None, None, 0)]


async def test_a_job_is_kept_part_by_part(store: Database) -> None:
    job_id = await store.write(queries.add, JOB, [(0, 5), (5, 11)], 1000)
    assert await store.read(queries.find, job_id, 1) == (JOB, FRESH)
    done = TextPart(0, 0, 5, "Un. 🎉", "stop", None, 1)
    failed = TextPart(1, 5, 11, None, None, TextError("timeout", "too slow", True), 3)
    await store.write_relaxed(queries.save, job_id, failed, 2000)
    await store.write_relaxed(queries.save, job_id, done, 2000)
    assert await store.read(queries.find, job_id, 1) == (JOB, [done, failed])


async def test_a_job_is_its_users(store: Database) -> None:
    job_id = await store.write(queries.add, JOB._replace(reduce=None), [], 1000)
    assert await store.read(queries.find, job_id, 2) is None
    assert await store.read(queries.find, job_id + 1, 1) is None
    assert await store.read(queries.find, job_id, 1) == (JOB._replace(reduce=None), [])


async def test_old_jobs_are_forgotten_with_their_parts(store: Database) -> None:
    old = await store.write(queries.add, JOB, [(0, 5)], 1000)
    touched = await store.write(queries.add, JOB, [(0, 5)], 1000)
    await store.write(queries.save, touched, FRESH[0], 5000)
    assert await store.write(queries.forget, 5000) == 1
    assert await store.read(queries.find, old, 1) is None
    found = await store.read(queries.find, touched, 1)
    assert found is not None
    assert len(found[1]) == 1

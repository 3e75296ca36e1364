"""What people think of models, on both databases: each for themselves, and all together."""

from orchd.clock import unix_now
from orchd.features.models.messages import ModelStars
from orchd.features.models.ratings.rating import RatingDraft
from orchd.features.models.ratings.rating_queries import rate, ratings
from orchd.storage import Database
from tests.fix_workspace import ANN, BOB, Desk

NOW = 1_700_000_000_000


async def test_a_user_has_one_word_on_a_model_and_a_kind_of_task(store: Database) -> None:
    await store.write(rate, 8, RatingDraft("m", 1, None, None), NOW)
    await store.write(rate, 8, RatingDraft("m", 4, None, "better now"), NOW)
    assert await store.write(rate, 9, RatingDraft("m", 5, None, None), NOW) == ModelStars(4.5, 2)
    assert await store.write(rate, 8, RatingDraft("m", 2, "code", None), NOW) == ModelStars(2.0, 1)
    await store.write(rate, 8, RatingDraft("M", 3, None, None), NOW)
    assert await store.read(ratings, None) == {"m": ModelStars(3.67, 3), "M": ModelStars(3.0, 1)}
    assert (await store.read(ratings, "chat"))["m"] == ModelStars(4.5, 2)
    assert (await store.read(ratings, "code"))["m"] == ModelStars(3.5, 2)  # Ann's word on code, Bob's on all


async def test_a_rating_is_a_row_like_any_other(entity_desk: Desk, store: Database) -> None:
    desk = entity_desk
    await desk.done(ANN, "rating:subscribe")
    row = await desk.done(ANN, "rating:create", model="tiny", rating=4)
    assert (row["taskType"], row["comment"], row["userId"]) == (None, None, 1)
    code = await desk.done(ANN, "rating:create", model="tiny", rating=2, taskType="code", comment="guesses")
    for more in ({}, {"taskType": "code"}):
        taken = await desk.refused(ANN, "rating:create", model="tiny", rating=1, **more)
        assert (taken["code"], taken["details"]["path"]) == ("conflict", "$.data.model")
    taken = await desk.refused(ANN, "rating:update", ratingId=code["id"], taskType=None)
    assert (taken["code"], taken["details"]["path"]) == ("conflict", "$.data.model")
    await desk.done(ANN, "rating:update", ratingId=code["id"], rating=3)
    for wrong in (0, 6):
        refused = await desk.refused(ANN, "rating:create", model="other", rating=wrong)
        assert (refused["code"], refused["details"]["path"]) == ("invalid", "$.data.rating")
    found = await desk.done(ANN, "rating:list", model="tiny", order="rating", descending=False)
    assert [(item["taskType"], item["rating"]) for item in found["items"]] == [("code", 3), (None, 4)]
    assert (await desk.done(ANN, "rating:list", taskType="code"))["items"] == found["items"][:1]
    await store.write(rate, ANN.user_id, RatingDraft("tiny", 5, None, "quick"), unix_now())
    changed = (await desk.told(ANN, 4))[-1]
    assert (changed["change"], changed["ratingId"], changed["item"]["comment"]) == ("updated", row["id"], "quick")
    assert await store.read(ratings, None) == {"tiny": ModelStars(4.0, 2)}
    await desk.done(ANN, "rating:delete", ratingId=code["id"])
    assert await store.read(ratings, "code") == {"tiny": ModelStars(5.0, 1)}


async def test_a_summary_has_what_all_think_of_models_and_their_answers(entity_desk: Desk) -> None:
    desk = entity_desk
    assert (await desk.done(ANN, "rating:summary"))["items"] == []
    for who, rating in ((ANN, 5), (BOB, 2)):
        await desk.done(who, "rating:create", model="large", rating=rating)
        for _ in range(2):
            answer = await desk.done(who, "chat:send", message="one")
            await desk.done(who, "chat:rate", messageId=answer["id"], rating="up" if who is ANN else "down")
    await desk.done(BOB, "chat:rate", messageId=answer["id"], rating="up")
    tiny = {"model": "tiny", "count": 0, "mean": None, "up": 3, "down": 1, "upShare": 0.75}
    large = {"model": "large", "count": 2, "mean": 3.5, "up": 0, "down": 0, "upShare": None}
    assert (await desk.done(ANN, "rating:summary"))["items"] == [tiny, large]
    assert (await desk.done(ANN, "rating:summary", model="tiny"))["items"] == [tiny]
    assert (await desk.done(ANN, "rating:summary", model="none"))["items"] == []
    limited = ANN._replace(models=frozenset({"other"}))
    assert (await desk.done(limited, "rating:summary"))["items"] == []

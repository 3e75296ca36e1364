import pytest

from orchd.errors import RateLimited
from orchd.features.notification.channels.mail_rate import HOUR_SECONDS, USERS_AT_MOST, MailRate


def test_who_has_had_all_of_an_hour_waits_for_the_first_to_be_an_hour_old() -> None:
    rate = MailRate(2, "e-mails", "mail_rate")
    for now in (0.0, 10.0):
        rate.take(1, now)
    with pytest.raises(RateLimited) as refused:
        rate.take(1, 20.0)
    assert refused.value.retry_after_ms == (HOUR_SECONDS - 20) * 1000
    rate.take(2, 20.0)
    rate.take(1, HOUR_SECONDS)
    with pytest.raises(RateLimited):
        rate.take(1, HOUR_SECONDS + 9)
    rate.take(1, HOUR_SECONDS + 10)


def test_what_is_known_is_bounded() -> None:
    rate = MailRate(1, "e-mails", "mail_rate")
    for user_id in range(USERS_AT_MOST + 10):
        rate.take(user_id, 0.0)
    assert len(rate._done) == USERS_AT_MOST

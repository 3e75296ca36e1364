"""Places for uploads and downloads."""

import pytest

from orchd.errors import Busy
from orchd.features.file.transfers import Transfers


def test_one_user_gets_a_quarter() -> None:
    transfers = Transfers(8)
    with transfers.place(1), transfers.place(1):
        with pytest.raises(Busy):
            transfers.enter(1)
        transfers.enter(2)
        transfers.leave(2)
    transfers.enter(1)


def test_there_are_only_so_many_in_all() -> None:
    transfers = Transfers(2)
    transfers.enter(1)
    transfers.enter(2)
    with pytest.raises(Busy):
        transfers.enter(3)
    transfers.leave(1)
    transfers.enter(3)


def test_a_place_is_given_back_when_it_goes_wrong() -> None:
    transfers = Transfers(1)
    with pytest.raises(ValueError, match="x"), transfers.place(1):
        raise ValueError("x")
    with transfers.place(2):
        pass

"""`starter`: starts programs of orchd's as processes of their own."""

from collections.abc import Iterator

import pytest

from tests.starting import Starter


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """`starter.start("orchd", ["serve"], environment, streams)`."""
    starter = Starter()
    yield starter
    starter.close()

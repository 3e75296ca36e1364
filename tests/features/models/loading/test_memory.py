import pytest

from orchd.errors import Unavailable
from orchd.features.models.loading.memory import check_memory, is_local
from orchd.features.monitoring import FreeMemory
from orchd.llm.types import ModelInfo

GIB = 1024**3
SMALL, LARGE, UNKNOWN = (ModelInfo("m", "b", size_bytes=size) for size in (2 * GIB, 40 * GIB, None))


@pytest.mark.parametrize(
    ("info", "free"),
    [
        (SMALL, FreeMemory(16 * GIB, 4 * GIB, None)),
        (LARGE, FreeMemory(16 * GIB, 4 * GIB, 48 * GIB)),
        (UNKNOWN, FreeMemory(16 * GIB, 4 * GIB, None)),
        (LARGE, FreeMemory(None, None, None)),
    ],
)
def test_a_model_that_fits_may_be_loaded(info: ModelInfo, free: FreeMemory) -> None:
    check_memory(info, free)


@pytest.mark.parametrize(
    ("info", "free"),
    [
        (SMALL, FreeMemory(16 * GIB, 2 * GIB, None)),
        (LARGE, FreeMemory(64 * GIB, 30 * GIB, 8 * GIB)),
        (UNKNOWN, FreeMemory(16 * GIB, 100 * 1024**2, None)),
    ],
)
def test_one_that_does_not_is_refused_with_the_figures(info: ModelInfo, free: FreeMemory) -> None:
    with pytest.raises(Unavailable) as refused:
        check_memory(info, free)
    details = refused.value.details
    assert details["reason"] == "memory"
    assert details["availableBytes"] == free.available
    assert details["vramFreeBytes"] == free.vram_free
    assert (details["neededBytes"] is None) == (info.size_bytes is None)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1234", True),
        ("http://localhost:1234", True),
        ("http://[::1]:1234", True),
        ("http://192.168.1.7:1234", False),
        ("http://gpu.example:1234", False),
    ],
)
def test_only_this_machine_has_this_memory(url: str, local: bool) -> None:
    assert is_local(url) is local

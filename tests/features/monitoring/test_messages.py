import pytest

from orchd.errors import Invalid
from orchd.features.monitoring.messages import MonitoringSubscribe
from orchd.protocol.codec import FrameRefused
from tests.features.monitoring.fakes import make_codec


@pytest.mark.parametrize(
    ("data", "expected"),
    [("", 10_000), (',"data":{}', 10_000), (',"data":{"intervalMs":1000}', 1_000)],
)
def test_the_interval_has_a_default(data: str, expected: int) -> None:
    request = make_codec().decode('{"type":"monitoring:subscribe"' + data + "}")
    assert request.data == MonitoringSubscribe(expected)


@pytest.mark.parametrize("value", ["999", "3600001", "-1", "1000.5", '"1000"', "10000000000000000000000"])
def test_an_interval_out_of_bounds_is_refused(value: str) -> None:
    with pytest.raises(FrameRefused) as refused:
        make_codec().decode('{"type":"monitoring:subscribe","id":"a","data":{"intervalMs":' + value + "}}")
    assert isinstance(refused.value.error, Invalid)
    assert refused.value.error.details["field"] == "intervalMs"

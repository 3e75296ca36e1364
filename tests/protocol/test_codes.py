"""Close codes as protocol version 1 lists them."""

from orchd.protocol.codes import CLOSE_CODES


def test_the_codes_and_whether_to_come_back() -> None:
    assert {code.code: code.reconnect for code in CLOSE_CODES} == {
        1001: True,
        1002: False,
        1003: False,
        1007: False,
        1009: False,
        4000: True,
        4001: True,
        4002: True,
        4003: True,
        4500: False,
        4501: False,
    }


def test_each_code_stands_once_and_is_one_a_server_may_send() -> None:
    codes = [code.code for code in CLOSE_CODES]
    assert len(set(codes)) == len(codes)
    assert all(1000 <= code < 1012 or 4000 <= code < 5000 for code in codes), "RFC 6455, 7.4"
    assert not {1005, 1006} & set(codes), "never sent in a frame"


def test_reasons_fit_a_control_frame() -> None:
    assert all(0 < len(code.reason.encode()) <= 123 for code in CLOSE_CODES)

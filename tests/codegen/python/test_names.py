"""Names in Python: refused where they can't stand, or would hide something else."""

import pytest

from orchd.codegen.python.package import write_package
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.reading.frames import read_contract
from tests.codegen_schema import TEXT, Json, as_file, client_frame, members, refer, small_schema


def write(schema: Json) -> dict[str, str]:
    return write_package(read_contract(as_file(schema)))


def called(name: str) -> Json:
    """Return the schema with an object of this name."""
    schema = small_schema()
    schema["$defs"][name] = members(a=TEXT)
    return schema


def asking(*kinds: str) -> Json:
    """Return the schema with requests of these types."""
    schema = small_schema()
    for index, kind in enumerate(kinds):
        schema["$defs"][f"More{index}Frame"] = client_frame(kind, "PaintCreate", "PaintFrame")
        schema["$defs"]["ClientFrame"]["oneOf"].append(refer(f"More{index}Frame"))
    return schema


@pytest.mark.parametrize(
    "name", ["class", "None", "a b", "", "2x", 'x"y', "Any", "str", "Mapping", "ServerData", "Link", "PaintRequests"]
)
def test_an_object_that_would_hide_something_is_refused(name: str) -> None:
    with pytest.raises(SchemaError, match="nothing can be called"):
        write(called(name))


@pytest.mark.parametrize("name", ["AnyPaint", "UnknownAnyPaint", "PingEvent"])
def test_an_object_called_like_what_is_made_of_others_is_refused(name: str) -> None:
    with pytest.raises(SchemaError, match=f"two things would be called {name!r}"):
        write(called(name))


def test_names_of_other_alphabets_are_kept() -> None:
    assert "class Größe(ServerData, kw_only=True):" in write(called("Größe"))["orchd_client/data/shared.py"]


@pytest.mark.parametrize(
    ("codes", "complaint"),
    [
        (["a-b", "aB"], "'a-b' and 'aB' would both be called 'ABError'"),
        (["2nd"], "can't be made a name"),
        (["?"], "can't be made a name"),
        (["request"], "the name of all errors"),
    ],
)
def test_codes_that_no_exceptions_can_be_called_by_are_refused(codes: list[str], complaint: str) -> None:
    schema = small_schema()
    schema["$defs"]["ErrorCode"] |= {"enum": codes, "x-codes": {code: {"retryable": True} for code in codes}}
    with pytest.raises(SchemaError, match=complaint):
        write(schema)


@pytest.mark.parametrize("kinds", [("a:b:c", "a:bC"), ("a:bC:d", "a:b:c:d")])
def test_requests_that_would_share_a_constant_are_refused(kinds: tuple[str, str]) -> None:
    with pytest.raises(SchemaError, match=r"would (both )?be called"):
        write(asking(*kinds))


def test_words_of_the_language_make_families_and_members_with_a_mark() -> None:
    schema = asking("class:make", "import:str:use", "property:is")
    for name in ("PaintCreate", "Paint"):
        schema["$defs"][name]["properties"] |= {"data": TEXT, "None": TEXT, "lambda": TEXT}
    schema["$defs"]["CancelFrame"]["x-subscription"] = {"end": "CancelFrame", "key": "lambda", "keys": {}}
    schema["$defs"]["Cancel"]["properties"]["lambda"] = TEXT
    files = write(schema)
    for path, text in files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
    assert "from .families.class_ import ClassRequests" in files["orchd_client/client.py"]
    assert "orchd_client/families/import_.py" in files
    assert "return await self._link.request(_CLASS_MAKE, data_)" in files["orchd_client/families/class_.py"]
    assert "Cancel(lambda_=key)" in files["orchd_client/client.py"]


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb"])
def test_a_member_that_cannot_be_written_is_refused(name: str) -> None:
    schema = small_schema()
    schema["$defs"]["Paint"]["properties"][name] = TEXT
    with pytest.raises(SchemaError, match="no member can be called"):
        write(schema)

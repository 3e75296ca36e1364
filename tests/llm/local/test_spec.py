from orchd.features.models.loading.memory import is_local
from orchd.llm.local.spec import LocalSpec
from orchd.llm.probing.address import read_address


def test_the_server_that_the_models_are_together() -> None:
    server = LocalSpec(("a.gguf",), load_seconds=7.0).backend
    assert (server.name, server.kind, server.deadlines.first_event) == ("local", "llamacpp", 7.0)
    assert is_local(read_address(server.url).shown), "so memory is looked at before a load"

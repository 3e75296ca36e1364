"""From settings to model servers."""

from orchd.assembly.model_servers import backend_specs
from orchd.config import BackendSettings


def test_the_settings_of_a_backend_reach_the_model_client() -> None:
    (spec,) = backend_specs(
        (BackendSettings(url="http://a:1", name="n", kind="ollama", api_key="k", gap_seconds=3.0, total_seconds=9.0),)
    )
    assert (spec.url, spec.name, spec.kind, spec.api_key) == ("http://a:1", "n", "ollama", "k")
    assert (spec.deadlines.connect, spec.deadlines.first_event) == (5.0, 900.0)
    assert (spec.deadlines.gap, spec.deadlines.total) == (3.0, 9.0)

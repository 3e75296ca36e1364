"""The metrics as text, in the form that is asked for: OpenMetrics, or Prometheus' older one.

The official client writes both. To load it takes fifty milliseconds, which a daemon that nobody watches never spends,
and one that is watched spends in a thread. Its global registry is not used.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import trio

from orchd.metrics.families import FAMILIES, OF_MODELS, MetricFamily
from orchd.metrics.readings import Reader, Scrape, Sources
from orchd.telemetry.figures import Histogram

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

LONGEST_LABEL = 128
"""Characters of a label's value."""

OPEN_METRICS = "application/openmetrics-text"


class Exposition(NamedTuple):
    """The text, and what it is."""

    content_type: str
    text: bytes


class Metrics:
    """Writes what there is to be read."""

    def __init__(self, sources: Sources) -> None:
        self._reader = Reader(sources)
        self._write: Callable[[Scrape, bool, bool], Exposition] | None = None

    async def expose(self, accept: str, models: bool = True) -> Exposition:
        """Return the metrics in the form that an `Accept` wants; without `models`, nothing that names a model. Waits a
        few seconds at most for a database that is slow."""
        if self._write is None:
            self._write = await trio.to_thread.run_sync(_load)
        return self._write(await self._reader.read(), wants_open_metrics(accept), models)


def wants_open_metrics(accept: str) -> bool:
    """Whether OpenMetrics is among what somebody takes. Parameters don't matter: there is one version of it."""
    return any(wanted.partition(";")[0].strip().lower() == OPEN_METRICS for wanted in accept.split(","))


def _load() -> Callable[[Scrape, bool, bool], Exposition]:
    """Load the client; return what writes with it."""
    from prometheus_client import CollectorRegistry, ProcessCollector, exposition
    from prometheus_client.openmetrics import exposition as openmetrics

    process = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=process)

    class Collection:
        """What is collected once, with what the client itself knows of the process. Satisfies `Collector`."""

        def __init__(self, scrape: Scrape, models: bool) -> None:
            self._scrape = scrape
            self._models = models

        def collect(self) -> "Iterator[Metric]":
            yield from process.collect()
            for family in FAMILIES:
                if self._models or OF_MODELS not in family.labels:
                    yield to_metric(family, self._scrape)

    def write(scrape: Scrape, is_open: bool, models: bool) -> Exposition:
        collection = Collection(scrape, models)
        if is_open:
            # Our names need no escaping, and to look for what does, character by character, is most of the work.
            text = openmetrics.generate_latest(collection, escaping=openmetrics.ALLOWUTF8)  # type: ignore[no-untyped-call]
            return Exposition(openmetrics.CONTENT_TYPE_LATEST, text)
        return Exposition(exposition.CONTENT_TYPE_PLAIN_0_0_4, exposition.generate_latest(collection))

    return write


def to_metric(family: MetricFamily, scrape: Scrape) -> "Metric":
    """Return a family with its samples, as the client has them."""
    from prometheus_client.metrics_core import Metric

    metric = Metric(family.name, family.text, family.kind, family.unit)
    for labels, value in family.read(scrape):
        named = dict(zip(family.labels, map(_label_text, labels), strict=True))
        if isinstance(value, Histogram):
            _add_histogram(metric, named, value)
        elif isinstance(value, Mapping):
            metric.add_sample(f"{family.name}_info", {**named, **value}, 1)
        else:
            metric.add_sample(family.name + ("_total" if family.kind == "counter" else ""), named, value)
    return metric


def _add_histogram(metric: "Metric", labels: dict[str, str], histogram: Histogram) -> None:
    """Add the buckets, of which each has what those before it have, too."""
    count = 0
    for bound, more in zip((*map(str, histogram.bounds), "+Inf"), histogram.counts, strict=True):
        count += more
        metric.add_sample(f"{metric.name}_bucket", {**labels, "le": bound}, count)
    metric.add_sample(f"{metric.name}_count", labels, count)
    metric.add_sample(f"{metric.name}_sum", labels, histogram.total)


def _label_text(label: str) -> str:
    """Return what a server or a model is called as UTF-8 can say it, and not at any length."""
    return label[:LONGEST_LABEL].encode(errors="backslashreplace").decode()

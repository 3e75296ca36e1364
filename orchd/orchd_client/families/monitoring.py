"""Requests whose type begins with `monitoring`."""

from __future__ import annotations

from ..data.monitoring import (
    MonitoringHistory,
    MonitoringMetrics,
    MonitoringPast,
    MonitoringSubscribe,
    MonitoringSubscribed,
    MonitoringUnsubscribe,
    MonitoringUnsubscribed,
)
from ..runtime.facts import Call, FollowTerms
from ..runtime.link import Link
from ..runtime.streams import Subscription

_MONITORING_SUBSCRIBE = Call("monitoring:subscribe", "monitoring:subscribed", MonitoringSubscribed, safe=True)
_MONITORING_SUBSCRIBE_TERMS = FollowTerms(
    pushes=frozenset({"monitoring:metrics"}),
    end=Call("monitoring:unsubscribe", "monitoring:unsubscribed", MonitoringUnsubscribed),
    end_data=lambda _: MonitoringUnsubscribe(),
)
_MONITORING_UNSUBSCRIBE = Call("monitoring:unsubscribe", "monitoring:unsubscribed", MonitoringUnsubscribed, safe=True)
_MONITORING_HISTORY = Call("monitoring:history", "monitoring:history", MonitoringPast, safe=True)


class MonitoringRequests:
    """`client.monitoring`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def subscribe(self, *, interval_ms: int | None = None) -> Subscription[MonitoringSubscribed, MonitoringMetrics]:
        """`monitoring:subscribe`; again: change the interval.

        Needs the right `status`, of a token the scope `read`.
        """
        data = MonitoringSubscribe(interval_ms=interval_ms)
        return Subscription(self._link, _MONITORING_SUBSCRIBE, data, _MONITORING_SUBSCRIBE_TERMS)

    async def unsubscribe(self) -> MonitoringUnsubscribed:
        """`monitoring:unsubscribe`; harmless without a subscription.

        Needs the right `status`, of a token the scope `read`.
        """
        data = MonitoringUnsubscribe()
        return await self._link.request(_MONITORING_UNSUBSCRIBE, data)

    async def history(self) -> MonitoringPast:
        """`monitoring:history`: what has been before one came.

        Needs the right `status`, of a token the scope `read`.
        """
        data = MonitoringHistory()
        return await self._link.request(_MONITORING_HISTORY, data)

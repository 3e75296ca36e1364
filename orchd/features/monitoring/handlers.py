"""Answers to `monitoring:*`."""

from orchd.features.monitoring.messages import (
    MonitoringSubscribe,
    MonitoringSubscribed,
    MonitoringUnsubscribe,
    MonitoringUnsubscribed,
)
from orchd.features.monitoring.service import Monitoring
from orchd.protocol.router import Context


class MonitoringHandlers:
    """One method a frame. None of them waits: the reply is sent before the ticker can send the first metrics."""

    def __init__(self, monitoring: Monitoring) -> None:
        self._monitoring = monitoring

    async def subscribe(self, context: Context, data: MonitoringSubscribe) -> MonitoringSubscribed:
        """Subscribe the connection, or change its interval."""
        self._monitoring.subscribe(context.peer, data.interval_ms)
        return MonitoringSubscribed(data.interval_ms)

    async def unsubscribe(self, context: Context, data: MonitoringUnsubscribe) -> MonitoringUnsubscribed:
        """End the connection's subscription, if it has one."""
        self._monitoring.unsubscribe(context.peer)
        return MonitoringUnsubscribed()

"""Answers to `monitoring:*`."""

from orchd.features.monitoring.messages import (
    METRICS,
    MonitoringHistory,
    MonitoringPast,
    MonitoringSubscribe,
    MonitoringSubscribed,
    MonitoringUnsubscribe,
    MonitoringUnsubscribed,
)
from orchd.features.monitoring.service import Monitoring
from orchd.protocol.command import Command, Commands, SubscriptionTerms
from orchd.protocol.frame_type import FrameType
from orchd.protocol.router import Context


class MonitoringHandlers:
    """One method a frame. None of them waits: the reply is sent before the ticker can send the first metrics."""

    def __init__(self, monitoring: Monitoring) -> None:
        self._monitoring = monitoring

    async def subscribe(self, context: Context, data: MonitoringSubscribe) -> MonitoringSubscribed:
        self._monitoring.subscribe(context.peer, data.interval_ms)
        return MonitoringSubscribed(data.interval_ms)

    async def unsubscribe(self, context: Context, data: MonitoringUnsubscribe) -> MonitoringUnsubscribed:
        self._monitoring.unsubscribe(context.peer)
        return MonitoringUnsubscribed()

    async def history(self, context: Context, data: MonitoringHistory) -> MonitoringPast:
        return MonitoringPast(self._monitoring.history())


HISTORY = FrameType("monitoring:history", MonitoringPast)
SUBSCRIBED = FrameType("monitoring:subscribed", MonitoringSubscribed)
UNSUBSCRIBED = FrameType("monitoring:unsubscribed", MonitoringUnsubscribed)
COMMANDS = Commands(
    Command(
        "monitoring:subscribe",
        MonitoringSubscribe,
        SUBSCRIBED,
        right="status",
        scope="read",
        pushes=(METRICS,),
        subscription=SubscriptionTerms("monitoring:unsubscribe"),
    ).by(MonitoringHandlers.subscribe),
    Command("monitoring:unsubscribe", MonitoringUnsubscribe, UNSUBSCRIBED, right="status", scope="read").by(
        MonitoringHandlers.unsubscribe
    ),
    Command("monitoring:history", MonitoringHistory, HISTORY, right="status", scope="read").by(
        MonitoringHandlers.history
    ),
)

"""Who is told what: topics with their subscribers, and growing texts with their readers. Frames are encoded once."""

from orchd.hub.topics import Hub, KeyedTopic, Topic

__all__ = ["Hub", "KeyedTopic", "Topic"]

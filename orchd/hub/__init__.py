"""Who is told what: topics with their subscribers, and growing texts with their readers. Frames are encoded once."""

from orchd.hub.growing_text import GrowingText, Piece
from orchd.hub.text_feed import FeedReader, TextFeed
from orchd.hub.topics import Hub, KeyedTopic, Topic

__all__ = ["FeedReader", "GrowingText", "Hub", "KeyedTopic", "Piece", "TextFeed", "Topic"]

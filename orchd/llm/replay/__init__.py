"""Answers that a model server keeps while it generates them, so that they outlive the connection, and this daemon."""

from orchd.llm.replay.place import START, PlaceListener, StreamMark, StreamPlace

__all__ = ["START", "PlaceListener", "StreamMark", "StreamPlace"]

"""Clients written from a schema file alone: what it says (`reading`), and source code of a language made of that.

It knows no room of the daemon, so that whoever has only the file gets the same client.
"""

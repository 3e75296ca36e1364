"""What every generated client runs on: a connection that comes back, requests, answers and subscriptions.

Written by hand. It knows the rules of the protocol and none of its frames; those are handed to it.
"""

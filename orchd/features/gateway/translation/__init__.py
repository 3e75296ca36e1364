"""Other APIs in terms of the chat that model servers have: a request becomes a chat's body, and what an answer says
becomes the events of the API that was asked.

It is always translated, also for servers that have such an API themselves: so fall-backs, assistants, the breaking of
loops and the counting hold for any server, whichever answers in the end. `chat` is the request to come, `reading` what
requests of any API are read by, `answering` an answer on its way to whoever asked.
"""

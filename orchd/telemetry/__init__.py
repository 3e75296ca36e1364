"""What rooms count of what they do: plain numbers, which know nothing of who reads them.

A room is given its figures and notes into them as it works, for a fraction of a microsecond each time. What is there at
any moment anyway (connections, what waits) is not counted: whoever wants to know asks the room.
"""

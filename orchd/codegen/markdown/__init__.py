"""Documents for people from a schema alone: each frame with its members, an example, and what it belongs to.

`layout` says on which page each thing stands, `types` and `members` put members into words, `frames` and `overview`
write what stands there, and `document` joins it.
"""

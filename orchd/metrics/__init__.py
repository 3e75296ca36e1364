"""The daemon's figures as Prometheus reads them: `/metrics`.

`families` is the one list of what there is, `readings` where its values are read when somebody asks, `exposition` how
they are written, by the official client, which is loaded when the first one asks.
"""

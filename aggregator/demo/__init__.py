"""A small invented newsroom, bundled so that the whole line can be seen at work without a network.

Outlets, reporters, spokesmen and events are fiction; only places and the names that the watches
look for are real.  `outlets/` holds what the outlets write, a file an outlet; `templates/` how
their feeds and pages look; `server.py` serves them on loopback.
"""

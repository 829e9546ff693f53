"""The seams: what the stations ask of storage, of the network, of a channel, of the clock.

What is asked of storage stands in a file for each who asks: polling, reading, alerting, watching,
shown (to people), keeping (house).
"""

from aggregator.protocols.channel import Channel, Surroundings
from aggregator.protocols.network import Answer, Fetcher, Hold, Poster
from aggregator.protocols.storage import Storage
from aggregator.protocols.time import Advance, Clock

__all__ = [
    "Advance",
    "Answer",
    "Channel",
    "Clock",
    "Fetcher",
    "Hold",
    "Poster",
    "Storage",
    "Surroundings",
]

"""What the settings ask for, made from them: the parts of a monitor, some of use to a command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aggregator import __version__
from aggregator.alerting import channels
from aggregator.app.clock import utc_now
from aggregator.children import Children
from aggregator.net.fetch import HttpFetcher
from aggregator.net.post import HttpPoster
from aggregator.protocols import Channel, Clock, Poster, Surroundings
from aggregator.settings.plain import Settings
from aggregator.watching.engine import Engine

#: Imported by the forkserver once, so that every child starts with them loaded.
PRELOAD = ("aggregator.polling.parse", "aggregator.reading.extract")


def make_fetcher(settings: Settings, clock: Clock = utc_now) -> HttpFetcher:
    network = settings.network
    return HttpFetcher(
        version=__version__,
        contact=network.contact,
        allow_private=network.allow_private,
        pause=network.pause,
        clock=clock,
    )


def make_children() -> Children:
    return Children(preload=PRELOAD)


def make_engine(settings: Settings) -> Engine:
    return Engine(settings.watches, settings.groups)


def make_poster(settings: Settings) -> Poster:
    network = settings.network
    return HttpPoster(
        version=__version__, contact=network.contact, allow_private=network.allow_private
    )


def make_channels(
    settings: Settings, poster: Poster, clock: Clock = utc_now
) -> Mapping[str, Channel]:
    around = Surroundings(
        data=data_directory(settings), home=settings.directory, clock=clock, poster=poster
    )
    return {
        name: channels.make(channel.type, channel.options, around)
        for name, channel in settings.channels.items()
    }


def known_addresses(settings: Settings) -> Mapping[tuple[str, str], str]:
    """Where each channel reaches each person, by (person, channel)."""
    listeners = (*settings.people, settings.operators.person)
    return {
        (person.name, name): channel.address(person)
        for name, channel in make_channels(settings, make_poster(settings)).items()
        for person in listeners
    }


def data_directory(settings: Settings) -> Path:
    """Where what is not in the database is written: the folder the database stands in."""
    return Path(settings.storage.removeprefix("sqlite:///")).parent

"""`alerts`: an id is named by its beginning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.alerting.digest import digest_alerts, run_by_hand
from aggregator.app.clock import utc_now
from aggregator.app.monitor import open_monitor
from aggregator.app.store import open_to_write
from aggregator.models import AlertState
from aggregator.pipeline.digests import preview
from aggregator.settings.loading import load
from tests.cli.conftest import Run

FEEDS = """
feeds: [http://127.0.0.1:9/feed]
storage: sqlite:///aggregator.db
people: [{name: amina, email: a@e.example}]
"""
ALERTS: dict[str, AlertState] = {
    "aaaa1111-0000": "dead",
    "aaaa2222-0000": "dead",
    "bbbb1111-0000": "delivered",
    "bbbb2222-0000": "held",
}


@pytest.fixture
async def config(tmp_path: Path) -> tuple[str, str]:
    """Of a store with ALERTS in it."""
    path = tmp_path / "feeds.yaml"
    path.write_text(FEEDS)
    settings = load(path, {})
    async with open_monitor(settings, wait=timedelta(0)):
        pass
    now, [amina] = utc_now(), settings.people
    run = run_by_hand(amina, None, None, now)
    storage = open_to_write(settings)
    [alert] = digest_alerts(preview(run, amina, storage), amina, run, now)
    storage.commit_digest(
        run,
        [
            replace(alert, key=key, state=state, channel="email" if state != "held" else "")
            for key, state in ALERTS.items()
        ],
    )
    storage.close()
    return "--config", str(path)


def states(ask: Run, config: tuple[str, str]) -> list[str]:
    return [alert["state"] for alert in ask(*config, "alerts", "list", "--json").records]


def test_a_list_shows_the_beginnings(ask: Run, config: tuple[str, str]) -> None:
    assert [row[0] for row in ask(*config, "alerts", "list").rows] == [key[:8] for key in ALERTS]


@pytest.mark.parametrize(
    ("words", "after"),
    [
        pytest.param("replay aaaa1111", "pending dead delivered held", id="dead"),
        pytest.param("replay bbbb1", "dead dead pending held", id="delivered"),
        pytest.param("replay BBBB1111-0000", "dead dead pending held", id="the whole id"),
        pytest.param("retry aaaa2", "dead pending delivered held", id="one dead letter"),
        pytest.param("retry aaaa1 aaaa2", "pending pending delivered held", id="two"),
        pytest.param("retry --dead", "pending pending delivered held", id="every one"),
    ],
)
def test_the_beginning_of_an_id_names_it(
    words: str, after: str, ask: Run, config: tuple[str, str]
) -> None:
    answer = ask(*config, "alerts", *words.split())
    assert (answer.status, answer.err.endswith("to be sent again\n")) == (0, True)
    assert states(ask, config) == after.split()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("replay aaaa", "2 ids begin with 'aaaa' (write more", id="of several"),
        pytest.param("replay cccc", "no alert cccc (see: alerts list)", id="of none"),
        pytest.param("replay bbbb2", "was held back", id="held"),
        pytest.param("retry bbbb1", "no dead letter bbbb1", id="not dead"),
        pytest.param("retry aaaa1 --person omar", "no dead letter aaaa1", id="somebody else's"),
        pytest.param("retry aaaa1 --channel desk", "no dead letter aaaa1", id="over another"),
    ],
)
def test_what_names_no_alert_sends_none(
    words: str, said: str, ask: Run, config: tuple[str, str]
) -> None:
    answer = ask(*config, "alerts", *words.split())
    assert (answer.status, said in answer.err) == (2, True), answer.err
    assert states(ask, config) == list(ALERTS.values())

"""What time it is by the servers that answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from aggregator.models import FetchResult
from aggregator.net.witnesses import Witnesses

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = 365 * DAY
NOTHING = timedelta(0)


def answer(ours: datetime, date: datetime | str, status: int | None = 200) -> FetchResult:
    text = date if isinstance(date, str) else format_datetime(date, usegmt=True)
    return FetchResult("", "", ours, status, {"date": text} if text else {})


@pytest.mark.parametrize(
    ("answers", "time", "lead"),
    [
        pytest.param([], None, NOTHING, id="nobody answered"),
        pytest.param([answer(NOW, "")], None, NOTHING, id="no date"),
        pytest.param([answer(NOW, "yesterday")], None, NOTHING, id="nonsense"),
        pytest.param([answer(NOW, NOW, 503)], NOW, NOTHING, id="a failure tells the time too"),
        pytest.param(
            [answer(NOW, NOW), answer(NOW + DAY, NOW + DAY)],
            NOW,
            NOTHING,
            id="of two the earlier one",
        ),
        pytest.param(
            [answer(NOW, NOW), answer(NOW, NOW + YEAR), answer(NOW, NOW)],
            NOW,
            NOTHING,
            id="one server a year ahead",
        ),
        pytest.param(
            [answer(NOW, NOW), answer(NOW, NOW - YEAR), answer(NOW, NOW)],
            NOW,
            NOTHING,
            id="one server a year behind",
        ),
        pytest.param(
            [answer(NOW + YEAR, NOW)] * 2, NOW, NOTHING, id="too few to say that we are wrong"
        ),
        pytest.param([answer(NOW + YEAR, NOW)] * 3, NOW, YEAR, id="we are a year ahead"),
        pytest.param([answer(NOW - DAY, NOW)] * 3, NOW, -DAY, id="we are behind"),
        pytest.param(
            [answer(NOW + YEAR, NOW)] * 3 + [answer(NOW, NOW)] * 2,
            NOW,
            NOTHING,
            id="our clock was set right",
        ),
        pytest.param(
            [answer(NOW, NOW)] * 9 + [answer(NOW + 90 * DAY, NOW + 90 * DAY)] * 2,
            NOW + 90 * DAY,
            NOTHING,
            id="the last ones after a long silence",
        ),
    ],
)
def test_what_servers_say(
    answers: list[FetchResult], time: datetime | None, lead: timedelta
) -> None:
    witnesses = Witnesses()
    for one in answers:
        witnesses.hear(one)
    assert (witnesses.time(), witnesses.lead()) == (time, lead)

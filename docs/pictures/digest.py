"""Renders a digest as a phone shows it, light and dark, with headless Chromium: `make screenshots`.

Every outlet, name and event in it is invented.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aggregator.alerting.message import render
from aggregator.models import Alert, Digest, Excerpt, Notice, Person

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 390, 1380

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AMINA = Person("amina", "amina@example.org", ZoneInfo("Asia/Karachi"))


def notice(watch: str, title: str, outlet: str, text: str, term: str, hours: float) -> Notice:
    at = text.index(term)
    return Notice(
        watch=watch,
        severity="normal",
        title=title,
        outlet=outlet,
        url="https://outlet.example/story",
        item=4700 + round(hours),
        first_seen=NOW - timedelta(hours=hours),
        excerpt=Excerpt(text, ((at, at + len(term)),)),
        terms=(term,),
        quality="full",
    )


DIGEST = Digest(
    person="amina",
    date=date(2026, 11, 23),
    start=NOW - timedelta(days=1),
    end=NOW,
    notices=(
        replace(
            notice(
                "Jundallah",
                "Jundallah throws in its lot with a larger movement, spokesman says",
                "The Gulf Ledger",
                "The militant group Jundallah has pledged its support after a meeting with envoys"
                " in the border hills.",
                "Jundallah",
                4,
            ),
            severity="high",
            also=("Balochistan",),
            outlets=(
                "Cape Gazette",
                "Meridian Wire",
                "Harbour Times",
                "Steppe Post",
                "Delta Review",
            ),
            independent=2,
        ),
        replace(
            notice(
                "Jundallah",
                "بيان من جندالله بعد الاجتماع",
                "Makran Mirror",
                "وقال المتحدث إن جندالله شاركت في الاجتماع يوم الاثنين.",
                "جندالله",
                7,
            ),
            severity="high",
            quality="summary",
        ),
        notice(
            "Balochistan",
            "Road to the port reopens after a week of protests",
            "Quetta Courier",
            "Lorries moved again on the road through Balochistan on Sunday, drivers said.",
            "Balochistan",
            12,
        ),
    ),
    feeds_read=214,
    failing=(("Vestnik Stepi", "http_503"), ("Highland Echo", "timeout")),
    silent=(("Caspian Post", NOW - timedelta(days=4, hours=3)),),
    gaps=("Delta Review",),
    held=(("first_poll", 12), ("told", 3)),
    week=(("Jundallah", (0, 1, 0, 8, 4, 2, 3)), ("Balochistan", (2, 0, 1, 1, 0, 5, 1))),
)


def main() -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"no {BROWSERS[0]} on this machine (apt-get install chromium)")
    alert = Alert("key", "digest", "amina", "email", DIGEST, NOW, NOW)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "digest.html"
        page.write_text(render(alert, AMINA).html, encoding="utf-8")
        for name, scheme in (("light", 1), ("dark", 0)):
            shoot(browser, page, HERE / f"digest-{name}.png", scheme)


def shoot(browser: str, page: Path, picture: Path, scheme: int) -> None:
    """Chromium makes no window narrower than 500 pixels: the page stands in a frame."""
    background = "#0e1116" if scheme == 0 else "#eef0f3"
    frame = page.with_name("phone.html")
    frame.write_text(
        f'<body style="margin:0;text-align:center;background:{background}">'
        f'<iframe src="{page.name}" style="border:0;width:{WIDTH}px;height:{HEIGHT}px"></iframe>',
        encoding="utf-8",
    )
    subprocess.run(  # noqa: S603 - the browser of this machine
        [
            browser,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--window-size={max(WIDTH, 500)},{HEIGHT}",
            f"--blink-settings=preferredColorScheme={scheme}",
            f"--screenshot={picture}",
            frame.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


if __name__ == "__main__":
    main()

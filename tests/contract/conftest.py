"""The backends that must keep the Protocol: every test here runs on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.protocols import Storage
from storage import open_storage


@pytest.fixture(params=["sqlite-memory", "sqlite-file"])
def storage_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return "sqlite://" if request.param == "sqlite-memory" else f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def storage(storage_url: str) -> Iterator[Storage]:
    opened = open_storage(storage_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite-file"])
def durable_url(tmp_path: Path) -> str:
    """A store that is there when it is opened again."""
    return f"sqlite:///{tmp_path}/store.db"

"""Who may import whom: the picture in docs/why/house.md, kept by reading every import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Layers from the ground up; a module imports from lower layers and its own part only.
LAYERS = (
    {"models", "errors"},
    {"protocols"},
    {"text", "net"},
    {"polling", "reading", "watching", "alerting"},
    {"settings", "feeds_yaml"},
    {"children", "retention"},
    {"pipeline"},
    {"station", "groupcommit", "backfill", "sources"},
    {"senders"},
    {"runner", "cluster", "logs", "probing", "reloading"},
    {"scheduler", "metrics"},
    {"web"},
    {"demo"},
    {"app"},
    {"cli"},
)
HEIGHT = {part: height for height, layer in enumerate(LAYERS) for part in layer}
#: The stations do not know of each other, nor text of net: what passes between them is in models.
STRANGERS = (LAYERS[2], LAYERS[3])


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            # `from aggregator import pipeline` names a module too.
            yield from (f"{module}.{alias.name}" for alias in node.names)


def part_of(dotted: str) -> str | None:
    package, _, rest = dotted.partition(".")
    part = rest.partition(".")[0]
    return part if package == "aggregator" and part in HEIGHT else None


@pytest.mark.parametrize(
    "path", modules("aggregator"), ids=lambda path: str(path.relative_to(ROOT))
)
def test_arrows_inside_aggregator(path: Path) -> None:
    relative = path.relative_to(ROOT / "aggregator")
    own = relative.parts[0].removesuffix(".py")
    if own in {"__init__", "__main__"}:
        assert not [name for name in imports(path) if name.startswith("aggregator")]
        return
    assert own in HEIGHT, f"{relative} has no place in the house: give it one in LAYERS"
    for part in filter(None, map(part_of, imports(path))):
        if part == own:
            continue
        assert HEIGHT[part] <= HEIGHT[own], f"{relative} imports {part}, which stands above it"
        for layer in STRANGERS:
            assert not {part, own} <= layer, f"{relative} imports its neighbour {part}"


@pytest.mark.parametrize("path", modules("storage"), ids=lambda path: str(path.relative_to(ROOT)))
def test_storage_knows_only_models_errors_and_protocols(path: Path) -> None:
    parts = {part for part in map(part_of, imports(path)) if part}
    assert parts <= {"models", "errors", "protocols"}


@pytest.mark.parametrize(
    "path", modules("aggregator"), ids=lambda path: str(path.relative_to(ROOT))
)
def test_only_app_imports_storage(path: Path) -> None:
    if not path.is_relative_to(ROOT / "aggregator/app"):
        assert not [name for name in imports(path) if name.split(".")[0] == "storage"]


@pytest.mark.parametrize(
    "path", modules("aggregator"), ids=lambda path: str(path.relative_to(ROOT))
)
def test_only_net_opens_connections(path: Path) -> None:
    """The servers of the demo and of the page listen; they do not ask."""
    allowed = any(
        path.is_relative_to(ROOT / "aggregator" / part) for part in ("net", "demo", "web")
    )
    clients = {"httpx", "aiohttp", "requests", "socket", "http.client", "urllib.request"}
    used = {name.split(".")[0] for name in imports(path)} & {name.split(".")[0] for name in clients}
    assert allowed or not used - {"http", "urllib"}

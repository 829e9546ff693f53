"""Where an article came from, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aggregator.cli.output import iso, short
from aggregator.models import Evidence


def evidence_record(evidence: Evidence | None) -> dict[str, Any] | None:
    """None where nothing was read as yet."""
    if evidence is None:
        return None
    return {
        "url": evidence.url,
        "hops": [{"status": hop.status, "url": hop.url} for hop in evidence.hops],
        "final_url": evidence.final_url,
        "status": evidence.status,
        "fetched_at": iso(evidence.fetched_at),
        "sha256": evidence.sha256,
        "quality": evidence.quality,
        "reason": evidence.reason,
        "method": evidence.method,
        "extractor": evidence.extractor,
        "kept_at": iso(evidence.kept_at),
        "certainty": evidence.certainty,
        "note": evidence.note,
    }


def evidence_rows(evidence: Evidence | None) -> Iterator[tuple[str, object]]:
    """What is known, by name; a redirect a row."""
    if evidence is None:
        yield "evidence", "none: not read yet"
        return
    yield "url", evidence.url or "none"
    yield from (("redirect", f"{hop.status} {hop.url}") for hop in evidence.hops)
    if evidence.fetched_at is None:
        yield "page", "not asked for"
    else:
        yield "final url", evidence.final_url
        yield "status", evidence.status or "no answer"
        yield "fetched at", short(evidence.fetched_at)
    yield "quality", f"{evidence.quality} ({evidence.reason})"
    yield "text by", evidence.method or "nothing"
    if evidence.certainty is not None:
        yield "certainty", f"{evidence.certainty:.2f} of 1"
    if evidence.note:
        yield "note", evidence.note
    if evidence.sha256:
        yield "read by", evidence.extractor
        yield "sha256", evidence.sha256
        yield (
            "page",
            f"kept at {short(evidence.kept_at)}" if evidence.kept_at else "not kept any more",
        )

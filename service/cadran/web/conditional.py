"""Conditional requests (RFC 9110, 13): whether a listed tag matches, and the headers of a 304."""

from __future__ import annotations


def matches(if_none_match: bytes | None, etag: bytes) -> bool:
    """Return whether a listed tag matches, by weak comparison (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    if if_none_match == etag:
        return True
    return any(word.strip().removeprefix(b"W/") in (etag, b"*") for word in if_none_match.split(b","))


def without_content(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of a response without Content-Length and Content-Type."""
    return [header for header in headers if header[0] not in (b"content-length", b"content-type")]

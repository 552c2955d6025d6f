"""The head and the body of a response are sent in one write. Nothing is buffered while the client waits for it."""

from __future__ import annotations

import asyncio

from cadran.web.connection.transport import JoiningTransport


class RecordingTransport(asyncio.Transport):
    """A transport that records what is written in one call."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:  # type: ignore[override]  # all that is written here
        self.sent.append(data)

    def writelines(self, lines: tuple[bytes, ...]) -> None:  # type: ignore[override]  # the same
        self.sent.append(b"".join(lines))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        """Ignore the call, as this transport reads nothing."""

    def resume_reading(self) -> None:
        """Ignore the call, as this transport reads nothing."""


def made() -> tuple[JoiningTransport, RecordingTransport]:
    recording = RecordingTransport()
    return JoiningTransport(recording, asyncio.get_running_loop()), recording


async def test_a_head_leaves_with_its_body():
    transport, recording = made()
    transport.write(b"head")
    transport.write(b"body")
    assert recording.sent == [b"headbody"]
    await asyncio.sleep(0)
    assert recording.sent == [b"headbody"]


async def test_a_head_alone_leaves_in_the_next_turn():
    transport, recording = made()
    transport.write(b"head of a stream")
    await asyncio.sleep(0)
    assert recording.sent == [b"head of a stream"]
    transport.write(b"")
    await asyncio.sleep(0)
    assert recording.sent == [b"head of a stream"]


async def test_what_is_held_leaves_before_the_end():
    transport, recording = made()
    transport.write(b"refusal")
    transport.close()
    assert (recording.sent, recording.closed) == ([b"refusal"], True)


async def test_nothing_is_sent_to_a_client_that_has_gone():
    transport, recording = made()
    transport.write(b"head")
    recording.closed = True
    await asyncio.sleep(0)
    assert recording.sent == []

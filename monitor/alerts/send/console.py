"""Alerts on a stream: the channel that needs no secret and no network."""

from __future__ import annotations

import threading
from typing import TextIO

from monitor.alerts.render.console import render
from monitor.model import Delivery, SendResult, Sent, Transient


class ConsoleSender:
    """Writes each message as a block of text, followed by an empty line."""

    pace = 0.0

    def __init__(self, stream: TextIO, colour: bool = False) -> None:
        self._stream = stream
        self._colour = colour
        self._lock = threading.Lock()

    def send(self, delivery: Delivery) -> SendResult:
        """Sent once the stream has taken it; a closed or full stream is tried again."""
        text = render(delivery.notice.message, self._colour)
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            with self._lock:
                self._stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
                self._stream.flush()
        except (OSError, ValueError) as error:
            return Transient(f"the stream does not take text: {type(error).__name__}")
        return Sent(detail="printed")

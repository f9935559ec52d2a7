"""From the archive's outbox to the channels: lease, send outside any transaction, settle.

Each channel has its own lane, so that a dead mail server never delays Slack. A lane sends one delivery at a time in the
order the archive gives (an update waits for its thread's first message), keeps the channel's pace, and after failures
waits longer and longer before it asks the server again. A channel that somebody must mend (token revoked, address gone)
is closed: its deliveries stay in the outbox, the others are told, and it is tried again every hour.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerts.backoff import BackoffSettings, TokenBucket, delay, next_try
from monitor.alerts.channels import Channel
from monitor.alerts.message import LATE, delayed, repeated
from monitor.alerts.notices import OPERATOR, operator_notice
from monitor.errors import StoreError
from monitor.model import Delivery, Notice, Permanent, SendResult, Sent, Severity, Transient
from monitor.service.crash import crash_point
from monitor.service.logs import event
from monitor.store import outbox as store
from monitor.store.writer import Writer

log = logging.getLogger("monitor")
LEASE = timedelta(minutes=5)  # longer than any channel may take for one message
LOOK = 1.0  # seconds between looks at the outbox when nothing wakes the lane
CLOSED_FOR = 3600.0  # seconds until a closed channel is tried again
PAUSE = (timedelta(seconds=2), timedelta(minutes=2))  # first and longest pause of a lane whose server fails
TELL_EVERY = 3600.0  # seconds between two notes about given-up messages of one channel


@dataclass(frozen=True, slots=True)
class Settled:
    """One try and its end. `next_due` None: there will be no other try."""

    delivery: Delivery
    result: SendResult
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class LaneSettings:
    """What lanes share: the backoff, the jitter in [0, 1), the steady clock that paces them, and when a message is late."""

    backoff: BackoffSettings = field(default_factory=BackoffSettings)
    fraction: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic
    owner: str = "lane"
    late_after: timedelta = LATE  # older messages say that they are delayed


class Lane:
    """The deliveries of one channel, one after the other. `tell` gives the channels an operator note goes to."""

    def __init__(
        self,
        name: str,
        channel: Channel,
        writer: Writer,
        clock: Callable[[], datetime],
        tell: Callable[[Notice], Sequence[str]] = lambda _: (),
        on_settled: Callable[[Settled], None] = lambda _: None,
        settings: LaneSettings | None = None,
    ) -> None:
        self.name = name
        self.closed = ""  # why the channel is closed, in plain words
        self._channel = channel
        self._writer = writer
        self._clock = clock
        self._tell = tell
        self._on_settled = on_settled
        self._settings = settings or LaneSettings()
        self._bucket = TokenBucket(channel.pace)
        self._failures = 0
        self._rest_until = float("-inf")
        self._told = float("-inf")
        self._owed: Settled | None = None  # sent, but the archive could not take the receipt yet
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, on_progress: Callable[[], None] = lambda: None) -> None:
        """Work in an own thread until `stop`; `on_progress` is called after every round."""
        self._thread = threading.Thread(target=self._work, args=(on_progress,), name=f"lane-{self.name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is news in the outbox: look now instead of within a second."""
        self._wake.set()

    def finish(self) -> None:
        """Begin no other message."""
        self._stop.set()
        self._wake.set()

    def stop(self, patience: float | None = None) -> None:
        """Finish the message under way and end; after `patience` seconds it is left, and repeated at the next start."""
        self.finish()
        if self._thread is not None:
            self._thread.join(patience)

    def step(self) -> bool:
        """Send what is due first; False when nothing is due or the lane rests. Raises StoreError."""
        if self._owed is not None:
            self._settle(self._owed)
        if self._settings.monotonic() < self._rest_until:
            return False
        now = self._clock()
        claimed = self._writer.run(lambda conn: store.claim(conn, self.name, now, self._settings.owner, LEASE, 1))
        if not claimed:
            return False
        self._stop.wait(self._bucket.take(self._settings.monotonic()))
        self._send(claimed[0])
        return True

    def _work(self, on_progress: Callable[[], None]) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                busy = self.step()
            except StoreError as error:
                log.error(event("outbox", channel=self.name, error=error.message))
                busy = False
            except Exception:
                log.exception(event("unexpected error", lane=self.name))
                busy = False
            on_progress()
            if not busy:
                self._wake.wait(LOOK)

    def _send(self, delivery: Delivery) -> None:
        crash_point("before_send")
        result = self._try(dressed(delivery, self._clock(), self._settings.late_after))
        crash_point("after_send")
        settled = self._judge(delivery, result)
        self._rest(result)
        self._owed = settled
        self._settle(settled)

    def _try(self, delivery: Delivery) -> SendResult:
        try:
            return self._channel.send(delivery)
        except Exception as error:
            log.exception(event("unexpected error", channel=self.name, delivery=delivery.id))
            return Transient(f"internal error: {type(error).__name__}")

    def _judge(self, delivery: Delivery, result: SendResult) -> Settled:
        """When to try again: never after success, a bad message or 72 hours; later while the channel is closed."""
        now, rules = self._clock(), self._settings.backoff
        if _ends(result):
            return Settled(delivery, result, None)
        if _closes(result):
            return Settled(delivery, result, now + timedelta(seconds=CLOSED_FOR))
        wait = result.retry_after if isinstance(result, Transient) else None
        return Settled(delivery, result, next_try(delivery.attempts, delivery.notice.at, now, self._settings.fraction(), wait, rules))

    def _rest(self, result: SendResult) -> None:
        """Leave a failing server alone for a while; an answer about the message itself ends that."""
        if _ends(result):
            self._failures, self._rest_until = 0, float("-inf")
            return
        self._failures += 1
        pause = delay(self._failures, self._settings.fraction(), *PAUSE).total_seconds()
        if _closes(result):
            pause = CLOSED_FOR
        elif isinstance(result, Transient) and result.retry_after is not None:
            pause = max(pause, min(result.retry_after, CLOSED_FOR))
        self._rest_until = self._settings.monotonic() + pause

    def _settle(self, settled: Settled) -> None:
        """Write the end of the try, and with it the note to others, in one transaction."""
        now, delivery, result = self._clock(), settled.delivery, settled.result
        note = self._note(settled, now)
        # A closed channel's messages wait for it, so for the archive the refusal is a passing one.
        kept = Transient(result.detail) if _closes(result) else result

        def write(conn: sqlite3.Connection) -> None:
            store.settle(conn, delivery, kept, now, settled.next_due)
            if note:
                store.enqueue(conn, note, [name for name in self._tell(note) if name != self.name], now)

        self._writer.run(write)
        self._owed = None
        self._remember(result, note)
        self._log(settled)
        self._on_settled(settled)

    def _remember(self, result: SendResult, note: Notice | None) -> None:
        """Whether the channel is closed, and what the operator has been told."""
        if _closes(result):
            self.closed = result.detail or "closed"
            return
        if _ends(result):
            self.closed = ""
        if note:
            self._told = self._settings.monotonic()

    def _note(self, settled: Settled, now: datetime) -> Notice | None:
        """What the operator must know: a channel closed just now, or a message given up (told once an hour)."""
        delivery, result = settled.delivery, settled.result
        waiting = delivery.notice.message.headline
        if _closes(result):
            lines = [result.detail, "Its messages are kept and follow once it works again; it is tried every hour.", f"Waiting: {waiting}"]
            return None if self.closed else operator_notice(f"channel {self.name} is closed", lines, now, Severity.HIGH)
        if isinstance(result, Sent) or settled.next_due or delivery.notice.reason == OPERATOR:
            return None
        if self._settings.monotonic() - self._told < TELL_EVERY:
            return None
        lines = [f"Not delivered: {waiting}", result.detail, f"Delivery {delivery.id}, tries: {delivery.attempts}"]
        return operator_notice(f"channel {self.name} did not take a message", lines, now, Severity.HIGH)

    def _log(self, settled: Settled) -> None:
        delivery, result = settled.delivery, settled.result
        line = event(
            "sent" if isinstance(result, Sent) else "not sent",
            channel=self.name,
            delivery=delivery.id,
            incident=delivery.notice.message.thread or None,
            reason=delivery.notice.reason,
            attempt=delivery.attempts,
            outcome=type(result).__name__.lower(),
            detail=result.detail or None,
            again=settled.next_due.isoformat(timespec="seconds") if settled.next_due else None,
        )
        log.log(logging.INFO if isinstance(result, Sent) else logging.WARNING, line)


def _closes(result: SendResult) -> bool:
    return isinstance(result, Permanent) and result.disable


def _ends(result: SendResult) -> bool:
    """The server took the message, or refused this one for good."""
    return isinstance(result, Sent) or (isinstance(result, Permanent) and not result.disable)


def dressed(delivery: Delivery, now: datetime, late_after: timedelta = LATE) -> Delivery:
    """The delivery with the banner of a late one, and the mark of one that may have arrived before."""
    message = delayed(delivery.notice.message, delivery.notice.at, now, late_after)
    message = repeated(message) if delivery.ambiguous else message
    return replace(delivery, notice=replace(delivery.notice, message=message))


def lanes(
    writer: Writer,
    channels: Mapping[str, Channel],
    clock: Callable[[], datetime],
    tell: Callable[[Notice], Sequence[str]] | None = None,
    on_settled: Callable[[Settled], None] = lambda _: None,
    settings: LaneSettings | None = None,
) -> tuple[Lane, ...]:
    """One lane for each channel; operator notes go where `tell` says, to all other channels without it."""
    everywhere = tuple(channels)
    told = tell or (lambda _: everywhere)
    return tuple(Lane(name, channel, writer, clock, told, on_settled, settings) for name, channel in channels.items())


def drain(lanes: Sequence[Lane]) -> int:
    """Send all that is due now, the lanes side by side; the number of tries. For one pass; raises StoreError."""
    if not lanes:
        return 0
    total = 0
    with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
        while tries := sum(pool.map(_run_dry, lanes)):  # again, for what one lane's trouble gave another to tell
            total += tries
    return total


def deliver(
    writer: Writer,
    channels: Mapping[str, Channel],
    clock: Callable[[], datetime],
    tell: Callable[[Notice], Sequence[str]] | None = None,
    on_settled: Callable[[Settled], None] = lambda _: None,
) -> int:
    """One pass over the outbox of all channels; the number of tries."""
    return drain(lanes(writer, channels, clock, tell, on_settled))


def _run_dry(lane: Lane) -> int:
    tries = 0
    while lane.step():
        tries += 1
    return tries

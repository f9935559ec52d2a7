"""From the archive to the channels, with a real archive and channels that answer from a script."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from monitor.alerts.message import MessageSettings
from monitor.alerts.notices import notice as make_notice
from monitor.alerts.outbox import CLOSED_FOR, Lane, LaneSettings, Settled, deliver, drain, dressed, lanes
from monitor.alerts.send.http import Poster
from monitor.alerts.send.slack import SlackBot
from monitor.model import (
    Ambiguous,
    Change,
    Delivery,
    DeliveryState,
    Incident,
    Permanent,
    Reason,
    SendResult,
    Sent,
    Transient,
)
from monitor.store import outbox as store
from monitor.store.writer import Writer


@dataclass
class ScriptedChannel:
    """Answers from a script, then with success, and keeps what it was given."""

    script: list[SendResult | Exception] = field(default_factory=list)
    seen: list[Delivery] = field(default_factory=list)
    pace: float = 0.0

    def send(self, delivery: Delivery) -> SendResult:
        """The next answer of the script."""
        self.seen.append(delivery)
        answer = self.script.pop(0) if self.script else Sent(ref=f"C0/{len(self.seen)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def reasons(self) -> list[str]:
        """What arrived, in order."""
        return [one.notice.reason for one in self.seen]


@dataclass
class Clocks:
    """A wall clock and a steady clock, both moved by hand."""

    now: datetime
    steady: float = 100.0

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Both clocks go on."""
        self.now += timedelta(seconds=seconds)
        self.steady += seconds


@pytest.fixture
def clocks(now: datetime) -> Clocks:
    """Clocks that stand still until they are moved."""
    return Clocks(now)


@pytest.fixture
def writer(tmp_path: Path, now: datetime) -> Iterator[Writer]:
    """A real archive."""
    with Writer(tmp_path / "monitor.db", now) as opened:
        yield opened


@pytest.fixture
def lane_settings(clocks: Clocks) -> LaneSettings:
    """No jitter, and the steady clock of the test."""
    return LaneSettings(fraction=lambda: 0.999999, monotonic=lambda: clocks.steady)


@pytest.fixture
def put(
    writer: Writer, case: Callable[[Reason], tuple[Change, Incident]], settings: MessageSettings, clocks: Clocks
) -> Callable[..., tuple[str, ...]]:
    """Put the notice of a reason, of any incident, into the outbox."""

    def enqueue(reason: Reason, *channels: str, incident: str = "k7f3") -> tuple[str, ...]:
        change, told = case(reason)
        notice = make_notice(replace(change, incident=incident), replace(told, id=incident), settings, clocks())
        return writer.run(lambda conn: store.enqueue(conn, notice, channels, clocks()))

    return enqueue


def states(writer: Writer) -> dict[str, int]:
    """How many deliveries are in each state."""
    counts = writer.run(store.counts)
    return {name: getattr(counts, name) for name in ("pending", "leased", "sent", "dead") if getattr(counts, name)}


Put = Callable[..., tuple[str, ...]]


def test_one_pass_delivers_everything(writer: Writer, put: Put, clocks: Clocks) -> None:
    """What is due goes to each of its channels once, and is settled."""
    first, second = ScriptedChannel(), ScriptedChannel()
    put(Reason.NEW_ATTACK, "slack", "mail")
    put(Reason.NEW_ATTACK, "slack", incident="p2qd")

    assert deliver(writer, {"slack": first, "mail": second}, clocks) == 3
    assert (len(first.seen), len(second.seen)) == (2, 1)
    assert states(writer) == {"sent": 3}
    assert deliver(writer, {"slack": first, "mail": second}, clocks) == 0


def test_an_update_waits_for_its_thread_and_gets_the_reference(
    writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings
) -> None:
    """While the first message fails, its updates wait; other incidents do not."""
    channel = ScriptedChannel([Transient("500"), Sent(ref="C0/first")])
    put(Reason.NEW_ATTACK, "slack")
    put(Reason.TOLL, "slack")
    lane = Lane("slack", channel, writer, clocks, settings=lane_settings)
    drain([lane])

    assert channel.reasons == ["new_attack"]
    clocks.advance(10)
    drain([lane])
    assert channel.reasons == ["new_attack", "new_attack", "toll"]
    assert channel.seen[2].ref == "C0/first"


def test_a_dead_channel_does_not_delay_another(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """Each channel has its lane: one that is down for a day leaves the others on time, and catches up in order."""
    dead, alive = ScriptedChannel([Transient("down")] * 30), ScriptedChannel()
    for number in range(5):
        put(Reason.NEW_ATTACK, "mail", "slack", incident=f"i{number}")
    both = lanes(writer, {"mail": dead, "slack": alive}, clocks, settings=lane_settings)
    drain(both)

    assert len(alive.seen) == 5
    assert len(dead.seen) == 1  # the server is left alone after a failure, not asked five times
    dead.script.clear()
    clocks.advance(24 * 3600)
    drain(both)
    assert states(writer) == {"sent": 10}
    assert all("DELAYED by 24 h" in one.notice.message.lead for one in dead.seen[1:])


def test_retry_after_is_honoured_for_the_whole_channel(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """After 429 with Retry-After 7 nothing is sent to that channel for 7 seconds."""
    channel = ScriptedChannel([Transient("429", retry_after=7)])
    put(Reason.NEW_ATTACK, "slack")
    put(Reason.NEW_ATTACK, "slack", incident="p2qd")
    lane = Lane("slack", channel, writer, clocks, settings=lane_settings)
    drain([lane])
    clocks.advance(6.9)
    drain([lane])

    assert len(channel.seen) == 1
    clocks.advance(0.2)
    drain([lane])
    assert len(channel.seen) == 3


def test_backoff_grows_while_a_server_fails(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """Ten failures, then success: delivered, with growing pauses between the tries."""
    channel = ScriptedChannel([Transient("500")] * 10)
    settled: list[Settled] = []
    put(Reason.NEW_ATTACK, "slack")
    lane = Lane("slack", channel, writer, clocks, on_settled=settled.append, settings=lane_settings)
    moments: list[float] = []
    while len(settled) < 11:
        if drain([lane]):
            moments.append(clocks.steady)
        clocks.advance(1)
    pauses = [second - first for first, second in pairwise(moments)]

    assert pauses == sorted(pauses)
    assert pauses[0] >= 5
    assert isinstance(settled[-1].result, Sent)
    assert states(writer) == {"sent": 1}


def test_an_ambiguous_message_is_repeated_under_its_id_and_marked(
    writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings
) -> None:
    """The repeat has the same id and says that it may be one."""
    channel = ScriptedChannel([Ambiguous("broke")])
    put(Reason.NEW_ATTACK, "slack")
    lane = Lane("slack", channel, writer, clocks, settings=lane_settings)
    drain([lane])
    clocks.advance(10)
    drain([lane])

    assert channel.seen[0].id == channel.seen[1].id
    assert "may repeat" not in channel.seen[0].notice.message.footer
    assert "may repeat" in channel.seen[1].notice.message.footer


def test_a_closed_channel_keeps_its_messages_and_others_are_told(
    writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings
) -> None:
    """A revoked token loses nothing: the messages wait, the operator hears it once over another channel, and they follow."""
    broken, other = ScriptedChannel([Permanent("invalid_auth", disable=True)] * 2), ScriptedChannel()
    for number in range(3):
        put(Reason.NEW_ATTACK, "slack", incident=f"i{number}")
    both = lanes(writer, {"slack": broken, "mail": other}, clocks, settings=lane_settings)
    drain(both)

    assert both[0].closed == "invalid_auth"
    assert [one.notice.message.headline for one in other.seen] == ["monitor: channel slack is closed"]
    assert states(writer) == {"pending": 3, "sent": 1}
    clocks.advance(CLOSED_FOR + 1)
    drain(both)
    assert len(other.seen) == 1
    clocks.advance(CLOSED_FOR + 1)
    drain(both)
    assert both[0].closed == ""
    assert states(writer) == {"sent": 4}


def test_a_message_refused_for_good_is_dead_and_told(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """A bad message does not block the channel; it is kept as dead, and the operator hears of it elsewhere."""
    channel, other = ScriptedChannel([Permanent("msg_too_long")]), ScriptedChannel()
    put(Reason.NEW_ATTACK, "slack")
    put(Reason.NEW_ATTACK, "slack", incident="p2qd")
    drain(lanes(writer, {"slack": channel, "mail": other}, clocks, settings=lane_settings))

    assert states(writer) == {"dead": 1, "sent": 2}
    assert [one.notice.message.headline for one in other.seen] == ["monitor: channel slack did not take a message"]


def test_giving_up_after_72_hours(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """A channel that is down for three days: the delivery is dead and stays visible."""
    channel = ScriptedChannel([Transient("down")] * 500)
    put(Reason.NEW_ATTACK, "slack")
    lane = Lane("slack", channel, writer, clocks, settings=lane_settings)
    for _ in range(74):
        for _ in range(3):
            drain([lane])
            clocks.advance(1200)

    assert states(writer) == {"dead": 1}
    assert 50 < len(channel.seen) < 150
    assert writer.run(lambda conn: store.listed(conn, DeliveryState.DEAD))[0].channel == "slack"


def test_a_bug_in_a_channel_costs_a_try_not_the_lane(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """An exception nobody expected is logged and tried again."""
    channel = ScriptedChannel([RuntimeError("oops")])
    put(Reason.NEW_ATTACK, "slack")
    lane = Lane("slack", channel, writer, clocks, settings=lane_settings)
    drain([lane])
    clocks.advance(10)
    drain([lane])

    assert states(writer) == {"sent": 1}


def test_messages_to_slack_keep_their_pace(writer: Writer, put: Put, clocks: Clocks) -> None:
    """A channel's pace spaces its messages in real time."""
    channel = ScriptedChannel(pace=0.1)
    for number in range(4):
        put(Reason.NEW_ATTACK, "slack", incident=f"i{number}")
    started = time.monotonic()
    deliver(writer, {"slack": channel}, clocks)

    assert time.monotonic() - started >= 0.3


def test_a_crashed_delivery_is_sent_again_as_ambiguous(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """A process that died between sending and settling repeats that one message, marked, under the same id."""
    put(Reason.NEW_ATTACK, "slack")
    lost = writer.run(lambda conn: store.claim(conn, "slack", clocks(), "dead process", timedelta(minutes=5), 1))
    channel = ScriptedChannel()
    writer.run(lambda conn: store.release(conn, clocks()))
    drain([Lane("slack", channel, writer, clocks, settings=lane_settings)])

    assert [one.id for one in channel.seen] == [lost[0].id]
    assert channel.seen[0].ambiguous


def test_lanes_work_in_their_threads_until_stopped(writer: Writer, put: Put, clocks: Clocks) -> None:
    """In the daemon a lane sends what comes, soon after it is woken, reports progress, and ends when told."""
    channel = ScriptedChannel()
    arrived, progress = threading.Event(), threading.Event()
    lane = Lane("slack", channel, writer, clocks, on_settled=lambda _: arrived.set())
    lane.start(progress.set)
    put(Reason.NEW_ATTACK, "slack")
    lane.wake()

    assert arrived.wait(5)
    assert progress.wait(5)
    lane.stop()
    put(Reason.TOLL, "slack")
    assert len(channel.seen) == 1


def test_a_receipt_that_the_archive_cannot_take_is_owed(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """While the archive cannot be written, a sent message is not sent again: its receipt is written first."""
    from monitor.errors import StoreFull

    class Failing:
        """A writer whose disk is full at its second transaction."""

        def __init__(self) -> None:
            self.runs = 0

        def run(self, fn: Callable[[Any], Any]) -> Any:
            self.runs += 1
            if self.runs == 2:
                raise StoreFull("the disk is full")
            return writer.run(fn)

    channel = ScriptedChannel()
    put(Reason.NEW_ATTACK, "slack")
    lane = Lane("slack", channel, Failing(), clocks, settings=lane_settings)  # type: ignore[arg-type]
    with pytest.raises(StoreFull):
        lane.step()
    lane.step()

    assert len(channel.seen) == 1
    assert states(writer) == {"sent": 1}


def test_young_messages_have_no_banner(make_delivery: Callable[..., Delivery], now: datetime) -> None:
    """Only what is older than the limit is called delayed."""
    delivery = make_delivery()

    assert dressed(delivery, now + timedelta(minutes=30)) == delivery
    assert "DELAYED" in dressed(delivery, now + timedelta(minutes=30), timedelta(minutes=10)).notice.message.lead


def test_a_story_in_a_slack_thread(writer: Writer, put: Put, clocks: Clocks, slack: Any) -> None:
    """Against the fake Slack: the first message, then updates as replies to its ts, the claim shown in the channel."""
    bot = SlackBot(lambda: "xoxb-test", "C0OPS", Poster(("127.0.0.0/8",), 2.0), f"{slack.url}/api")
    bot.pace = 0.0
    for reason in (Reason.NEW_ATTACK, Reason.TOLL, Reason.NEW_CLAIM):
        put(reason, "slack")
    deliver(writer, {"slack": bot}, clocks)
    posts = [json.loads(request.body) for request in slack.requests]

    assert [post.get("thread_ts") for post in posts] == [None, "1700000000.000001", "1700000000.000001"]
    assert [post.get("reply_broadcast") for post in posts] == [None, False, True]


def test_operator_notes_go_where_the_routes_say(writer: Writer, put: Put, clocks: Clocks, lane_settings: LaneSettings) -> None:
    """`tell` chooses the channels of a note; the troubled channel itself is left out."""
    channels: dict[str, ScriptedChannel] = {name: ScriptedChannel() for name in ("slack", "mail", "console")}
    channels["slack"].script = [Permanent("invalid_auth", disable=True)]
    put(Reason.NEW_ATTACK, "slack")

    def tell(_: object) -> Sequence[str]:
        return ("slack", "console")

    drain(lanes(writer, channels, clocks, tell, settings=lane_settings))

    assert {name: len(channel.seen) for name, channel in channels.items()} == {"slack": 1, "mail": 0, "console": 1}

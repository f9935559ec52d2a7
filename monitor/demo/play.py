"""The demo: the real daemon code against the bundled site, over real HTTP, with its clock run forward through two days."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from monitor.alerts.channels import build_all
from monitor.alerts.outbox import drain, lanes
from monitor.config import Config
from monitor.demo.receivers import MAIL_ADDRESS, Receivers
from monitor.demo.site import Site
from monitor.demo.stories import START, Story, read_stories
from monitor.desk import Desk, open_desk
from monitor.filing import Filed
from monitor.model import Change, Reason
from monitor.pipeline import Polled
from monitor.service.clock import SetClock
from monitor.service.cycle import Cycle

THREADS = 8
LOOPBACK = ["127.0.0.0/8"]
AFTER = timedelta(minutes=5)  # how long after a story's publication the daemon looks
SECRET = "whsec_bW9uaXRvci1kZW1vLXNpZ25pbmcta2V5LTMyYg=="  # the demo's own receiver; protects nothing
EXPECTED = {Reason.NEW_ATTACK: 1, Reason.NEW_CLAIM: 1, Reason.DENIED: 1}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Played:
    """How the demo went: changes alerted, messages caught per receiver, and what is not as it should be."""

    changes: tuple[Change, ...]
    caught: dict[str, int]
    faults: tuple[str, ...]


def demo_config(receivers: Receivers) -> Config:
    """A configuration as a person would write it, with loopback allowed and short deadlines for the hostile pages."""
    return Config.model_validate({
        "fetch": {"threads": THREADS, "deadline": "2s", "allow": LOOPBACK, "host_gap": "0s", "per_host": 4},
        "channel": [
            {"name": "console", "type": "console"},
            {"name": "slack", "type": "slack", "token": "demo-token", "channel": "C0DEMO",
             "base_url": receivers.slack_base, "allow": LOOPBACK},
            {"name": "email", "type": "email", "host": MAIL_ADDRESS, "port": receivers.mail_port, "security": "none",
             "from": "monitor@demo.invalid", "to": ["desk@demo.invalid"], "allow": LOOPBACK},
            {"name": "webhook", "type": "webhook", "url": receivers.webhook_url, "secret": SECRET, "allow": LOOPBACK},
        ],
    })  # fmt: skip


def play(state: Path, out: TextIO, say: Say, colour: bool = False) -> Played:
    """Run the demo on a fresh archive in `state`; alerts go to `out`, the story around them to `say`."""
    outlets, stories = read_stories()
    clock = SetClock(START)
    names = {outlet.id: outlet.name for outlet in outlets}
    with ExitStack() as stack:
        site = stack.enter_context(Site(outlets, stories, clock))
        receivers = stack.enter_context(Receivers(lambda receiver, line: say(f"           caught by {receiver}: {line}")))
        config = demo_config(receivers)
        desk = stack.enter_context(open_desk(config, site.feeds, state, None, clock))
        heard = _Heard()
        cycle = Cycle(desk, THREADS, heard.note)
        stack.callback(cycle.close)
        channels = build_all(config.channel, clock, out, colour)
        sending = lanes(desk.writer, channels, clock, desk.rules.operators)
        say(f"{clock():%a %H:%M} UTC  first poll of {len(site.feeds)} feeds: what is already there is recorded, silently")
        cycle.drain()
        _tell(heard.take(), desk, say)
        for story in stories:
            if story.published > START:
                _live_through(story, names[story.outlet], clock, say)
                cycle.drain()
                _tell(heard.take(), desk, say)
                drain(sending)
        return Played(tuple(heard.changes), dict(receivers.counts), tuple(_faults(heard, receivers)))


def _live_through(story: Story, outlet: str, clock: SetClock, say: Say) -> None:
    clock.advance(story.published + AFTER - clock())
    say(f"\n{story.published:%a %H:%M} UTC  {outlet}: {story.title}")


class _Heard:
    """What the cycle did since it was last asked, and every change so far."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._filed: list[Filed] = []
        self._failed: set[str] = set()
        self._down: set[str] = set()
        self._lock = threading.Lock()

    def note(self, done: Polled | Filed | None) -> None:
        with self._lock:
            if isinstance(done, Filed):
                self._filed.append(done)
                self.changes.extend(done.changes)
            elif isinstance(done, Polled):
                self._note_poll(done)

    def _note_poll(self, done: Polled) -> None:
        """An outage is told once, when it begins."""
        if not done.failed:
            self._down.discard(done.feed)
        elif done.feed not in self._down:
            self._down.add(done.feed)
            self._failed.add(done.feed)

    def take(self) -> tuple[list[Filed], set[str]]:
        with self._lock:
            taken = self._filed, self._failed
            self._filed, self._failed = [], set()
        return taken


def _tell(heard: tuple[list[Filed], set[str]], desk: Desk, say: Say) -> None:
    """Why nothing was sent, where nothing was."""
    filed, failed = heard
    for feed in sorted(failed):
        say(f"           {feed}: the feed is broken; it is noted and tried again ever more rarely, the others go on")
    for one in filed:
        if not one.changes and not one.known:
            say(f"           no alert: {_reason(one, desk)}")


def _reason(filed: Filed, desk: Desk) -> str:
    found = desk.writer.run(
        lambda conn: conn.execute(
            "SELECT a.problem, a.title, (SELECT group_concat(DISTINCT s.rule) FROM suppression s WHERE s.article = a.id), e.backfill"
            " FROM article a LEFT JOIN entry e ON e.article = a.id WHERE a.id = ?",
            (filed.article,),
        ).fetchone()
    )
    problem, title, rules, backfill = found
    if backfill:
        return f"already online ({title})"
    if rules:
        return str(rules).replace("_", " ").replace(",", ", ")
    if filed.updated:
        return f"one more report of incident {filed.updated[0]}, nothing new in it"
    if problem:
        return f"page unusable ({problem.rstrip('.')}), the feed's own text is no attack"
    return "no attack in it"


def _faults(heard: _Heard, receivers: Receivers) -> list[str]:
    """What is not as it must be, for the exit code and the tests."""
    reasons = Counter(change.reason for change in heard.changes)
    faults = [
        f"{reasons[reason]} {reason.value} alerts instead of {count}" for reason, count in EXPECTED.items() if reasons[reason] != count
    ]
    faults += [f"no {reason.value} alert" for reason in (Reason.TOLL, Reason.CONTESTED) if not reasons[reason]]
    if len({change.incident for change in heard.changes}) != 1:
        faults.append("alerts about more than one incident")
    faults += [
        f"{name} caught {count} of {len(heard.changes)} messages" for name, count in receivers.counts.items() if count != len(heard.changes)
    ]
    return faults

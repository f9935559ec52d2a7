"""A process that is killed around a send: real processes, real SIGKILL, a real archive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from monitor.alerts.message import MessageSettings
from monitor.alerts.notices import notice as make_notice
from monitor.model import Change, Incident, Reason
from monitor.store import outbox as store
from monitor.store.writer import Writer

# Sends what is due by appending its id to a file, as a server that keeps a ledger would.
PASS = """
import sys
from datetime import datetime
from pathlib import Path
from monitor.alerts.outbox import deliver
from monitor.model import Sent
from monitor.store import outbox
from monitor.store.writer import Writer

class Ledger:
    pace = 0.0
    def send(self, delivery):
        with open(sys.argv[2], "a") as file:
            file.write(delivery.id + "\\n")
        return Sent()

now = datetime.fromisoformat(sys.argv[3])
with Writer(Path(sys.argv[1]), now) as writer:
    writer.run(lambda conn: outbox.release(conn, now))
    deliver(writer, {"ledger": Ledger()}, lambda: now)
"""


@pytest.mark.parametrize(("point", "copies"), [("before_send", 1), ("after_send", 2)])
def test_a_killed_process_loses_no_message(
    tmp_path: Path,
    case: Callable[[Reason], tuple[Change, Incident]],
    settings: MessageSettings,
    now: datetime,
    point: str,
    copies: int,
) -> None:
    """Killed before sending: sent once after the restart. Killed after it: repeated once, with the same id."""
    archive, ledger = tmp_path / "monitor.db", tmp_path / "ledger"
    with Writer(archive, now) as writer:
        notice = make_notice(*case(Reason.NEW_ATTACK), settings, now)
        (delivery,) = writer.run(lambda conn: store.enqueue(conn, notice, ("ledger",), now))
    command = [sys.executable, "-c", PASS, str(archive), str(ledger), now.isoformat()]
    root = Path(__file__).parents[2]
    killed = subprocess.run(command, env={**os.environ, "MONITOR_CRASH_AT": point, "PYTHONPATH": str(root)}, timeout=60, check=False)
    again = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(root)}, timeout=60, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0
    assert ledger.read_text().split() == [delivery] * copies
    with Writer(archive, now) as writer:
        assert writer.run(store.counts).sent == 1

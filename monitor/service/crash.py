"""Named points at which a test may kill the process, to prove that a crash there loses nothing.

    MONITOR_CRASH_AT=after_send monitor run

Points: `after_fetch`, `inside_article`, `before_send` (the delivery is leased, nothing is sent), `after_send` (the
server has it, the archive does not know yet). Without the variable every point does nothing.
"""

from __future__ import annotations

import os
import signal


def crash_point(name: str) -> None:
    """Kill this process at once, as `kill -9` would, when MONITOR_CRASH_AT names this point."""
    if os.environ.get("MONITOR_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)

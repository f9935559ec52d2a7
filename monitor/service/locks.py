"""One instance per archive: an advisory lock that the kernel drops when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.errors import AlreadyRunning, StoreError


@contextmanager
def only_instance(state: Path) -> Iterator[None]:
    """Hold state/monitor.lock; raises AlreadyRunning when another process does, StoreError when it cannot be made."""
    path = state / "monitor.lock"
    try:
        state.mkdir(parents=True, exist_ok=True)
        handle = path.open("a+")
    except OSError as exc:
        raise StoreError(f"cannot write to {state}: {exc.strerror}", "give the state directory to the user that runs the monitor") from exc
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            handle.seek(0)
            holder = handle.read().strip() or "unknown"
            raise AlreadyRunning(
                f"another monitor (process {holder}) works on {state}", "stop it first, or use another --state directory"
            ) from exc
        _sign(handle.fileno())
        yield


def _sign(lock: int) -> None:
    """Leave our process id in the lock, for the message of the next one; a full disk does not matter to the lock."""
    with suppress(OSError):
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())

"""The daemon: a few coarse APScheduler jobs, one lane per channel, and a supervisor that feeds the watchdog.

Due times live in the database; the jobs only ask what is due. The supervisor compares the wall clock with the
monotonic one, because APScheduler 3 sleeps until a wall time: after a jump every job is set to run now.
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.alerts.outbox import Lane
from monitor.desk import Desk
from monitor.errors import StoreCorrupt, StoreFull, StoreLocked
from monitor.service.clock import system_clock
from monitor.service.cycle import Cycle
from monitor.service.health import Health, take_health
from monitor.service.logs import event
from monitor.service.notify import notify, watchdog_seconds
from monitor.service.progress import ClockWatch, Progress
from monitor.store import meta

log = logging.getLogger("monitor")
TICK = 1.0  # seconds between looks at what is due
HEALTH = 60.0  # seconds between status lines
STUCK_AFTER = 180.0  # no poll and no page has ended for so long: the threads hang
LANES_END = 12.0  # seconds that messages under way may take at the end
REMIND = 300.0  # seconds between two lines about the same trouble of the archive
STALLED_AFTER = 90.0  # a lane without progress for so long is stalled: no watchdog ping, systemd restarts us


class Daemon:
    """Runs until told to stop; `run` returns 0 after an orderly end.

    A full disk or a lock of another process is waited out: what is due stays due, and a new start would mend nothing.
    Damage is not: then `run` raises StoreCorrupt.
    """

    def __init__(self, desk: Desk, threads: int, lanes: Sequence[Lane], cycle: Cycle | None = None) -> None:
        self.desk = desk
        self.cycle = cycle or Cycle(desk, threads)
        self.lanes = lanes
        self.progress = Progress()
        self._stop = threading.Event()
        self._damage: StoreCorrupt | None = None
        self._trouble: dict[str, float] = {}  # jobs that the archive keeps from their work, and when that was last logged
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def run(self) -> int:
        """Work until SIGTERM or SIGINT; a second signal ends the process at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        return self.work()

    def work(self) -> int:
        """`run` without the signals: work until `stop`. Raises StoreCorrupt."""
        self._start()
        notify("READY=1")
        log.info(event("started", feeds=len(self.desk.feeds), channels=",".join(self.desk.channels)))
        try:
            self._supervise()
        finally:
            self._shut_down()
        if self._damage is not None:
            raise self._damage
        return 0

    def stop(self) -> None:
        """Ask for an orderly end."""
        self._stop.set()

    def _start(self) -> None:
        self._job("tick", self.cycle.poll_due, TICK)
        self._job("entries", self.cycle.read_pending, TICK)
        self._job("health", self._look_after_health, HEALTH)
        self._scheduler.add_listener(self._on_job_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self._scheduler.start()
        for lane in self.lanes:
            self.progress.expect(lane.name, STALLED_AFTER)
            lane.start(lambda name=lane.name: self.progress.made(name))  # type: ignore[misc]

    def _job(self, name: str, work: Callable[[], object], seconds: float) -> None:
        self.progress.expect(name, STALLED_AFTER + seconds)

        def round_() -> None:
            try:
                work()
            except StoreCorrupt as error:
                self._damage = error
                self._stop.set()
            except (StoreFull, StoreLocked) as error:
                self._note_trouble(name, error.message)
            else:
                self._note_trouble(name, "")
            self.progress.made(name)

        self._scheduler.add_job(round_, "interval", seconds=seconds, id=name, next_run_time=system_clock())

    def _note_trouble(self, job: str, message: str) -> None:
        """One line when the archive cannot be written to, one when it can again, and a reminder now and then."""
        now = time.monotonic()
        if not message:
            if self._trouble.pop(job, None) is not None:
                log.info(event("archive works again", job=job))
        elif now - self._trouble.get(job, float("-inf")) >= REMIND:
            self._trouble[job] = now
            log.error(event("archive cannot be written to", job=job, why=message))

    def _supervise(self) -> None:
        clock_watch = ClockWatch()
        ping_every = watchdog_seconds()
        last_ping = 0.0
        while not self._stop.wait(1.0):
            if jumped := clock_watch.jump():
                log.warning(event("clock jumped", seconds=round(jumped)))
                self._run_all_jobs_now()
            stalled = self.progress.stalled()
            if self.cycle.stuck_for() > STUCK_AFTER:
                stalled.append("fetch")
            if stalled:
                log.error(event("stalled", lanes=",".join(stalled)))
            elif ping_every is not None and time.monotonic() - last_ping >= ping_every / 2:
                notify("WATCHDOG=1")
                last_ping = time.monotonic()

    def _run_all_jobs_now(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=system_clock())

    def _look_after_health(self) -> None:
        now = self.desk.clock()

        def look(conn: sqlite3.Connection) -> Health:
            meta.put(conn, "last_cycle", now.isoformat(timespec="seconds"))
            return take_health(conn, now)

        health = self.desk.writer.run(look)
        notify(f"STATUS={health.line()}")
        self._log_health(health)

    def _log_health(self, health: Health) -> None:
        (log.info if health.ok else log.warning)(event("health", summary=health.line()))

    def _on_job_trouble(self, trouble: JobExecutionEvent) -> None:
        if self._stop.is_set():
            return
        error = getattr(trouble, "exception", None)
        log.error(event("job trouble", job=trouble.job_id, error=error), exc_info=error)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._stop.is_set():
            os._exit(130 if number == signal.SIGINT else 143)
        self._stop.set()

    def _shut_down(self) -> None:
        notify("STOPPING=1")
        started = time.monotonic()
        self._scheduler.shutdown(wait=False)
        for lane in self.lanes:
            lane.finish()
        self.cycle.close()
        for lane in self.lanes:
            lane.stop(max(0.0, started + LANES_END - time.monotonic()))
        log.info(event("stopped", seconds=round(time.monotonic() - started, 1)))

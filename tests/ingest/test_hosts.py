"""Turns at one host."""

from __future__ import annotations

import threading

from monitor.ingest.hosts import HostGate


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def test_requests_to_one_host_start_apart() -> None:
    """The second and third request wait for the gap; another host does not."""
    time = FakeTime()
    gate = HostGate(limit=2, gap=1.0, monotonic=time.monotonic, sleep=time.sleep)
    for host in ("a.example", "a.example", "b.example", "a.example"):
        with gate.turn(host):
            pass

    assert time.slept == [1.0, 1.0]


def test_no_more_than_the_limit_run_at_once() -> None:
    """The third request to a host begins only when one of two has ended."""
    gate = HostGate(limit=2, gap=0)
    entered, release, third = threading.Barrier(3), threading.Event(), threading.Event()

    def hold() -> None:
        with gate.turn("a.example"):
            entered.wait(2)
            release.wait(2)

    def follow() -> None:
        with gate.turn("a.example"):
            third.set()

    holders = [threading.Thread(target=hold) for _ in range(2)]
    for thread in holders:
        thread.start()
    entered.wait(2)
    follower = threading.Thread(target=follow)
    follower.start()

    assert not third.wait(0.05)
    with gate.turn("b.example"):
        pass
    release.set()
    for thread in [*holders, follower]:
        thread.join()
    assert third.is_set()


def test_a_failed_request_gives_its_turn_back() -> None:
    """An exception inside the block does not lock the host for ever."""
    gate = HostGate(limit=1, gap=0)
    for _ in range(3):
        try:
            with gate.turn("a.example"):
                raise ValueError
        except ValueError:
            continue

    assert gate.waiting("a.example") == 0


def test_hosts_long_gone_are_forgotten() -> None:
    """A year of article links does not grow the memory of hosts without end."""
    time = FakeTime()
    gate = HostGate(limit=1, gap=0.001, monotonic=time.monotonic, sleep=time.sleep)
    for number in range(2_500):
        time.now += 1
        with gate.turn(f"{number}.example"):
            pass

    assert len(gate._hosts) <= 1_001

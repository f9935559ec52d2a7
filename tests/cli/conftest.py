"""An archive made by the real detection and filing of three invented articles, and a runner for the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import cli
from monitor.config import Config
from monitor.desk import rules_of
from monitor.errors import MonitorError
from monitor.filing import file_article
from monitor.model import Article, Feed
from monitor.store import feeds
from monitor.store.writer import Writer
from monitor.worker import Library, judge

NOW = datetime.now(UTC).replace(microsecond=0)
BLAST = Article(
    url="https://wire.invalid/blast",
    title="Bomb blast in Khuzdar market kills six",
    text=(
        f"KHUZDAR: A bomb exploded in a crowded market in Khuzdar in Pakistan's Balochistan province on {NOW - timedelta(hours=3):%A}, "
        "killing six people and wounding 14, police said.\nNo group has claimed responsibility for the attack."
    ),
    language="en",
    published=NOW - timedelta(hours=2),
    seen=NOW - timedelta(hours=1),
    outlet="Test Wire",
    feed="Test Wire",
    feed_country="PK",
)
CLAIM = replace(
    BLAST,
    url="https://courier.invalid/claim",
    title="=Baloch Liberation Front claims Khuzdar market bombing",
    text=(
        f"QUETTA: The Baloch Liberation Front claimed responsibility for {NOW - timedelta(hours=3):%A}'s bombing of a market in Khuzdar "
        "that killed six people, its spokesman said in a statement."
    ),
    published=NOW - timedelta(minutes=50),
    seen=NOW - timedelta(minutes=40),
    outlet="Test Courier",
)
DRILL = replace(
    BLAST,
    url="https://wire.invalid/drill",
    title="Airport holds mock drill simulating suicide attack",
    text="Rescue services held a mock drill at the airport that simulated a suicide attack with many casualties.",
)


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory with one incident, claimed an hour later, and one suppressed article."""
    state = tmp_path_factory.mktemp("state")
    rules = rules_of(Config())
    with Writer(state / "monitor.db") as writer:
        writer.run(lambda conn: feeds.sync(conn, [Feed("Test Wire", "https://wire.invalid/rss", "PK", tier=1)], NOW))
        for article in (BLAST, CLAIM, DRILL):
            assessment = judge(article, rules.policy, article.seen, Library(None, None))
            writer.run(lambda conn, a=article, j=assessment: file_article(conn, a, j, rules, a.seen))
    return state


@pytest.fixture
def monitor(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs `monitor ...` on that archive, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(cli, ["--state", str(state), *arguments], input=stdin)
        if isinstance(result.exception, MonitorError):
            result.exit_code = result.exception.exit_code
        elif result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run

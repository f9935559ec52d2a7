"""`replay`: the rules over old articles, in memory; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor.cli.documents import BadLine, Given, read_documents
from monitor.cli.options import DURATION, json_option, now_option
from monitor.cli.output import say, table
from monitor.cli.progress import tracked
from monitor.cli.reading import emit, lines_of_stdin, load_knowledge
from monitor.cli.settings import Settings
from monitor.desk import Rules, rules_of
from monitor.errors import UsageError
from monitor.incidents.replay import Read, Replayed
from monitor.incidents.replay import replay as replay_documents
from monitor.model import Article, Assessment, Change
from monitor.service.clock import system_clock


@dataclass(frozen=True, slots=True)
class _Alert:
    """An alert as the comparison sees it: what, where from, and the headline behind it."""

    reason: str
    title: str
    at: str


@click.command()
@click.option("--since", type=DURATION, help="Replay the archive's articles of this time: 30d (the default).")
@click.option("--jsonl", "source", metavar="FILE|-", help="Replay documents from a file, or - for stdin, instead of the archive.")
@click.option("--order", type=click.Choice(["published", "given"]), default="published", show_default=True, help="Of the documents.")
@click.option("--every-article", is_flag=True, help="Take every document as a report of an incident; measures matching alone.")
@click.option("--config", "other", type=click.Path(path_type=Path), help="Another configuration, to compare with what was sent.")
@now_option
@json_option
@click.pass_obj
def replay(
    settings: Settings, since: timedelta | None, source: str | None, order: str, every_article: bool, other: Path | None,
    now: datetime | None, as_json: bool,
) -> None:  # fmt: skip
    """Backtest: which incidents and alerts the rules would have produced. Writes nothing.

    Over the archive it prints the alerts gained and lost against what was sent.
    """
    used = Settings(other, settings.state_option, settings.log_level) if other else settings
    rules = rules_of(used.config()) if used.config_path.exists() else _default_rules()
    if source is not None:
        given = _given(source, order, now or system_clock())
        _replay_given(given, used, rules, every_article, as_json)
    else:
        _replay_archive(settings, used, rules, since or timedelta(days=30), as_json)


def _default_rules() -> Rules:
    from monitor.config import Config

    return rules_of(Config())


def _given(source: str, order: str, now: datetime) -> list[Given | BadLine]:
    try:
        text = (lambda: Path(source).read_text(encoding="utf-8", errors="replace").split("\n")) if source != "-" else lines_of_stdin
        lines: Iterable[str] = text()
        documents = list(read_documents(lines, now))
    except OSError as exc:
        raise UsageError(f"cannot read {source}: {exc.strerror}") from exc
    if order == "published":
        documents.sort(
            key=lambda one: (one.article.published is None, one.article.published or now) if isinstance(one, Given) else (True, now)
        )
    return documents


def _replay_given(documents: list[Given | BadLine], settings: Settings, rules: Rules, every: bool, as_json: bool) -> None:
    good = [one for one in documents if isinstance(one, Given)]
    for bad in (one for one in documents if isinstance(one, BadLine)):
        emit({"id": bad.id, "error": bad.error})
    read = _read(((one.id, one.article) for one in tracked(good, "replaying", len(good))), settings, rules, every)
    count = incidents = alerts = 0
    seen: set[str] = set()
    for done in replay_documents(read, rules.incidents, every):
        count += 1
        seen.update(done.incidents)
        alerts += len(done.alerts)
        incidents = len(seen)
        if as_json:
            emit(_as_json(done))
    if not as_json:
        say(f"{count} documents, {incidents} incidents, {alerts} alerts")


def _as_json(done: Replayed) -> dict[str, object]:
    alerts = [{"incident": change.incident, "reason": change.reason.value} for change in done.alerts]
    return {"id": done.id, "primary": done.primary, "incidents": list(done.incidents), "alerts": alerts}


def _read(documents: Iterable[tuple[str, Article]], settings: Settings, rules: Rules, every: bool) -> Iterator[Read]:
    """Each document judged as it would have been on arrival; with `every`, outlined as a report whatever it says."""
    from monitor.detect.assess import assess, outline

    knowledge = load_knowledge(settings)
    for name, article in documents:
        if every:
            outlined = outline(article, knowledge, rules.policy, article.seen)
            yield Read(name, article, Assessment(article.language, relevant=True, incidents=(outlined,)))
        else:
            yield Read(name, article, assess(article, knowledge, rules.policy, article.seen))


def _replay_archive(settings: Settings, used: Settings, rules: Rules, since: timedelta, as_json: bool) -> None:
    from monitor.store import articles, queries

    start = system_clock() - since
    with closing(settings.archive()) as conn:
        stored = ((str(number), article) for number, article in articles.seen_since(conn, start))
        documents = list(stored)
        sent = {_Alert(row.reason, row.title, row.at) for row in queries.told_since(conn, start)}
    titles = dict(documents)
    read = _read(tracked(documents, "replaying", len(documents)), used, rules, every=False)
    would: set[_Alert] = set()
    for done in replay_documents(read, rules.incidents):
        if as_json:
            emit(_as_json(done))
        would.update(_alert(change, titles[done.id]) for change in done.alerts)
    if not as_json:
        _compare(would, sent, len(documents))


def _alert(change: Change, article: Article) -> _Alert:
    return _Alert(change.reason.value, article.title, article.seen.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _compare(would: set[_Alert], sent: set[_Alert], documents: int) -> None:
    gained, lost = sorted(would - sent, key=lambda a: a.at), sorted(sent - would, key=lambda a: a.at)
    rows = [("gained", a.at, a.reason, a.title) for a in gained] + [("lost", a.at, a.reason, a.title) for a in lost]
    if rows:
        table(("", "seen", "reason", "article"), rows)
    say(f"{documents} articles: {len(would)} alerts by these rules, {len(sent)} sent; {len(gained)} gained, {len(lost)} lost.")

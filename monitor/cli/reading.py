"""`analyze`, `extract` and `explain`: the pure middle of the program over texts given by hand. No archive is touched."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.documents import BadLine, read_document, read_json
from monitor.cli.options import now_option
from monitor.cli.output import json_text
from monitor.cli.settings import Settings
from monitor.detect.assess import Knowledge, Policy
from monitor.errors import UsageError
from monitor.service.clock import system_clock

if TYPE_CHECKING:
    from monitor.ingest.workers import Caller


def lines_of_stdin() -> Iterator[str]:
    """Standard input by lines of UTF-8, broken bytes replaced."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace")


def load_knowledge(settings: Settings) -> Knowledge:
    """Lexicon (with the analyst's overlay) and gazetteer."""
    from monitor.gazetteer import read_gazetteer
    from monitor.rules import read_lexicon

    return Knowledge(read_lexicon(settings.overlay()), read_gazetteer(overlay=settings.overlay()))


def load_policy(settings: Settings) -> Policy:
    """The thresholds of the configuration, or the defaults where there is no configuration."""
    from monitor.desk import policy_of

    return policy_of(settings.config()) if settings.config_path.exists() else Policy()


def emit(value: object) -> None:
    """One JSON line on stdout."""
    click.echo(json_text(value))


@click.command()
@click.option("--jsonl", is_flag=True, help="JSON lines on stdin and stdout (the only format; named so that it can grow).")
@now_option
@click.pass_obj
def analyze(settings: Settings, jsonl: bool, now: datetime | None) -> None:
    """Documents on stdin, analyses on stdout, one JSON line each, in input order.

    \b
    echo '{"id": "1", "title": "Blast kills two", "text": "..."}' | monitor analyze --jsonl
    """
    from monitor.cli.analysis_json import analysis_dict
    from monitor.detect.assess import assess

    if not jsonl:
        raise UsageError(
            "analyze reads JSON lines: say --jsonl",
            'example: echo \'{"id": "1", "title": "...", "text": "..."}\' | monitor analyze --jsonl',
        )
    knowledge, policy, moment = load_knowledge(settings), load_policy(settings), now or system_clock()
    for line in lines_of_stdin():
        if not line.strip():
            continue
        given = read_document(line, moment)
        if isinstance(given, BadLine):
            emit({"id": given.id, "error": given.error})
        else:
            emit(analysis_dict(given.id, assess(given.article, knowledge, policy, moment)))


@click.command()
@click.option("--jsonl", is_flag=True, help="JSON lines on stdin and stdout.")
def extract(jsonl: bool) -> None:
    """Pages on stdin ({"id", "url", "html" or "html_file"}), articles on stdout, as JSON lines."""
    if not jsonl:
        raise UsageError(
            "extract reads JSON lines: say --jsonl",
            'example: echo \'{"id": "1", "url": "...", "html_file": "page.html"}\' | monitor extract --jsonl',
        )
    from monitor.ingest.workers import Workers

    with closing(Workers()) as workers:
        for line in lines_of_stdin():
            if line.strip():
                emit(_extracted(line, workers))


def _html(raw: Mapping[str, object]) -> bytes:
    """The page of an input line; raises ValueError with a plain sentence, OSError for an unreadable file."""
    name, html = raw.get("html_file"), raw.get("html")
    if isinstance(name, str) and name and "\0" not in name:
        return Path(name).read_bytes()
    if isinstance(html, str) and name is None:
        return html.encode()
    raise ValueError("html or html_file must be a string")


def _extracted(line: str, workers: Caller) -> dict[str, object]:
    from monitor.ingest import page as pages
    from monitor.ingest.workers import WorkerFailed

    try:
        raw = read_json(line)
    except ValueError as exc:
        return {"id": None, "error": str(exc)}
    if not isinstance(raw, dict):
        return {"id": None, "error": "not a JSON object"}
    identity, url = raw.get("id"), str(raw.get("url") or "")
    try:
        html = _html(raw)
    except OSError as exc:
        return {"id": identity, "error": f"cannot read {raw['html_file']}: {exc.strerror}"}
    except ValueError as exc:
        return {"id": identity, "error": str(exc)}
    found = workers.call(pages.extract, html, url)
    if isinstance(found, WorkerFailed):
        return {"id": identity, "title": "", "text": "", "problem": found.detail}
    answer: dict[str, object] = {
        "id": identity, "title": found.title, "text": found.text, "author": found.author,
        "published": found.published.isoformat() if found.published else None, "canonical_url": found.canonical_url,
        "language": found.language, "site_name": found.site_name, "extracted_by": "page",
    }  # fmt: skip
    return answer | ({"problem": found.problem} if found.problem else {})

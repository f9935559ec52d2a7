"""`explain`: what is found in one page or text, and why: every hit with its rule, the score's parts, the verdict."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from monitor.alerts.render.console import render
from monitor.cli.analysis_json import analysis_dict
from monitor.cli.explanation import explanation
from monitor.cli.options import json_option, now_option
from monitor.cli.output import console, json_out, safe
from monitor.cli.reading import load_knowledge, load_policy
from monitor.cli.settings import Settings
from monitor.detect.assess import trace
from monitor.errors import NetworkError, UsageError
from monitor.ingest import page as pages
from monitor.ingest.urls import outlet
from monitor.model import Article, Assessment, Fetched, Notice
from monitor.service.clock import system_clock


@click.command()
@click.argument("source", metavar="URL|FILE|-")
@click.option("--title", help="Title of a plain text (default: its first line).")
@click.option("--published", type=str, help="When it was published, ISO 8601 (default: what the page says).")
@now_option
@json_option
@click.pass_obj
def explain(settings: Settings, source: str, title: str | None, published: str | None, now: datetime | None, as_json: bool) -> None:
    """What is found in one page or text, and why: spans, rules, vetoes, score, and the alert it would cause."""
    from monitor.cli.documents import read_moment

    moment = now or system_clock()
    article = _article(settings, source, title, moment)
    if published:
        try:
            article = replace(article, published=read_moment(published))
        except ValueError as exc:
            raise UsageError(str(exc)) from exc
    policy = load_policy(settings)
    found = trace(article, load_knowledge(settings), policy, moment)
    if as_json:
        json_out(analysis_dict(source, found.assessment))
        return
    out = console()
    for line, style in explanation(article, found, policy):
        out.print(safe(line), style=style, soft_wrap=True)
    for told in _messages(settings, article, found.assessment, moment):
        out.print(f"\nwould send ({told.severity.value}):", style="bold", soft_wrap=True)
        message = replace(told.message, footer="")  # it names an incident that is not on file
        click.echo(render(message, colour=out.is_terminal and not out.no_color), nl=False)


def _article(settings: Settings, source: str, title: str | None, now: datetime) -> Article:
    if "://" in source:
        return _from_page(_fetched(settings, source), source, now)
    if source == "-":
        raw = sys.stdin.buffer.read()
    else:
        try:
            raw = Path(source).read_bytes()
        except OSError as exc:
            raise UsageError(f"cannot read {source}: {exc.strerror}") from exc
    if b"<html" in raw[:2000].lower() or b"<!doctype html" in raw[:200].lower():
        return _from_page(raw, "", now)
    text = raw.decode("utf-8", "replace").strip()
    first, _, rest = text.partition("\n")
    return _plain_article(title or first, text if title else rest.strip(), "stdin" if source == "-" else Path(source).name, now)


def _plain_article(title: str, text: str, outlet: str, now: datetime) -> Article:
    return Article(url="", title=title, text=text, language="", published=None, seen=now, outlet=outlet, feed="")


def _fetched(settings: Settings, url: str) -> bytes:
    from monitor.config import Config
    from monitor.desk import fetch_settings
    from monitor.ingest.fetch import Fetcher

    config = settings.config() if settings.config_path.exists() else Config()
    outcome = Fetcher(fetch_settings(config), system_clock).get_page(url)
    if not isinstance(outcome, Fetched):
        raise NetworkError(getattr(outcome, "detail", "the server sent no page"))
    return outcome.body


def _from_page(html: bytes, url: str, now: datetime) -> Article:
    page = pages.extract(html, url)
    if page.problem:
        raise UsageError(f"no article in it: {page.problem}")
    return Article(
        url=url, title=page.title, text=page.text, language=(page.language or "")[:2], published=page.published, seen=now,
        outlet=page.site_name or (outlet(url) if url else ""), feed="",
    )  # fmt: skip


def _messages(settings: Settings, article: Article, assessment: Assessment, now: datetime) -> Iterator[Notice]:
    """What would be sent if the archive were empty."""
    from monitor.alerts.notices import notice
    from monitor.config import Config
    from monitor.desk import rules_of
    from monitor.incidents.replay import Read, Replayer

    rules = rules_of(settings.config() if settings.config_path.exists() else Config())
    replayer = Replayer(rules.incidents)
    for change in replayer.take(Read("explained", article, assessment)).alerts:
        yield notice(change, replayer.index.incidents[change.incident], rules.message, now)

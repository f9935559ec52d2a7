"""`explain`: what is found in one page or text, and why: every hit with its rule, the score's parts, the verdict."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from monitor.cli.analysis_json import analysis_dict
from monitor.cli.options import json_option, now_option
from monitor.cli.output import console, json_out, safe
from monitor.cli.reading import load_knowledge, load_policy
from monitor.cli.settings import Settings
from monitor.detect.assess import Trace, trace
from monitor.detect.evidence import Evidence
from monitor.errors import NetworkError, UsageError
from monitor.ingest import page as pages
from monitor.ingest.urls import outlet
from monitor.model import Article, Fetched, Mention
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
        from dataclasses import replace

        try:
            article = replace(article, published=read_moment(published))
        except ValueError as exc:
            raise UsageError(str(exc)) from exc
    found = trace(article, load_knowledge(settings), load_policy(settings), moment)
    if as_json:
        json_out(analysis_dict(source, found.assessment))
        return
    out = console()
    for line, style in _lines(article, found):
        out.print(safe(line), style=style, soft_wrap=True)


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
    return _plain_article(title or first, text if title else rest.strip(), now)


def _plain_article(title: str, text: str, now: datetime) -> Article:
    return Article(url="", title=title, text=text, language="", published=None, seen=now, outlet="", feed="")


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


def _lines(article: Article, found: Trace) -> Iterator[tuple[str, str]]:
    """(line, rich style) of the whole explanation, the verdict last."""
    assessment = found.assessment
    yield article.title, "bold"
    yield f"language {assessment.language} · published {article.published or 'unknown'}", "dim"
    if found.evidence is None:
        yield "nothing in it speaks of violence, or its language is not read: no rule was tried", ""
    else:
        yield from _hits(found.evidence)
    for number, mention in enumerate(assessment.incidents, 1):
        yield from _mention(number, mention)
    for part in assessment.parts:
        yield f"  {part.value:+.2f}  {part.name}{f' ({part.detail})' if part.detail else ''}", "green" if part.value > 0 else "red"
    for suppressed in assessment.suppressed:
        quote = f": “{suppressed.quote.text}”" if suppressed.quote else ""
        yield f"held back by {suppressed.rule} [{suppressed.rule_id}]{quote}", "yellow"
    if assessment.alert:
        call = assessment.alert
        yield f"ALERT {call.kind.value} · {call.severity.value} · confidence {call.confidence:.2f} · {'; '.join(call.reasons)}", "bold red"
    else:
        yield f"no alert (confidence {assessment.confidence:.2f}, {'relevant' if assessment.relevant else 'not relevant'})", "bold"


def _hits(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Every hit by sentence: what it is, the rule, the words."""
    sentences = evidence.document.sentences
    found: list[tuple[int, int, str, str]] = []
    found += [
        (h.sentence, h.start, f"{h.kind.value} {'/'.join(h.attack_types)} [{h.rule}] {h.aspect.value} “{h.text}”", "red")
        for h in evidence.events
    ]
    found += [(h.sentence, h.start, f"set aside [{h.rule}] “{h.text}”", "dim") for h in evidence.voided]
    found += [(h.sentence, h.start, f"actor {h.actor} ({h.naming.value}) “{h.text}”", "magenta") for h in evidence.actors]
    found += [
        (h.sentence, h.start, f"{h.stance.actor} {h.stance.stance.value} by {h.stance.by.value} [{h.stance.rule}]", "magenta")
        for h in evidence.stances
    ]
    found += [(h.sentence, 0, f"no claim [{h.rule}]", "magenta") for h in evidence.no_claims]
    found += [
        (h.sentence, h.start, f"{h.what.value} {h.range.low}-{h.range.high or ''} (best {h.range.best}) [{h.rule}]", "cyan")
        for h in evidence.tolls
    ]
    found += [(h.sentence, h.start, f"place {h.place.name}, {h.place.country} ({h.use.value}) “{h.text}”", "blue") for h in evidence.places]
    found += [
        (h.sentence, h.start, f"time {h.when.start if h.when else 'unresolved'} [{h.rule}] “{h.text}”", "blue") for h in evidence.times
    ]
    found += [(h.sentence, h.start, f"veto {h.veto} ({h.scope}) [{h.rule}]", "yellow") for h in evidence.vetoes]
    shown = -1
    for sentence, _, text, style in sorted(found):
        if sentence != shown:
            shown = sentence
            yield f"{sentences[sentence].zone.value:>5} {sentences[sentence].text}", ""
        yield f"      {text}", style


def _mention(number: int, mention: Mention) -> Iterator[tuple[str, str]]:
    where = f"{mention.place.name}, {mention.place.country_name} ({mention.place.precision.value})" if mention.place else "place unknown"
    when = f"{mention.when.start} ({mention.when.precision.value}, {mention.when.basis.value})" if mention.when else "date unknown"
    yield (
        f"incident {number}: {mention.role.value} {mention.kind.value} · {', '.join(mention.attack_types) or '-'} · {where} · {when}",
        "bold",
    )
    tolls = [(name, getattr(mention, name)) for name in ("killed", "injured", "kidnapped", "perpetrators_killed")]
    told = ", ".join(f"{name} {count.low}-{count.high or ''} ({count.best})" for name, count in tolls if count)
    if told:
        yield f"  {told}", "cyan"
    for stance in mention.stances:
        yield (
            f"  {stance.name} ({stance.actor}) {stance.stance.value}, by {stance.by.value}, via {stance.via.value}: “{stance.quote.text}”",
            "magenta",
        )

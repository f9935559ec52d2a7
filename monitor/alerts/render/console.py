"""A message as a block of plain text for a terminal, and as the text part of a mail."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from monitor.alerts.wording import moment_words
from monitor.model import CitedQuote, Fact, Message, Severity

WIDTH = 100
_LABEL = 14
_COLOURS = {Severity.CRITICAL: "1;31", Severity.HIGH: "1;33", Severity.NORMAL: "1", Severity.LOW: "2"}


def render(message: Message, colour: bool = False) -> str:
    """The message in lines of at most about 100 columns, ending with a line break; `colour` adds ANSI sequences."""
    head = f"\x1b[{_COLOURS[message.severity]}m{message.headline}\x1b[0m" if colour else message.headline
    return "\n".join([head, *_body(message), ""])


def body(message: Message) -> str:
    """All lines below the headline."""
    return "\n".join([*_body(message), ""])


def _body(message: Message) -> Iterator[str]:
    if message.lead:
        yield from wrap(message.lead, WIDTH)
    for fact in message.facts:
        yield from _fact(fact)
    for line in message.unknown:
        yield from _labelled("Not known", line)
    for quote in message.quotes:
        yield from _quote(quote)
    if message.why:
        yield from _labelled("Why", "; ".join(message.why))
    for link in message.links:
        yield f"  {link.label}: {link.url}"
    if message.footer:
        yield from wrap(message.footer, WIDTH)


def _fact(fact: Fact) -> Iterator[str]:
    return _labelled(fact.label, f"{fact.value} ({fact.note})" if fact.note else fact.value)


def _labelled(label: str, text: str) -> Iterator[str]:
    indent = " " * (_LABEL + 2)
    lines = wrap(text, WIDTH - _LABEL - 2) or [""]
    yield f"  {label:<{_LABEL}}{lines[0]}" if len(label) < _LABEL else f"  {label} {lines[0]}"
    yield from (f"{indent}{line}" for line in lines[1:])


def _quote(quote: CitedQuote) -> Iterator[str]:
    told = f'"{quote.text}" - {quote.outlet}, {moment_words(quote.at)} [{quote.about}]'
    yield from (f"  > {line}" for line in wrap(told, WIDTH - 4))

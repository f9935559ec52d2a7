"""One quoted sentence behind every fact a message asserts, with the outlet and the moment it was said."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.alerts.plain import plain, safe_url
from monitor.alerts.stands import ABOUT, behind, holders
from monitor.model import Change, CitedQuote, Finding, HeldStance, Incident, Link, Quote, Reason, Report, StanceKind, TollLedger

MOST_QUOTES = 8
MOST_LINKS = 6
QUOTE_LIMIT = 400
_TOLLS = ("killed", "injured", "kidnapped", "perpetrators_killed")
_ORDER = (*_TOLLS, "attack", "place", "date", "when", "no_claim")
_WORDS = {"perpetrators_killed": "attackers killed", "no_claim": "no claim", "date": "when", "kidnapped": "abducted"}


def cited_quotes(change: Change, incident: Incident) -> tuple[CitedQuote, ...]:
    """The quote for the difference first, then one per stance and per counted or located fact; the same sentence once."""
    reports = {report.article: report for report in incident.reports}
    found: dict[tuple[str, str], CitedQuote] = {}
    for quote in (*_of_difference(change, incident, reports), *_of_stances(incident, reports), *_of_findings(change, incident)):
        key = (quote.text, quote.outlet)
        earlier = found.get(key)
        if earlier is None:
            found[key] = quote
        elif quote.about not in earlier.about.split(", "):
            found[key] = CitedQuote(f"{earlier.about}, {quote.about}", quote.text, quote.outlet, quote.at, quote.url)
    return tuple(found.values())[:MOST_QUOTES]


def _of_difference(change: Change, incident: Incident, reports: dict[int, Report]) -> Iterator[CitedQuote]:
    held = behind(change, incident)
    if held:
        yield _of_stance(held, reports)
    report = reports.get(change.article)
    if report and change.reason is Reason.TOLL:
        counted = {finding.field: finding for finding in report.mention.findings if finding.field in _TOLLS}
        word = next((field for field in _TOLLS if _word(field) in change.after or _word(field) in change.key), "killed")
        if word in counted:
            yield _cite(_word(word), counted[word].quote, report)


def _of_stances(incident: Incident, reports: dict[int, Report]) -> Iterator[CitedQuote]:
    for kind in ABOUT:
        for held in holders(incident, kind)[:2]:
            yield _of_stance(held, reports)


def _of_stance(held: HeldStance, reports: dict[int, Report]) -> CitedQuote:
    report = reports.get(held.article)
    text = plain(held.stance.quote.text, QUOTE_LIMIT)
    return CitedQuote(ABOUT.get(held.stance.stance, "named"), text, plain(held.outlet, 60), held.at, safe_url(report.url) if report else "")


def _of_findings(change: Change, incident: Incident) -> Iterator[CitedQuote]:
    fields = {finding.field for report in incident.reports for finding in report.mention.findings}
    if holders(incident, StanceKind.CLAIMED):
        fields.discard("no_claim")  # true when it was said, and misleading beside a claim
    for field in sorted(fields & set(_ORDER), key=_ORDER.index):
        best = max(_candidates(field, incident), key=lambda pair: _rank(field, pair[0], change, incident), default=None)
        if best:
            yield _cite(_word(field), best[1].quote, best[0])


def _candidates(field: str, incident: Incident) -> list[tuple[Report, Finding]]:
    return [(report, finding) for report in incident.reports for finding in report.mention.findings if finding.field == field]


def _rank(field: str, report: Report, change: Change, incident: Incident) -> tuple[bool, bool, float, int]:
    """A report that says what the message says, then the report behind the change, then the newest."""
    return (_agrees(field, report, incident), report.article == change.article, report.at.timestamp(), report.article)


def _agrees(field: str, report: Report, incident: Incident) -> bool:
    if field in ("place", "date", "when"):
        told, held = (report.mention.place, incident.place) if field == "place" else (report.mention.when, incident.when)
        return told == held
    ledger = getattr(incident, field, None)
    count = getattr(report.mention, field, None)
    return isinstance(ledger, TollLedger) and count is not None and count.best == ledger.best


def _cite(about: str, quote: Quote, report: Report) -> CitedQuote:
    return CitedQuote(about, plain(quote.text, QUOTE_LIMIT), plain(report.outlet, 60), report.at, safe_url(report.url))


def _word(field: str) -> str:
    return _WORDS.get(field, field)


def source_links(change: Change, incident: Incident) -> tuple[Link, ...]:
    """The report behind the change, then one per independent source, newest first, then the other copies."""
    ranked = sorted(incident.reports, key=lambda report: (report.article == change.article, report.at, report.article), reverse=True)
    first_of_source = {report.source: report for report in reversed(ranked)}
    chosen = [report for report in ranked if first_of_source[report.source] is report]
    chosen += [report for report in ranked if report not in chosen]
    links = {safe_url(report.url): Link(plain(report.outlet, 40) or "source", safe_url(report.url)) for report in reversed(chosen)}
    return tuple(link for url, link in reversed(links.items()) if url)[:MOST_LINKS]


def outlets(incident: Incident) -> tuple[str, ...]:
    """The outlets that report it, in order of their first report."""
    ordered = sorted(incident.reports, key=lambda report: (report.at, report.article))
    return tuple(dict.fromkeys(plain(report.outlet, 40) for report in ordered))

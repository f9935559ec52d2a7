"""The one line that must work alone: on a locked phone, in a list of mails, read aloud.

CRITICAL · new attack · Bombing at a market, 9 killed - Karsana, Veltia
TOLL 9 -> 14 · Bombing at a market - Karsana, Veltia
"""

from __future__ import annotations

import re

from monitor.alerts.plain import plain, shorten
from monitor.alerts.stands import accuser, behind, family, holders, name, opposed
from monitor.alerts.wording import attack_words, best_words, kind_words, list_words, place_name
from monitor.model import Change, Incident, Kind, Reason, Report, StanceKind, Status

LIMIT = 150  # the longest header Slack takes; also what a mail client shows of a subject
_WORDS = 60  # room for `before` and `after` in a headline
_CONTEST = 95  # room for both sides of a contest
_NUMBER = re.compile(r"\d+")
_CORRECTED = {"killed": " toll", "place": " place", "date": " day", "kind": " kind"}  # the field in the key of a correction


def headline(change: Change, incident: Incident) -> str:
    """At most 150 characters; the difference comes first in an update, severity and toll in a new attack."""
    if change.reason is Reason.NEW_ATTACK:
        return _new(change, incident)
    rest = f"{_what(incident)} - {place_name(incident.place)}"
    return shorten(f"{shorten(difference(change, incident), LIMIT - 40)} · {rest}", LIMIT)


def _new(change: Change, incident: Incident) -> str:
    toll = _toll(incident)
    what = f"{_what(incident)}, {toll}" if toll else _what(incident)
    first = f"{change.severity.upper()} · new {_news(incident)} · {what} - {place_name(incident.place)}"
    claims = _claims(incident)
    return shorten(f"{first} · {claims}" if claims and len(first) + len(claims) + 3 <= LIMIT else first, LIMIT)


def _news(incident: Incident) -> str:
    return "attack" if incident.kind is Kind.UNCLEAR else kind_words(incident.kind)


def _what(incident: Incident) -> str:
    return attack_words(incident.attack_types, incident.suicide, incident.target_words, incident.targets, incident.kind)


def _toll(incident: Incident) -> str:
    if incident.killed and incident.killed.best:
        return f"{best_words(incident.killed)} killed"
    return f"{best_words(incident.injured)} injured" if incident.injured and incident.injured.best else ""


def _claims(incident: Incident, each: str = "") -> str:
    claimants = [name(held) for held in holders(incident, StanceKind.CLAIMED)]
    if not claimants:
        return ""
    return f"{claimants[0]} claims it" if len(claimants) == 1 else f"{list_words(claimants, 3)} {each}claim it"


def difference(change: Change, incident: Incident) -> str:
    """What is new, in a few words, without saying that a claim is true."""
    before, after = plain(change.before, _WORDS), plain(change.after, _WORDS)
    match change.reason:
        case Reason.NEW_ATTACK:
            return ""
        case Reason.NEW_CLAIM:
            return f"CLAIMED by {_actor(change, incident)}{_was_claimed(change, incident)}"
        case Reason.CONTESTED:
            return f"CONTESTED: {_contest(change, incident)}"
        case Reason.DENIED:
            return f"DENIED by {_actor(change, incident)}{_was_blamed(change, incident)}"
        case Reason.RETRACTED:
            return _retraction(change, incident)
        case Reason.TOLL:
            return f"TOLL {_figure(before)} -> {best_words(incident.killed) if incident.killed else _figure(after)}"
        case Reason.CORRECTED:
            return _correction(change, incident, before, after)
        case Reason.MERGED:
            return f"MERGED: {after}"


def _figure(words: str) -> str:
    """The number of "9 killed (9 to 15 reported)"; "unknown" where there is none."""
    number = _NUMBER.search(words)
    return number.group(0) if number else "unknown"


def _correction(change: Change, incident: Incident, before: str, after: str) -> str:
    if incident.status is Status.RETRACTED:
        return _retraction(change, incident)
    what = _CORRECTED.get(change.key.split(":")[1] if ":" in change.key else "", "")
    return f"CORRECTED{what}: {before or 'unknown'} -> {after}"


def _was_claimed(change: Change, incident: Incident) -> str:
    """What was known before; nothing in the first message about an incident that became known by its claim."""
    others = [name(held) for held in holders(incident, StanceKind.CLAIMED) if held is not behind(change, incident)]
    if others:
        return f" (was claimed by {list_words(others, 2)})"
    return " (was unclaimed)" if len(incident.reports) > 1 else ""


def _was_blamed(change: Change, incident: Incident) -> str:
    held = behind(change, incident)
    blamed = [*holders(incident, StanceKind.ACCUSED), *holders(incident, StanceKind.SUSPECTED)]
    return " (was blamed)" if held and family(held) in map(family, blamed) else ""


def _actor(change: Change, incident: Incident) -> str:
    held = behind(change, incident)
    return name(held) if held else "an unnamed group"


def _contest(change: Change, incident: Incident) -> str:
    """What is new leads: another claim, else a doubt, a denial or somebody else who is blamed."""
    claims = holders(incident, StanceKind.CLAIMED)
    held = opposed(change, incident)
    of_article = any(claim.article == change.article for claim in claims)
    rival = len(claims) > 1 and (of_article or held is None or held.article != change.article)
    if rival or held is None:
        return _claims(incident, "each ") if rival else plain(change.after, _WORDS) or "reports disagree on who did it"
    if held.stance.stance is StanceKind.DISPUTED:
        return f"{accuser(held)} doubts the claim of {name(held)}"
    against = f"{name(held)} denies it" if held.stance.stance is StanceKind.DENIED else f"{accuser(held)} blames {name(held)}"
    told = _claims(incident, "each ")
    if len(against) + len(told) > _CONTEST:  # cut in the middle, the claimants would read as blamed
        told = f"{len(claims)} groups claim it" if len(claims) > 1 else "one group claims it"
    return "; ".join(part for part in (against, told) if part)


def _retraction(change: Change, incident: Incident) -> str:
    held = behind(change, incident)
    if held is not None and incident.status is not Status.RETRACTED:
        return f"WITHDRAWN: {name(held)} no longer claims it"
    return f"RETRACTED: {plain(change.after, _WORDS) or 'not an attack after all'}"


def subject(incident: Incident) -> str:
    """The subject of a mail thread: what, where and the id, as the first stored report told it.

    Mail clients thread by an unchanged subject, so it is a function of the report with the lowest article number, which
    later reports cannot change, and carries no toll, which they would.
    """
    first = min(incident.reports, key=lambda report: report.article, default=None)
    return f"{shorten(_first_words(incident, first), LIMIT - len(incident.id) - 3)} [{incident.id}]"


def _first_words(incident: Incident, first: Report | None) -> str:
    if first is None:
        return f"{_what(incident)} - {place_name(incident.place)}"
    told = first.mention
    what = attack_words(told.attack_types, told.suicide, told.target_words, told.targets, told.kind)
    return f"{what} - {place_name(told.place)}"

"""What people are told about an incident: each piece of news once, by a key that is unique within the incident.

    new_attack                  the first alert
    new_claim:<family>          a group of record claims it
    contested:<family|family>   two unrelated claimants, a claim against an accusation, or a doubt
    denied:<family>, retracted:<family>
    toll:<best>                 the toll rose by max(3, 20 %), or across 1, 10, 50, 100
    corrected:killed:<best>, corrected:place:<id>, corrected:date:<day>, corrected:kind:<kind>, corrected:status:retracted

One piece of news is told once: what a first alert already says, and what caused a stronger change in the same report,
is returned as `silent`: recorded as told, never sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from math import ceil

from monitor.incidents.nearness import Level, firm, gap_days, relate
from monitor.incidents.settings import ChangeSettings, MatchSettings
from monitor.incidents.standing import claimants, family_of, held_stances, rivals
from monitor.model import (
    AlertCall,
    Change,
    HeldStance,
    Incident,
    Kind,
    Reason,
    Report,
    Role,
    Severity,
    StanceKind,
    Status,
    TollLedger,
)  # fmt: skip

_TOLD_TOLL = re.compile(r"(?:toll|corrected:killed):(\d+)")
_RANK = (Severity.LOW, Severity.NORMAL, Severity.HIGH, Severity.CRITICAL)
_ATTACKS = frozenset({Kind.ATTACK, Kind.ATTEMPT, Kind.CLASH})
_NO_ATTACKS = frozenset({Kind.CT_OPERATION, Kind.FOILED_PLOT, Kind.THREAT})
_LATE_NEWS = frozenset({Reason.NEW_CLAIM, Reason.DENIED, Reason.RETRACTED})
_VERBS = {StanceKind.CLAIMED: "claimed by", StanceKind.DENIED: "denied by", StanceKind.RETRACTED: "claim withdrawn by"}
_BLAME = (StanceKind.ACCUSED, StanceKind.SUSPECTED)
_STANCE_NEWS = ((StanceKind.RETRACTED, Reason.RETRACTED), (StanceKind.CLAIMED, Reason.NEW_CLAIM), (StanceKind.DENIED, Reason.DENIED))


@dataclass(frozen=True, slots=True)
class Found:
    """The changes to alert, and those to record as told without alerting."""

    changes: tuple[Change, ...] = ()
    silent: tuple[Change, ...] = ()

    @property
    def told_keys(self) -> tuple[str, ...]:
        """Every key that counts as told from now on."""
        return tuple(change.key for change in (*self.changes, *self.silent))


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything a rule looks at."""

    before: Incident | None
    after: Incident
    report: Report
    now: datetime
    settings: ChangeSettings
    told: tuple[str, ...]  # keys recorded so far, oldest first

    @property
    def announced(self) -> bool:
        return self.before is not None and self.before.announced

    def change(self, reason: Reason, detail: str, before: str, after: str) -> Change:
        key = f"{reason.value}:{detail}" if detail else reason.value
        severity = _severity(reason, self.before, self.after)
        return Change(self.after.id, reason, key, before, after, severity, self.report.article, self.now)


def find(
    before: Incident | None,
    after: Incident,
    report: Report,
    call: AlertCall | None,
    now: datetime,
    settings: ChangeSettings | None = None,
    told: Sequence[str] = (),
    backfill: bool = False,
) -> Found:
    """What `report` changed between `before` (None for a new incident) and `after`.

    `call` is what the article would cause in an empty archive; give it for the primary mention only. `told` are the
    keys recorded for the incident, oldest first. With `backfill`, everything found is silent: a feed's first poll, or
    a mass re-issue, is recorded and alerts nobody. Recollections (role background) are never news.
    """
    if report.mention.role is Role.BACKGROUND:
        return Found()
    case = _Case(before, after, report, now, settings or ChangeSettings(), tuple(told))
    found = _find(case, call)
    fresh = Found(_untold(found.changes, told), _untold(found.silent, told))
    return Found((), (*fresh.changes, *fresh.silent)) if backfill else fresh


def _find(case: _Case, call: AlertCall | None) -> Found:
    age = case.report.seen - _event_end(case.after)
    loud, silent = _stance_news(case)
    if not case.announced:
        return _first_alert(case, call, loud, silent, age)
    if age > case.settings.max_age:
        late = age <= case.settings.window
        return Found(tuple(one for one in loud if late and one.reason in _LATE_NEWS), silent)
    return Found((*loud, *_toll(case), *_corrections(case)), silent)


def _first_alert(case: _Case, call: AlertCall | None, loud: tuple[Change, ...], silent: tuple[Change, ...], age: timedelta) -> Found:
    """The incident's first alert tells all that is known: whatever else is news by now counts as told with it."""
    if call is None or age > (case.settings.max_age if call.kind is Reason.NEW_ATTACK else case.settings.window):
        return Found()
    if Reason.NEW_ATTACK.value in case.told and call.kind is Reason.NEW_ATTACK:
        return Found(loud, silent)  # recorded silently when its feed was first read; what is said about it since is news
    first = next((one for one in loud if one.reason is call.kind), None) or (
        loud[0] if loud and call.kind is not Reason.NEW_ATTACK else None
    )
    if first is None or call.kind is Reason.NEW_ATTACK:
        detail = "" if call.kind is Reason.NEW_ATTACK else "first"
        first = case.change(call.kind, detail, "", ", ".join(call.reasons) or _toll_words(case.after.killed))
    first = replace(first, severity=max(first.severity, call.severity, key=_RANK.index))
    known = [one for one in (*loud, *silent) if one.key != first.key]
    if first.reason is not Reason.NEW_ATTACK:
        known.append(case.change(Reason.NEW_ATTACK, "", "", ""))
    if case.after.killed is not None:
        known.append(case.change(Reason.TOLL, str(case.after.killed.best), "", _toll_words(case.after.killed)))
    return Found((first,), tuple(known))


def _event_end(incident: Incident) -> datetime:
    """The last moment the event may have happened; its first report where no date is known."""
    if incident.when is None:
        return incident.first_seen
    return datetime.combine(incident.when.end, time.max, tzinfo=UTC)


def _untold(changes: Iterable[Change], told: Sequence[str]) -> tuple[Change, ...]:
    known = set(told)
    return tuple({one.key: one for one in changes if one.key not in known}.values())


def _severity(reason: Reason, before: Incident | None, after: Incident) -> Severity:
    worse = before is None or _RANK.index(after.severity) > _RANK.index(before.severity)
    if reason is Reason.NEW_ATTACK or (reason is Reason.TOLL and worse and after.severity is Severity.CRITICAL):
        return after.severity
    return Severity.HIGH if reason is Reason.NEW_CLAIM else Severity.NORMAL


# ── stances ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stance_news(case: _Case) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """(to tell, told along): a rival claim is told as contested, a denial as denied, not both ways."""
    known = _known(case)
    single = [one for kind, reason in _STANCE_NEWS for one in _singles(case, known, kind, reason)]
    contested = _contested(case, known)
    if contested is None:
        return tuple(single), ()
    told_alone = [one for one in single if one.reason is not Reason.NEW_CLAIM]
    if told_alone:
        return tuple(single), (contested,)
    return (contested,), tuple(single)


def _known(case: _Case) -> tuple[HeldStance, ...]:
    """The stances people have been told of: those of the earlier reports, recollections aside."""
    if case.before is None or not case.announced:
        return ()
    return held_stances([one for one in case.before.reports if one.mention.role is not Role.BACKGROUND])


def _singles(case: _Case, known: Sequence[HeldStance], kind: StanceKind, reason: Reason) -> list[Change]:
    old = {family_of(one.stance) for one in known if one.stance.stance is kind}
    new = {
        family_of(stance): stance
        for stance in reversed(case.report.mention.stances)
        if stance.stance is kind and stance.of_record and family_of(stance) not in old
    }
    if kind is StanceKind.CLAIMED:
        standing = set(claimants(case.after.stances))
        new = {family: stance for family, stance in new.items() if family in standing}
    return [case.change(reason, family, _stood(known, family, kind), f"{_VERBS[kind]} {stance.name}") for family, stance in new.items()]


def _stood(known: Sequence[HeldStance], family: str, kind: StanceKind) -> str:
    """What was told before: for a denial that its author was blamed, else who claimed it."""
    blamed = [one.stance for one in known if one.stance.stance in _BLAME and family_of(one.stance) == family]
    return f"blamed on {blamed[0].name}" if kind is StanceKind.DENIED and blamed else _claim_words(known)


def _contested(case: _Case, known: Sequence[HeldStance]) -> Change | None:
    now = rivals(case.after.stances)
    said = {family_of(stance) for stance in case.report.mention.stances if stance.stance is not StanceKind.MENTIONED}
    if not now or now == rivals(known) or not said & set(now):
        return None
    return case.change(Reason.CONTESTED, "|".join(now), _claim_words(known), _contested_words(case.after.stances, now))


def _claim_words(held: Sequence[HeldStance]) -> str:
    names = [_name(held, family, StanceKind.CLAIMED) for family in claimants(held)]
    return f"claimed by {' and '.join(names)}" if names else "no claim known"


def _contested_words(held: Sequence[HeldStance], families: Iterable[str]) -> str:
    words = {
        StanceKind.CLAIMED: "claimed by", StanceKind.ACCUSED: "blamed on", StanceKind.DENIED: "denied by",
        StanceKind.RETRACTED: "claim withdrawn by", StanceKind.DISPUTED: "doubts about",
    }  # fmt: skip
    wanted = set(families)
    told = [
        f"{words[one.stance.stance]} {one.stance.name}" for one in held if one.stance.stance in words and family_of(one.stance) in wanted
    ]
    return "; ".join(told)


def _name(held: Sequence[HeldStance], family: str, kind: StanceKind) -> str:
    return next((one.stance.name for one in held if one.stance.stance is kind and family_of(one.stance) == family), family)


# ── tolls and corrections ────────────────────────────────────────────────────────────────────────────────────────────


def _toll(case: _Case) -> list[Change]:
    after = case.after.killed
    if after is None or case.report.mention.killed is None:
        return []
    told = _told_toll(case)
    before = f"{told} killed" if told is not None else "no toll known"
    base = told or 0
    crossed = any(base < step <= after.best for step in case.settings.steps)
    if after.best > base and (crossed or after.best - base >= max(case.settings.rise, ceil(base * case.settings.rise_share))):
        return [case.change(Reason.TOLL, str(after.best), before, _toll_words(after))]
    dropped = any(after.best < step <= base for step in case.settings.steps)
    if after.best < base and (dropped or base - after.best >= max(case.settings.rise, ceil(base * case.settings.fall_share))):
        return [case.change(Reason.CORRECTED, f"killed:{after.best}", before, _toll_words(after))]
    return []


def _told_toll(case: _Case) -> int | None:
    """The figure people were told last."""
    for key in reversed(case.told):
        told = _TOLD_TOLL.fullmatch(key)
        if told:
            return int(told.group(1))
    return case.before.killed.best if case.before is not None and case.before.killed is not None else None


def _toll_words(toll: TollLedger | None) -> str:
    if toll is None:
        return ""
    if toll.high is None:
        return f"{toll.best} killed (at least {toll.low} reported)"
    spread = f" ({toll.low} to {toll.high} reported)" if toll.low != toll.high else ""
    return f"{toll.best} killed{spread}"


def _corrections(case: _Case) -> list[Change]:
    before, after = case.before, case.after
    if before is None:
        return []
    found = []
    if after.status is Status.RETRACTED and before.status is not Status.RETRACTED:
        found.append(case.change(Reason.CORRECTED, "status:retracted", f"reported as {_words(before.kind)}", "not an attack after all"))
    elif before.kind in _ATTACKS and after.kind in _NO_ATTACKS:
        found.append(case.change(Reason.CORRECTED, f"kind:{after.kind.value}", _words(before.kind), _words(after.kind)))
    if before.place and after.place and _moved(case):
        found.append(case.change(Reason.CORRECTED, f"place:{after.place.id}", before.place.name, after.place.name))
    if before.when and after.when and firm(before.when) and firm(after.when):
        gap = gap_days((before.when.start, before.when.end), (after.when.start, after.when.end))
        if gap > 1:
            day = after.when.start.isoformat()
            found.append(case.change(Reason.CORRECTED, f"date:{day}", before.when.start.isoformat(), day))
    return found


def _moved(case: _Case) -> bool:
    """Is the place another one, not merely told more precisely?"""
    assert case.before is not None
    settings = MatchSettings(near_km=case.settings.moved_km)
    return relate(case.before.place, case.after.place, settings).level in (Level.APART, Level.ELSEWHERE, Level.ABROAD)


def _words(kind: Kind) -> str:
    return kind.value.replace("_", " ")

"""Which incident a mention belongs to: each candidate is compared report by report, and the decision keeps its reasons.

A candidate is scored by half its best and half its mean pair over its founder and newest reports, never by an average
of all it has collected: a centroid drifts, and one odd report must not open the door to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.incidents.likeness import Telling, late_parts, parts, telling
from monitor.incidents.nearness import Level, claim_led, firm, gap_days, may_be_late, relate
from monitor.incidents.settings import MatchSettings, WordingWeights
from monitor.incidents.veto import kinds_apart, veto
from monitor.incidents.wording import parts as worded_parts
from monitor.model import Article, Fingerprint, Incident, Kind, MatchDecision, Mention, Part, Report, Role, Status, TimePrecision

NEAR_MISSES = 5  # kept with a decision
_CLAIMABLE = frozenset({Kind.ATTACK, Kind.ATTEMPT, Kind.CLASH, Kind.UNCLEAR})


@dataclass(frozen=True, slots=True)
class _Scored:
    incident: Incident
    score: float
    parts: tuple[Part, ...]  # of the best pair


def decide(
    mention: Mention,
    article: Article,
    candidates: Sequence[Incident],
    settings: MatchSettings | None = None,
    source: str = "",
    fingerprint: Fingerprint | None = None,
    wording: WordingWeights | None = None,
    news: bool = False,
) -> MatchDecision:
    """Attach to the best candidate, or to none (`incident` None), with the parts of the score and the near misses.

    `source` is the article's reprint group: a copy of a text that is already a report belongs where that report is.
    Wording is compared where weights and both fingerprints are at hand. `news`: detection would alert it as a new attack.
    """
    settings = settings or MatchSettings()
    alive = [one for one in candidates if one.status is not Status.MERGED and one.merged_into is None]
    told = replace(telling(mention, article.title, article.at, fingerprint if wording is not None else None), news=news)
    copied = _reprint(mention, source, alive)
    if copied is not None:
        return copied
    scored, vetoes = _ranked(told, alive, settings, wording)
    decision = _usual(told, scored, settings)
    if decision is not None:
        return decision
    late = _late_claim(told, alive, settings) if may_be_late(mention, told.written) else None
    if late is not None:
        return late
    near = _near(scored, settings.possible)
    best = scored[0] if scored else None
    return MatchDecision(None, best.score if best else 0.0, best.parts if best else (), near, None if scored else _first(vetoes))


def may_open(mention: Mention, article: Article, settings: MatchSettings | None = None) -> bool:
    """May a mention that found nothing open an incident? Recollections may not, unless they are fresh.

    A whole year is no date of an incident, and detection leaves the date open only where a text looks back.
    """
    if mention.when is None or mention.when.precision is TimePrecision.YEAR:
        return claim_led(mention)
    if mention.role is not Role.BACKGROUND:
        return True
    written = article.at.date()
    gap = gap_days((mention.when.start, mention.when.end), (written, written))
    return firm(mention.when) and gap <= (settings or MatchSettings()).undated_days


def _reprint(mention: Mention, source: str, candidates: Sequence[Incident]) -> MatchDecision | None:
    if not source:
        return None
    for incident in candidates:
        for report in incident.reports:
            if report.source == source and report.mention.role is mention.role and report.mention.place == mention.place:
                return MatchDecision(incident.id, 10.0, (Part("reprint", 10.0, report.outlet),))
    return None


def _usual(told: Telling, scored: Sequence[_Scored], settings: MatchSettings) -> MatchDecision | None:
    if not scored:
        return None
    best = scored[0]
    if claim_led(told.mention) and len(scored) > 1 and best.score - scored[1].score < settings.late_margin:
        return None
    if settings.merge > best.score >= settings.possible and _only(told, scored, settings):
        part = Part("only", settings.only, "no other incident fits the place")
        best = _Scored(best.incident, round(best.score + settings.only, 3), (*best.parts, part))
    if best.score < settings.merge:
        return None
    return MatchDecision(best.incident.id, best.score, best.parts, _near(scored[1:], settings.possible))


def _only(told: Telling, scored: Sequence[_Scored], settings: MatchSettings) -> bool:
    """Is this the sole candidate, with nothing against it, and told at another level of the same place?"""
    where = relate(told.mention.place, scored[0].incident.place, settings)
    agrees = all(part.value >= 0 for part in scored[0].parts)
    return len(scored) == 1 and agrees and where.level in (Level.WITHIN, Level.REGION)


def _late_claim(claim: Telling, candidates: Sequence[Incident], settings: MatchSettings) -> MatchDecision | None:
    """The unique best of the last days attaches; several are shown as possible; none opens one marked guessed.

    A text that tells a day of its own may be the first report of a fresh attack: it needs a like toll or target as well.
    """
    fitting = [one for one in candidates if one.kind in _CLAIMABLE]
    scored, vetoes = _ranked(claim, fitting, settings, None, late=True)
    dated = not claim_led(claim.mention)
    if not scored:
        return None if dated else MatchDecision(None, 0.0, veto=_first(vetoes))
    best = scored[0]
    least = settings.late_dated_merge if dated else settings.late_merge
    lead = best.score - scored[1].score if len(scored) > 1 else settings.late_margin
    if best.score >= least and lead >= settings.late_margin:
        return MatchDecision(best.incident.id, best.score, (*best.parts, Part("late_claim", 0.0)), _near(scored[1:], settings.possible))
    return MatchDecision(None, best.score, best.parts, _near(scored, least - settings.late_margin))


def _ranked(
    told: Telling, candidates: Sequence[Incident], settings: MatchSettings, wording: WordingWeights | None, late: bool = False
) -> tuple[list[_Scored], list[str]]:
    scored: list[_Scored] = []
    vetoes: list[str] = []
    for incident in candidates:
        outcome = _against(told, incident, settings, wording, late)
        if isinstance(outcome, str):
            vetoes.append(outcome)
        else:
            scored.append(outcome)
    scored.sort(key=lambda one: (-one.score, one.incident.first_seen, one.incident.id))
    return scored, vetoes


def _against(told: Telling, incident: Incident, settings: MatchSettings, wording: WordingWeights | None, late: bool) -> _Scored | str:
    """The candidate's score, or the veto that at least half of its compared reports raise.

    Each pair counts by its facts or by its wording, whichever says more for it.
    """
    hopeless = _hopeless(told, incident, settings, late)
    if hopeless is not None and (wording is None or late or not _namesakes(told, incident)):
        return hopeless
    vetoes: list[str] = []
    pairs: list[tuple[Part, ...]] = []
    unlike = 0
    for report in _compared(incident.reports, settings.compared):
        other = telling(report.mention, report.title, report.at, report.fingerprint)
        reason = veto(told, other, settings, late)
        readings = [] if reason else [late_parts(told, other, settings) if late else parts(told, other, settings)]
        said = worded_parts(told, other, reason, wording, settings) if wording is not None and not late else None
        readings += [said] if said else []
        if readings:
            pairs.append(max(readings, key=_sum))
        elif said is None:
            vetoes.append(reason or "")
        else:
            vetoes.append(reason or "")
            unlike += 1
    if not pairs or len(vetoes) - unlike >= len(pairs) + unlike:
        return vetoes[0]
    sums = [_sum(pair) for pair in pairs] + [0.0] * unlike
    best = max(range(len(pairs)), key=sums.__getitem__)
    return _Scored(incident, round(sums[best] / 2 + sum(sums) / len(sums) / 2, 3), pairs[best])


def _namesakes(told: Telling, incident: Incident) -> bool:
    """Does a report share a rare name with the article? Without one no likeness of wording outweighs a veto."""
    ours = set(told.fingerprint.keys) if told.fingerprint is not None else set()
    return any(report.fingerprint is not None and not ours.isdisjoint(report.fingerprint.keys) for report in incident.reports)


def _sum(pair: tuple[Part, ...]) -> float:
    return sum(part.value for part in pair)


def _hopeless(told: Telling, incident: Incident, settings: MatchSettings, late: bool) -> str | None:
    """The vetoes that the incident's own place, date and kind raise: most candidates need no closer look."""
    if kinds_apart(told.mention.kind, incident.kind):
        return "kind"
    where = relate(told.mention.place, incident.place, settings).level
    if where in (Level.ABROAD, Level.ELSEWHERE):
        return "country" if where is Level.ABROAD else "distance"
    if late or incident.when is None or not (firm(told.mention.when) and firm(incident.when)):
        return None
    return "date" if gap_days(told.days, (incident.when.start, incident.when.end)) > settings.midnight_days else None


def _compared(reports: Sequence[Report], count: int) -> Sequence[Report]:
    """The founder and the newest; what only recalls the incident, or only claims it, speaks where nothing else does."""
    telling_it = [one for one in reports if one.mention.role is not Role.BACKGROUND and not claim_led(one.mention)]
    chosen = telling_it or [one for one in reports if one.mention.role is not Role.BACKGROUND] or list(reports)
    return chosen if len(chosen) <= count else [chosen[0], *chosen[-(count - 1) :]]


def _near(scored: Sequence[_Scored], least: float) -> tuple[tuple[str, float], ...]:
    return tuple((one.incident.id, one.score) for one in scored if one.score >= least)[:NEAR_MISSES]


def _first(vetoes: Sequence[str]) -> str | None:
    return vetoes[0] if vetoes else None

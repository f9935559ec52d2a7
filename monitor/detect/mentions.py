"""Makes a Mention of a telling: what happened, where, when, to whom, how many, who stands where, and the proof of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.detect import places, times
from monitor.detect.asides import ASIDES, Side
from monitor.detect.evidence import Evidence
from monitor.detect.grouping import Telling
from monitor.detect.hits import ActorHit, Aspect, EventHit, Naming, PlaceHit, PlaceUse, StanceHit, TimeHit, TollHit
from monitor.detect.score import Score, ScoreRules, counted, effective_weight, score
from monitor.detect.settle import settle
from monitor.detect.text import Zone, fold
from monitor.model import By, Finding, Kind, Mention, Place, Quote, Role, Stance, StanceKind, TimePrecision, Via, When

_ZONE_FACTOR = {Zone.TITLE: 1.4, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_DEFAULT_TYPE = "armed_assault"  # GTD's commonest attack without a bomb
MAX_TERMS = 40
_ASIDE_KINDS = {Side.FLIGHT: Kind.ATTACK, Side.DEVICE: Kind.ATTEMPT, Side.PLAN: Kind.FOILED_PLOT, Side.RAID: Kind.CT_OPERATION}
ANSWER = 0.3  # what the response of the state to an attack told before it says of the kind of event
ANSWERED = 0.4  # weight of such an attack
RECALLED = timedelta(days=14)  # domain notes: background if the date gap is above 14 days
NOBODY = frozenset({"generic:suicide_bombers", "generic:kidnappers", "generic:lone_attacker"})  # the deed named again, no side
GAP = 12.0  # characters between a time and an event that weigh as much as one sentence
WORTH = 4.0  # sentences that a time of full worth is better than one of none
STANCE_REACH = 2  # sentences after a telling in which a claim still means it
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w'-]{2,}")
_LONG = re.compile(r"\b[^\W\d_]{6,}")
_COMMON_WORDS = (
    "the and for that with from this they their there after before said says police officials people killed wounded attack attacks bomb "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december reuters afp meanwhile according government security forces"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_AUTHORITY = re.compile(
    r"\b(?:police|officials?|officers?|military|army|ministry|minister|government|governor|authorities|spokes\w+|hospital|doctors?|commissioner|"
    r"sheriff|prosecutors?|ispr)\b[^.;]{0,60}\b(?:said|says|told|confirmed|reported|announced|added|according)\b|"
    r"\baccording to (?:\w+ ){0,3}(?:police|officials?|military|army|ministry|authorities)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A telling with its score and its mention, before the tellings of a document are ranked."""

    telling: Telling
    score: Score
    mention: Mention


def kind_of(telling: Telling, evidence: Evidence, rules: ScoreRules) -> tuple[Kind, str]:
    """What happened, by the weight of the phrases, and who began it ("state", "nonstate" or "")."""
    if telling.side in _ASIDE_KINDS:
        kind = _ASIDE_KINDS[telling.side]
        return kind, "state" if kind is Kind.CT_OPERATION else "nonstate"
    if telling.side is Side.PURSUIT:
        fought = any(hit.kind is Kind.CLASH for hit in counted(telling))
        return (Kind.CLASH, "") if fought else (Kind.CT_OPERATION, "state")
    sums: dict[Kind, float] = {}
    nonstate = 0.0
    for hit in counted(telling):
        weight = effective_weight(hit, evidence, rules) * _ZONE_FACTOR[evidence.document.sentences[hit.sentence].zone]
        weight *= ANSWER if _answers(hit, telling) else 1.0
        sums[hit.kind] = sums.get(hit.kind, 0.0) + weight
        if hit.initiated_by == "nonstate":
            nonstate = max(nonstate, weight)
    attack = sum(sums.get(kind, 0.0) for kind in (Kind.ATTACK, Kind.ATTEMPT, Kind.UNCLEAR))
    others = {kind: sums.get(kind, 0.0) for kind in (Kind.CT_OPERATION, Kind.CLASH, Kind.FOILED_PLOT, Kind.THREAT)}
    other = max(others, key=lambda kind: (others[kind], kind.value))
    if others[other] > attack:
        if other is Kind.CT_OPERATION and sums.get(Kind.CLASH, 0.0) > 0.7 * others[other]:
            other = Kind.CLASH
        return other, _begun_by(other, nonstate)
    if others[Kind.CLASH] > 0.8 * attack and nonstate < 0.6:
        return Kind.CLASH, ""
    return _attack_kind(sums), "nonstate" if nonstate else ""


def _answers(hit: EventHit, telling: Telling) -> bool:
    """Is it what the police did about the attack ("stabbed two people before being shot dead by officers")?"""
    if hit.kind is not Kind.CT_OPERATION:
        return False
    return any(
        other.sentence == hit.sentence and other.end <= hit.start and other.kind is Kind.ATTACK and other.weight >= ANSWERED
        for other in telling.hits
    )


def _begun_by(kind: Kind, nonstate: float) -> str:
    if kind is Kind.CT_OPERATION:
        return "state"
    return "nonstate" if kind is Kind.CLASH and nonstate >= 0.5 else ""


def _attack_kind(sums: dict[Kind, float]) -> Kind:
    if sums.get(Kind.ATTEMPT, 0.0) > sums.get(Kind.ATTACK, 0.0):
        return Kind.ATTEMPT
    return Kind.ATTACK if sums.get(Kind.ATTACK, 0.0) else Kind.UNCLEAR


def draft(telling: Telling, evidence: Evidence, rules: ScoreRules, known: frozenset[str], stances: Sequence[StanceHit]) -> Draft:
    """The mention a telling makes; its role is settled later, when all drafts are known."""
    hits = counted(telling)
    told = tuple(telling.sentences)
    kind, begun_by = kind_of(telling, evidence, rules)
    scored = score(telling, kind, evidence, rules, known)
    count = settle(evidence.document, _own_tolls(telling, evidence), told)
    place = _place(telling, evidence)
    when = _when(telling, evidence)
    silent = [hit for hit in evidence.no_claims if hit.sentence in told]
    findings = [Finding("event", _quote(evidence, scored.best), scored.best.rule)] if scored.best else []
    findings += [Finding("place", place[1])] if place else []
    findings += [Finding("date", when[1])] if when and when[1] else []
    findings += [*count.quotes, *(Finding("no_claim", hit.quote, hit.rule) for hit in silent[:1])]
    if kind is Kind.UNCLEAR and telling.past and (count.killed or count.injured):
        kind = Kind.ATTACK  # an explosion recalled with its dead among attacks
    mention = Mention(
        role=Role.SECONDARY, kind=kind, when=when[0] if when else None, place=place[0] if place else None,
        attack_types=_attack_types(hits, kind), suicide=any(hit.suicide for hit in hits),
        weapons=_united(hit.weapons for hit in hits), targets=_united(hit.targets for hit in hits)[:6],
        target_words=_united(hit.target_words for hit in hits)[:12],
        killed=count.killed, injured=count.injured, kidnapped=count.kidnapped, perpetrators_killed=count.perpetrators_killed,
        ongoing=any(hit.ongoing for hit in hits), initiated_by=begun_by,
        stances=_stances(telling, evidence, stances), no_claim=bool(silent), official=_official(evidence, told),
        findings=tuple(findings), terms=_terms(evidence, told), confidence=scored.value,
    )  # fmt: skip
    return Draft(telling, scored, mention)


def stances_by_telling(tellings: Sequence[Telling], evidence: Evidence) -> dict[int, list[StanceHit]]:
    """Whose incident does each stance speak of? Its own sentence's, else the one told just before, else the first.

    The sentences of stances and of "nobody has claimed it" become part of the telling.
    """
    found: dict[int, list[StanceHit]] = {index: [] for index in range(len(tellings))}
    for hit in evidence.stances:
        found[_telling_of(hit.sentence, tellings)].append(hit)
    said = [hit.sentence for hit in evidence.stances] + [hit.sentence for hit in evidence.no_claims]
    for index, sentence in [(_telling_of(sentence, tellings), sentence) for sentence in said]:
        tellings[index].sentences = sorted({*tellings[index].sentences, sentence})
    return found


def _telling_of(sentence: int, tellings: Sequence[Telling]) -> int:
    for index, telling in enumerate(tellings):
        if sentence in telling.sentences:
            return index
    for index, telling in enumerate(tellings):
        if not telling.past and any(0 < sentence - told <= STANCE_REACH for told in telling.sentences):
            return index
    return next((index for index, telling in enumerate(tellings) if not telling.past), 0)


def _shared(telling: Telling, evidence: Evidence) -> frozenset[int]:
    """The sentences that tell of other incidents too."""
    own = {id(hit) for hit in telling.hits}
    told = {hit.sentence for hit in telling.hits}
    others = {hit.sentence for hit in evidence.events if id(hit) not in own and hit.aspect in (Aspect.FACT, Aspect.HISTORICAL)}
    return frozenset(told & others)


def _own_tolls(telling: Telling, evidence: Evidence) -> list[TollHit]:
    """The counts of a telling's sentences; where a sentence tells of several incidents, those nearest to its own phrases."""
    own, shared = {id(hit) for hit in telling.hits}, _shared(telling, evidence)
    if not shared:
        return list(evidence.tolls)
    beside = [hit for hit in evidence.events if hit.sentence in shared]
    return [toll for toll in evidence.tolls if toll.sentence not in shared or id(_nearest(toll, beside)) in own]


def _own_places(telling: Telling, evidence: Evidence) -> list[PlaceHit]:
    shared = _shared(telling, evidence)
    return [hit for hit in evidence.places if hit.sentence not in shared or hit in telling.place_hits]


def _nearest(toll: TollHit, events: Sequence[EventHit]) -> EventHit:
    beside = [hit for hit in events if hit.sentence == toll.sentence and hit.aspect in (Aspect.FACT, Aspect.HISTORICAL)]
    return min(beside, key=lambda hit: max(hit.start - toll.end, toll.start - hit.end, 0))


def _place(telling: Telling, evidence: Evidence) -> tuple[Place, Quote] | None:
    """Where; what is recalled happened where its own sentences say, not where the news is from."""
    told = tuple(telling.sentences)
    spoken = frozenset(hit.sentence for hit in telling.hits)
    zones = {evidence.document.sentences[index].zone for index in telling.sentences}
    if not telling.past and zones != {Zone.BODY} and telling.side not in ASIDES:
        return places.locate(evidence.document, _own_places(telling, evidence), told, events=spoken)
    uses = (PlaceUse.EVENT,) if telling.side in ASIDES else (PlaceUse.EVENT, PlaceUse.PLAIN)
    own = [hit for hit in _own_places(telling, evidence) if hit.sentence in spoken and hit.use in uses]
    return places.locate(evidence.document, own, told, events=spoken) if own else None


def _when(telling: Telling, evidence: Evidence) -> tuple[When, Quote | None] | None:
    near = _times_of_event(telling, evidence)
    if telling.past and not near:
        return None
    others = [hit for hit in evidence.times if not times.dates_the_report(evidence.document, hit)]
    return times.resolve(evidence.document, near or others, tuple(telling.sentences))


def _times_of_event(telling: Telling, evidence: Evidence) -> list[TimeHit]:
    """The time said nearest to the event's own words, if any; a bare year or month gives way to a day in it."""
    events: dict[int, list[EventHit]] = {}
    for event in counted(telling):
        events.setdefault(event.sentence, []).append(event)
    order = {sentence: rank for rank, sentence in enumerate(sorted(events))}
    recent = times.written(evidence.document) - RECALLED  # in a memory, later days are those of the memorial or the verdict
    costs: list[tuple[float, TimeHit]] = []
    shared = _shared(telling, evidence)
    for hit in evidence.times:
        if hit.sentence in shared and hit not in telling.time_hits:
            continue
        if hit.when is None or hit.sentence not in order or (telling.past and hit.when.end > recent):
            continue
        if times.dates_the_report(evidence.document, hit):
            continue
        gap = min(max(hit.start - event.end, event.start - hit.end, 0) for event in events[hit.sentence])
        costs.append((gap / GAP + order[hit.sentence] - WORTH * times.worth(evidence.document, hit), hit))
    if not costs:
        return []
    best = min(costs, key=lambda each: each[0])[1]
    span = best.when
    if span is not None and span.precision in (TimePrecision.YEAR, TimePrecision.MONTH):
        days = [hit for _, hit in costs if hit.when and hit is not best and span.start <= hit.when.start <= hit.when.end <= span.end]
        best = days[0] if days else best
    return [best]


def _quote(evidence: Evidence, hit: EventHit) -> Quote:
    return evidence.document.sentences[hit.sentence].quote()


def _attack_types(hits: Sequence[EventHit], kind: Kind) -> tuple[str, ...]:
    strong = _united(hit.attack_types for hit in hits if hit.kind in (Kind.ATTACK, Kind.ATTEMPT, Kind.UNCLEAR))
    if strong:
        return strong[:3]  # GTD codes up to three
    return (_DEFAULT_TYPE,) if kind in (Kind.ATTACK, Kind.ATTEMPT) else ()


def _united(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for group in groups for word in group))


def _stances(telling: Telling, evidence: Evidence, hits: Sequence[StanceHit]) -> tuple[Stance, ...]:
    stances: dict[tuple[str, StanceKind], Stance] = {}
    for hit in hits:
        stances.setdefault((hit.stance.actor, hit.stance.stance), hit.stance)
    standing = {stance.actor for stance in stances.values() if stance.stance is not StanceKind.MENTIONED}
    for event in counted(telling):
        actor = _acting(event, evidence) if event.initiated_by == "nonstate" and event.aspect is Aspect.FACT else None
        if actor is not None and actor.actor not in standing:
            stances.setdefault((actor.actor, StanceKind.ACCUSED), _accused(actor, event, evidence))
            standing.add(actor.actor)
    return tuple(stances.values())


def _acting(event: EventHit, evidence: Evidence) -> ActorHit | None:
    """The actor the phrase has as its subject or agent: reported as plain fact, so accused by the outlet itself."""
    wanted = (Naming.GROUP, Naming.SELF_NAMED, Naming.GENERIC, Naming.STATE_LABEL)
    named = [actor for actor in evidence.actors if actor.sentence == event.sentence and actor.naming in wanted]
    inside = [actor for actor in named if event.start <= actor.start and actor.end <= event.end and actor.actor not in NOBODY]
    return min(inside, key=lambda actor: (actor.naming is Naming.GENERIC, actor.start), default=None)


def _accused(actor: ActorHit, event: EventHit, evidence: Evidence) -> Stance:
    sentence = evidence.document.sentences[event.sentence]
    by = By.AUTHORITY if _AUTHORITY.search(sentence.folded) else By.MEDIA
    return Stance(
        actor.actor, actor.name, actor.text, StanceKind.ACCUSED, by, Via.UNKNOWN, sentence.quote(), event.rule, family=actor.family
    )  # fmt: skip


def _official(evidence: Evidence, told: Sequence[int]) -> bool:
    wanted = set(told)
    return any(hit.official and hit.sentence in wanted for hit in evidence.tolls) or any(
        _AUTHORITY.search(evidence.document.sentences[index].folded) for index in told
    )


def _terms(evidence: Evidence, told: Sequence[int]) -> tuple[str, ...]:
    terms: dict[str, None] = {}
    for index in told:
        sentence = evidence.document.sentences[index]
        found = _LONG if sentence.shouting or sentence.headline_case else _CAPITALISED
        for match in found.finditer(sentence.text):
            word = fold(match.group())
            if word not in _COMMON and (match.start() > 0 or sentence.shouting):
                terms[word] = None
    return tuple(terms)[:MAX_TERMS]

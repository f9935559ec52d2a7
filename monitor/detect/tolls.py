"""How many people were killed, injured or kidnapped, as each sentence says it.

A number is believed only where the words say what it counts: the object of "killing", the subject of "were wounded",
what a toll "rose to". Threats, hopes and sums over years are left out, for a wrong number is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.detect import cues
from monitor.detect.counted import COUNT, PERPETRATOR, PERSON, PHRASE, Counted, counted
from monitor.detect.hits import Count, TollHit
from monitor.detect.numbers import plus
from monitor.detect.patterns import Entry, EntryReader, Mistake, Mistakes, Triggers, macros_of, rules_of
from monitor.detect.settle import Tolls, settle
from monitor.detect.text import Document, Sentence, Zone
from monitor.model import Range

__all__ = ["TollRules", "Tolls", "compile_rules", "find", "settle"]

SHAPES = ("object", "subject", "number", "single", "named", "none")
NOUGHT = Range(0, 0, 0)


@dataclass(frozen=True, slots=True)
class TollRule:
    """One way to say a count."""

    id: str
    what: Count
    shape: str
    pattern: re.Pattern[str]
    total: bool
    title: bool


@dataclass(frozen=True, slots=True)
class TollRules:
    """The compiled tolls.yaml."""

    rules: tuple[TollRule, ...]
    triggers: Triggers


def compile_rules(entries: Iterable[Entry]) -> TollRules:
    """Make rules of the entries of tolls.yaml. Raises `Mistakes` with all that is wrong."""
    entries = list(entries)
    mistakes: list[Mistake] = []
    macros = {**macros_of(entries), "N": rf"(?:{COUNT}|an?\s+(?:[a-z][a-z'-]*\s+){{0,5}}?{PERSON}\b)", "NP": PHRASE, "PERSON": PERSON}
    rules: list[TollRule] = []
    pieces: list[Sequence[str]] = []
    for entry in rules_of(entries):
        reader = EntryReader(entry, ("what", "shape", "any", "pattern", "total", "title"), mistakes)
        what = reader.one_of("what", [each.value for each in Count], Count.KILLED)
        pattern = reader.pattern("pattern", macros)
        if pattern is None:
            reader.note("pattern", "a rule needs a pattern")
            continue
        rules.append(
            TollRule(reader.id, Count(what), reader.one_of("shape", SHAPES, "number"), pattern, reader.flag("total"), reader.flag("title"))
        )
        pieces.append(reader.texts("any"))
    if mistakes:
        raise Mistakes(mistakes)
    return TollRules(tuple(rules), Triggers(pieces))


def find(document: Document, rules: TollRules) -> tuple[TollHit, ...]:
    """All counts of a document, in text order."""
    hits: list[TollHit] = []
    for sentence in document.sentences:
        candidates = rules.triggers.candidates(sentence.folded)
        if candidates:
            hits.extend(_in_sentence(sentence, [rules.rules[index] for index in candidates]))
    return tuple(hits)


def _in_sentence(sentence: Sentence, rules: Sequence[TollRule]) -> list[TollHit]:
    counts = counted(sentence.folded)
    found: list[TollHit] = []
    for rule in rules:
        if rule.title and sentence.zone is not Zone.TITLE:
            continue
        for match in rule.pattern.finditer(sentence.folded):
            hit = _READERS[rule.shape](sentence, rule, match, counts)
            if hit is not None and not any(_covers(other, hit) for other in found):
                found.append(hit)
    found = [hit for hit in found if not _summed(sentence, hit)]
    return sorted((_marked(sentence, hit) for hit in found), key=lambda hit: (hit.start, hit.end))


def _covers(old: TollHit, new: TollHit) -> bool:
    alike = {old.what, new.what} <= {Count.KILLED, Count.PERPETRATORS_KILLED} or old.what is new.what
    return alike and old.start < new.end and new.start < old.end


def _hit(sentence: Sentence, rule: TollRule, span: tuple[int, int], items: Sequence[Counted]) -> TollHit | None:
    """One hit for the items of a list; perpetrators are counted apart."""
    others = [each for each in items if not each.perpetrators]
    what = rule.what
    if not others:
        if what is not Count.KILLED:
            return None
        what, others = Count.PERPETRATORS_KILLED, list(items)
    amount = others[0].range
    rest = [each.range for each in others[1:]]
    if sum(each.best for each in rest) != amount.best or len(rest) < 2:
        for each in rest:
            amount = plus(amount, each)
    first = others[0]
    return TollHit(what, amount, sentence.index, span[0], span[1], rule.id, total=rule.total, part=first.part, adds=first.more)


def _object(sentence: Sentence, rule: TollRule, match: re.Match[str], counts: Sequence[Counted]) -> TollHit | None:
    before = sentence.folded[max(0, match.start() - 48) : match.start()]
    if cues.UNREAL.search(before) or cues.BASE.search(before):
        return None
    at = match.start("np")
    items: list[Counted] = []
    for each in counts:
        if each.end <= at:
            continue
        if not items:
            if each.start > at + 1:
                return None
            items.append(each)
        elif _joined(sentence, items[-1], each) and not cues.AGAIN.match(sentence.folded, each.end) and not each.part:
            items.append(each)
        else:
            break
    return _hit(sentence, rule, (match.start(), items[-1].end), items) if items else None


def _joined(sentence: Sentence, first: Counted, second: Counted) -> bool:
    between = sentence.folded[first.end : second.start]
    if cues.COMMA.fullmatch(between):
        return sentence.zone is Zone.TITLE or bool(
            re.match(r",?\s+(?:and|as well as)\s+(?:an?|one|two|three|four|five|six|\d)", sentence.folded[second.end : second.end + 24])
        )
    return bool(cues.AND.fullmatch(between)) and (second.single or bool(second.who) or not first.who)


def _subject(sentence: Sentence, rule: TollRule, match: re.Match[str], counts: Sequence[Counted]) -> TollHit | None:
    folded = sentence.folded
    ahead = [index for index, each in enumerate(counts) if each.end <= match.start() + 1]
    if not ahead or (
        cues.AUXILIARY.search(match.group()) is None
        and rule.what is not Count.INJURED
        and "die" not in match.group()
        and not cues.FREE.match(folded, match.end())
    ):
        return None
    index = _past_parts(counts, ahead[-1])
    last = counts[index]
    if not cues.BRIDGE.fullmatch(folded, last.end, match.start()):
        return None
    if cues.UNREAL.search(folded[max(0, last.start - 40) : last.start]) or cues.UNREAL.search(folded[last.end : match.start()] + " "):
        return None
    if cues.VERBS_BEFORE.search(folded[max(0, last.start - 30) : last.start]) and last.end < match.start() - 3:
        return None
    items = [last]
    while index > 0 and _joined(sentence, counts[index - 1], items[0]) and not counts[index - 1].part:
        index -= 1
        if cues.VERBS_BEFORE.search(folded[max(0, counts[index].start - 30) : counts[index].start]):
            break
        items.insert(0, counts[index])
    return _hit(sentence, rule, (items[0].start, match.end()), items)


def _past_parts(counts: Sequence[Counted], index: int) -> int:
    """Skip "including three children" back to the count it is part of."""
    while index > 0 and counts[index].part and counts[index].start - counts[index - 1].end < 45:
        index -= 1
    return index


def _number(sentence: Sentence, rule: TollRule, match: re.Match[str], counts: Sequence[Counted]) -> TollHit | None:
    span = match.span("np") if match.group("np") else match.span("np2")
    before = sentence.folded[max(0, match.start() - 48) : match.start()]
    if cues.UNREAL.search(before):
        return None
    items = [each for each in counts if each.start <= span[0] < each.end or span[0] <= each.start < span[1]][:1]
    if not items:
        return None
    for each in counts:
        if (
            each.start >= items[-1].end
            and _joined(sentence, items[-1], each)
            and not each.part
            and not cues.AGAIN.match(sentence.folded, each.end)
        ):
            items.append(each)
    return _hit(sentence, rule, (match.start(), max(match.end(), items[-1].end)), items)


def _single(sentence: Sentence, rule: TollRule, match: re.Match[str], _: Sequence[Counted]) -> TollHit | None:
    groups = match.groupdict()
    who = groups.get("who") or groups.get("who2") or ""
    before = sentence.folded[max(0, match.start() - 48) : match.start()]
    if cues.UNREAL.search(before) or cues.BASE.search(before) or re.search(r"\d", who):
        return None
    if re.search(r"\b(?:no|any|every|each|and|suicide|of)\b", who) and rule.what is not Count.PERPETRATORS_KILLED:
        return None
    what = rule.what
    if PERPETRATOR.search(who.rsplit(None, 1)[-1] if who else "") and what is not Count.PERPETRATORS_KILLED:
        if what is not Count.KILLED:
            return None
        what = Count.PERPETRATORS_KILLED
    return TollHit(what, Range(1, 1, 1), sentence.index, match.start(), match.end(), rule.id)


def _named(sentence: Sentence, rule: TollRule, match: re.Match[str], _: Sequence[Counted]) -> TollHit | None:
    """One person called by name; only letter case tells, so never in capitals or headlines."""
    name = cues.NAME_BEFORE.search(sentence.text, max(0, match.start() - 110), match.start())
    if (
        sentence.shouting
        or sentence.headline_case
        or name is None
        or cues.UNREAL.search(sentence.folded[max(0, name.start() - 40) : name.start()])
    ):
        return None
    return TollHit(rule.what, Range(1, 1, 1), sentence.index, name.start(), match.end(), rule.id)


def _none(sentence: Sentence, rule: TollRule, match: re.Match[str], _: Sequence[Counted]) -> TollHit | None:
    return TollHit(rule.what, NOUGHT, sentence.index, match.start(), match.end(), rule.id)


_READERS = {"object": _object, "subject": _subject, "number": _number, "single": _single, "named": _named, "none": _none}


def _summed(sentence: Sentence, hit: TollHit) -> bool:
    """Is this a sum over months or years, and no count of one attack?"""
    near = sentence.folded[max(0, hit.start - 90) : hit.end + 70]
    cue = cues.SUMMED.search(near)
    return cue is not None and not cues.RECORD.search(near[: cue.start()])


def _marked(sentence: Sentence, hit: TollHit) -> TollHit:
    before = sentence.folded[max(0, hit.start - 70) : hit.end]
    after = cues.CLAUSE_END.split(sentence.folded[hit.end : hit.end + 60], maxsplit=1)[0]
    near = sentence.folded[max(0, hit.start - 70) : hit.end + 60]
    return replace(
        hit,
        joint=bool(cues.JOINT.search(near)),
        official=bool(cues.OFFICIAL.search(sentence.folded)),
        recalled=bool(cues.RECALLED.search(before) or cues.RECALLED.search(after)),
    )

"""Who says what about an attack: claims, denials, retractions, accusations, suspicions, doubts, and that nobody claims.

Each sentence is masked (masks.py) and tried against the rules of lexicon/stances.yaml, family by family; what one rule
has used, no later one may. The worst mistake is a claim put into the wrong mouth, so a claim needs its actor as the
grammatical subject (or "by" agent), no question, no condition, no habit. Families and order: domain notes, section 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.detect.channels import ChannelRules, channel
from monitor.detect.hits import ActorHit, Naming, NoClaimHit, StanceHit
from monitor.detect.masks import MARKS, OFFICIAL, PRESS, THIRD, VICTIM, Masked, as_class, is_bound, is_reference, mask
from monitor.detect.patterns import Entry, EntryReader, Mistake, Mistakes, Triggers, macros_of, rules_of
from monitor.detect.stances_memory import OWN_VOICE, Memory, Standing, own_voice, sole_group
from monitor.detect.text import Document
from monitor.model import By, Stance, StanceKind, Via

FAMILIES = ("nonresp", "noclaim", "retract", "deny", "dispute", "attrib", "claim", "accuse", "suspect", "fact", "via")
KEYS = ("family", "any", "pattern", "who", "by", "via", "unless", "label", "firm")
MOST_BETWEEN = 40  # characters between a group and its speaker's name

_STANCES = {
    "retract": StanceKind.RETRACTED, "deny": StanceKind.DENIED, "dispute": StanceKind.DISPUTED, "attrib": StanceKind.ACCUSED,
    "claim": StanceKind.CLAIMED, "accuse": StanceKind.ACCUSED, "suspect": StanceKind.SUSPECTED, "fact": StanceKind.ACCUSED,
}  # fmt: skip
_BY_MARK = {OFFICIAL: By.AUTHORITY, VICTIM: By.VICTIM, THIRD: By.THIRD_PARTY, PRESS: By.MEDIA}
_DOUBTFUL = re.compile(r"\b(?:if|whether|unless|whenever|is it true|would|could|not clear who|unclear who|in case|should)\b[^.;,]{0,45}$")
_THE_GROUP = frozenset("group militia organization organisation movement outfit faction cartel it they".split())
_MAYBE = re.compile(r"\b(?:may|might|could|likely|probabl[ey]|possibl[ey]|possibility|whether|perhaps|apparently|suggest\w*|suspect\w*)\b")
_NEGATED = re.compile(r"\b(?:not|never|n't|no longer|denied|denies|without|ruled out|rather than|instead of)\s(?:[\w-]+\s){0,4}$")
_SILENCE = ("claim", "responsib", "credit")
_CAPTURE = re.compile(r"\b(?:kidnap|abduct|hostage|captive)")
_BRACKET = re.compile(r"['\"]?\s{0,2}[(\[]\s?[A-Z][A-Za-z0-9 ./-]{1,14}[)\]]")  # "Full Name (FN)"
_PLAIN, _TELLS = MARKS["PLAIN"], f"[{OFFICIAL}{VICTIM}]"
_ACCORDING = re.compile(
    rf"\baccording to {_PLAIN}{{0,30}}({_TELLS})"
    rf"|({_TELLS}){_PLAIN}{{0,60}}?\b(?:said|says|reported|reports|told|announced|confirmed|stated|added|revealed)\b"
)


@dataclass(frozen=True, slots=True)
class StanceRule:
    """One entry of stances.yaml."""

    id: str
    family: str
    pattern: re.Pattern[str]
    by: By
    who: str
    unless: re.Pattern[str] | None
    label: bool
    firm: bool  # a "suspected" in it is the law's word, not the reporter's


@dataclass(frozen=True)
class StanceRules:
    """The rules in the order of their families, with their prefilter."""

    rules: tuple[StanceRule, ...]
    channels: ChannelRules
    triggers: Triggers = field(repr=False)


def compile_rules(entries: Sequence[Entry]) -> StanceRules:
    """Make the rules. Raises Mistakes with everything that is wrong in the entries."""
    mistakes: list[Mistake] = []
    macros = {**macros_of(entries), **MARKS}
    channels: list[tuple[Via, re.Pattern[str]]] = []
    made: list[tuple[StanceRule, tuple[str, ...]]] = []
    for reader in [EntryReader(entry, KEYS, mistakes) for entry in rules_of(entries)]:
        family = reader.one_of("family", FAMILIES)
        pattern = reader.pattern("pattern", macros)
        if not {"family", "pattern"} <= reader.entry.keys():
            reader.note("", "a stance rule needs a family and a pattern")
        elif not family or pattern is None:
            continue  # already noted
        elif family == "via":
            channels.append((Via(reader.one_of("via", tuple(Via), "unknown")), pattern))
        else:
            made.append((_rule(reader, family, pattern, macros), reader.texts("any")))
    if mistakes:
        raise Mistakes(mistakes)
    made.sort(key=lambda each: FAMILIES.index(each[0].family))
    return StanceRules(tuple(rule for rule, _ in made), tuple(channels), Triggers([pieces for _, pieces in made]))


def _rule(reader: EntryReader, family: str, pattern: re.Pattern[str], macros: dict[str, str]) -> StanceRule:
    by = By(reader.one_of("by", tuple(By), "self"))
    who = reader.one_of("who", ("last", "voice"))
    if family not in ("nonresp", "noclaim") and not who and "w" not in pattern.groupindex:
        reader.note("pattern", "the pattern has no (?P<w>...) and the rule no `who`")
    return StanceRule(reader.id, family, pattern, by, who, reader.pattern("unless", macros), reader.flag("label"), reader.flag("firm"))


def find(document: Document, hits: Sequence[ActorHit], rules: StanceRules) -> tuple[tuple[StanceHit, ...], tuple[NoClaimHit, ...]]:
    """All stances and no-claims of a document, in text order."""
    stances: list[StanceHit] = []
    unclaimed: list[NoClaimHit] = []
    by_sentence: dict[int, list[ActorHit]] = {}
    for hit in hits:
        by_sentence.setdefault(hit.sentence, []).append(hit)
    voice = own_voice(document, by_sentence)
    sole = voice or sole_group(hits)
    memory = Memory(voice)
    for sentence in document.sentences:
        if not hits and not any(word in sentence.folded for word in _SILENCE):
            continue  # a text without actors can only say that nobody has claimed
        own = by_sentence.get(sentence.index, [])
        candidates = rules.triggers.candidates(sentence.folded)
        if not candidates and not own:
            continue
        last = memory.recall(sentence.index)
        if not own and last is None and not any(rules.rules[index].family == "noclaim" for index in candidates):
            continue
        if candidates:
            masked = mask(sentence, own, last, sole)
            reading = _Reading(masked, Standing(last, sole, voice), rules)
            reading.run([rules.rules[index] for index in candidates])
            stances += reading.stances
            unclaimed += reading.unclaimed
            memory.claimed(reading.stances, own, last)
        memory.named(own)
    return tuple(stances), tuple(unclaimed)


class _Reading:
    """One sentence being read: which stretches are used, and which actors have already spoken in it."""

    def __init__(self, masked: Masked, standing: Standing, rules: StanceRules) -> None:
        self._masked = masked
        self._standing = standing
        self._last = standing.last
        self._rules = rules
        self._used: list[tuple[int, int]] = []
        self._spoken: dict[str, StanceKind] = {}
        self._question = masked.sentence.text.rstrip("\"'” )").endswith("?")
        self.stances: list[StanceHit] = []
        self.unclaimed: list[NoClaimHit] = []

    def run(self, rules: Iterable[StanceRule]) -> None:
        """Try the rules in order."""
        for rule in rules:
            for match in rule.pattern.finditer(self._masked.text):
                core = match.span("t") if rule.pattern.groupindex.get("t") and match["t"] else match.span()
                if any(start < core[1] and core[0] < end for start, end in self._used):
                    continue
                self._take(rule, match, core)

    def _take(self, rule: StanceRule, match: re.Match[str], core: tuple[int, int]) -> None:
        if rule.family == "nonresp":
            self._used.append(core)
        elif rule.family == "noclaim":
            self._used.append(core)
            self.unclaimed.append(NoClaimHit(self._masked.sentence.index, self._masked.sentence.quote(), rule.id))
        elif not self._refused(rule, match):
            taken = [self._add(rule, match, mark, actor) for mark, actor in self._actors(rule, match)]
            if any(taken):
                self._used.append(core)

    def _refused(self, rule: StanceRule, match: re.Match[str]) -> bool:
        """Questions, conditions and negations assert nothing."""
        if self._question or (rule.unless is not None and rule.unless.search(self._masked.text)):
            return True
        if self._speaks_of_another(match):
            return True
        before = self._masked.text[max(0, match.start() - 60) : match.start()]
        if rule.family in ("claim", "deny", "attrib") and _DOUBTFUL.search(before):
            return True
        return rule.family in ("claim", "accuse", "suspect", "fact") and _NEGATED.search(before) is not None

    def _speaks_of_another(self, match: re.Match[str]) -> bool:
        """ "X said Y was behind it" is no claim by X: who is spoken of (`own`) must be the speaker's own side."""
        if "own" not in match.re.groupindex or not match["own"]:
            return False
        speaker, own = self._masked.actors.get(match["w"]), self._masked.actors.get(match["own"])
        return speaker is not None and own is not None and speaker.family != own.family

    def _actors(self, rule: StanceRule, match: re.Match[str]) -> Iterator[tuple[str, ActorHit]]:
        """The actors a match speaks of, each with the mark that stands for it ("" when only meant)."""
        if rule.who:
            groups = [hit for hit in self._masked.actors.values() if hit.naming in (Naming.GROUP, Naming.SELF_NAMED) and not hit.linked]
            meant = self._last if rule.family == "dispute" and self._last else (groups[0] if groups else self._last)
            meant = self._standing.voice if rule.who == "voice" else meant
            if meant is not None:
                yield "", meant
            return
        for name in ("w", "w2"):
            if name in match.re.groupindex and match[name]:
                hit = self._masked.actors.get(match[name])
                if hit is not None and (not rule.label or hit.naming is Naming.STATE_LABEL):
                    yield match[name], hit

    def _kind(self, rule: StanceRule, match: re.Match[str], mark: str, hit: ActorHit) -> StanceKind | None:
        """The stance a rule gives an actor; None where this actor cannot hold it."""
        kind = _STANCES[rule.family]
        sole, voice = self._standing.sole, self._standing.voice
        if kind in OWN_VOICE and (hit.naming is Naming.STATE_LABEL or (hit.naming is Naming.STATE and kind is StanceKind.CLAIMED)):
            return None
        if (rule.family in ("fact", "suspect") or rule.firm) and hit.actor.startswith("generic:"):
            return None
        if kind in OWN_VOICE and hit.naming is Naming.GENERIC and not hit.actor.startswith("generic:"):
            return None
        if rule.family in ("fact", "suspect") and voice is not None and hit.family == voice.family:
            return StanceKind.CLAIMED
        if rule.family == "fact" and mark and is_reference(mark) and (sole is None or sole.family != hit.family):
            return None
        doubted = _MAYBE.search(self._masked.text[max(0, match.start() - 30) : match.end()]) or self._loose(rule, mark)
        if rule.family == "fact" and self._says_its_name(mark, match):
            return StanceKind.CLAIMED
        return StanceKind.SUSPECTED if kind is StanceKind.ACCUSED and doubted and not rule.firm else kind

    def _says_its_name(self, mark: str, match: re.Match[str]) -> bool:
        """Hostages held by "a group calling itself X": their captors have spoken, for nobody else could name them so."""
        if not mark:
            return False
        start, end = self._masked.span(*self._at(mark))
        named = self._masked.sentence.folded[start:end]
        return ("itself" in named or "themselves" in named) and _CAPTURE.search(match[0]) is not None

    def _loose(self, rule: StanceRule, mark: str) -> bool:
        """Is a group meant by a class word only: "guerrillas" where the text names one group, "the terrorists"?"""
        if not mark or is_bound(mark):
            return bool(mark)
        if rule.family != "fact" or not is_reference(mark) or self._masked.actors[mark].sentence == self._masked.sentence.index:
            return False
        start, end = self._masked.span(*self._at(mark))
        return self._masked.sentence.folded[start:end].split()[-1] not in _THE_GROUP

    def _at(self, mark: str) -> tuple[int, int]:
        start = self._masked.text.index(mark)
        return start, start + 1

    def _add(self, rule: StanceRule, match: re.Match[str], mark: str, hit: ActorHit) -> bool:
        kind = self._kind(rule, match, mark, hit)
        if kind is None:
            return False
        if kind in OWN_VOICE and mark and is_bound(mark) and self._standing.voice is None:
            hit = as_class(hit)
        if hit.family in self._spoken and not (kind is StanceKind.DISPUTED and self._spoken[hit.family] is StanceKind.CLAIMED):
            return False
        self._spoken[hit.family] = kind
        start, end = self._masked.span(*match.span())
        self.stances.append(StanceHit(self._stance(rule, match, hit, kind), self._masked.sentence.index, start, end))
        return True

    def _stance(self, rule: StanceRule, match: re.Match[str], hit: ActorHit, kind: StanceKind) -> Stance:
        sentence = self._masked.sentence
        by, by_name = self._source(rule, match, kind)
        via, via_name = (Via.UNKNOWN, None)
        if kind in OWN_VOICE:
            via, via_name = channel(sentence.folded, sentence.text, self._masked.actors, self._rules.channels)
            if via is Via.UNKNOWN and self._standing.voice is not None:
                via = Via.MEDIA_ARM if self._standing.voice.naming is Naming.MEDIA_ARM else Via.STATEMENT
        return Stance(
            hit.actor, hit.name, self._written(match, hit), kind, by, via, sentence.quote(), rule.id, via_name, by_name, hit.family
        )

    def _written(self, match: re.Match[str], hit: ActorHit) -> str:
        """The actor as written; with the person who speaks, when one follows: "rebel leader N.N."."""
        behind = self._masked.text[match.start() : match.end()]
        people = [self._masked.actors[mark] for mark in behind if 0xE300 <= ord(mark) < 0xE400]
        near = [person for person in people if person.family == hit.family and 0 < person.start - hit.end < MOST_BETWEEN]
        if near and hit.sentence == near[0].sentence:
            return self._masked.sentence.text[hit.start : near[0].end]
        bracket = _BRACKET.match(self._masked.sentence.text, hit.end) if hit.sentence == self._masked.sentence.index else None
        return self._masked.sentence.text[hit.start : bracket.end()] if bracket else hit.text

    def _source(self, rule: StanceRule, match: re.Match[str], kind: StanceKind) -> tuple[By, str | None]:
        """Who says so: the marked source of the rule, else an official the sentence quotes, else the rule's own answer."""
        if kind in OWN_VOICE:
            return By.SELF, None
        groups = match.re.groupindex
        if "s" in groups and match["s"]:
            return _BY_MARK[match["s"]], self._masked.written(match.start("s"))
        if "r" in groups and match["r"]:
            return By.RIVAL, self._masked.written(match.start("r"))
        said = _ACCORDING.search(self._masked.text) if rule.by is By.MEDIA else None
        if said:
            at = said.start(1) if said[1] else said.start(2)
            return _BY_MARK[self._masked.text[at]], self._masked.written(at)
        return (rule.by if rule.by is not By.SELF else By.MEDIA), None

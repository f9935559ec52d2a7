"""Armed actors in a text: who is named, in which of their names, and whether the name can be trusted.

Three passes over the whole document: all forms of the lexicon (an automaton over skeletons, a dictionary for
abbreviations), then what the document itself defines ("Ansar X (AX)", "a group calling itself Y"), then the weak forms,
which need such support. Rules of judgement: domain notes, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from monitor.detect.context import Context, adjacent, is_linked_left, linked_tail, tie_start
from monitor.detect.hits import ActorHit, Naming
from monitor.detect.roster import Actor, Actors, Form, compile_actors
from monitor.detect.selfnamed import self_names, slug
from monitor.detect.spelling import skeleton
from monitor.detect.text import Document, Sentence

__all__ = ["Actors", "compile_actors", "find"]

_TOKEN = re.compile(r"[A-Z][\w]*(?:[-/][\w]+)*(?:\([A-Z]{1,3}\))?")
_BRACKET = re.compile(r"['\"]?\s?[(\[]\s?(?:the |or |known as |also known as )?['\"]?([A-Z][\w./-]{1,11})['\"]?\s?[)\],;]")
_SEPARATOR = re.compile(r"[\s\-\"/]+")
_CLASS_NOUNS = frozenset("group state army movement front party resistance brigades guard guards command revolution".split())
_GAP = re.compile(r" {2,}")
_OF = re.compile(
    r"(?:\s(?:organi[sz]ation|group|outfit|faction|unit|cell|movement))?\s(?:of|from|belonging to|loyal to|with|called|known as|named"
    r"|calling (?:itself|themselves)|(?:that|which|who)\s(?:has\s)?(?:identif(?:ied|ies|y)|calls?|styles?)\s(?:itself|themselves)(?:\sas)?)"
    r"\s(?:the\s)?(?:[\w-]+\s){0,2}['\"]?$"
)
_APPOSED = re.compile(r"[\s,\"']*(?:the\s)?[\"']*")  # "a commando unit, the "X""


@dataclass(frozen=True, slots=True)
class _Match:
    """A form found in a sentence, not yet believed."""

    sentence: int
    start: int
    end: int
    forms: tuple[Form, ...]


@dataclass(slots=True)
class _Bound:
    """What this document has defined: abbreviations and self-given names."""

    names: dict[str, Actor] = field(default_factory=dict)


def find(document: Document, actors: Actors) -> tuple[ActorHit, ...]:
    """Every actor the document names, in text order. Overlapping names: the longest stands."""
    matches = [*_long(document, actors), *_short(document, actors)]
    named = _self_named(document, matches)
    if not matches and not named:
        return ()
    context = Context(document)
    strong = [match for match in matches if not all(form.weak for form in match.forms)]
    sure = _sure(strong)
    bound = _Bound()
    bound.names.update(_bindings(document, [*strong, *named], context, sure))
    believed = [*strong, *named, *_repeated(document, named, bound)]
    weak = (match for match in matches if all(form.weak for form in match.forms))
    believed += [found for match in weak if (found := _supported(document, match, context, sure, bound))]
    hits = [_hit(document, match, context, sure, bound) for match in _longest(believed)]
    return tuple(_tidied(document, hits))


def _long(document: Document, actors: Actors) -> list[_Match]:
    """All long forms, at word boundaries, with the capitals they need."""
    found = []
    for sentence in document.sentences:
        text, offsets = _squeezed(skeleton(sentence.folded))
        for index, start, end in actors.automaton.find_matches_as_indexes(text, overlapping=True):
            if (start and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum()):
                continue
            first, last = (start, end) if offsets is None else (offsets[start], offsets[end - 1] + 1)
            forms = tuple(form for form in actors.long[index] if not form.cased or _capitalised(sentence, first, last))
            if forms:
                found.append(_Match(sentence.index, first, last, forms))
    return found


def _squeezed(text: str) -> tuple[str, list[int] | None]:
    """Runs of spaces as one, and for each character left its offset; None where nothing had to move."""
    if "  " not in text:
        return text, None
    offsets: list[int] = []
    at = 0
    for gap in _GAP.finditer(text):
        offsets.extend(range(at, gap.start() + 1))
        at = gap.end()
    offsets.extend(range(at, len(text)))
    return _GAP.sub(" ", text), offsets


def _capitalised(sentence: Sentence, start: int, end: int) -> bool:
    """Do the words of this name begin with capitals? Particles (al, e, of) need none."""
    if sentence.shouting:
        return True
    words = [word for word in _SEPARATOR.split(sentence.text[start:end]) if word]
    proper = [word for word in words if len(word) > 3 or len(words) == 1] or words
    return sum(not word[0].islower() for word in proper) * 2 > len(proper) or (
        len(proper) == 2 and not proper[0][0].islower() and proper[1] not in _CLASS_NOUNS  # "Boko haram", not "Islamic group"
    )


def _short(document: Document, actors: Actors) -> list[_Match]:
    """Abbreviations, letter by letter; in capital texts only those written in capitals."""
    found = []
    for sentence in document.sentences:
        for token in _TOKEN.finditer(sentence.text):
            text = token.group()
            for form in (text, text.partition("-")[0], text.partition("(")[0]):
                if forms := actors.short.get(form):
                    found.append(_Match(sentence.index, token.start(), token.start() + len(form), forms))
                    break
    return found


def _self_named(document: Document, matches: Sequence[_Match]) -> list[_Match]:
    """Names that a group gives itself, unless they are names of the lexicon."""
    found = []
    for sentence in document.sentences:
        for name in self_names(sentence):
            inside = [m for m in matches if m.sentence == sentence.index and m.start < name.end and name.start < m.end]
            known = [m for m in inside if (m.end - m.start) * 2 > name.end - name.start and not m.forms[0].actor.id.startswith("generic:")]
            if not known:
                actor = Actor(f"named:{slug(name.name)}", name.name, f"named:{slug(name.name)}", Naming.SELF_NAMED, 0)
                found.append(_Match(sentence.index, name.start, name.end, (Form(actor, Naming.SELF_NAMED, False, True),)))
    return found


def _repeated(document: Document, named: Sequence[_Match], bound: _Bound) -> Iterable[_Match]:
    """Self-given names and bound abbreviations wherever they stand again."""
    names = {document.sentences[match.sentence].text[match.start : match.end]: match.forms[0].actor for match in named} | bound.names
    for name, actor in names.items():
        pattern = re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])")
        form = (Form(actor, actor.naming, False, True),)
        for sentence in document.sentences:
            for match in pattern.finditer(sentence.text):
                yield _Match(sentence.index, match.start(), match.end(), form)


def _sure(strong: Sequence[_Match]) -> frozenset[str]:
    """Actors named by a form that nobody else has, and their families."""
    single = [match.forms[0].actor for match in strong if len(match.forms) == 1 and match.forms[0].naming is not Naming.GENERIC]
    return frozenset(actor.id for actor in single) | frozenset(actor.family for actor in single)


def _bindings(document: Document, strong: Sequence[_Match], context: Context, sure: frozenset[str]) -> Iterable[tuple[str, Actor]]:
    """ "Full Name (FN)" defines FN for this document."""
    for match in strong:
        sentence = document.sentences[match.sentence]
        bracket = _BRACKET.match(sentence.text, match.end)
        form = context.choose(match.forms, sentence, sure)
        if bracket and form.naming in (Naming.GROUP, Naming.SELF_NAMED) and match.end - match.start > len(bracket.group(1)):
            yield bracket.group(1), form.actor


def _supported(document: Document, match: _Match, context: Context, sure: frozenset[str], bound: _Bound) -> _Match | None:
    """A weak form, when the document or its neighbours make it likely."""
    sentence = document.sentences[match.sentence]
    text = sentence.text[match.start : match.end]
    if text in bound.names:
        return None  # `_repeated` has it
    forms = tuple(form for form in match.forms if form.actor.id in sure or form.actor.family in sure)
    if not forms and (not sentence.shouting or len(text) > 2) and adjacent(sentence, match.start, match.end):
        forms = tuple(form for form in match.forms if context.fits(form.actor, sentence))
    return replace(match, forms=forms) if forms else None


def _longest(matches: Sequence[_Match]) -> list[_Match]:
    """The longest of overlapping matches, in text order; of equals the first, which is the strongest."""
    kept: list[_Match] = []
    for match in sorted(matches, key=lambda each: (each.sentence, each.start - each.end)):
        if all(other.sentence != match.sentence or other.end <= match.start or match.end <= other.start for other in kept[-40:]):
            kept.append(match)
    return sorted(kept, key=lambda each: (each.sentence, each.start))


def _hit(document: Document, match: _Match, context: Context, sure: frozenset[str], bound: _Bound) -> ActorHit:
    sentence = document.sentences[match.sentence]
    text = sentence.text[match.start : match.end]
    form = context.choose(match.forms, sentence, sure)
    actor = bound.names.get(text, form.actor)
    naming = actor.naming if actor is not form.actor else form.naming
    linked = naming in (Naming.GROUP, Naming.STATE_LABEL) and is_linked_left(sentence, match.start)
    return ActorHit(actor.id, actor.name, text, match.sentence, match.start, match.end, naming, actor.family, actor.regions, linked)


def _tidied(document: Document, hits: Sequence[ActorHit]) -> Iterable[ActorHit]:
    """ "X-linked militants" and "a group linked to X" are some militants; "X militants" and "militants of X" are X."""
    kept: list[ActorHit] = []
    leading = _leading(document, hits)
    for index, hit in enumerate(hits):
        sentence = document.sentences[hit.sentence]
        before = kept[-1] if kept and kept[-1].sentence == hit.sentence else None
        after = hits[index + 1] if index + 1 < len(hits) and hits[index + 1].sentence == hit.sentence else None
        if hit.naming is Naming.GENERIC and (index in leading or _trails(hit, before)):
            continue
        if hit.linked and (start := tie_start(sentence, hit.start)) is not None:
            if before is not None and before.naming is Naming.GENERIC and before.end > start:
                kept.pop()
            text = sentence.text[start : hit.end]
            kept.append(ActorHit("generic:militants", "militants", text, hit.sentence, start, hit.end, Naming.GENERIC, "generic:militants"))
            continue
        tail = linked_tail(sentence, hit.end) if hit.naming is Naming.GROUP else None
        if tail is None:
            kept.append(hit)
        elif after is None or after.start > tail.end or after.naming is Naming.GENERIC:
            text = sentence.text[hit.start : tail.end]
            kept.append(
                replace(
                    hit, actor=tail.actor, name=tail.name, text=text, end=tail.end, naming=Naming.GENERIC, family=tail.actor, linked=False
                )
            )
    return kept


def _leading(document: Document, hits: Sequence[ActorHit]) -> frozenset[int]:
    """Class words that open a group's name phrase: "terrorist militia X", "guerrillas of X"."""
    leading: set[int] = set()
    for index in range(len(hits) - 2, -1, -1):
        hit, after = hits[index], hits[index + 1]
        if hit.naming is not Naming.GENERIC or hit.sentence != after.sentence:
            continue
        between = document.sentences[hit.sentence].folded[hit.end : after.start]
        near = not between.strip(" \"',") or _OF.match(between) is not None
        near = near or (after.naming is Naming.SELF_NAMED and _APPOSED.fullmatch(between) is not None)
        if near and (index + 1 in leading or after.naming in (Naming.GROUP, Naming.SELF_NAMED)):
            leading.add(index)
    return frozenset(leading)


def _trails(hit: ActorHit, before: ActorHit | None) -> bool:
    """Is this class word inside or right behind the name before it: "X militants"?"""
    return before is not None and (before.end > hit.start or (before.naming is not Naming.GENERIC and hit.start - before.end <= 3))

"""A sentence with its players replaced by single characters, so that stance rules can be short and cannot be fooled by names.

The marks are private-use characters: one per actor hit (and one per "the group" that refers to one), one per media arm
and spokesman, and one each for officials, victims and third parties. `Masked` maps every character back to the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.detect.hits import ActorHit, Naming
from monitor.detect.text import Sentence

OFFICIAL, VICTIM, THIRD, PRESS = "\ue001", "\ue002", "\ue003", "\ue004"
_GROUP_BASE, _CLASS_BASE, _MEDIA_BASE, _PERSON_BASE, _REFERENCE_BASE, _TIED_BASE = 0xE100, 0xE180, 0xE200, 0xE300, 0xE400, 0xE500
_BOUND_BASE = 0xE480  # "guerrillas", where the document names only one group
_BASES = {Naming.MEDIA_ARM: _MEDIA_BASE, Naming.SPOKESMAN: _PERSON_BASE, Naming.GENERIC: _CLASS_BASE}
_MOST = 120  # actor hits in one sentence
_OF_A_GROUP = frozenset(
    {"generic:guerrillas", "generic:rebels", "generic:insurgents", "generic:maoists"}
)  # classes a text uses for its one group

MARKS = {
    "GRP": "[\ue100-\ue1ff\ue400-\ue4ff]",
    "ACT": "[\ue100-\ue1ff\ue300-\ue4ff]",
    "CLASS": "[\ue180-\ue1ff]",
    "NAMED": "[\ue100-\ue1ff\ue400-\ue4ff]",
    "TIED": "[\ue500-\ue5ff]",
    "MED": "[\ue200-\ue2ff]",
    "SPK": "[\ue300-\ue3ff]",
    "OFF": OFFICIAL,
    "SRC": f"[{OFFICIAL}{VICTIM}{THIRD}{PRESS}]",
    "PLAIN": "[^.;\ue001-\ue4ff]",
    "TEXT": "[^.;\ue100-\ue4ff]",
}

_ADJECTIVE = (
    r"(?:militant|islamist|islamic|muslim|sunni|shiite|shia|shi'ite|jihadi|jihadist|terror|terrorist|extremist|radical"
    r"|fundamentalist|rebel|separatist|insurgent|guerrilla|armed|heavily armed"
    r"|sinister|urban|pro-\w+|guevarist|castroite|castrist|trotskyist|ultra-?radical|leftist|left-wing|rightist|right-wing|far-right|ultra-?rightist|ultra-?leftist|marxist|marxist-leninist|maoist"
    r"|communist|nationalist|banned|outlawed|proscribed|so-called|self-styled"
    r"|self-proclaimed|shadowy|little[- ]known|previously unknown|unknown|hitherto unknown|obscure|local|regional|ethnic"
    r"|baloch|baluch|kurdish|basque|chechen|somali|palestinian|pakistani"
    r"|lebanese|syrian|iraqi|afghan|colombian|peruvian|salvadoran|chilean|bolivian|indian|main|largest|biggest|powerful"
    r"|feared|notorious|hard-?line|resurgent|clandestine|subversive|drug"
    r"|\w+-(?:based|linked|backed|affiliated|aligned|inspired))"
)
_NOUN = (
    r"(?:group|grouping|militia|organi[sz]ation|movement|outfit|faction|network|gang|cartel|party|guerrillas?|rebels?"
    r"|militants?|terrorists?)"
)
_MEMBERS = (
    r"(?:members?|elements?|groups?|units?|columns?|squads?|commandos?|fighters|guerrillas|terrorists|rebels|militants"
    r"|militiamen|gunmen|followers|subversives|combatants"
    r"|forces|troops|individuals|men|insurgents|supporters|leaders?|command|leadership|faction|wing)"
)
_LEFT = re.compile(
    rf"(?:\b(?:a|one|the|two|three)\s(?:\w+\s)?(?:groups?|bands?|columns?|squads?|teams?|cells?|units?|numbers?|dozens?|gangs?)\sof\s)?"
    rf"(?:(?:\b(?:the|a|an|its|some|several|two|three|four|five|about \d+"
    rf"|\d+)\s)?(?:\b{_ADJECTIVE}\s){{0,4}}\b{_MEMBERS}\s(?:of|from|belonging to|loyal to)\s)?"
    rf"(?:\b(?:the|a|an|its|their|another|some|several)\s)?(?:\b{_ADJECTIVE}[\s-]){{0,5}}(?:\b{_NOUN},?\s)?(?:(?:known as"
    rf"|called|named|calling (?:itself|themselves)"
    rf"|(?:that|which|who)\s(?:has\s)?(?:identif(?:ied|ies|y)|calls?|styles?)\sitself(?:\sas)?"
    rf"|identifying itself as|self-(?:named|styled))\s(?:the\s)?)?['\"(\[]{{0,2}}$"
)
_RIGHT = re.compile(
    r"(?:['\"](?!s\b)){0,2}(?:\s?[(\[][^)\]]{1,70}[)\]])?(?:['\"](?!s\b))?"
    r"(?:\s?'\s?s?\s(?:['\"\w-]+\s){0,4}?(?:unit|front|column|command|commandos?|squad|cell|brigade|battalion|bloc|faction|guerrillas)\b)?"
    r"(?:\s(?:(?:terrorist|terror|militant|rebel|guerrilla|insurgent|armed|drug|urban|hooded|suspected)\s){0,2}"
    r"(?:groups?|militants?|fighters?|gunm[ae]n|militia(?:men|s)?|insurgents?|rebels?"
    r"|guerrillas?|terrorists?|extremists?|jihadists?|separatists?|islamists?|faction|organi[sz]ation|movement|network"
    r"|members?|forces|combatants|commandos?|subversives|elements|cell|outfit|bandits"
    r"|columns?|squads?|hit squad|suicide bombers?|bombers?|assassins|units?|cells|sappers|troops|patrols?|men|criminals"
    r"|activists|detachments?|gangs?|volunteers)\b){0,2}"
)
_REFERENCE = re.compile(
    r"\b(?:the|this|that)\s(?:(?:militant|islamist|terrorist|terror|extremist|armed|rebel|guerrilla|jihadist|insurgent"
    r"|separatist|banned|outlawed|sunni|shiite|same|leftist|urban|salvadoran|colombian|peruvian)\s){0,2}"
    r"(?:group|militia|organi[sz]ation|movement|outfit|faction|cartel|militants|insurgents|rebels|guerrillas|extremists"
    r"|jihadists|separatists|islamists|subversives|terrorists|guerrilla (?:group|movement|organi[sz]ation|units?|columns?|forces)"
    r"|rebel (?:group|movement|organi[sz]ation|units?|columns?|forces))\b(?!\s(?:of|that|in which)\b)(?!'s?\s(?!spokes|claim))"
    r"|\b(?:it|they)\b(?=\s(?:(?:has|have|had|also|later|then|openly|proudly|today|\w{3,12}ly)\s){0,2}(?:claim(?:s|ed)?|den(?:ied|ies|y)"
    r"|t(?:ook|akes?|aken) (?:credit|responsibility|full)"
    r"|accept(?:s|ed)? responsib\w*|admit(?:s|ted)?|assum(?:ed|es) responsib\w*|retract(?:s|ed)?|with(?:drew|drawn))\b)"
)
_SOURCES = re.compile(
    r"(?P<o>\b(?:the\s)?(?:(?:local|senior|provincial|federal|top|district|pakistani|indian|afghan|iraqi|israeli|turkish"
    r"|russian|us|american|nigerian|somali|french|british|regional|unnamed|military|security|intelligence|police|army"
    r"|government)\s){0,2}(?:police(?!\s(?:station|post|academ|van|vehicle|headquarters|checkpoint|checkpost|convoy|patrol"
    r"|training|bus|school|car\b|compound|barracks))(?:\s(?:chief|officers?|officials?|spokes\w+|sources?|commander))?"
    r"|officials?|authorities|government(?!-)(?:\s(?:spokes\w+|sources?))?|(?:prime |deputy |interior |foreign |defen[cs]e "
    r"|information |home |chief )?ministers?|ministry|president|vice president"
    r"|military(?!\s(?:post|base|camp|convoy|vehicle|wing|operation|academy|hospital|target))(?:\s(?:spokes\w+|sources?"
    r"|officials?|command))?|army(?!\s(?:post|base|camp|convoy|vehicle|school|of|public|checkpoint))(?:\s(?:spokes\w+"
    r"|sources?|chief|command))?"
    r"|armed forces|security (?:forces|officials?|sources|agenc(?:y|ies)|services)|investigators?|prosecutors?"
    r"|intelligence(?:\s(?:officials?|sources|agenc(?:y|ies)|services?))?|governor|mayor|general|colonel"
    r"|brigadier|judge|court|spokesman for the (?:government|army|police|ministry|military)|state department|white house"
    r"|pentagon|kremlin|ispr|fbi|high command|general staff|garrison|cabinet|administration"
    r"|foreign office|embassy|washington|islamabad|new delhi|delhi|tehran|ankara|moscow|baghdad|jerusalem|damascus|riyadh"
    r"|the united states|u\.s\.(?!\s(?:soldier|troop|marine|base|embassy|convoy))|pakistan(?='?s? (?:has |have )?(?:blam"
    r"|accus|sa[iy]))"
    r"|india(?= (?:has |have )?(?:blam|accus|sa[iy]))|israel(?= (?:has |have )?(?:blam|accus|sa[iy]|holds|held))"
    r"|iran(?= (?:has |have )?(?:blam|accus|sa[iy]))|turkey(?= (?:has |have )?(?:blam|accus|sa[iy]))"
    r"|russia(?= (?:has |have )?(?:blam|accus|sa[iy]))|afghanistan(?= (?:has |have )?(?:blam|accus|sa[iy])))\b)"
    r"|(?P<v>\b(?:the\s)?(?:local\s)?(?:residents?|villagers|survivors?|relatives|famil(?:y|ies) of|witness(?:es)?"
    r"|eyewitness(?:es)?|locals|elders|inhabitants|neighbou?rs|peasants)\b)"
    r"|(?P<t>\b(?:(?:western|security|political|independent|foreign|defen[cs]e|terrorism|european|some|local)\s)?(?:analysts?"
    r"|experts?|diplomats?|observers|human rights (?:groups?|watch|organizations?)|amnesty international|researchers?"
    r"|academics|human rights commission)\b)"
    r"|(?P<p>\b(?:the\s)?(?:local |state |pakistani |indian )?(?:media|newspapers?|press reports?|news reports|reports"
    r"|radio reports|television reports|broadcasters?)\b)"
)
_NEEDLESS = re.compile(r"\s+(?=[,.;:)\]])|\s+(?=\s)|(?<=[(\[])\s+|(?<=\w)\s(?='\s?s\b)|(?<=')\s(?=s\b)")
_NAME_LEFT = re.compile(r"(?:\b(?:[A-Z][\w.-]+|[Aa]n?|[Tt]he)\s){1,3}$")
_NAME_RIGHT = re.compile(r",?\s[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){0,3}")
_OWN_WORDS = frozenset(
    {"guerrillas", "rebels", "insurgents", "subversives", "group", "movement", "organization", "units", "columns", "forces"}
)
_KINDS = {"o": OFFICIAL, "v": VICTIM, "t": THIRD, "p": PRESS}


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked text; character i stands for `starts[i]:ends[i]` of the sentence."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    actors: dict[str, ActorHit]
    sentence: Sentence

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The sentence's offsets of a stretch of masked text."""
        if start >= end:
            return self.starts[min(start, len(self.starts) - 1)], self.starts[min(start, len(self.starts) - 1)]
        return self.starts[start], self.ends[end - 1]

    def written(self, index: int) -> str:
        """What stands in the sentence for one mark."""
        text = self.sentence.text
        start, end = self.starts[index], self.ends[index]
        if not self.sentence.shouting and (before := _NAME_LEFT.search(text, max(0, start - 50), start)):
            start = before.start()
        if not self.sentence.shouting and (after := _NAME_RIGHT.match(text, end)):
            end = after.end()
        return text[start:end].strip()


def mask(sentence: Sentence, hits: Sequence[ActorHit], last: ActorHit | None, sole: ActorHit | None = None) -> Masked:
    """Put marks in. `last` is what "the group" means when the sentence itself has not named one before.

    `sole` is the one group of the document, if there is just one: plain "guerrillas" are taken to be its own.
    """
    pieces = [*_actor_pieces(sentence, hits[:_MOST], sole)]
    references = _reference_pieces(sentence, hits, pieces, last, sole)
    pieces = [piece for piece in pieces if _free(references, piece[0], piece[1])] + references
    pieces += [
        (m.start(), m.end(), _KINDS[m.lastgroup or "o"], None)
        for m in _SOURCES.finditer(sentence.folded)
        if _free(pieces, m.start(), m.end())
    ]
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    actors: dict[str, ActorHit] = {}
    at = 0
    for start, end, mark, hit in sorted(pieces, key=lambda piece: piece[0]):
        if start < at:
            continue
        _plain(sentence.folded, at, start, out, starts)
        ends.extend(each + 1 for each in starts[len(ends) :])
        out.append(mark)
        starts.append(start)
        ends.append(end)
        if hit is not None:
            actors[mark] = hit
        at = end
    _plain(sentence.folded, at, len(sentence.folded), out, starts)
    ends.extend(each + 1 for each in starts[len(ends) :])
    return Masked("".join(out), tuple(starts), tuple(ends), actors, sentence)


def _plain(folded: str, start: int, end: int, out: list[str], starts: list[int]) -> None:
    """Copy a stretch without needless spaces: corpora and old wires write "Taliban , who" and two spaces."""
    at = start
    for gap in _NEEDLESS.finditer(folded, start, end):
        out.append(folded[at : gap.start()])
        starts.extend(range(at, gap.start()))
        at = gap.end()
    out.append(folded[at:end])
    starts.extend(range(at, end))


_Piece = tuple[int, int, str, ActorHit | None]


def _actor_pieces(sentence: Sentence, hits: Sequence[ActorHit], sole: ActorHit | None) -> Iterable[_Piece]:
    at = 0
    for index, hit in enumerate(hits):
        if hit.start < at:
            continue
        base = _TIED_BASE if hit.linked else _BASES.get(hit.naming, _GROUP_BASE)
        bound = sole is not None and hit.actor in _OF_A_GROUP
        start, end = hit.start, hit.end
        if base in (_GROUP_BASE, _CLASS_BASE, _TIED_BASE):
            left = _LEFT.search(sentence.folded, max(at, start - 90), start)
            start = left.start() if left else start
            right = _RIGHT.match(sentence.folded, end)
            follower = next(
                (each.start for each in hits[index + 1 :] if each.family != hit.family and each.naming is not Naming.GENERIC),
                len(sentence.folded),
            )
            end = min(right.end(), follower) if right else end
            while end > hit.end and sentence.folded[end - 1] == " ":
                end -= 1
        at = end
        if sole is not None and bound:
            yield start, end, chr(_BOUND_BASE + index), _as(sole, hit)
        else:
            yield start, end, chr(base + index), hit


def _as(group: ActorHit, said: ActorHit) -> ActorHit:
    """What is said of a class, said of the group it belongs to; its text stays as written."""
    return replace(said, actor=group.actor, name=group.name, family=group.family, naming=Naming.GROUP, regions=group.regions)


def as_class(hit: ActorHit) -> ActorHit:
    """A class word that was read as the document's group, as the class alone: it may not claim for the group."""
    word = hit.text.lower().split()[-1]
    name = word if f"generic:{word}" in _OF_A_GROUP else "militants"
    return replace(hit, actor=f"generic:{name}", name=name, family=f"generic:{name}", naming=Naming.GENERIC)


def _reference_pieces(
    sentence: Sentence, hits: Sequence[ActorHit], pieces: Sequence[_Piece], last: ActorHit | None, sole: ActorHit | None
) -> list[_Piece]:
    """ "The group", "it": the group named before in this sentence, else `last`, else nobody in particular."""
    found: list[_Piece] = []
    named = [piece for piece in pieces if piece[3] is not None and piece[3].naming is not Naming.GENERIC and not is_bound(piece[2])]
    for match in _REFERENCE.finditer(sentence.folded):
        if not _free(named, match.start(), match.end()):
            continue
        earlier = [
            hit
            for hit in hits
            if hit.end <= match.start() and hit.naming in (Naming.GROUP, Naming.SELF_NAMED, Naming.SPOKESMAN) and not hit.linked
        ]
        meant = earlier[-1] if earlier else last
        if meant is None and match.group().startswith(("it", "they")):
            continue
        if meant is None and sole is not None and match.group().split()[-1] in _OWN_WORDS:
            at = match.start(), match.end()
            found.append(
                (
                    *at,
                    chr(_BOUND_BASE + len(found) % _MOST),
                    replace(sole, text=sentence.text[at[0] : at[1]], sentence=sentence.index, start=at[0], end=at[1]),
                )
            )
            continue
        if meant is None:
            meant = ActorHit(
                "generic:militants",
                "militants",
                sentence.text[match.start() : match.end()],
                sentence.index,
                match.start(),
                match.end(),
                Naming.GENERIC,
                "generic:militants",
            )
        found.append((match.start(), match.end(), chr(_REFERENCE_BASE + len(found) % _MOST), meant))
    return found


def is_bound(mark: str) -> bool:
    """Does this mark stand for a class word that is read as the document's one group?"""
    return _BOUND_BASE <= ord(mark) < _TIED_BASE


def is_reference(mark: str) -> bool:
    """Does this mark stand for "the group" or "it"?"""
    return _REFERENCE_BASE <= ord(mark) < _BOUND_BASE


def _free(pieces: Sequence[_Piece], start: int, end: int) -> bool:
    return all(piece[1] <= start or end <= piece[0] for piece in pieces)

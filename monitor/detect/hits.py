"""What the finders of detection hand to `assess`: each hit names its sentence, its offsets inside that sentence, and its rule.

Offsets (`start`, `end`) count characters in `Sentence.text`, and so in `Sentence.folded` too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.model import Kind, Place, Quote, Range, Stance, When


class Naming(StrEnum):
    """How an actor is named."""

    GROUP = "group"
    GENERIC = "generic"  # militants, gunmen: a class, never a claimant of record
    SPOKESMAN = "spokesman"
    MEDIA_ARM = "media_arm"
    STATE_LABEL = "state_label"  # a government's name for the group: an accusation, never its own voice
    STATE = "state"  # a state or its agency, named as a possible culprit
    SELF_NAMED = "self_named"  # "a group calling itself X"


@dataclass(frozen=True, slots=True)
class ActorHit:
    """An armed actor named in a sentence."""

    actor: str  # id of the lexicon, "named:<slug>", "generic:<class>", "state:<ISO2>"
    name: str
    text: str
    sentence: int
    start: int
    end: int
    naming: Naming
    family: str
    regions: tuple[str, ...] = ()  # ISO2 codes the actor works in
    linked: bool = False  # named only as somebody's tie ("a group linked to X"): not the one who acts


@dataclass(frozen=True, slots=True)
class StanceHit:
    """A stance, tied to the sentence of its trigger."""

    stance: Stance
    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NoClaimHit:
    """The statement that nobody has claimed: a fact with its quote."""

    sentence: int
    quote: Quote
    rule: str


class Aspect(StrEnum):
    """How the text speaks of an event (PLOVER's auxiliary modes)."""

    FACT = "fact"
    HISTORICAL = "historical"
    FUTURE = "future"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"


@dataclass(frozen=True, slots=True)
class EventHit:
    """A word or phrase that tells of violence."""

    sentence: int
    start: int
    end: int
    text: str
    rule: str
    kind: Kind
    weight: float  # strength of the evidence by itself, 0 to 1
    attack_types: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    target_words: tuple[str, ...] = ()
    suicide: bool = False
    ongoing: bool = False
    initiated_by: str = ""
    aspect: Aspect = Aspect.FACT


class Count(StrEnum):
    KILLED = "killed"
    INJURED = "injured"
    KIDNAPPED = "kidnapped"
    PERPETRATORS_KILLED = "perpetrators_killed"


@dataclass(frozen=True, slots=True)
class TollHit:
    """A number of people, with its bounds."""

    what: Count
    range: Range
    sentence: int
    start: int
    end: int
    rule: str
    total: bool = False  # "the toll rose to 61": a total over parts
    part: bool = False  # "including three children": inside another count
    joint: bool = False  # one figure for two places
    official: bool = False  # attributed to police, army, a ministry, a hospital
    adds: bool = False  # "another two": on top of the counts before it
    recalled: bool = False  # inside a clause about earlier attacks: used only where nothing else is


class PlaceUse(StrEnum):
    """What a place name does in its sentence."""

    EVENT = "event"  # governed by in, at, near, outside ..., or naming the attack ("the Quetta bombing")
    PLAIN = "plain"
    DATELINE = "dateline"
    SPEAKER = "speaker"  # "Islamabad said", "a Paris spokesman"
    ORIGIN = "origin"  # "a resident of Karak", "trained in Nangarhar"
    HOSPITAL = "hospital"


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place named in a sentence, resolved to its likeliest reading."""

    place: Place
    sentence: int
    start: int
    end: int
    text: str
    use: PlaceUse
    score: float


@dataclass(frozen=True, slots=True)
class TimeHit:
    """An expression of time, resolved; `when` None where it must not be resolved (inside a quotation from elsewhere)."""

    when: When | None
    sentence: int
    start: int
    end: int
    text: str
    rule: str
    historical: bool = False  # speaks of something long before publication
    clock: str | None = None  # "21:30", local time, when given


@dataclass(frozen=True, slots=True)
class VetoHit:
    """A sign that this is not a new attack. `scope` says how far it reaches."""

    veto: str  # class: anniversary, trial, arrest, drill, ...
    rule: str
    sentence: int
    start: int
    end: int
    quote: Quote
    scope: str = "sentence"  # "sentence" or "document"
    weight: float = 1.0

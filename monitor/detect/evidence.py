"""Everything the finders see in one document, gathered once and passed on whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.detect.hits import ActorHit, EventHit, NoClaimHit, PlaceHit, StanceHit, TimeHit, TollHit, VetoHit
from monitor.detect.text import Document
from monitor.detect.vetoes import DOCUMENT, SENTENCE, SPAN

SUBJECTS = frozenset({"trial", "anniversary", "film", "sport", "drill", "cyber", "animal", "weather"})  # what a text can be about
THROUGHOUT = 0.25  # share of sentences
MIN_THROUGHOUT = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """All hits of a document. `events` are without those that a veto covers ("heart attack"); `voided` are these."""

    document: Document
    events: tuple[EventHit, ...] = ()
    voided: tuple[EventHit, ...] = ()
    actors: tuple[ActorHit, ...] = ()
    stances: tuple[StanceHit, ...] = ()
    no_claims: tuple[NoClaimHit, ...] = ()
    places: tuple[PlaceHit, ...] = ()
    times: tuple[TimeHit, ...] = ()
    tolls: tuple[TollHit, ...] = ()
    vetoes: tuple[VetoHit, ...] = ()

    _heaviest: Mapping[int, VetoHit] = field(init=False, repr=False, compare=False)  # by sentence

    def __post_init__(self) -> None:
        heaviest: dict[int, VetoHit] = {}
        for veto in self.vetoes:
            if veto.scope == SENTENCE and (veto.sentence not in heaviest or veto.weight > heaviest[veto.sentence].weight):
                heaviest[veto.sentence] = veto
        object.__setattr__(self, "_heaviest", heaviest)

    def sentence_veto(self, sentence: int) -> VetoHit | None:
        """The weightiest veto on a sentence."""
        return self._heaviest.get(sentence)

    def document_veto(self) -> VetoHit | None:
        """The weightiest veto on the document as a whole."""
        on_all = [veto for veto in self.vetoes if veto.scope == DOCUMENT]
        throughout = self.throughout()
        return max([*on_all, *([throughout] if throughout else [])], key=lambda veto: veto.weight, default=None)

    def throughout(self) -> VetoHit | None:
        """The veto, if any, that runs through the text: a report whose every third sentence is of a trial is of a trial."""
        sentences = {veto.sentence: veto for veto in self.vetoes if veto.scope == SENTENCE and veto.veto in SUBJECTS}
        by_class: dict[str, list[VetoHit]] = {}
        for veto in sentences.values():
            by_class.setdefault(veto.veto, []).append(veto)
        most = max(by_class.values(), key=len, default=[])
        return most[0] if len(most) >= MIN_THROUGHOUT and len(most) >= THROUGHOUT * len(self.document.sentences) else None


def without_voided(events: Sequence[EventHit], vetoes: Sequence[VetoHit]) -> tuple[tuple[EventHit, ...], tuple[EventHit, ...]]:
    """(standing, voided): an event touched by a veto of scope `span` is something else."""
    spans = [(veto.sentence, veto.start, veto.end) for veto in vetoes if veto.scope == SPAN]
    standing: list[EventHit] = []
    voided: list[EventHit] = []
    for event in events:
        covered = any(event.sentence == sentence and event.start < end and start < event.end for sentence, start, end in spans)
        (voided if covered else standing).append(event)
    return tuple(standing), tuple(voided)

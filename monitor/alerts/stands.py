"""Who stands where, in words that cannot be mistaken for one another: X claims, Y is blamed, Z denies.

No sentence here states that somebody did it. A claim is shown as a claim, with the way it was made and who reports it.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.alerts.plain import plain
from monitor.alerts.wording import list_words
from monitor.model import By, Change, Fact, HeldStance, Incident, Reason, StanceKind, Via

_VIA = {
    Via.STATEMENT: "in a statement",
    Via.MEDIA_ARM: "through its media arm",
    Via.SOCIAL: "on social media",
    Via.PHONE: "by telephone",
    Via.EMAIL: "by e-mail",
    Via.LETTER: "in a letter",
    Via.VIDEO: "in a video",
    Via.SPOKESMAN: "through a spokesman",
    Via.INTERVIEW: "in an interview",
    Via.COURT: "in court",
    Via.UNKNOWN: "",
}
_BY = {
    By.AUTHORITY: "an authority",
    By.MEDIA: "the outlet itself",
    By.VICTIM: "a victim",
    By.RIVAL: "a rival group",
    By.THIRD_PARTY: "a third party",
    By.SELF: "itself",
}
_LABELS = {
    StanceKind.CLAIMED: "Claimed by",
    StanceKind.RETRACTED: "Withdrawn by",
    StanceKind.DENIED: "Denied by",
    StanceKind.ACCUSED: "Blamed",
    StanceKind.SUSPECTED: "Suspected",
    StanceKind.DISPUTED: "Doubted",
}
ABOUT = {
    StanceKind.CLAIMED: "claimed",
    StanceKind.RETRACTED: "withdrawn",
    StanceKind.DENIED: "denied",
    StanceKind.ACCUSED: "blamed",
    StanceKind.SUSPECTED: "suspected",
    StanceKind.DISPUTED: "doubted",
}
_BY_OTHERS = (StanceKind.ACCUSED, StanceKind.SUSPECTED, StanceKind.DISPUTED)
_OF_REASON = {
    Reason.NEW_CLAIM: (StanceKind.CLAIMED,),
    Reason.DENIED: (StanceKind.DENIED,),
    Reason.RETRACTED: (StanceKind.RETRACTED,),
    Reason.CONTESTED: (StanceKind.CLAIMED, StanceKind.DISPUTED, StanceKind.ACCUSED, StanceKind.DENIED),
}
_SHOWN = 3  # stances in one line of the message; the rest is counted


def name(held: HeldStance) -> str:
    """The actor's name, safe to show."""
    return plain(held.stance.name or held.stance.text, 60)


def family(held: HeldStance) -> str:
    """Parent and child count as one."""
    return held.stance.family or held.stance.actor


def holders(incident: Incident, kind: StanceKind) -> tuple[HeldStance, ...]:
    """One stance per family, oldest first; classes ("militants") only when nobody is named, withdrawn claims never."""
    withdrawn = {family(held) for held in incident.stances if held.stance.stance is StanceKind.RETRACTED}
    found: dict[str, HeldStance] = {}
    for held in sorted(incident.stances, key=lambda held: (held.at, held.article)):
        gone = kind is StanceKind.CLAIMED and family(held) in withdrawn and held.stance.actor not in incident.claimed_by
        if held.stance.stance is kind and not gone:
            found.setdefault(family(held), held)
    named = tuple(held for held in found.values() if not held.stance.actor.startswith("generic:"))
    return named if named or kind is StanceKind.CLAIMED else tuple(found.values())


def behind(change: Change, incident: Incident) -> HeldStance | None:
    """The stance that a change is about: of its article, else the newest of its kind."""
    kinds = _OF_REASON.get(change.reason, ())
    fitting = [held for held in incident.stances if held.stance.stance in kinds]
    named = [held for held in fitting if name(held) and name(held) in change.after] or fitting
    of_article = [held for held in named if held.article == change.article] or named
    order = {kind: rank for rank, kind in enumerate(kinds)}
    return min(of_article, key=lambda held: (order[held.stance.stance], -held.at.timestamp(), held.stance.actor), default=None)


def opposed(change: Change, incident: Incident) -> HeldStance | None:
    """The doubt, the denial or the accusation of somebody else that stands against the only claim."""
    claimants = {family(held) for held in holders(incident, StanceKind.CLAIMED)}
    against = [*holders(incident, StanceKind.DISPUTED), *holders(incident, StanceKind.DENIED)]
    against += [held for held in holders(incident, StanceKind.ACCUSED) if family(held) not in claimants]
    of_article = [held for held in against if held.article == change.article]
    blamed = [held for held in of_article if held.stance.stance is StanceKind.ACCUSED]  # a name says more than a doubt
    return next(iter(blamed or of_article or against), None)


def stance_facts(incident: Incident) -> tuple[Fact, ...]:
    """One line for the claims, one for who is blamed, one for who denies, and so on; none where nobody does."""
    facts: list[Fact] = []
    for kind, label in _LABELS.items():
        held = holders(incident, kind)
        if held:
            facts.append(Fact(label, "; ".join(map(_stand, held[:_SHOWN])) + _rest(held), _reported(held, kind)))
    return tuple(facts)


def _stand(held: HeldStance) -> str:
    stance = held.stance
    if stance.stance in (StanceKind.ACCUSED, StanceKind.SUSPECTED):
        return f"{name(held)}, by {accuser(held)}"
    if stance.stance is StanceKind.DISPUTED:
        return f"the claim of {name(held)}, by {accuser(held)}"
    return " ".join(part for part in (name(held), _how(held)) if part)


def _how(held: HeldStance) -> str:
    via = _VIA[held.stance.via]
    if not held.stance.via_name:
        return via
    channel = plain(held.stance.via_name, 40)
    return f"{via} ({channel})" if via else f"via {channel}"


def accuser(held: HeldStance) -> str:
    """Who blames or doubts: as written, else the outlet or the kind of source."""
    if held.stance.by_name:
        return plain(held.stance.by_name, 60)
    return plain(held.outlet, 40) if held.stance.by is By.MEDIA else _BY[held.stance.by]


def _rest(held: tuple[HeldStance, ...]) -> str:
    return f"; and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""


def _reported(held: Iterable[HeldStance], kind: StanceKind) -> str:
    held = tuple(held)
    if all(one.stance.by is By.MEDIA and not one.stance.by_name for one in held) and kind in _BY_OTHERS:
        return ""  # the line itself names the outlets
    outlets = list(dict.fromkeys(plain(one.outlet, 40) for one in held))
    words = f"reported by {list_words(outlets, 3)}"
    return f"{words}; not verified" if kind is StanceKind.CLAIMED else words

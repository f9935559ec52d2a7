"""How one name of a group can be written: transliterations, particles, hyphens and apostrophes.

Names and texts are both brought to a skeleton (folded, hyphens and apostrophes as spaces); what remains different,
such as Mohammed and Muhammad, is written out as variants.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from monitor.detect.text import fold

MOST_VARIANTS = 96

_SAME_WORD = (
    "mohammed mohammad muhammad muhammed mohamed",
    "mujahideen mujahidin mujahedin mujahedeen mujaheddin mujahadeen mujahidden",
    "qaeda qaida qaidah qaeda's qa'ida qa'eda",
    "jamaat jamat jamaah jama'at jamiat",
    "tehrik tehreek tahrik tahreek",
    "harkat harakat harakah",
    "taiba tayyiba toiba tayba tayyaba taibah tayyeba",
    "balochistan baluchistan",
    "baloch baluch",
    "khorasan khurasan",
    "khawarij khwarij kharijites khawariji",
    "jaish jaysh jeish",
    "shabaab shabab shebab shabaab's",
    "hizb hezb",
    "jhangvi jangvi jhangwi",
    "organization organisation",
    "defense defence",
    "ansar ansaar",
    "sunna sunnah",
    "islami islamiya",
    "taliban taleban",
    "jihad jehad",
    "tawhid tawheed",
    "rodriguez rodrigues",
    "movement movt",
)  # fmt: skip
_VARIANTS = {word: tuple(group.split()) for group in _SAME_WORD for word in group.split()}
_JOINS = frozenset(["ul", "ur", "us", "ud", "al", "uz"])
_SPACES = str.maketrans("-'\"/", "    ")
_RUN = re.compile(r"\s{2,}")


def skeleton(folded: str) -> str:
    """Folded text with hyphens, quotes and slashes as spaces; as long as its input."""
    return folded.translate(_SPACES)


def squeeze(text: str) -> str:
    """Runs of spaces as one space."""
    return _RUN.sub(" ", text).strip()


def spellings(name: str) -> frozenset[str]:
    """The squeezed skeletons under which a name can stand in a text."""
    folded = fold(name)
    forms = {folded, folded.replace("'", "")}
    return frozenset(squeeze(each) for form in forms for each in _written_out(squeeze(skeleton(form)).split(" ")))


def _written_out(tokens: list[str]) -> Iterator[str]:
    choices = [_choices(token, index > 0) for index, token in enumerate(tokens)]
    for combination in itertools.islice(itertools.product(*choices), MOST_VARIANTS):
        yield skeleton(" ".join(combination).replace(" +", ""))


def _choices(token: str, inner: bool) -> tuple[str, ...]:
    """What may stand for one word; "+" glues it to the word before (Hizb ul, Hizbul)."""
    if inner and token in _JOINS:
        return (token, "ul" if token == "al" else "al", f"+{token}") if token in {"ul", "al"} else (token, "ul", f"+{token}", "+ul")
    if inner and token in {"e", "i"}:
        return ("e", "i")
    return _VARIANTS.get(token, (token,))

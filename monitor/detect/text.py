"""A text as detection sees it: sentences with their offsets, their place in the article, and a folded form to match on.

Folding (lower case, no diacritics, plain apostrophes and dashes) keeps the length, so that an offset in the folded
text is an offset in the text itself. Splitting is one pass over the text; no pattern here can backtrack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import Article, Quote

MAX_SENTENCE = 1200  # characters; a longer run without a full stop is cut at a space
WRAPPED_AT = 110  # characters; in a hard-wrapped text no line is longer
LEAD_CHARACTERS = 450  # the inverted pyramid's top: about two sentences of agency prose


class Zone(StrEnum):
    """Where a sentence stands; titles and leads weigh most."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `start` and `end` are offsets in the article's title (zone TITLE) or text; `folded` has the same length."""

    index: int
    text: str
    folded: str
    start: int
    end: int
    zone: Zone
    paragraph: int
    position: float  # 0 at the start of the text, 1 at its end
    shouting: bool  # ALL CAPS: letter case says nothing
    headline_case: bool  # Most Words Capitalised: letter case says little

    def quote(self) -> Quote:
        """The whole sentence as a quote."""
        return Quote(self.start, self.end, self.text, "title" if self.zone is Zone.TITLE else "text")


@dataclass(frozen=True, slots=True)
class Document:
    """An article prepared for reading: its sentences, and what is known of when and where it was written."""

    sentences: tuple[Sentence, ...]
    title: str
    text: str
    language: str
    published: datetime | None  # None: nobody said
    seen: datetime
    outlet: str
    feed_country: str | None
    shouting: bool

    @property
    def at(self) -> datetime:
        """The moment relative dates count from."""
        return self.published or self.seen


class _Folding(dict[int, str]):
    """Maps each code point to one folded character, worked out when first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _PLAIN.get(char)
        if folded is None:
            base = unicodedata.normalize("NFKD", char)[:1]
            folded = (base or char).lower()
            if len(folded) != 1 or unicodedata.combining(folded):
                folded = char
        self[code] = folded
        return folded


_PLAIN = {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʿ": "'", "ʾ": "'", "“": '"', "”": '"', "«": '"', "»": '"',
          "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "\n": " ", "\t": " ", "\r": " ", "\u00a0": " ", "\u200b": " ",
          "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ł": "l", "Ł": "l", "ı": "i", "İ": "i", "æ": "a", "ß": "s"}  # fmt: skip
_FOLDING = _Folding()

_BLANK_LINE = re.compile(r"\n[ \t]*\n[ \t\n]*")
_LINE = re.compile(r"\n+")
_STOP = re.compile(r"""[.!?…۔।。؟]["'”’)\]»]{0,3}(?=\s)""")
_OPENS = re.compile(r"""\s+["'“‘(\[«]{0,3}\s?(\w)""")
_ABBREVIATION = frozenset(
    """
    mr mrs ms dr gen lt col maj capt cpl sgt pte adm brig cmdr sen rep gov pres prof rev hon st mt ft no nos vs etc inc ltd
    co corp jr sr bros jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun u.s u.k u.n e.u a.m p.m
    i.e e.g d.c approx est dept sub-insp insp asst dist
    """.split()
)
_LAST_WORD = re.compile(r"[\w.'-]{1,12}$")


def fold(text: str) -> str:
    """Lower-cased, without diacritics, with plain quotes and dashes; exactly as long as `text`."""
    return text.translate(_FOLDING)


def read(article: Article) -> Document:
    """Prepare an article: its title is sentence 0 (when there is one), its text follows."""
    sentences: list[Sentence] = []
    shouting = _shouts(article.text or article.title)
    if article.title.strip():
        sentences.append(_sentence(0, article.title, 0, len(article.title), Zone.TITLE, 0, 0.0, shouting))
    length = max(1, len(article.text))
    for paragraph, start, end in _spans(article.text):
        zone = Zone.LEAD if start < LEAD_CHARACTERS and paragraph < 4 else Zone.BODY
        sentences.append(_sentence(len(sentences), article.text, start, end, zone, paragraph + 1, start / length, shouting))
    return Document(
        tuple(sentences), article.title, article.text, article.language, article.published, article.seen,
        article.outlet, article.feed_country, shouting,
    )  # fmt: skip


def _sentence(index: int, source: str, start: int, end: int, zone: Zone, paragraph: int, position: float, shouting: bool) -> Sentence:
    text = source[start:end]
    shouts = shouting or (len(text) > 12 and _shouts(text))
    return Sentence(index, text, fold(text), start, end, zone, paragraph, position, shouts, zone is Zone.TITLE and _headline_case(text))


def _shouts(text: str) -> bool:
    sample = text[:2000]
    upper = sum(map(str.isupper, sample))
    return upper > 8 and upper > 3 * sum(map(str.islower, sample))


def _headline_case(text: str) -> bool:
    words = [word for word in text.split() if word[:1].isalpha() and len(word) > 3]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    """(paragraph, start, end) of each sentence. Single newlines end a paragraph unless the text is hard-wrapped."""
    breaks = _BLANK_LINE if _hard_wrapped(text) else _LINE
    at = 0
    paragraph = 0
    for gap in [*breaks.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if text[at:end].strip():
            for start, stop in _sentences(text, at, end):
                yield paragraph, start, stop
            paragraph += 1
        if gap:
            at = gap.end()


def _hard_wrapped(text: str) -> bool:
    lines = text[:4000].split("\n")
    inner = [line for line in lines[:-1] if line.strip()]
    if len(inner) < 4 or max(map(len, inner)) > WRAPPED_AT:
        return False
    ragged = sum(40 < len(line) < 100 and line.rstrip()[-1] not in ".!?\"'”" for line in inner)
    return ragged > 0.5 * len(inner)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for stop in _STOP.finditer(text, start, end):
        opens = _OPENS.match(text, stop.end(), end)
        if opens is None or opens.group(1).islower() or _abbreviates(text, at, stop.start()):
            continue
        yield from _trimmed(text, at, stop.end())
        at = stop.end()
    yield from _trimmed(text, at, end)


def _abbreviates(text: str, start: int, stop: int) -> bool:
    """Is the full stop at `stop` part of an abbreviation or an initial?"""
    if text[stop] != ".":
        return False
    word = _LAST_WORD.search(text, max(start, stop - 12), stop)
    if word is None:  # tokenised corpora write "Lt . Gen . Prawut"
        word = _LAST_WORD.search(text[max(start, stop - 13) : stop].rstrip())
    if word is None:
        return False
    token = word.group().lower()
    return token in _ABBREVIATION or (len(token) == 1 and token.isalpha())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        yield start, cut
        start = cut
    if start < end:
        yield start, end

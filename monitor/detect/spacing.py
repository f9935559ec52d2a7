"""Text with a space before every punctuation mark ("killed , police said"), as corpora and some wires carry it.

It is closed up before it is read, so that every other rule may count on ordinary spacing; quotes are given back as
they stand in the article.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate

from monitor.model import Article, Assessment, Mention, Quote

MIN_SPACED = 2  # punctuation marks after a space
SHARE = 0.6  # of all commas and full stops
_SPACED = re.compile(r"\w [,.](?=\s|$)")
_CLOSED = re.compile(r"\w[,.](?=\s|$)")
_QUOTE = re.compile(r'"|\n')
_SPACES = re.compile(  # each group of one space goes
    r"(?<=\b[A-Z])( )\.( )(?=[A-Z] \.)|(?<=\b[ap])( )\.( )(?=m \.)"  # U . S . and 3 p . m .
    r"|(?<=\d)( ),( )(?=\d{3}\b(?! ,? ?\d{3}\d))"  # 28 , 000
    r"|(?<=\d)( )[.:]( )(?=\d)"
    r"|(?<=[\w.,)])( )['’]( )(?=(?:s|t|re|ve|ll|d|m)\b)"
    r"|(?<=\w)( )-( )(?=[a-z0-9])|(?<=[a-z])( )-( )(?=\w)|(?<=\b[AE]l)( )-( )(?=[A-Z])"
    r"|(?<=\w)( )/( )(?=\w)"
    r"|(?<=\S)( )(?=[,.;:?!)\]%](?:\s|$|[,.;:?!)\]\"]))"
    r"|(?<=[(\[$£€#“])( )(?=\S)|(?<=\S)( )(?=”)"
)


@dataclass(frozen=True, slots=True)
class Spacing:
    """Where spaces were taken out: `kept` are positions in the closed text, `gone` how many were taken out up to there."""

    original: str
    kept: tuple[int, ...]
    gone: tuple[int, ...]

    def at(self, offset: int) -> int:
        """The offset in the original that an offset in the closed text came from."""
        index = bisect_right(self.kept, offset) - 1
        return offset + (self.gone[index] if index >= 0 else 0)

    def quote(self, quote: Quote) -> Quote:
        """A quote as it stands in the original."""
        start = self.at(quote.start)
        end = self.at(quote.end - 1) + 1 if quote.end > quote.start else start
        return Quote(start, end, self.original[start:end], quote.field)


@dataclass(frozen=True, slots=True)
class Restored:
    """What gives an assessment of a closed article the quotes of the one that came in."""

    title: Spacing | None
    text: Spacing | None

    def quote(self, quote: Quote) -> Quote:
        """One quote."""
        spacing = self.title if quote.field == "title" else self.text
        return spacing.quote(quote) if spacing else quote

    def mention(self, mention: Mention) -> Mention:
        """All quotes of a mention."""
        return replace(
            mention,
            stances=tuple(replace(stance, quote=self.quote(stance.quote)) for stance in mention.stances),
            findings=tuple(replace(finding, quote=self.quote(finding.quote)) for finding in mention.findings),
        )

    def assessment(self, assessment: Assessment) -> Assessment:
        """All quotes of an assessment."""
        if self.title is None and self.text is None:
            return assessment
        return replace(
            assessment,
            incidents=tuple(map(self.mention, assessment.incidents)),
            suppressed=tuple(
                replace(each, quote=self.quote(each.quote)) if each.quote else each for each in assessment.suppressed
            ),
        )  # fmt: skip


def close_up(article: Article) -> tuple[Article, Restored]:
    """The article with ordinary spacing, and the way back; the very same article when its spacing is ordinary."""
    title, text = _spacing(article.title), _spacing(article.text)
    if title is None and text is None:
        return article, Restored(None, None)
    closed = replace(
        article, title=title[0] if title else article.title, text=text[0] if text else article.text
    )  # fmt: skip
    return closed, Restored(title[1] if title else None, text[1] if text else None)


def spaced_out(text: str) -> bool:
    """Do most commas and full stops stand after a space?"""
    if " ," not in text and " ." not in text:
        return False
    spaced = len(_SPACED.findall(text))
    return spaced >= MIN_SPACED and spaced >= SHARE * (spaced + len(_CLOSED.findall(text)))


def _spacing(text: str) -> tuple[str, Spacing] | None:
    if not spaced_out(text):
        return None
    gone = {start for match in _SPACES.finditer(text) for start, end in match.regs[1:] if end > start}
    gone |= _inside_quotes(text)
    cuts = sorted(gone)
    pieces = [text[start:end] for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(text)], strict=True)]
    kept = tuple(cut - index for index, cut in enumerate(cuts))  # the first position of the closed text after each cut
    return "".join(pieces), Spacing(text, kept, tuple(accumulate(1 for _ in cuts)))


def _inside_quotes(text: str) -> set[int]:
    """The spaces just inside quotation marks; a new line starts afresh."""
    found: set[int] = set()
    inside = False
    for match in _QUOTE.finditer(text):
        at = match.start()
        if match.group() == "\n":
            inside = False
            continue
        inside = not inside
        space = at + 1 if inside else at - 1
        if 0 < space < len(text) and text[space] == " ":
            found.add(space)
    return found

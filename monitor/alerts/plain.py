"""Making text of strangers safe to show: on a terminal, in a mail header, in a chat message.

Headlines, names and quotes come from the web. They may carry line breaks (mail header injection), escape sequences
(terminals), bidirectional overrides (text that reads other than it is), lone surrogates (which no encoding accepts) or
ten thousand characters.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urlsplit

# Joiners shape letters of Persian, Urdu and many Indian scripts; all other format characters are dropped.
_JOINERS = frozenset("\u200c\u200d")
# Other, but not "unassigned": newer emoji than this Python knows are harmless.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_MAX_MARKS = 4  # combining marks on one letter; more is a prank that paints over the lines above
_URL_SAFE = "!#$%&'()*+,/:;=?@[]~"
MAX_URL = 500


def plain(text: str, limit: int = 300) -> str:
    """One line without control, format and surrogate characters, whitespace collapsed, at most `limit` characters."""
    kept: list[str] = []
    marks = 0
    for char in text[: limit * 20]:  # a cap before the loop: nothing beyond could be shown anyway
        marks = marks + 1 if unicodedata.combining(char) else 0
        if char.isspace():
            kept.append(" ")
        elif marks <= _MAX_MARKS and (char in _JOINERS or unicodedata.category(char) not in _HIDDEN):
            kept.append(char)
    return shorten(" ".join("".join(kept).split()), limit)


def shorten(text: str, limit: int) -> str:
    """Cut at a word where one ends in the last third, and say so with an ellipsis; never longer than `limit`."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 2 // 3 else cut).rstrip(" ,;:-") + "…"


def safe_url(url: str) -> str:
    """The address with everything percent-encoded that could end a link, or "" for what is no http(s) address."""
    text = "".join(url.split())
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or len(text) > MAX_URL:
        return ""
    encoded = quote(text.encode("utf-8", "ignore"), safe=_URL_SAFE)
    return encoded if len(encoded) <= MAX_URL * 3 else ""

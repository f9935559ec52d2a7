"""HTML fragments to plain text, as feeds carry them in titles, summaries and full contents."""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_UNREAD = ("script", "style", "noscript", "template", "iframe", "svg", "math", "head")
# XML 1.0 forbids these in a document; SQLite and terminals do not love them either. Lone surrogates cannot be stored.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200b\u202f\u3000\ufeff]+")
_LINE_BREAKS = re.compile(r"\s*\n\s*")


def one_line(text: str, limit: int = 1_000) -> str:
    """A title or name as one line: tags removed, entities resolved (also when escaped twice), white space collapsed."""
    return " ".join(plain_text(text, limit=limit * 4).split())[:limit].rstrip()


def plain_text(text: str, limit: int = 200_000) -> str:
    """The text of an HTML fragment, one line per paragraph, at most `limit` characters, cut at a word."""
    text = _CONTROL.sub("", text[: limit * 10])
    if _ENTITY.search(text) and not _MARKUP.search(text):
        text = html.unescape(text)  # escaped once too often: what was meant is one level deeper
    if _MARKUP.search(text):
        text = _without_markup(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    return cut(tidy(text), limit)


def tidy(text: str) -> str:
    """Collapse runs of spaces, and of line breaks to one; drop characters that cannot be stored."""
    return _LINE_BREAKS.sub("\n", _SPACES.sub(" ", _CONTROL.sub("", text))).strip()


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut at white space where there is some near the end."""
    if len(text) <= limit:
        return text
    at = max(text.rfind(" ", limit - 200, limit), text.rfind("\n", limit - 200, limit))
    return text[: at if at > 0 else limit].rstrip()


def _without_markup(text: str) -> str:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(f"<div>{text}</div>".encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return ""
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _BLOCKS:
            pieces.append("\n")
        piece = element.text if event == "start" else element.tail
        if piece:
            # Line breaks in the source are white space; only tags make paragraphs.
            pieces.append(" ".join(piece.split()).join((" " if piece[0].isspace() else "", " " if piece[-1].isspace() else "")))
    return "".join(pieces)

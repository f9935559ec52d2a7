"""An HTML page to an article: text by trafilatura, title, author, date and address from the page's own metadata.

Pure; runs in a disposable process. The tree is parsed once, from text already decoded and with comments removed:
trafilatura given a tree parsed in any other way loses five points of F1.
"""

from __future__ import annotations

import re

import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from trafilatura.utils import detect_encoding

from monitor.ingest.pagemeta import Meta, read_meta
from monitor.ingest.plain import cut, tidy
from monitor.ingest.urls import is_home_page, same_site
from monitor.model import Page

MAX_BYTES = 10_000_000
MAX_TEXT = 200_000  # characters; the longest reports have some 60,000
_SHORT = 400  # characters below which a page that asks for a login counts as a login wall
_MIN_TEXT = 80  # characters; below it there is no article, only a caption or a notice
_HEAD = 4_096
_VISIBLE = ("title", "h1", "h2", "h3", "p", "div", "span", "a", "button", "label", "form", "body", "noscript")

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "an archive or office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a compressed file"),
)
_OTHER_TYPES = re.compile(r"^(?:image|audio|video|font)/|^application/(?:pdf|zip|json|octet-stream|msword|vnd\.)", re.I)
_TAG = re.compile(rb"<[a-zA-Z!/]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_CHARSET_BYTES = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})|<\?xml[^>]{0,60}encoding=[\"']([A-Za-z0-9_.:-]{2,40})", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# What pages declare as Latin-1 or ASCII is windows-1252 (WHATWG Encoding Standard, "Names and labels").
_WEB_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|subscribe|register|create (?:a free |an )?account)\b[^.]{0,60}\b(?:continue|read|access|unlock|view)\b"
    r"|\b(?:subscribers?|members?)[ -]only\b|\balready (?:a subscriber|have an account)\b|\bto continue reading\b",
    re.I,
)
_CHALLENGE = re.compile(
    r"just a moment|verify you are (?:a )?human|are you a robot|enable javascript and cookies|captcha|access denied", re.I
)


def extract(html: bytes, url: str, content_type: str = "", fast: bool = False) -> Page:
    """The article on a page. A page without one gives an empty text and a plain `problem`; nothing is raised for bad input.

    `url` is the address after redirects. `fast` takes trafilatura's quick way (2/3 of the cost, about .01 F1 less).
    """
    problem = _not_a_page(html, content_type)
    if problem:
        return _without_text(problem)
    try:
        tree = _tree(html, content_type)
        if tree is None:
            return _without_text("The page is empty.")
        meta = read_meta(tree, url)
        text = _text(tree, url, meta.title, fast)
    except (etree.LxmlError, ValueError, RecursionError, AttributeError, TypeError, KeyError, IndexError) as error:
        return _without_text(f"The page could not be read ({type(error).__name__}).")
    problem = _problem(text, meta, tree)
    return Page(
        title=meta.title,
        text="" if problem else cut(text, MAX_TEXT),
        author=meta.author,
        published=meta.published,
        canonical_url=_own_canonical(meta.canonical_url, url),
        language=meta.language,
        site_name=meta.site_name,
        problem=problem,
    )


def _without_text(problem: str) -> Page:
    return Page("", "", None, None, None, None, None, problem)


def _not_a_page(html: bytes, content_type: str) -> str | None:
    if not html.strip():
        return "The page is empty."
    kind = next((name for start, name in _SIGNATURES if html.startswith(start)), None)
    if kind:
        return f"The address holds {kind}, not a web page."
    if _OTHER_TYPES.match(content_type.strip()) or not _TAG.search(html[:_HEAD].replace(b"\0", b"")):
        declared = content_type.partition(";")[0].strip()[:60]
        return "The address holds no web page" + (f" but {declared}." if declared and "html" not in declared else ".")
    if len(html) > MAX_BYTES:
        return f"The page is larger than {MAX_BYTES // 1_000_000} MB."
    return None


def _tree(html: bytes, content_type: str) -> HtmlElement | None:
    text = _decode(html, content_type).replace("\0", "")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # "Document is empty": nothing but comments
        return None


def _decode(html: bytes, content_type: str) -> str:
    """Decode by byte order mark, then HTTP header, then the page's own word, then UTF-8, then by guess."""
    for mark, encoding in _BOMS:
        if html.startswith(mark):
            return html.decode(encoding, "replace")
    for declared in (_declared(content_type), _declared_inside(html[:_HEAD]), "utf-8"):
        if decoded := _try(html, declared):
            return decoded
    for guess in detect_encoding(html[:200_000]):
        if decoded := _try(html, guess):
            return decoded
    return html.decode(_declared_inside(html[:_HEAD]) or "utf-8", "replace")


def _declared(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return _known(found.group(1)) if found else None


def _declared_inside(head: bytes) -> str | None:
    found = _CHARSET_BYTES.search(head)
    return _known((found.group(1) or found.group(2)).decode("ascii")) if found else None


def _known(name: str) -> str | None:
    name = _WEB_NAMES.get(name.lower(), name.lower())
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        return None
    return name


def _try(html: bytes, encoding: str | None) -> str | None:
    try:
        return html.decode(encoding) if encoding else None
    except (LookupError, UnicodeError):
        return None


def _text(tree: HtmlElement, url: str, title: str, fast: bool) -> str:
    found = trafilatura.extract(tree, url=url, fast=fast, include_comments=False, include_tables=True, output_format="txt")
    text = tidy(found or "")
    first, _, rest = text.partition("\n")
    return rest if rest and first.casefold() == title.casefold() else text


def _problem(text: str, meta: Meta, tree: HtmlElement) -> str | None:
    """Why there is no article here, None when there is one. A short text beside a demand to log in is a teaser."""
    if len(text) >= _SHORT:
        return None
    visible = " ".join(" ".join(tree.itertext(*_VISIBLE)).split())[:20_000]
    asks_for_login = meta.free is False or bool(_LOGIN.search(visible))
    if len(text) >= _MIN_TEXT and not asks_for_login:
        return None
    if asks_for_login or any(field.get("type") == "password" for field in tree.iter("input")):
        return "The article is behind a login or subscription wall."
    if _CHALLENGE.search(visible):
        return "The site answered with a page for human visitors only, not with the article."
    return "No article text was found on the page."


def _own_canonical(canonical: str | None, url: str) -> str | None:
    """The page's own word about its address, where it may be believed: same site, and not the site's home page."""
    if canonical and same_site(canonical, url) and not is_home_page(canonical):
        return canonical
    return None

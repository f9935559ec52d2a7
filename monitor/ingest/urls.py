"""Addresses: what to fetch, which two are the same article, and which outlet they belong to.

`url` is kept as received and fetched; the key of `url_key` is only ever compared, never fetched.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from courlan import clean_url, extract_domain

_LONGEST = 2_048  # characters; longer addresses are traps or data, as other fetchers found
_UNWRAP_LIMIT = 3  # a redirector inside a redirector inside a redirector is enough

# Redirectors that carry the article's address in a parameter: (host pattern, path prefix, parameters).
_REDIRECTORS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    (re.compile(r"^(?:www\.)?google\.[a-z.]{2,6}$"), "/url", ("url", "q")),
    (re.compile(r"^(?:www\.)?bing\.com$"), "/news/apiclick.aspx", ("url",)),
    (re.compile(r"^(?:l|lm)\.facebook\.com$"), "/l.php", ("u",)),
    (re.compile(r"^out\.reddit\.com$"), "/", ("url",)),
    (re.compile(r"^(?:www\.)?youtube\.com$"), "/redirect", ("q",)),
    (re.compile(r"^t\.umblr\.com$"), "/redirect", ("z",)),
    (re.compile(r"^(?:www\.)?linkedin\.com$"), "/redir/redirect", ("url",)),
)
_AMP_CACHE = re.compile(r"^/(?:[a-z]/)?(s/)?([^/?#]+\.[^/?#]+(?:/.*)?)$")
_AMP_VIEWER = re.compile(r"^/amp/(s/)?([^/?#]+\.[^/?#]+(?:/.*)?)$")
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|amp|mobile)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:/amp|\.amp)/?$")
_AMP_PARAMETERS = frozenset({"amp", "outputtype", "amp_js_v", "usqp", "amp_gsa"})
# Parameters that name where a reader came from and that courlan keeps.
_TRACKERS = frozenset({"cmp", "cmpid", "ocid", "ito", "ref", "ref_src", "smid", "partner", "xtor", "rss", "spref", "fb_ref"})
_TRACKER_PREFIXES = ("utm_", "at_", "ns_", "mc_", "pk_", "wt.", "__twitter")
_ARTICLE_IDS = frozenset({"cid", "uid"})  # courlan takes them for visitor ids; on old systems they name the article


def absolute(base: str, link: str | None) -> str | None:
    """The http(s) address that `link` means on the page `base`; None for mail, scripts, fragments and nonsense."""
    link = re.sub(r"[\x00-\x20]+", lambda run: "%20" if run.group() == " " else "", (link or "").strip())
    if not link or link.startswith("#"):
        return None
    try:
        joined = urljoin(base, link)
        parts = urlsplit(joined)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    joined = re.sub(r"^https?", lambda scheme: scheme.group().lower(), joined, count=1, flags=re.I)
    return joined if usable and len(joined) <= _LONGEST else None


def url_key(url: str) -> str:
    """One key for all addresses of one article: without scheme, `www`, AMP, mobile hosts, tracking and fragment.

    Redirectors that carry the address are unwrapped; opaque ones (news.google.com/rss/articles/...) stay as they are.
    """
    unwrapped = _unwrap(url.strip())
    try:
        parts = urlsplit(unwrapped)
        host = _plain_host(parts)
    except ValueError:
        return unwrapped
    path = _AMP_PATH.sub("", _resolve_dots(parts.path)).rstrip("/")
    query = _kept_query(parts, path)
    return f"{host}{_one_quoting(path)}" + (f"?{query}" if query else "")


def outlet(url: str) -> str:
    """Who stands behind an address: its registered domain ("bbc.co.uk"), or the host and port where there is none."""
    try:
        parts = urlsplit(url)
        return extract_domain(url) or _plain_host(parts)
    except ValueError:
        return ""


def same_site(a: str, b: str) -> bool:
    """Do both addresses belong to one registered domain?"""
    return bool(outlet(a)) and outlet(a) == outlet(b)


def is_home_page(url: str) -> bool:
    """Does the address name a site rather than an article?"""
    parts = urlsplit(url)
    return parts.path.strip("/") in ("", "index.html", "index.php", "home") and not parts.query


def _unwrap(url: str) -> str:
    for _ in range(_UNWRAP_LIMIT):
        inner = _unwrap_once(url)
        if inner is None:
            return url
        url = inner
    return url


def _unwrap_once(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if host.endswith(".cdn.ampproject.org") and (cached := _AMP_CACHE.match(parts.path)):
        return _from_amp(cached, parts.query)
    if re.match(r"^(?:www\.)?google\.[a-z.]{2,6}$", host) and (viewed := _AMP_VIEWER.match(parts.path)):
        return _from_amp(viewed, parts.query)
    for pattern, prefix, names in _REDIRECTORS:
        if pattern.match(host) and parts.path.startswith(prefix):
            values = parse_qs(parts.query)
            found = (value for name in names for value in values.get(name, []))
            return next((value for value in found if value.startswith(("http://", "https://"))), None)
    return None


def _from_amp(match: re.Match[str], query: str) -> str:
    scheme = "https" if match.group(1) else "http"
    return f"{scheme}://{unquote(match.group(2))}" + (f"?{query}" if query else "")


def _plain_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower().rstrip(".")
    while (shorter := _HOST_PREFIX.sub("", host)) != host:
        host = shorter
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return host if parts.port in (None, default) else f"{host}:{parts.port}"


def _resolve_dots(path: str) -> str:
    """Remove "." and ".." segments and doubled slashes (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept[-1:] = []
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)


def _kept_query(parts: SplitResult, path: str) -> str:
    """The parameters that choose the article, sorted. courlan knows most trackers; ids it would drop are held back."""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    held = [(name, value) for name, value in pairs if name.lower() in _ARTICLE_IDS and not re.search(r"\d", path)]
    offered = [(name, value) for name, value in pairs if not _is_tracker(name)]
    cleaned = clean_url(f"http://a.example/x?{urlencode(offered)}") or ""
    kept = parse_qsl(urlsplit(cleaned).query, keep_blank_values=True)
    return urlencode(sorted({*kept, *held}))


def _is_tracker(name: str) -> bool:
    lower = name.lower()
    return lower in _TRACKERS or lower in _AMP_PARAMETERS or lower in _ARTICLE_IDS or lower.startswith(_TRACKER_PREFIXES)


def _one_quoting(path: str) -> str:
    """Write each path with one percent-encoding: %C3%A9 and é are one path, as are %7E and ~ (RFC 3986, 6.2.2)."""
    return quote(unquote(path, errors="surrogateescape"), safe="/~:@!$&'()*+,;=-._", errors="surrogateescape")

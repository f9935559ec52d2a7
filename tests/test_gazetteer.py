from pathlib import Path

import pytest

from monitor.detect.atlas import NameUse, PlaceKind, dump, key_of, load
from monitor.errors import ConfigError
from monitor.gazetteer import read_gazetteer
from monitor.gazetteer.build import build
from monitor.gazetteer.sources import Area, Curated, Town, slug
from monitor.model import PlacePrecision

PAKISTAN = Curated("PK", "country", "Pakistan", demonyms=("Pakistani",), aliases=("Pak Land",), acronyms=("PKN",))
PROVINCE = Area("PK", "02", "Balochistan", "28.5", "65.5")
DISTRICT = Area("PK", "02", "Examplistan", "29.0", "66.0")
TOWN = Town(1, "Exampuram", "PK", "02", 30.0, 67.0, 60_000, ("Eksampuram", "Экзампурам"))


def test_key_folds_spelling() -> None:
    """Dots, apostrophes, hyphens and diacritics do not separate spellings."""
    assert key_of("D.I. Khan") == key_of("DI Khan") == "di khan"
    assert key_of("Sana'a") == "sanaa"
    assert key_of("Deir ez-Zor") == "deir ez zor"


def test_slug_is_plain() -> None:
    """Ids are lower-case ASCII."""
    assert slug("Côte d'Ivoire") == "cote-divoire"


def test_layers_are_joined() -> None:
    """Countries, provinces, districts and towns are found with their ids and provinces."""
    gazetteer = build([TOWN], [PROVINCE], [DISTRICT], [PAKISTAN])
    town = gazetteer.readings("exampuram")[0].place
    assert (town.id, town.country_name, town.admin1, town.precision) == ("gn:1", "Pakistan", "Balochistan", PlacePrecision.TOWN)
    assert gazetteer.readings("balochistan")[0].place.id == "pk.balochistan"
    assert gazetteer.readings("examplistan")[0].place.district == "Examplistan"
    assert gazetteer.readings("pakistani")[0].use is NameUse.DEMONYM
    assert gazetteer.readings("pkn")[0].use is NameUse.CAPITALS


def test_latin_aliases_only() -> None:
    """Other scripts are left out for now; they would only cost memory."""
    gazetteer = build([TOWN], [PROVINCE], [], [PAKISTAN])
    assert gazetteer.readings("eksampuram")
    assert not gazetteer.readings(key_of("Экзампурам"))


def test_blocked_names_count_only_when_curated() -> None:
    """A blocked word is no town of GeoNames, yet a curated place may bear it."""
    many = Town(2, "Many", "PK", "02", 30.0, 67.0, 60_000, ())
    blocked = Curated("b", "blocked", names=("many",))
    assert not build([many], [PROVINCE], [], [PAKISTAN, blocked]).readings("many")
    curated = Curated("pk.many", "town", "Many", "PK", "pk.balochistan", 10.0, 10.0)
    assert build([many], [PROVINCE], [], [PAKISTAN, blocked, curated]).readings("many")[0].place.id == "pk.many"


def test_curated_town_joins_geonames() -> None:
    """A curated town beside one of GeoNames of that name is that town, with our spelling and aliases."""
    curated = Curated("pk.exampuram", "town", "Exampuram", "PK", "pk.balochistan", 30.1, 67.1, aliases=("Exampur",))
    readings = build([TOWN], [PROVINCE], [], [PAKISTAN, curated]).readings("exampur")
    assert [each.place.id for each in readings] == ["gn:1"]


def test_small_towns_only_in_conflict_countries() -> None:
    """A village counts where armed groups are at work, elsewhere from 15,000 inhabitants."""
    here, there = Town(3, "Littleham", "PK", "", 1, 1, 700, ()), Town(4, "Smallham", "FR", "", 1, 1, 700, ())
    gazetteer = build([here, there], [], [], [PAKISTAN])
    assert gazetteer.readings("littleham")
    assert not gazetteer.readings("smallham")


def test_dump_and_load_agree() -> None:
    """What is written to the cache comes back the same."""
    gazetteer = build([TOWN], [PROVINCE], [DISTRICT], [PAKISTAN])
    again = load(dump(gazetteer))
    assert again == gazetteer
    assert again.readings("exampuram") == gazetteer.readings("exampuram")


def test_broken_cache_is_refused() -> None:
    """Half a file is no gazetteer."""
    with pytest.raises(ValueError, match=r"\w"):
        load("no number\nnothing")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the shipped gazetteer built once."""
    path = tmp_path_factory.getbasetemp() / "gazetteer"
    read_gazetteer(path)
    return path


@pytest.mark.parametrize(
    ("name", "country", "kind"),
    [
        ("Quetta", "PK", PlaceKind.TOWN), ("Kuchlak", "PK", PlaceKind.TOWN), ("Kuchlagh", "PK", PlaceKind.TOWN),
        ("Noshki", "PK", PlaceKind.TOWN),
        ("Bajaur", "PK", PlaceKind.DISTRICT), ("Swat", "PK", PlaceKind.DISTRICT), ("Kech", "PK", PlaceKind.DISTRICT),
        ("South Waziristan", "PK", PlaceKind.DISTRICT), ("Baluchistan", "PK", PlaceKind.ADMIN1), ("NWFP", "PK", PlaceKind.ADMIN1),
        ("Chamkani", "PK", PlaceKind.TOWN), ("Karak", "PK", PlaceKind.TOWN), ("Kashmir", "IN", PlaceKind.REGION),
        ("Gaza Strip", "PS", PlaceKind.REGION),
        ("Chechnya", "RU", PlaceKind.REGION), ("Darfur", "SD", PlaceKind.REGION), ("Helmand", "AF", PlaceKind.ADMIN1),
        ("Borno", "NG", PlaceKind.REGION),
        ("Cabo Delgado", "MZ", PlaceKind.REGION), ("North Kivu", "CD", PlaceKind.ADMIN1), ("Ituri", "CD", PlaceKind.ADMIN1),
        ("Basilan", "PH", PlaceKind.DISTRICT), ("Anbar", "IQ", PlaceKind.ADMIN1), ("Falluja", "IQ", PlaceKind.TOWN),
        ("Sadr City", "IQ", PlaceKind.TOWN),
        ("Usulutan", "SV", PlaceKind.ADMIN1), ("Ayacucho", "PE", PlaceKind.TOWN), ("Antioquia", "CO", PlaceKind.REGION),
        ("U.K.", "GB", PlaceKind.COUNTRY),
    ],
)  # fmt: skip
def test_shipped_places(cache: Path, name: str, country: str, kind: PlaceKind) -> None:
    """Names that the news uses lead to the right country and level first."""
    best = read_gazetteer(cache).readings(key_of(name))[0]
    assert (best.place.country, best.kind) == (country, kind)


@pytest.mark.parametrize(
    "word", ["taliban", "khorasan", "western", "august", "thursday", "dawn", "more", "many", "police", "march", "nation"]
)
def test_words_that_are_no_places(cache: Path, word: str) -> None:
    """Common words, months and newspapers are blocked."""
    assert read_gazetteer(cache).readings(word) == ()


def test_place_ids_are_stable(cache: Path) -> None:
    """Ids are those of GeoNames, of a province, of a country."""
    gazetteer = read_gazetteer(cache)
    ids = [gazetteer.readings(key)[0].place.id for key in ("sialkot", "sindh", "pakistan")]
    assert ids == ["gn:1164909", "pk.sindh", "PK"]


def test_overlay_adds_and_removes(tmp_path: Path) -> None:
    """An analyst's places.yaml adds a town, and takes one of ours away."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "places.yaml").write_text(
        "- {id: pk.newtown, kind: town, name: Newtownabad, country: PK, admin1: pk.sindh, lat: 25.0, lon: 68.0}\n"
        "- {id: pk.kuchlak, remove: true}\n"
    )
    gazetteer = read_gazetteer(tmp_path / "cache", own)
    assert gazetteer.readings("newtownabad")[0].place.admin1 == "Sindh"
    assert not gazetteer.readings("kuchlak")


def test_mistakes_are_all_named(tmp_path: Path) -> None:
    """Every wrong entry is reported with its line."""
    (tmp_path / "places.yaml").write_text(
        "- {id: a, kind: towm}\n- {id: b, kind: town, name: B}\n- {id: c, kind: region, name: C, country: PK, lat: north}\n"
    )
    with pytest.raises(ConfigError) as caught:
        read_gazetteer(tmp_path / "cache", tmp_path)
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]

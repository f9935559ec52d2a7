from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect import places
from monitor.detect.hits import ActorHit, Naming, PlaceHit, PlaceUse
from monitor.detect.placeuse import dateline_end
from monitor.detect.text import Document, read
from monitor.gazetteer import read_gazetteer
from monitor.model import Article, Place, PlacePrecision

NOW = datetime(2031, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> places.Gazetteer:
    """The shipped gazetteer."""
    return read_gazetteer(tmp_path_factory.getbasetemp() / "gazetteer")


def document(text: str, title: str = "", country: str | None = None) -> Document:
    return read(Article("https://example.org/a", title, text, "en", NOW, NOW, "Example", "example", country))


def found(gazetteer: places.Gazetteer, text: str, title: str = "", country: str | None = None) -> dict[str, PlaceHit]:
    return {hit.text: hit for hit in places.find(document(text, title, country), gazetteer)}


def located(gazetteer: places.Gazetteer, text: str, title: str = "", country: str | None = None) -> Place:
    made = document(text, title, country)
    result = places.locate(made, places.find(made, gazetteer), [each.index for each in made.sentences], gazetteer)
    assert result is not None
    return result[0]


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("A bomb exploded in a market in Quetta, the capital of Balochistan province.", "Quetta", "PK", PlacePrecision.TOWN),
        ("Gunmen attacked a post in Pakistan's Bajaur district.", "Bajaur", "PK", PlacePrecision.DISTRICT),
        ("Gunmen attacked a post in the province of Helmand in Afghanistan.", "Helmand", "AF", PlacePrecision.ADMIN1),
        ("A mine killed a farmer in Mali.", "Mali", "ML", PlacePrecision.COUNTRY),
        ("Rebels attacked a barracks near the northern Iraqi city of Mosul.", "Mosul", "IQ", PlacePrecision.TOWN),
        ("A car bomb went off in the Kenyan town of Mandera.", "Mandera", "KE", PlacePrecision.TOWN),
        ("Militants raided a village in Nigeria's Borno state.", "Borno", "NG", PlacePrecision.ADMIN1),
        ("Gunmen opened fire in Miranshah, North Waziristan.", "Miranshah", "PK", PlacePrecision.TOWN),
    ],
)
def test_event_place(gazetteer: places.Gazetteer, text: str, name: str, country: str, precision: PlacePrecision) -> None:
    """The place governed by the words of the event, as finely as they say."""
    place = located(gazetteer, text)
    assert (place.name, place.country, place.precision) == (name, country, precision)


def test_province_is_filled(gazetteer: places.Gazetteer) -> None:
    """A town brings its province along."""
    assert located(gazetteer, "A bomb exploded in Quetta.").admin1 == "Balochistan"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("A bomb exploded in Hyderabad, Pakistan.", "PK"),
        ("A bomb exploded in Hyderabad, India.", "IN"),
        ("A bomb exploded in Karak. The Pakistani army sent troops to Karak.", "PK"),
        ("Gunmen attacked a castle in Karak, Jordan.", "JO"),
        ("A blast hit Jalalabad in eastern Afghanistan.", "AF"),
        ("A blast was heard in Tripoli, Lebanon.", "LB"),
        ("A blast was heard in Tripoli, the capital of Libya.", "LY"),
    ],
)
def test_namesakes_are_told_apart(gazetteer: places.Gazetteer, text: str, country: str) -> None:
    """A chain or the rest of the text decides between places of one name."""
    assert located(gazetteer, text).country == country


def test_feed_country_decides(gazetteer: places.Gazetteer) -> None:
    """Without other signs the outlet's country tells which namesake is meant."""
    assert found(gazetteer, "A bomb exploded in Hyderabad.", country="PK")["Hyderabad"].place.country == "PK"


def test_actor_region_decides(gazetteer: places.Gazetteer) -> None:
    """An actor's region is a sign as well."""
    made = document("A bomb exploded in Hyderabad.")
    actor = ActorHit("x", "Example Front", "Front", 0, 0, 0, Naming.GENERIC, "x", ("PK",))
    assert places.find(made, gazetteer, [actor])[0].place.country == "PK"


@pytest.mark.parametrize(
    "text",
    [
        "The nation marched in may, reading nice books.",
        "Many Western people liked More Police on Thursday.",
        "President Hamilton met Mr. Lincoln and Gen. Jackson.",
        "Margaret Austin said that Victor Marshall had left.",
        "they were hit by a tank near the mill.",
    ],
)
def test_no_places(gazetteer: places.Gazetteer, text: str) -> None:
    """Common words, persons and lower-case words are no places."""
    assert found(gazetteer, text) == {}


def test_names_inside_actors_do_not_count(gazetteer: places.Gazetteer) -> None:
    """A group's name is not where something happened."""
    text = "The Army of Palmyra attacked a bank in Homs."
    made = document(text)
    start = text.index("Army")
    actor = ActorHit("x", "Army of Palmyra", "Army of Palmyra", 0, start, start + 15, Naming.GROUP, "x")
    assert [hit.text for hit in places.find(made, gazetteer, [actor])] == ["Homs"]


@pytest.mark.parametrize(
    ("text", "name", "use"),
    [
        ("A bomb exploded in Quetta.", "Quetta", PlaceUse.EVENT),
        ("The Quetta bombing was condemned.", "Quetta", PlaceUse.EVENT),
        ("Islamabad condemned the raid.", "Islamabad", PlaceUse.SPEAKER),
        ("The dead man was a resident of Karachi.", "Karachi", PlaceUse.ORIGIN),
        ("The bombers were trained in Afghanistan.", "Afghanistan", PlaceUse.ORIGIN),
        ("The wounded were taken to a hospital in Peshawar.", "Peshawar", PlaceUse.HOSPITAL),
        ("The minister told reporters in Islamabad that it was over.", "Islamabad", PlaceUse.SPEAKER),
        ("BAGHDAD, Iraq (Reuters) - A bomb exploded.", "BAGHDAD", PlaceUse.DATELINE),
        ("SAN SALVADOR, 3 JAN 90 -- A BOMB EXPLODED IN SOYAPANGO.", "SAN SALVADOR", PlaceUse.DATELINE),
    ],
)
def test_uses(gazetteer: places.Gazetteer, text: str, name: str, use: PlaceUse) -> None:
    """What a name does in its sentence."""
    assert found(gazetteer, text)[name].use is use


def test_event_beats_dateline_and_hospital(gazetteer: places.Gazetteer) -> None:
    """The report's city and the hospital's city are not where it happened."""
    text = "ISLAMABAD: A bomb exploded near a school in Bannu on Monday. The wounded were taken to a hospital in Peshawar."
    assert located(gazetteer, text).name == "Bannu"


def test_dateline_is_better_than_nothing(gazetteer: places.Gazetteer) -> None:
    """Without another place the dateline says where."""
    assert located(gazetteer, "BAGHDAD (Reuters) - Gunmen opened fire on a bus.").name == "Baghdad"


def test_people_are_a_weak_sign(gazetteer: places.Gazetteer) -> None:
    """Where soldiers are from is not where they died."""
    assert located(gazetteer, "Two American soldiers were killed by a mine in Iraq.").country == "IQ"


def test_a_people_and_its_town_locate(gazetteer: places.Gazetteer) -> None:
    """In "an Iraqi town" the adjective says where."""
    assert located(gazetteer, "Two Britons were killed by a mine outside an Iraqi town.").country == "IQ"


def test_headline(gazetteer: places.Gazetteer) -> None:
    """Headlines drop prepositions."""
    assert located(gazetteer, "", "Blast Kills Two Guards in Peshawar Bazaar").name == "Peshawar"


def test_capitals(gazetteer: places.Gazetteer) -> None:
    """Texts in capitals are read with care."""
    text = "GUERRILLAS ATTACKED A POLICE POST IN SOYAPANGO, SAN SALVADOR DEPARTMENT. MANY OF US SAW MORE LIBERATION NEWS."
    hits = found(gazetteer, text)
    assert hits["SOYAPANGO"].place.country == "SV"
    assert not {"MANY", "US", "MORE", "LIBERATION", "POLICE"} & set(hits)


def test_acronyms_need_capitals(gazetteer: places.Gazetteer) -> None:
    """US is a country, us is not."""
    assert found(gazetteer, "They told us that the US had called.")["US"].place.id == "US"
    assert "us" not in found(gazetteer, "They told us so.")


def test_group_falls_back_to_the_top(gazetteer: places.Gazetteer) -> None:
    """A group without a place takes it from title and lead."""
    made = document("A bomb exploded in Quetta on Monday.\n\nThe attackers fled on motorbikes.", "Blast in Quetta")
    hits = places.find(made, gazetteer)
    result = places.locate(made, hits, [2])
    assert result is not None
    assert result[0].name == "Quetta"


def test_feed_country_is_the_last_resort(gazetteer: places.Gazetteer) -> None:
    """Nothing in the text, but the outlet writes about one country."""
    assert located(gazetteer, "Gunmen shot dead two policemen.", country="PK").id == "PK"


def test_no_sign_no_place(gazetteer: places.Gazetteer) -> None:
    """Nobody says where: no place is made up."""
    made = document("Gunmen shot dead two policemen.")
    assert places.locate(made, places.find(made, gazetteer), [0], gazetteer) is None


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("KABUL -- Two guards died.", True),
        ("KHARTOUM, Sudan (AFP) - Two guards died.", True),
        ("SAN SALVADOR, 3 JAN 90 -- TWO GUARDS DIED.", True),
        ("Two guards died - a third survived.", False),
        ("The mayor said: two guards died.", False),
    ],
)
def test_datelines(text: str, dateline: bool) -> None:
    """An opening of place, date and agency is a dateline; a sentence with a dash is not."""
    assert (dateline_end(document(text).sentences[0]) > 0) is dateline


@given(text=st.text(alphabet="ABKQPabet inof,.-'(:)\n\"é", max_size=200))
def test_any_text_is_survived(gazetteer: places.Gazetteer, text: str) -> None:
    """No text makes the search fail, and every hit lies in its sentence."""
    made = document(text)
    for hit in places.find(made, gazetteer):
        sentence = made.sentences[hit.sentence]
        assert sentence.text[hit.start : hit.end] == hit.text

"""Who is named in a text, in which of their names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from itertools import pairwise

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detect.actors import Actors, find
from monitor.detect.hits import ActorHit, Naming
from monitor.detect.patterns import Mistakes
from monitor.detect.roster import compile_actors
from monitor.detect.spelling import spellings
from monitor.detect.text import read
from monitor.model import Article


@lru_cache
def roster() -> Actors:
    """The shipped actors."""
    text = (resources.files("monitor") / "lexicon" / "actors.yaml").read_text(encoding="utf-8")
    return compile_actors(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def hits(text: str, title: str = "", country: str | None = None, published: datetime | None = None) -> Sequence[ActorHit]:
    """The actors found in a text."""
    seen = datetime(2026, 3, 1, tzinfo=UTC)
    return find(read(Article("u", title, text, "en", published, seen, "outlet", "feed", country)), roster())


def ids(text: str, country: str | None = None) -> list[str]:
    """Their ids, in order."""
    return [hit.actor for hit in hits(text, country=country)]


@pytest.mark.parametrize(
    ("written", "actor"),
    [
        ("Tehreek-e-Taliban Pakistan", "ttp"),
        ("Tehrik-i-Taliban Pakistan", "ttp"),
        ("Lashkar-i-Taiba", "let"),
        ("Lashkar-e-Tayyiba", "let"),
        ("Jaish-e-Muhammad", "jem"),
        ("Hizbul Mujahideen", "hm"),
        ("Hizb-ul-Mujahidin", "hm"),
        ("Jamaatul Ahrar", "jua"),
        ("Al Qaeda", "al_qaeda"),
        ("al-Qa'ida", "al_qaeda"),
        ("al - Shabaab", "al_shabaab"),
        ("Baluchistan Liberation Army", "bla"),
        ("ISIS-K", "iskp"),
        ("DHKP/C", "dhkpc"),
        ("Sendero Luminoso", "sendero"),
        ("Manuel Rodríguez Patriotic Front", "fpmr"),
    ],
)
def test_a_group_is_found_in_its_many_spellings(written: str, actor: str) -> None:
    """Hyphens, particles, accents and transliterations do not matter."""
    assert ids(f"Fighters of {written} entered Orzala on Monday.") == [actor]


def test_offsets_point_at_the_name() -> None:
    """A hit's offsets cut its very text out of the sentence."""
    text = "The army said al  -  Shabaab men had left."
    (hit,) = hits(text)
    assert text[hit.start : hit.end] == hit.text == "al  -  Shabaab"


def test_the_longest_name_stands() -> None:
    """A branch is not also its parent."""
    assert ids("Islamic State Khorasan Province was named.") == ["iskp"]


@pytest.mark.parametrize(
    "text", ["Let us go home.", "It was an islamic state of mind.", "He opened the PDF file.", "She bought a KIA car.", "A tip was left."]
)
def test_common_words_are_no_groups(text: str) -> None:
    """Abbreviations and names that mean something else need support."""
    assert ids(text) == []


def test_weak_forms_count_beside_a_word_of_arms_and_place() -> None:
    """HM is a group next to "militants" in a text on Kashmir, and nobody in other texts."""
    assert ids("Two HM militants fled towards Srinagar.") == ["hm"]
    assert ids("HM arrived at the palace in Orzala.") == []


def test_is_in_capitals_is_a_group_only_in_mixed_text() -> None:
    """IS claims in a headline is the group; THIS IS in an all-capital text is a verb."""
    assert ids("IS claims attack on Orzala market") == ["islamic_state"]
    assert ids("THE ARMY IS CLAIMING THAT ALL IS WELL. IT IS NOT KNOWN WHO DID IT.") == []


def test_brackets_bind_an_abbreviation_for_the_document() -> None:
    """After "Full Name (FN)" FN means that group, even where FN is weak elsewhere."""
    found = hits("The Baloch Republican Army (BRA) was named. Later BRA men left.")
    assert [hit.actor for hit in found] == ["bra", "bra", "bra"]


def test_a_self_named_group_is_found_and_found_again() -> None:
    """An unknown group gets an id of its own name, wherever it stands again."""
    found = hits("A group calling itself the Orzala Dawn Brigade phoned a radio. The Orzala Dawn Brigade is unknown.")
    assert [(hit.actor, hit.naming) for hit in found] == [("named:orzala_dawn_brigade", Naming.SELF_NAMED)] * 2


def test_calling_itself_a_known_name_is_the_known_group() -> None:
    """A name of the lexicon wins over a self-given name."""
    assert ids("A group calling itself the Baloch Liberation Army phoned a radio.") == ["bla"]


@pytest.mark.parametrize(
    "text", ["Al-Qaeda-linked militants hid there.", "An al-Qaeda-inspired group hid there.", "A group linked to al-Qaeda hid there."]
)
def test_linked_to_al_qaeda_is_not_al_qaeda(text: str) -> None:
    """Ties make a class of militants, never the organisation itself."""
    (hit,) = hits(text)
    assert hit.naming is Naming.GENERIC
    assert "al-qaeda" in hit.text.lower()


def test_a_linked_group_by_name_is_that_group() -> None:
    """In "al-Qaeda-linked al-Shabaab" only al-Shabaab is named; in "X, linked to Y" Y is marked as a tie."""
    assert ids("Al-Qaeda-linked al-Shabaab fighters came.") == ["al_shabaab"]
    assert [(hit.actor, hit.linked) for hit in hits("Lashkar-e-Jhangvi, allied to al-Qaeda, denied it.")] == [
        ("lej", False),
        ("al_qaeda", True),
    ]


@pytest.mark.parametrize(
    ("text", "country", "actor"),
    [
        ("Taliban fighters attacked a post in South Waziristan, Pakistan.", None, "ttp"),
        ("Taliban fighters attacked a post in Kandahar.", None, "afghan_taliban"),
        ("Taliban fighters attacked a post.", "PK", "ttp"),
        ("Afghan Taliban fighters attacked a post near Peshawar, Pakistan.", "PK", "afghan_taliban"),
        ("Maoist rebels burned a bridge in Nepal.", None, "nepal_maoists"),
        ("Maoist rebels burned a bridge in Chhattisgarh, India.", None, "cpi_maoist"),
    ],
)  # fmt: skip
def test_the_country_tells_namesakes_apart(text: str, country: str | None, actor: str) -> None:
    """Places in the text, then the feed's country, decide between groups of one name."""
    assert actor in ids(text, country)


def test_years_tell_namesakes_apart() -> None:
    """The Pakistani Taliban cannot act before they existed."""
    found = hits("Taliban fighters attacked a post near Peshawar, Pakistan.", published=datetime(2003, 5, 1, tzinfo=UTC))
    assert [hit.actor for hit in found] == ["afghan_taliban"]


def test_class_words_belong_to_the_group_they_stand_with() -> None:
    """ "X militants" and "guerrillas of X" are X, once."""
    assert ids("Boko Haram militants left.") == ["boko_haram"]
    assert ids("GUERRILLAS OF THE FMLN LEFT ORZALA.") == ["fmln"]
    assert ids('The terrorist militia "Islamic State" left.') == ["islamic_state"]
    assert ids("Masked gunmen left.") == ["generic:gunmen"]


def test_roles_of_names() -> None:
    """Spokesmen, media arms and state labels are told apart from the group's own name."""
    found = hits("Zabihullah Mujahid spoke. Amaq wrote. The army named Fitna al-Khawarij. The Research and Analysis Wing was named.")
    assert [(hit.actor, hit.naming) for hit in found] == [
        ("afghan_taliban", Naming.SPOKESMAN),
        ("islamic_state", Naming.MEDIA_ARM),
        ("ttp", Naming.STATE_LABEL),
        ("state:IN/raw", Naming.STATE),
    ]


def test_families_climb_to_the_topmost_parent() -> None:
    """A faction's faction counts as one claimant with the whole."""
    assert roster().family("hizb_ahrar") == "ttp"
    assert roster().family("named:nobody") == "named:nobody"


def test_the_roster_is_large_and_consistent() -> None:
    """More than 200 groups, each with a form to be found by."""
    groups = [actor for actor in roster().by_id.values() if actor.naming is Naming.GROUP]
    formed = {form.actor.id for forms in [*roster().long, *roster().short.values()] for form in forms}
    assert len(groups) > 200
    assert {actor.id for actor in roster().by_id.values()} <= formed


def test_mistakes_are_found_together() -> None:
    """Unknown keys, parents and countries are all reported."""
    with pytest.raises(Mistakes) as caught:
        compile_actors([{"id": "a", "name": "A", "nmaes": ["A"], "parent": "b", "regions": ["Pakistan"], "years": "2000"}])
    assert {mistake.key for mistake in caught.value.mistakes} == {"nmaes", "parent", "regions", "years"}
    assert "did you mean 'name" in next(mistake.hint for mistake in caught.value.mistakes if mistake.key == "nmaes")


def test_spellings_join_particles() -> None:
    """A particle may stand alone, changed, or glued to the word before."""
    assert {"hizb ul mujahideen", "hizbul mujahideen"} <= spellings("Hizb-ul-Mujahideen")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "IS",
                "the Taliban",
                "(TTP)",
                "al-Qaeda",
                "linked",
                " - ",
                "militants",
                "calling itself",
                "Orz",
                ".",
                "\n",
                "A group",
                "claimed",
            ]
        ),
        max_size=25,
    )
)
def test_hits_never_overlap_and_always_fit(parts: list[str]) -> None:
    """Whatever the text, hits lie inside their sentences, in order, side by side."""
    text = " ".join(parts)
    document = read(Article("u", "", text, "en", None, datetime(2026, 3, 1, tzinfo=UTC), "o", "f"))
    found = find(document, roster())
    for hit in found:
        assert document.sentences[hit.sentence].text[hit.start : hit.end] == hit.text
    for one, two in pairwise(found):
        assert (one.sentence, one.end) <= (two.sentence, two.start) or one.sentence < two.sentence

"""Who says what about an attack."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from time import perf_counter

import pytest
import yaml

from monitor.detect.actors import find as find_actors
from monitor.detect.hits import NoClaimHit
from monitor.detect.patterns import Mistakes
from monitor.detect.roster import Actors, compile_actors
from monitor.detect.stances import StanceRules, compile_rules, find
from monitor.detect.text import Document, read
from monitor.model import Article, By, Stance, StanceKind, Via

CLAIMED, DENIED, RETRACTED = StanceKind.CLAIMED, StanceKind.DENIED, StanceKind.RETRACTED
ACCUSED, SUSPECTED, DISPUTED = StanceKind.ACCUSED, StanceKind.SUSPECTED, StanceKind.DISPUTED


@lru_cache
def lexicon() -> tuple[Actors, StanceRules]:
    """The shipped actors and stance rules."""
    folder = resources.files("monitor") / "lexicon"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    actors, stances = (yaml.load((folder / name).read_text(encoding="utf-8"), loader) for name in ("actors.yaml", "stances.yaml"))
    return compile_actors(actors), compile_rules(stances)


def document(text: str, title: str = "") -> Document:
    """A text, prepared."""
    return read(Article("u", title, text, "en", None, datetime(2026, 3, 1, tzinfo=UTC), "outlet", "feed"))


def read_all(text: str, title: str = "") -> tuple[list[Stance], list[NoClaimHit]]:
    """Stances and no-claims of a text."""
    actors, rules = lexicon()
    prepared = document(text, title)
    stances, unclaimed = find(prepared, find_actors(prepared, actors), rules)
    return [hit.stance for hit in stances], list(unclaimed)


def said(text: str) -> list[tuple[str, StanceKind]]:
    """(actor, stance) pairs of a text, in order."""
    return [(stance.actor, stance.stance) for stance in read_all(text)[0]]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("The Islamic State group claimed responsibility for the blast in Orzala.", "islamic_state"),
        ("IS claims attack on Orzala barracks", "islamic_state"),
        ("Orzala: IS is committed to attack on customs post", "islamic_state"),
        ("The ELN attributed to itself the attack on the pipeline.", "eln"),
        ("The TTP, an umbrella of armed factions, has claimed responsibility.", "ttp"),
        ("Lashkar-e-Jhangvi, an offshoot of al-Qaeda, claimed responsibility.", "lej"),
        ("The Baloch Liberation Army (BLA) accepted responsibility for the ambush.", "bla"),
        ("The BLF said in a statement on Telegram that its fighters had ambushed the convoy.", "blf"),
        ("The attack, claimed by Boko Haram, killed five.", "boko_haram"),
        ("Responsibility for the bombing was claimed by the MRTA in a call to a radio station.", "mrta"),
        ("In a statement claiming responsibility for the assault, al-Shabaab said it had killed 20 soldiers.", "al_shabaab"),
        ("Hamas issued a leaflet on Sunday claiming responsibility for the shooting.", "hamas"),
        ("A caller claiming to speak for the Red Brigades told a newspaper they had shot the banker.", "red_brigades"),
        ("Leaflets signed by the MRTA were found at the scene.", "mrta"),
        ("A claim of responsibility by the ELN reached a newspaper.", "eln"),
        ("Taliban spokesman Zabihullah Mujahid said the group's fighters killed 12 soldiers.", "afghan_taliban"),
        ("Taliban fighters killed 12 soldiers in Orzala, spokesman Zabihullah Mujahid said.", "afghan_taliban"),
        ("The JNIM is claiming it was behind the raid.", "jnim"),
        ("THE FMLN TODAY CLAIMED RESPONSIBILITY FOR THE ATTACK ON THE GARRISON.", "fmln"),
        ("A previously unknown group, the Sons of Orzala, claimed responsibility in an e-mail.", "named:sons_of_orzala"),
    ],
)
def test_claims_go_into_the_right_mouth(text: str, actor: str) -> None:
    """Active, passive, nominal, participial, headline, calque, caller, leaflet: the claimant is the one who spoke."""
    assert said(text) == [(actor, CLAIMED)]


@pytest.mark.parametrize(
    "text",
    [
        "The flood claimed the lives of 12 Taliban fighters.",
        "Is it true that ETA has claimed responsibility for the bomb?",
        "If ETA claimed responsibility, talks would end.",
        "The president urged the Taliban to accept responsibility for the crisis.",
        "The Taliban said its fighters were killed in an air strike.",
        "The Taliban said it would attack the elections.",
        "The Taliban has claimed responsibility for dozens of attacks in the province.",
        "The Taliban often claims responsibility for such attacks.",
        "Hamas claims that Israel attacked the hospital.",
        "The Taliban claimed victory in the district.",
        "Troops killed 12 Taliban fighters in a raid on a village.",
        "Residents claimed insurance after al-Shabaab left the town.",
        "Boko Haram claimed territory in the north.",
        "Boko Haram fighters killed 12 soldiers, an army spokesman said.",
    ],
)
def test_what_is_no_claim_is_not_read_as_one(text: str) -> None:
    """Lives, questions, conditions, duties, losses, plans, habits and records are no claims."""
    assert CLAIMED not in [stance for _, stance in said(text)]


@pytest.mark.parametrize(
    "text",
    [
        "No group has claimed responsibility for the blast.",
        "There was no immediate claim of responsibility.",
        "None of the armed groups of Orzala has claimed the attack.",
        "Nobody claimed the bombing.",
        "Responsibility has not been claimed.",
        "The attack remains unclaimed.",
        "The Taliban have not claimed responsibility for the raid.",
        "The Taliban stopped short of claiming the raid.",
        "NO ONE HAS CLAIMED RESPONSIBILITY FOR THE BOMB.",
    ],
)
def test_no_claim_is_a_fact_with_a_quote(text: str) -> None:
    """That nobody claims is recorded, and nobody is made a claimant."""
    stances, unclaimed = read_all(text)
    assert [stance.stance for stance in stances if stance.stance is CLAIMED] == []
    assert len(unclaimed) == 1
    assert unclaimed[0].quote.text == text


def test_no_claim_and_blame_in_one_sentence() -> None:
    """What one rule has read, the rest of the sentence may still accuse."""
    stances, unclaimed = read_all("No group claimed responsibility, but officials blamed Lashkar-e-Jhangvi.")
    assert [(each.actor, each.stance, each.by, each.by_name) for each in stances] == [("lej", ACCUSED, By.AUTHORITY, "officials")]
    assert len(unclaimed) == 1


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The BLA denied any involvement in the killing.", DENIED),
        ("The Taliban rejected the allegation.", DENIED),
        ("Taliban deny role in Orzala school attack", DENIED),
        ("Hamas said it had nothing to do with the shooting.", DENIED),
        ("The FMLN distanced itself from the bombing.", DENIED),
        ("ETA said it was not behind the explosion.", DENIED),
        ("The BLA retracted its claim of responsibility on Friday.", RETRACTED),
        ("Israel blamed Hamas for the bombing.", ACCUSED),
        ("A police spokesman claimed that Hamas was behind the bombing.", ACCUSED),
        ("Hamas was blamed for the bombing.", ACCUSED),
        ("The attack was attributed to Hamas.", ACCUSED),
        ("THE MAYOR WAS KILLED BY HAMAS GUERRILLAS.", ACCUSED),
        ("FMLN GUERRILLAS BLEW UP THE BRIDGE OVER THE ORZA RIVER.", ACCUSED),
        ("Suspected Boko Haram fighters abducted 20 girls.", SUSPECTED),
        ("The blast bears the hallmarks of al-Qaeda, analysts said.", SUSPECTED),
        ("Hamas is believed to have planted the bomb.", SUSPECTED),
        ("Police suspect that Hamas planted the bomb.", SUSPECTED),
        ("The attack may have been carried out by Hamas.", SUSPECTED),
    ],
)
def test_other_stances(text: str, stance: StanceKind) -> None:
    """Denials, retractions, accusations, suspicions and plain statements each give one stance."""
    assert [kind for _, kind in said(text)] == [stance]


def test_an_official_who_claims_accuses() -> None:
    """ "X claims" by an official is an accusation by an authority, with his name."""
    (stance,), _ = read_all("Interior Minister Arman Dost claimed that the TTP was behind the bombing.")
    assert (stance.stance, stance.by, stance.by_name) == (ACCUSED, By.AUTHORITY, "Interior Minister Arman Dost")


def test_plain_fact_is_an_accusation_by_the_outlet_or_its_source() -> None:
    """Without a source the outlet accuses; with "residents said" the victims do."""
    (alone,), _ = read_all("Al-Shabaab fighters stormed a hotel in Orzala.")
    (sourced,), _ = read_all("Al-Shabaab fighters stormed a hotel in Orzala, residents said.")
    assert (alone.by, sourced.by, sourced.by_name) == (By.MEDIA, By.VICTIM, "residents")


@pytest.mark.parametrize(
    "text",
    [
        "Troops killed 12 suspected Taliban fighters.",
        "Suspected Taliban fighters were arrested in Orzala.",
        "Police foiled an ISIS attack on a church.",
        "The army attacked FMLN positions.",
    ],
)
def test_what_is_done_to_a_group_accuses_it_of_nothing(text: str) -> None:
    """Raids on a group, arrests of its men and foiled plots lay no attack at its door."""
    assert said(text) == []


def test_a_rival_accuses() -> None:
    """One group blaming another is an accusation by a rival, and says nothing of the speaker's own part."""
    (stance,), _ = read_all("The Taliban accused the Islamic State of bombing the mosque.")
    assert (stance.actor, stance.stance, stance.by) == ("islamic_state", ACCUSED, By.RIVAL)


def test_a_state_label_accuses_and_never_claims() -> None:
    """A government's name for a group is its accusation."""
    assert said("Fitna al-Khawarij claimed responsibility, the minister said.") == [("ttp", ACCUSED)]


def test_both_claimants_are_heard() -> None:
    """ "A and B claimed" gives two claims."""
    assert said("Both al-Qaeda and the Taliban claimed responsibility.") == [("al_qaeda", CLAIMED), ("afghan_taliban", CLAIMED)]


@pytest.mark.parametrize("subject", ["The group", "It", "The militia", "The organisation"])
def test_the_group_means_the_group_named_last(subject: str) -> None:
    """Coreference reaches back to the last group named."""
    text = f"Jaish al-Adl is active near Orzala. {subject} claimed responsibility for the ambush."
    assert said(text) == [("jaish_adl", CLAIMED)]


def test_a_reference_without_antecedent_is_a_class() -> None:
    """ "The group claimed" with no group in sight is a claim by some militants, never of record."""
    (stance,), _ = read_all("The group claimed responsibility for the ambush.")
    assert (stance.actor, stance.of_record) == ("generic:militants", False)


def test_doubt_in_the_next_sentence_meets_the_claimant() -> None:
    """Whoever doubts "the claim" doubts the last claimant."""
    stances, _ = read_all("The Islamic State claimed the blast. A diplomat doubted the claim.")
    assert [(each.actor, each.stance, each.by) for each in stances] == [
        ("islamic_state", CLAIMED, By.SELF),
        ("islamic_state", DISPUTED, By.THIRD_PARTY),
    ]


def test_an_official_who_denies_for_a_group_doubts() -> None:
    """An authority ruling a group out disputes; the group itself has denied nothing."""
    assert said("Police ruled out involvement by Hamas.") == [("hamas", DISPUTED)]


def test_a_tie_of_the_attackers_is_an_accusation() -> None:
    """ "The attackers were connected to X" accuses X, by whoever says so."""
    (stance,), _ = read_all("The military said the attackers were connected to the extremist group Lashkar-e-Jhangvi.")
    assert (stance.actor, stance.stance, stance.by) == ("lej", ACCUSED, By.AUTHORITY)


@pytest.mark.parametrize(
    ("text", "via", "name"),
    [
        ("IS claimed responsibility through its Amaq agency.", Via.MEDIA_ARM, "Amaq"),
        ("The BLA claimed responsibility in a telephone call to a newspaper.", Via.PHONE, "telephone call"),
        ("The BLA claimed responsibility in an e-mail.", Via.EMAIL, "e-mail"),
        ("The BLA claimed responsibility in a leaflet.", Via.LETTER, "leaflet"),
        ("The BLA claimed responsibility in a video.", Via.VIDEO, "video"),
        ("The BLA claimed responsibility on Telegram.", Via.SOCIAL, "Telegram"),
        ("A BLA spokesman claimed responsibility.", Via.SPOKESMAN, "spokesman"),
        ("The BLA claimed responsibility in a statement.", Via.STATEMENT, "statement"),
        ("The BLA claimed responsibility.", Via.UNKNOWN, None),
    ],
)
def test_the_channel_of_a_claim(text: str, via: Via, name: str | None) -> None:
    """The way a claim came is kept with its name as written."""
    (stance, *_), _ = read_all(text)
    assert (stance.stance, stance.via, stance.via_name) == (CLAIMED, via, name)


def test_first_person_communique() -> None:
    """ "Our fighters attacked" is a claim by the group the text belongs to."""
    assert said("Our fighters attacked an army post in Orzala, BLA spokesman Jeeyand Baloch wrote.")[0] == ("bla", CLAIMED)


def test_quotes_and_offsets_prove_the_stance() -> None:
    """A stance quotes its sentence, and its offsets cut that sentence out of the text."""
    text = "It rained in Orzala. The TTP claimed responsibility for the blast. Shops closed."
    (stance,), _ = read_all(text)
    assert text[stance.quote.start : stance.quote.end] == stance.quote.text == "The TTP claimed responsibility for the blast."
    assert stance.rule.startswith("claim.")


def test_tokenised_text_reads_the_same() -> None:
    """Spaces before commas and doubled spaces change nothing."""
    assert said("The Taliban , who rule the valley , claimed  responsibility for the raid .") == [("afghan_taliban", CLAIMED)]


def test_a_denial_beats_an_accusation_of_the_same_sentence() -> None:
    """The actor's own word counts once per sentence."""
    assert said("Hamas denied the accusation that it was behind the bombing, which police blamed on Hamas.") == [("hamas", DENIED)]


def test_long_hostile_sentences_stay_cheap() -> None:
    """No rule backtracks badly on repetitive text."""
    text = "The Taliban, " + "said on the in a statement of the group that the police of the, " * 18 + "claimed."
    started = perf_counter()
    read_all(text * 8)
    assert perf_counter() - started < 3.0


def test_rules_without_actor_or_with_broken_patterns_are_mistakes() -> None:
    """Each broken rule is reported with its key."""
    with pytest.raises(Mistakes) as caught:
        compile_rules(
            [
                {"id": "macros", "X": "a"},
                {"id": "a", "family": "claim", "pattern": "(?P<w>x"},
                {"id": "b", "family": "clam", "pattern": "x"},
                {"id": "c", "family": "claim", "pattern": "{Y} claimed"},
                {"id": "d", "family": "claim", "pattern": "nobody claimed"},
            ]
        )
    found = {(mistake.entry, mistake.key) for mistake in caught.value.mistakes}
    assert {("a", "pattern"), ("b", "family"), ("c", "pattern"), ("d", "pattern")} <= found

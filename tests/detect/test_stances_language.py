"""The language of blame, capture, suspicion and own voice: rules of stances.yaml beyond the plain claim, and their traps."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources

import pytest
import yaml

from monitor.detect.actors import find as find_actors
from monitor.detect.roster import Actors, compile_actors
from monitor.detect.stances import StanceRules, compile_rules, find
from monitor.detect.text import read
from monitor.model import Article, By, Stance, StanceKind, Via

CLAIMED, DENIED = StanceKind.CLAIMED, StanceKind.DENIED
ACCUSED, SUSPECTED = StanceKind.ACCUSED, StanceKind.SUSPECTED


@lru_cache
def lexicon() -> tuple[Actors, StanceRules]:
    """The shipped actors and stance rules."""
    folder = resources.files("monitor") / "lexicon"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    actors, stances = (yaml.load((folder / name).read_text(encoding="utf-8"), loader) for name in ("actors.yaml", "stances.yaml"))
    return compile_actors(actors), compile_rules(stances)


def stances_of(text: str) -> list[Stance]:
    """The stances of a text."""
    actors, rules = lexicon()
    document = read(Article("u", "", text, "en", None, datetime(2026, 3, 1, tzinfo=UTC), "outlet", "feed"))
    return [hit.stance for hit in find(document, find_actors(document, actors), rules)[0]]


def said(text: str) -> list[tuple[str, StanceKind]]:
    """(actor, stance) pairs of a text, in order."""
    return [(stance.actor, stance.stance) for stance in stances_of(text)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Ilan Tesk, a shopkeeper, blamed Hamas for the blast in Orzala.", "accuse.blame_bare"),
        ("She blamed foreign agents, referring to the Taliban, for the attack.", "accuse.referring"),
        ("An ETA man who was part of the group behind the Orzala bombing has died.", "accuse.behind"),
        ("I am convinced the FMLN did it, the minister wrote.", "accuse.certain"),
        ("The ELN planned and carried out the assassination of the Orzala prefect.", "accuse.planned"),
        ("Police arrested two suspected members of Hamas for the Orzala bombing.", "accuse.arrested_for"),
        ("A UVF man received two life sentences after he was convicted of the bar bombing.", "accuse.convicted"),
        ("The links with al-Qaeda are proven, the prosecutor added.", "accuse.links_proven"),
        ("ELN gunmen arrived at the ferry of Orzala and killed three guards.", "fact.then"),
        ("Two engineers were released by the ELN near Orzala.", "fact.held"),
        ("The ELN is demanding a ransom of two million for the engineer.", "fact.releases"),
        ("The FMLN has resumed its attacks on bus lines.", "fact.campaign"),
        ("Soldiers foiled an attempt by the FMLN to kidnap the prefect.", "fact.attempt"),
        ("A corporal was killed in an exchange of fire with Taliban fighters.", "fact.firefight"),
        ("FMLN URBAN UNITS PLACED BOMBS IN TWO SHOPS OF ORZALA.", "fact.active"),
        ("THE ELN GUERRILLA MOVEMENT, WHICH KIDNAPPED THE ENGINEER IN MAY, IS SILENT.", "fact.active"),
        ("A GROUP OF REBELS BELONGING TO THE FMLN THIS MORNING STAGED AN ATTACK ON A VILLA.", "fact.active"),
        ("Four marines died after a Shining Path bombing of a market in Orzala.", "fact.noun"),
    ],
)
def test_blame_in_many_words(text: str, rule: str) -> None:
    """Blame by persons, verdicts, hostages' return, second verbs, campaigns and attempts: each accuses by its own rule."""
    assert [(each.stance, each.rule) for each in stances_of(text)] == [(ACCUSED, rule)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Attention has focused on rebels from the ELN.", "suspect.focus"),
        ("He said ETA remained the main line of investigation.", "suspect.main"),
        ("The two devices were typical of IRA manufacture.", "suspect.typical"),
        ("The judge will examine the possibility that the FMLN staged the murder.", "suspect.possibility"),
        ("Some thought the bomb belonged to an IRA team passing through.", "suspect.belonged"),
        ("The bomber, a baker, had alleged ties to a recruiter for al-Qaeda.", "suspect.ties"),
        ("The driver had pledged allegiance to the Islamic State.", "suspect.pledged"),
        ("The raiders painted slogans of the FMLN on the villa's wall.", "suspect.painted"),
        ("The kidnappers are said to be members of the ELN.", "suspect.belongs"),
        ("It is highly possible that the BIFF are behind the roadside attack.", "accuse.behind"),
        ("Investigators ask whether ETA was behind the Orzala blast.", "accuse.behind"),
    ],
)
def test_suspicion_in_many_words(text: str, rule: str) -> None:
    """Focus, likeness, theory, ties and allegiance make suspects, never more."""
    assert [(each.stance, each.rule) for each in stances_of(text)] == [(SUSPECTED, rule)]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Three men who identified themselves as ELN members took the engineer from his car.", "eln"),
        ("The IRA has apologised for the deaths of two children in the bombing.", "ira"),
        ("Radio Venceremos, the FMLN's official station, said the rebels attacked the post.", "fmln"),
        ("A report by Cena, the mouthpiece of the URNG, says that guerrillas attacked a farm.", "urng"),
        (
            "The drivers were kidnapped by a militant organisation that identified itself as Salafist Red Hill Group.",
            "named:salafist_red_hill_group",
        ),
        ("A group calling itself the Hidden Lake Army will release four hostages it has been holding.", "named:hidden_lake_army"),
        ('A commando unit, the "Orza Civic Force" today claimed responsibility for the blast.', "named:orza_civic_force"),
        ("The IRA's operations led to the deaths of bystanders, for whom it apologised.", "ira"),
        ("With a cruelty typical of the Provos they coldly accept responsibility for the raid.", "ira"),
        ("They openly accept responsibility: the Taliban claimed the Orzala raid.", "afghan_taliban"),
    ],
)
def test_claims_by_other_ways(text: str, actor: str) -> None:
    """Self-naming captors, apologies for the dead, mouthpieces and quoted names claim."""
    assert (actor, CLAIMED) in said(text)


def test_a_text_from_the_groups_own_radio_claims() -> None:
    """A clandestine dateline makes the whole text the group's own voice: its reports of attacks are claims by the media arm."""
    text = (
        "CLANDESTINE, 4 MAY 89 (RADIO VENCEREMOS) -- HERE IS THE WAR REPORT FROM THE NORTH. ON MONDAY, GUERRILLA UNITS "
        "ATTACKED A POST NEAR ORZALA. OUR FORCES DESTROYED TWO TRUCKS."
    )
    found = stances_of(text)
    assert [(each.actor, each.stance, each.by, each.via) for each in found] == [("fmln", CLAIMED, By.SELF, Via.MEDIA_ARM)] * 2


def test_a_wire_quoting_the_radio_is_not_the_groups_voice() -> None:
    """Without the dateline, "our forces" of an officer is nobody's claim."""
    assert CLAIMED not in [kind for _, kind in said('Radio Venceremos is jammed. "Our forces killed ten," said General Orl Tamm.')]


@pytest.mark.parametrize(
    ("text", "stances"),
    [
        ("The FMLN is strong here. Rebels attacked a post near Orzala.", [("fmln", SUSPECTED)]),
        ("The FMLN is strong here. The group attacked a post near Orzala.", [("fmln", ACCUSED)]),
        ("The FMLN and the contras are strong here. Rebels attacked a post near Orzala.", []),
        ("Boko Haram is far away. Gunmen attacked a post near Orzala.", []),
    ],
)
def test_guerrillas_are_those_of_the_only_group_named(text: str, stances: list[tuple[str, StanceKind]]) -> None:
    """Class words are tied to a group only where the document names no other, and then as a suspicion."""
    assert [each for each in said(text) if not each[0].startswith("generic:")] == stances


def test_a_class_word_never_claims_for_the_group() -> None:
    """ "Rebels claimed" stays a claim by rebels, whatever group the text names elsewhere."""
    assert ("boko_haram", CLAIMED) not in said("Rebels claimed responsibility for the blast. Boko Haram has not commented.")


@pytest.mark.parametrize(
    "text",
    [
        "The Taliban condemned those behind the attack on the mosque.",
        "The army said militants fleeing Boko Haram attacked a village.",
        "Villagers who fled Boko Haram attacked police.",
        "Officials are not convinced ISIS was behind the attack.",
        "The attack was not the work of ETA.",
        "A man convicted of joining ISIS was sentenced to ten years over fraud.",
        "Police arrested a Hamas member over stone throwing after the bombing.",
        "The offensive launched by the FMLN has closed the roads.",
        "The mayor apologised to the victims of the IRA bombing.",
        "The Cali cartel is considered the largest exporter of the region.",
        "The M-19 accused the secret service of assassinating M-19 candidate Orl Tamm.",
        "The minister claimed that peace was delayed by the clashes announced by the FMLN.",
    ],
)
def test_words_near_a_group_do_not_accuse_it(text: str) -> None:
    """Flight from a group, its victims, its wars and other men's crimes lay no attack at its door."""
    assert [each for each in said(text) if each[1] in (CLAIMED, ACCUSED, SUSPECTED)] == []


@pytest.mark.parametrize(
    "text",
    [
        "A statement by Hamas: we condemn the attack. We killed nobody.",
        "ETA has apologised for its slow reply to the victims' families.",
        "Little-known groups have claimed responsibility for some attacks, and the Taliban watches.",
        "A drug cartel claimed responsibility.",
        "We have attacked this problem, the FARC said.",
        "The Taliban offered condolences to the victims of the attack.",
    ],
)
def test_near_claims_are_none(text: str) -> None:
    """Condemnation, regret, records and figures of speech put no claim into a known group's mouth."""
    assert [each for each in said(text) if each[1] is CLAIMED and not each[0].startswith("generic:")] == []


def test_the_abbreviation_belongs_to_the_name_as_written() -> None:
    """ "Full Name (FN)" is kept whole as the actor's text."""
    (stance,) = stances_of("The mayor was killed by the National Liberation Army (ELN) in Orzala, Colombia.")
    assert stance.text == "National Liberation Army (ELN)"


def test_drug_mafias_are_blamed_but_claim_nothing() -> None:
    """The press blames "the drug mafias" as one body; it is a class with a name, and never a claimant."""
    assert said("The authorities attributed the murder to the drug mafias.") == [("drug_mafia", ACCUSED)]


def test_words_of_the_talks_table_accuse_of_no_attack() -> None:
    """Accusing a group of stubbornness lays no attack at its door."""
    assert said("The president accused the FMLN of maintaining rigid stands in the talks.") == []


def test_an_arrested_class_is_no_accused_group() -> None:
    """ "The bomber was sentenced" names no group."""
    assert said("The bomber was sentenced to life for the attack in Orzala.") == []


@pytest.mark.parametrize(
    ("text", "actor", "stance"),
    [
        ("Police say TTP behind Orzala blast", "ttp", ACCUSED),
        ("TTP behind Orzala market attack: minister", "ttp", ACCUSED),
        ("Taliban bomber kills 12 in Orzala market", "afghan_taliban", ACCUSED),
        ("Boko Haram jihadists raid village, kill nine", "boko_haram", ACCUSED),
        ("Houthi missile strikes tanker off Orzala", "houthis", ACCUSED),
        ("JNIM fighters overran an army camp, killing 12 soldiers.", "jnim", ACCUSED),
        ("Al-Shabaab: we killed 20 soldiers in Orzala raid", "al_shabaab", CLAIMED),
    ],
)
def test_headlines_without_their_verbs(text: str, actor: str, stance: StanceKind) -> None:
    """Present tense, "behind" without a verb, a weapon as the subject, a colon as "says"."""
    assert said(text) == [(actor, stance)]


@pytest.mark.parametrize(
    "text",
    [
        "Army drone kills Taliban commander",
        "Taliban raids net 12 suspects, police say",
        "Troops storm Boko Haram camp, kill nine",
        "Hamas: we killed nobody in the Orzala attack",
        "Police not convinced TTP was behind Orzala blast",
    ],
)
def test_headlines_of_what_is_done_to_a_group(text: str) -> None:
    """The target of a raid has done nothing by it."""
    assert [each for each in said(text) if each[1] in (CLAIMED, ACCUSED)] == []


@pytest.mark.parametrize(
    ("text", "stances"),
    [
        ("Officials blame Harkat faction, Islamic State claims Orzala court blast", [("islamic_state", CLAIMED)]),
        ("Police blame TTP, JNIM claims Orzala police station bombing", [("ttp", ACCUSED), ("jnim", CLAIMED)]),
    ],
)
def test_the_subject_of_the_next_clause_is_not_blamed(text: str, stances: list[tuple[str, StanceKind]]) -> None:
    """After "X blames Y," the group that claims is a claimant, also when the target is a court or a police station."""
    assert sorted(said(text)) == sorted(stances)


@pytest.mark.parametrize(
    ("text", "stances"),
    [
        ("The Taliban said Islamic State was behind the attack.", [("islamic_state", ACCUSED)]),
        ("The BLA said the TTP was responsible for the killings.", [("ttp", ACCUSED)]),
        ("The BLA, which in March claimed a similar attack, has denied any role in the bombing.", [("bla", DENIED)]),
        ("The Islamic State claim was dismissed by the interior ministry as propaganda.", [("islamic_state", StanceKind.DISPUTED)]),
        ("The army claimed it killed 12 BLA fighters in the raid.", []),
    ],
)
def test_one_group_speaking_of_another_claims_nothing(text: str, stances: list[tuple[str, StanceKind]]) -> None:
    """ "X said Y was behind it" accuses Y; a record in a relative clause hides no denial; soldiers' words are no group's deed."""
    assert said(text) == stances


def test_a_doubt_is_about_the_claimant_it_names() -> None:
    """A diplomat's doubt goes to the group named in his sentence, not to the one named last before."""
    found = stances_of("The minister blamed the TTP for the attack. A diplomat cast doubt on the claim by Islamic State.")

    assert [one.actor for one in found if one.stance is StanceKind.DISPUTED] == ["islamic_state"]

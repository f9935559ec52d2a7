"""Assessment: whole invented articles, from the text to the alert it would cause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from monitor.detect.assess import Knowledge, Policy, assess, outline, trace
from monitor.gazetteer import read_gazetteer
from monitor.model import Article, Assessment, Kind, Reason, Role, Severity, StanceKind
from monitor.rules import read_lexicon

TUESDAY = datetime(2026, 5, 5, 14, tzinfo=UTC)

BOMBING = (
    "Bomb kills 14 at vegetable market in Peshawar",
    "PESHAWAR: A bomb planted on a motorcycle exploded in a crowded vegetable market in Peshawar on Monday, killing at least 14 people "
    "and wounding 31 others, police said.\n\n"
    "The blast destroyed several stalls near the main gate, senior police officer Aslam Durrani told reporters. "
    "No group immediately claimed responsibility for the attack.\n\n"
    "The market was last hit in 2009, when a suicide bomber killed 40 people.",
)
CLAIM = (
    "Pakistani Taliban claim Peshawar market bombing",
    "The Tehrik-i-Taliban Pakistan claimed responsibility on Tuesday for the bombing of a vegetable market in Peshawar a day earlier, "
    "in which 14 people were killed.\n\n"
    "In a statement sent to journalists, TTP spokesman Muhammad Khurasani said the group was behind the attack.",
)
CONTEST = (
    "Rival groups claim Quetta court attack",
    "The Islamic State claimed responsibility for Monday's attack on a courthouse in Quetta that killed six lawyers.\n\n"
    "The Balochistan Liberation Army also claimed responsibility for the attack in a statement on Telegram.\n\n"
    "Officials blamed Lashkar-e-Jhangvi for the attack. A Western diplomat said it was not clear whether the Islamic State was involved.",
)
DENIAL = (
    "Afghan Taliban deny role in Kabul school attack",
    "The Taliban denied involvement in Monday's bombing at a school in Kabul, in which nine pupils were killed.\n\n"
    '"We condemn it," spokesman Zabihullah Mujahid said.',
)
ANNIVERSARY = (
    "Families mark tenth anniversary of Peshawar school massacre",
    "Families gathered in Peshawar on Tuesday to mark the tenth anniversary of the attack in which gunmen killed more than 100 pupils.\n\n"
    "Candles were lit and wreaths were laid at a memorial ceremony.",
)
TRIAL = (
    "Court sentences two to death over Quetta hospital bombing",
    "An anti-terrorism court in Quetta sentenced two men to death on Tuesday for the 2021 bombing of a hospital that killed 40 people.\n\n"
    "The judge said the men had been found guilty of planning the attack.",
)
RAID = (
    "Security forces kill nine militants in Bannu",
    "Security forces killed nine militants during an intelligence-based operation in Bannu on Monday, the military said.\n\n"
    "Weapons and ammunition were recovered from the dead terrorists.",
)
DRILL = (
    "Airport in Nairobi holds drill simulating suicide attack",
    "Nairobi's main airport held a security drill on Tuesday that simulated a suicide bombing at the arrivals hall.\n\n"
    "The exercise involved 300 officers.",
)
FOOTBALL = (
    "Late attack earns Shabab a 2-1 win over Hilal",
    "Al Shabab beat Al Hilal 2-1 in the cup final on Monday after a late attack ended with striker Hamdan's second goal.\n\n"
    "The coach praised his midfielders.",
)
METAPHOR = (
    "Opposition launches scathing attack on budget",
    "The opposition leader launched a scathing attack on the government's budget on Tuesday, calling it a time bomb for pensions.\n\n"
    "The minister of finance came under fire from critics.",
)
ACCIDENT = (
    "Gas cylinder explosion kills five at Lahore restaurant",
    "Five people were killed and 12 injured when a gas cylinder exploded in the kitchen of a restaurant in Lahore on Monday, rescuers "
    "said.\n\nPolice said the blast was an accident.",
)  # fmt: skip
ORDINARY = ("Council votes on parking fees", "The town council of Reading voted on Monday to raise parking fees by a tenth.")


@cache
def knowledge() -> Knowledge:
    return Knowledge(read_lexicon(), read_gazetteer())


def judged(story: tuple[str, str], published: datetime | None = TUESDAY, policy: Policy | None = None, language: str = "en") -> Assessment:
    return assess(article(story, published, language), knowledge(), policy or Policy(), TUESDAY)


def article(story: tuple[str, str], published: datetime | None = TUESDAY, language: str = "en") -> Article:
    return Article("https://paper.example/1", *story, language, published, TUESDAY, "Paper", "paper")


def test_a_bombing() -> None:
    """Title, lead, place, day, toll and silence of the groups make a critical new attack."""
    found = judged(BOMBING)
    assert found.relevant
    assert found.alert is not None
    assert (found.alert.kind, found.alert.severity) == (Reason.NEW_ATTACK, Severity.CRITICAL)
    assert found.alert.confidence >= 0.8
    first = found.incidents[0]
    assert (first.role, first.kind) == (Role.PRIMARY, Kind.ATTACK)
    assert "bombing" in first.attack_types
    assert first.place is not None
    assert (first.place.name, first.place.country) == ("Peshawar", "PK")
    assert first.killed is not None
    assert first.killed.best == 14
    assert first.killed.high is None
    assert first.injured is not None
    assert first.injured.best == 31
    assert first.when is not None
    assert first.when.start == date(2026, 5, 4)
    assert first.no_claim
    assert not any(stance.stance is StanceKind.CLAIMED for stance in first.stances)


def test_an_older_attack_in_the_last_paragraph_is_background() -> None:
    """'Last hit in 2009, 40 killed' is another incident and leaves the toll of today alone."""
    found = judged(BOMBING)
    assert [mention.role for mention in found.incidents] == [Role.PRIMARY, Role.BACKGROUND]
    recalled = found.incidents[1]
    assert recalled.when is not None
    assert recalled.when.start.year == 2009


def test_a_claim_on_the_day_after() -> None:
    """The claim of a fresh attack alerts, and stands in the group's own mouth."""
    found = judged(CLAIM)
    assert found.alert is not None
    assert found.alert.kind in (Reason.NEW_CLAIM, Reason.NEW_ATTACK)
    claims = {stance.actor for stance in found.incidents[0].stances if stance.stance is StanceKind.CLAIMED}
    assert claims == {"ttp"}


def test_a_late_claim_is_news_about_an_old_attack() -> None:
    """Two weeks on the attack is no news, its claim is."""
    story = (
        "Pakistani Taliban claim Peshawar market bombing of last month",
        "The Tehrik-i-Taliban Pakistan claimed responsibility on Tuesday for the April 14 bombing of a vegetable market in Peshawar "
        "in which 14 people were killed.",
    )
    found = judged(story)
    assert found.alert is not None
    assert (found.alert.kind, found.alert.severity) == (Reason.NEW_CLAIM, Severity.HIGH)


def test_rival_claims_blame_and_doubt() -> None:
    """Two claimants, an accused third and a doubting diplomat are kept apart."""
    found = judged(CONTEST)
    stances = {(stance.actor, stance.stance) for mention in found.incidents for stance in mention.stances}
    assert ("islamic_state", StanceKind.CLAIMED) in stances
    assert ("bla", StanceKind.CLAIMED) in stances
    assert ("lej", StanceKind.ACCUSED) in stances
    assert ("lej", StanceKind.CLAIMED) not in stances
    assert found.alert is not None


def test_a_denial_is_never_a_claim() -> None:
    """Who denies has denied."""
    found = judged(DENIAL)
    stances = {(stance.actor, stance.stance) for mention in found.incidents for stance in mention.stances}
    assert ("afghan_taliban", StanceKind.DENIED) in stances
    assert not any(stance is StanceKind.CLAIMED for _, stance in stances)


@pytest.mark.parametrize(
    ("story", "rule"),
    [
        (ANNIVERSARY, "anniversary"),
        (TRIAL, "trial"),
        (RAID, "ct_operation"),
        (DRILL, "drill"),
        (METAPHOR, "metaphor"),
        (ACCIDENT, "accident"),
    ],
)
def test_look_alikes_are_suppressed_with_their_reason(story: tuple[str, str], rule: str) -> None:
    """No alert, and the article keeps the class of the reason and a quote."""
    found = judged(story)
    assert found.alert is None
    suppressed = {each.rule: each for each in found.suppressed}
    assert rule in suppressed
    assert suppressed[rule].quote is not None


def test_football_alerts_nobody() -> None:
    """A club of the same name and a late attack are sport."""
    assert judged(FOOTBALL).alert is None


def test_ordinary_news_is_neither_relevant_nor_suppressed() -> None:
    """What never looked like an attack leaves no trace."""
    found = judged(ORDINARY)
    assert (found.relevant, found.alert, found.suppressed, found.incidents) == (False, None, (), ())


def test_recalled_attacks_are_relevant_without_an_alert() -> None:
    """An anniversary and a verdict speak of concrete attacks, however old."""
    assert judged(ANNIVERSARY).relevant
    assert judged(TRIAL).relevant


def test_a_memorial_headline_does_not_hide_a_fresh_attack() -> None:
    """A bomb at the anniversary is a bomb."""
    story = (
        "Blast at rally marking anniversary of shrine attack",
        "A suicide bomber blew himself up at a rally in Karachi on Monday, killing eight people and wounding 20, police said. "
        "The crowd had come to mark the anniversary of an attack on a shrine.",
    )
    found = judged(story)
    assert found.alert is not None
    assert found.alert.kind is Reason.NEW_ATTACK


def test_old_news_is_no_news() -> None:
    """Beyond max_age the same report alerts nobody; a longer max_age brings it back."""
    story = ("Bomb kills 14 at market in Peshawar", "A bomb exploded in a market in Peshawar on April 20, killing 14 people, police said.")
    assert judged(story).alert is None
    assert judged(story, policy=Policy(max_age=timedelta(days=30))).alert is not None


def test_an_undated_article_counts_as_written_when_seen() -> None:
    """Without a date of publication 'Monday' is the Monday before the article was seen."""
    found = judged(BOMBING, published=None)
    assert found.alert is not None
    assert found.incidents[0].when is not None
    assert found.incidents[0].when.start == date(2026, 5, 4)


def test_two_attacks_in_one_text_keep_their_own_tolls() -> None:
    """Different cities are different incidents, each with its own dead."""
    story = (
        "Bomb in Quetta, grenade in Karachi leave six dead",
        "A roadside bomb exploded near a police van in Quetta on Monday, killing four policemen, officials said.\n\n"
        "In a separate incident, attackers hurled a grenade at a shop in Karachi on Monday, killing two people and wounding five.",
    )
    tolls = {mention.place.name: mention.killed.best for mention in judged(story).incidents if mention.place and mention.killed}
    assert tolls["Karachi"] == 2
    assert tolls["Quetta"] in (4, 6)


def test_an_army_repelling_an_attack_is_a_clash_begun_by_the_other_side() -> None:
    """It alerts, for the non-state side began it."""
    story = (
        "Troops repel militant assault on post in Bannu",
        "Troops repelled an assault by militants on a military post in Bannu on Monday; two soldiers were killed in the clash, "
        "the military said.",
    )
    assert judged(story).alert is not None


def test_hostages_held_are_critical() -> None:
    """A siege under way is critical before anybody is known to have died."""
    story = (
        "Gunmen storm hotel in Mogadishu, hostages held",
        "Gunmen stormed a hotel in Mogadishu on Tuesday and guests were being held inside, police said. The siege is under way. "
        "Hostages remain trapped inside the hotel.",
    )
    alert = judged(story).alert
    assert alert is not None
    assert alert.severity is Severity.CRITICAL


def test_other_languages_are_set_aside() -> None:
    """A language nobody asked for is suppressed by name, unread."""
    story = ("Attentat à Paris", "La police a annoncé que deux hommes ont été tués dans une attaque à la bombe dans le centre de la ville.")
    found = judged(story)
    assert (found.language, found.relevant, found.alert) == ("fr", False, None)
    assert [each.rule for each in found.suppressed] == ["language"]


def test_the_watch_list_makes_any_alert_critical() -> None:
    """A watched country raises a small attack to critical."""
    story = (
        "Grenade wounds two in Peshawar",
        "Two people were wounded when a grenade exploded at a shop in Peshawar on Monday, police said.",
    )
    plain = judged(story).alert
    watched = judged(story, policy=Policy(watch=("PK",))).alert
    assert plain is not None
    assert plain.severity is Severity.HIGH
    assert watched is not None
    assert watched.severity is Severity.CRITICAL


def test_every_assertion_has_a_quote_from_the_article() -> None:
    """Quotes of findings and stances are found at their offsets."""
    for story in (BOMBING, CLAIM, CONTEST):
        title, text = story
        for mention in judged(story).incidents:
            quotes = [finding.quote for finding in mention.findings] + [stance.quote for stance in mention.stances]
            assert quotes
            for quote in quotes:
                assert (title if quote.field == "title" else text)[quote.start : quote.end] == quote.text


def test_the_same_article_gives_the_same_answer() -> None:
    """Assessing is deterministic."""
    assert judged(CONTEST) == judged(CONTEST)


def test_a_trace_shows_hits_scores_and_vetoes() -> None:
    """`explain` gets every hit with its rule, and the parts of the score add up to the odds."""
    found = trace(article(ANNIVERSARY), knowledge(), Policy(), TUESDAY)
    assert found.evidence is not None
    assert any(veto.veto == "anniversary" for veto in found.evidence.vetoes)
    draft = found.drafts[0]
    assert sum(part.value for part in draft.score.parts) == pytest.approx(draft.score.odds)


def test_an_outline_reads_any_article_as_one_incident() -> None:
    """For matching alone every article is taken as a report, even one without an attack."""
    assert outline(article(BOMBING), knowledge(), Policy(), TUESDAY).kind is Kind.ATTACK
    assert outline(article(ORDINARY), knowledge(), Policy(), TUESDAY).role is Role.PRIMARY


@pytest.mark.parametrize(
    "story", [("", ""), ("Bomb", ""), ("", "Killed."), ("\x00\ufffe", "attack " * 3000), ("a" * 5000, "explosion. " * 500)]
)
def test_strange_articles_do_no_harm(story: tuple[str, str]) -> None:
    """Empty, endless and broken texts are judged like any other."""
    assert judged(story).language == "en"

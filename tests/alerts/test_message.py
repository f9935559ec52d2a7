"""The words of alerts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.message import MessageSettings, compose, delayed, operator, repeated
from monitor.alerts.plain import plain, safe_url, shorten
from monitor.alerts.wording import attack_words, count_words, day_words, list_words, moment_words
from monitor.model import (
    Change,
    HeldStance,
    Incident,
    Kind,
    PlacePrecision,
    Range,
    Reason,
    Report,
    Severity,
    StanceKind,
    Status,
    TimeBasis,
    TimePrecision,
    TollLedger,
    When,
)

LONG_URL = "https://a.example/" + "x" * 600
Case = Callable[[Reason], tuple[Change, Incident]]


def facts(change: Change, incident: Incident, settings: MessageSettings, now: datetime) -> dict[str, str]:
    """Labels and values, with the note behind."""
    return {fact.label: f"{fact.value} | {fact.note}" for fact in compose(change, incident, settings, now).facts}


@pytest.mark.parametrize(
    ("reason", "headline"),
    [
        (Reason.NEW_ATTACK, "CRITICAL · new attack · Bombing at a market, 9 killed - Karsana, Veltia"),
        (Reason.TOLL, "TOLL 9 -> 14 · Bombing at a market - Karsana, Veltia"),
        (Reason.NEW_CLAIM, "CLAIMED by Red Dawn Front (was unclaimed) · Bombing at a market - Karsana, Veltia"),
        (Reason.CONTESTED, "CONTESTED: Red Dawn Front and Hill Brigade each claim it · Bombing at a market - Karsana, Veltia"),
        (Reason.DENIED, "DENIED by Sons of the Valley (was blamed) · Bombing at a market - Karsana, Veltia"),
        (Reason.RETRACTED, "WITHDRAWN: Red Dawn Front no longer claims it · Bombing at a market - Karsana, Veltia"),
        (Reason.CORRECTED, "CORRECTED place: Orlath -> Karsana · Bombing at a market - Karsana, Veltia"),
        (Reason.MERGED, "MERGED: incident p2qd is this one · Bombing at a market - Karsana, Veltia"),
    ],
)
def test_headline_says_the_difference_first(case: Case, settings: MessageSettings, now: datetime, reason: Reason, headline: str) -> None:
    """Each reason has a headline that works alone, with the difference in front."""
    assert compose(*case(reason), settings, now).headline == headline


def test_claim_blame_and_denial_are_three_words(case: Case, settings: MessageSettings, now: datetime) -> None:
    """Who claims, who is blamed and who denies stand on lines of their own; a claim is never called a fact."""
    found = facts(*case(Reason.DENIED), settings, now)

    assert found["Claimed by"] == "Red Dawn Front on social media (Telegram) | reported by Karsana Star; not verified"
    assert found["Blamed"] == "Sons of the Valley, by the interior ministry | reported by Meridian Post"
    assert found["Denied by"] == "Sons of the Valley in a statement | reported by Veltia Radio"


def test_withdrawn_claims_are_no_claims(case: Case, settings: MessageSettings, now: datetime) -> None:
    """After a withdrawal nobody claims it any more."""
    message = compose(*case(Reason.RETRACTED), settings, now)

    assert "Claimed by" not in {fact.label for fact in message.facts}
    assert any(line.startswith("No claim of responsibility") for line in message.unknown)


def test_new_attack_names_its_claimant_as_claimant(case: Case, settings: MessageSettings, now: datetime) -> None:
    """A new attack that is claimed already says who claims it, not who did it."""
    change, _ = case(Reason.NEW_ATTACK)
    _, claimed = case(Reason.NEW_CLAIM)

    assert compose(change, claimed, settings, now).headline.endswith(" · Red Dawn Front claims it")


def test_a_doubt_or_an_accusation_makes_a_claim_contested(
    case: Case, settings: MessageSettings, now: datetime, make_incident: Callable[..., Incident], make_held: Callable[..., HeldStance]
) -> None:
    """With one claimant the headline says who stands against the claim, and how."""
    change, _ = case(Reason.CONTESTED)
    claim = make_held(StanceKind.CLAIMED, "Red Dawn Front", 2, "Karsana Star")
    doubt = make_held(StanceKind.DISPUTED, "Red Dawn Front", 3, "Meridian Post", by_name="a diplomat")
    blame = make_held(StanceKind.ACCUSED, "Hill Brigade", 3, "Meridian Post", by_name="the army")
    denial = make_held(StanceKind.DENIED, "Hill Brigade", 3, "Meridian Post")
    said = [
        compose(change, make_incident(stances=(claim, other), articles=3), settings, now).headline.split(" · ")[0]
        for other in (doubt, blame, denial)
    ]

    assert said == [
        "CONTESTED: a diplomat doubts the claim of Red Dawn Front",
        "CONTESTED: the army blames Hill Brigade; Red Dawn Front claims it",
        "CONTESTED: Hill Brigade denies it; Red Dawn Front claims it",
    ]


def test_a_third_name_leads_where_two_claim_it_already(
    case: Case, settings: MessageSettings, now: datetime, make_held: Callable[..., HeldStance]
) -> None:
    """When two groups claim it and an official then blames a third, the headline begins with what is new."""
    change, incident = case(Reason.CONTESTED)
    blame = make_held(StanceKind.ACCUSED, "Sons of the Valley", 4, "Veltia Radio", by_name="the army")
    later = replace(incident, stances=(*incident.stances[:2], blame))

    assert (
        compose(replace(change, article=4), later, settings, now)
        .headline.startswith("CONTESTED: the army blames Sons of the Valley; Red Dawn Front and Hill Brigade each claim it · ")
    )  # fmt: skip


def test_what_is_not_known_is_said(settings: MessageSettings, now: datetime, case: Case) -> None:
    """Missing claim, toll, town and day are named as not known."""
    change, incident = case(Reason.NEW_ATTACK)
    assert incident.place
    vague = replace(
        incident,
        killed=None,
        injured=None,
        when=When(date(2026, 11, 19), date(2026, 11, 19), TimePrecision.DAY, TimeBasis.GUESSED),
        place=replace(incident.place, precision=PlacePrecision.COUNTRY, name="Veltia", admin1=None, district=None),
    )

    assert compose(change, vague, settings, now).unknown == (
        "No claim of responsibility found yet (as of 19 Nov 2026 06:02 UTC)",
        "No number of dead or injured found yet",
        "The town is not known",
        "The day is not stated",
    )


def test_facts_show_range_precision_and_sources(case: Case, settings: MessageSettings, now: datetime) -> None:
    """Toll as a range, place and day with their precision, reports and independent sources counted."""
    found = facts(*case(Reason.TOLL), settings, now)

    assert found["Toll"] == "killed 9-15 · injured at least 20 | sources differ; best count 14"
    assert found["Where"] == "Karsana, Hald, North Province, Veltia | precise to the town"
    assert found["When"] == "Thu 19 Nov 2026, local date | worked out from words such as a weekday"
    assert found["Sources"].startswith("4 reports, 3 independent: Meridian Post, Karsana Star and Veltia Radio | first report 19 Nov 2026")


def test_times_are_in_the_configured_zone_and_utc(case: Case, now: datetime) -> None:
    """A configured zone stands beside UTC."""
    message = compose(*case(Reason.NEW_ATTACK), MessageSettings(zone=ZoneInfo("Asia/Karachi")), now)

    assert "written 19 Nov 2026 06:02 UTC (11:02 PKT)" in message.footer


def test_every_shown_stance_and_count_has_its_quote(case: Case, settings: MessageSettings, now: datetime) -> None:
    """One quote for each asserted fact, the one behind the difference first; one sentence is not quoted twice."""
    message = compose(*case(Reason.CONTESTED), settings, now)
    about = [one.about for one in message.quotes]

    assert about[0] == "claimed"
    assert set(", ".join(about).split(", ")) == {"claimed", "blamed", "killed", "injured", "place"}
    assert len({(one.text, one.outlet) for one in message.quotes}) == len(message.quotes)
    assert all(one.outlet and one.url.startswith("https://") for one in message.quotes)


def test_a_toll_is_quoted_from_the_report_that_says_it(
    case: Case, settings: MessageSettings, now: datetime, make_report: Callable[..., Report]
) -> None:
    """The quote under "killed" gives the number that the message gives."""
    change, incident = case(Reason.TOLL)
    mixed = replace(incident, reports=(make_report(1, "Meridian Post", Range(9, 9, 9)), make_report(4, "Veltia Radio", Range(14, 14, 14))))
    killed = next(one for one in compose(change, mixed, settings, now).quotes if "killed" in one.about)

    assert "killed 14 people" in killed.text
    assert killed.outlet == "Veltia Radio"


def test_why_names_rules_and_the_match(case: Case, settings: MessageSettings, now: datetime) -> None:
    """The message says why people are told, by which rules, and how the report was joined."""
    why = compose(*case(Reason.NEW_CLAIM), settings, now).why

    assert why == (
        "a first claim by this group",
        "rules: claimed.active, toll.killed.verb, toll.injured.verb, place.town",
        "joined this incident with a score of 0.82 (place +0.40, day +0.30)",
    )


def test_links_lead_to_sources_map_and_page(case: Case, settings: MessageSettings, now: datetime) -> None:
    """The newest report first, then the other sources, the map and the incident's page; the command stands in the footer."""
    message = compose(*case(Reason.TOLL), settings, now)

    assert [link.label for link in message.links] == [
        "Veltia Radio",
        "Meridian Post",
        "Karsana Star",
        "Meridian Post",
        "map",
        "incident page",
    ]
    assert message.links[-1].url == "https://monitor.example/incidents/k7f3"
    assert message.footer.endswith("monitor show k7f3")


def test_the_subject_never_changes(case: Case, settings: MessageSettings, now: datetime) -> None:
    """All messages of a thread have one subject, without the toll that may rise."""
    subjects = {compose(*case(reason), settings, now).subject for reason in Reason}

    assert subjects == {"Bombing at a market - Karsana, Veltia [k7f3]"}


def test_retracted_attacks_are_called_so(case: Case, settings: MessageSettings, now: datetime) -> None:
    """What was no attack after all is not told as a withdrawn claim."""
    change, incident = case(Reason.RETRACTED)
    message = compose(
        replace(change, after="a gas leak"), replace(incident, stances=(), claimed_by=(), status=Status.RETRACTED), settings, now
    )

    assert message.headline.startswith("RETRACTED: a gas leak · ")


def test_operator_notes_have_no_thread(now: datetime) -> None:
    """A note to the operator is not part of any incident's thread."""
    message = operator("channel mail is closed", ["550 no such user"], now)

    assert (message.headline, message.thread, message.severity) == ("monitor: channel mail is closed", "", Severity.LOW)


def test_late_and_repeated_messages_say_so(case: Case, settings: MessageSettings, now: datetime) -> None:
    """A message that leaves hours later has a banner; one that may have arrived before is marked."""
    message = compose(*case(Reason.TOLL), settings, now)

    assert delayed(message, now, now + timedelta(minutes=59)) == message
    banner = "DELAYED by 3 h: written 19 Nov 2026 06:02 UTC. Was: 9 killed."
    assert delayed(message, now, now + timedelta(hours=3)).lead.startswith(banner)
    assert repeated(message).footer.endswith("may repeat an earlier message")


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (When(date(2026, 11, 18), date(2026, 11, 19), TimePrecision.DAY, TimeBasis.EXPLICIT), "18 or 19 Nov 2026"),
        (When(date(2026, 10, 31), date(2026, 11, 1), TimePrecision.DAY, TimeBasis.EXPLICIT), "31 Oct 2026 or 1 Nov 2026"),
        (When(date(2026, 11, 16), date(2026, 11, 22), TimePrecision.WEEK, TimeBasis.RELATIVE), "between 16 and 22 Nov 2026"),
        (When(date(2026, 11, 1), date(2026, 11, 30), TimePrecision.MONTH, TimeBasis.RELATIVE), "in November 2026"),
        (When(date(2026, 1, 1), date(2026, 12, 31), TimePrecision.YEAR, TimeBasis.RELATIVE), "in 2026"),
    ],
)
def test_days_are_never_more_precise_than_known(when: When, words: str) -> None:
    """Spans, weeks, months and years are worded as such."""
    assert day_words(when) == words


def test_counts_keep_their_bounds() -> None:
    """Ranges, minima and single numbers read differently."""
    assert [count_words(Range(6, 7, 9)), count_words(Range(20, 20, None)), count_words(TollLedger(5, 5, 5))] == ["6-9", "at least 20", "5"]


@pytest.mark.parametrize(
    ("words", "given_"),
    [
        ("Suicide bombing at a mosque", (("bombing",), True, ("mosque",), ())),
        ("Bombing and armed assault on the police", (("bombing", "armed_assault"), False, ("convoy",), ("police",))),
        ("Kidnapping of aid workers", (("kidnapping",), False, (), ("ngo",))),
        ("Armed assault at an embassy", (("armed_assault",), False, ("embassy",), ())),
        ("Attack", (("unknown",), False, (), ("unknown",))),
        ("Attack on infrastructure", (("facility_attack",), False, (), ("utilities",))),
    ],
)
def test_attacks_are_named_in_plain_english(words: str, given_: tuple[tuple[str, ...], bool, tuple[str, ...], tuple[str, ...]]) -> None:
    """GTD categories become words."""
    assert attack_words(*given_) == words


def test_other_kinds_have_their_own_words() -> None:
    """An attempt and a clash are not called attacks."""
    assert attack_words(("bombing",), False, ("school",), (), Kind.ATTEMPT) == "Attempted bombing at a school"
    assert attack_words(("armed_assault",), False, (), ("military",), Kind.CLASH) == "Clash involving the military"


def test_lists_count_what_they_leave_out() -> None:
    """Long lists end with a number."""
    assert list_words(["a", "b", "c", "d", "e", "f"], 4) == "a, b, c, d and 2 more"


def test_moments_name_another_day_of_the_zone() -> None:
    """Where the local day differs it is named."""
    late = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)

    assert moment_words(late, ZoneInfo("Asia/Karachi")) == "19 Nov 2026 22:30 UTC (20 Nov 03:30 PKT)"


@given(st.text(), st.integers(20, 400))
def test_plain_text_has_no_controls_and_keeps_its_limit(text: str, limit: int) -> None:
    """Whatever comes in, one short printable line goes out, and doing it twice changes nothing."""
    out = plain(text, limit)

    assert len(out) <= limit
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", out)
    assert plain(out, limit) == out
    out.encode()


def test_plain_text_drops_what_deceives() -> None:
    """Line breaks, terminal sequences, overrides of direction and surrogates are gone."""
    assert plain("Bomb\r\nBcc: x\x1b[31m \u202egnihtyna\u2069 \ud83d end\u00a0\u2003here") == "Bomb Bcc: x[31m gnihtyna end here"


def test_shortening_prefers_a_word_end() -> None:
    """A cut text ends at a word and with an ellipsis."""
    assert shorten("one two three four five", 17) == "one two three…"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.example/x", "https://", "not a url", "http://[bad", "https://a.example/" + "x" * 600]
)
def test_only_short_http_addresses_become_links(url: str) -> None:
    """Anything else is no link."""
    assert safe_url(url) == ""


def test_addresses_are_encoded() -> None:
    """Characters that could end a link in any channel are percent-encoded."""
    assert safe_url('https://a.example/b|c<d>"e f\u202e?x=1&y=2') == "https://a.example/b%7Cc%3Cd%3E%22ef%E2%80%AE?x=1&y=2"


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_hostile_names_stay_inside_a_headline(name: str, before: str, after: str) -> None:
    """No text of articles makes a headline longer than 150 characters or breaks its line."""
    from monitor.model import Place

    place = Place("x", name, "VL", name, None, None, PlacePrecision.TOWN)
    incident = _bare(place)
    for reason in Reason:
        change = Change("k7f3", reason, "k", before, after, Severity.HIGH, 1, datetime(2026, 11, 19, tzinfo=UTC))
        message = compose(change, incident, MessageSettings(), datetime(2026, 11, 19, tzinfo=UTC))

        assert 0 < len(message.headline) <= 150
        assert "\n" not in message.headline
        assert len(message.subject) <= 150


def _bare(place: object) -> Incident:
    at = datetime(2026, 11, 19, tzinfo=UTC)
    return Incident(
        "k7f3", Kind.ATTACK, Status.PRELIMINARY, Severity.HIGH, 0.5, None, place, (), (), (), (), False, False, None, None, None,  # type: ignore[arg-type]
        (), (), (), (), False, None, (), 1, at, at,
    )  # fmt: skip

"""Records survive the way to JSON and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.codec import dumps, loads
from monitor.model import (
    By,
    Change,
    Finding,
    Kind,
    MatchDecision,
    Mention,
    Part,
    Place,
    PlacePrecision,
    Quote,
    Range,
    Reason,
    Report,
    Role,
    Severity,
    Stance,
    StanceKind,
    TimeBasis,
    TimePrecision,
    Via,
    When,
)

AT = datetime(2026, 11, 19, 5, 40, 1, 250_000, tzinfo=UTC)
QUOTE = Quote(3, 24, "Twelve died in Orlan.", "title")
STANCE = Stance("bla", "BLA", "the BLA", StanceKind.DENIED, By.SELF, Via.PHONE, QUOTE, "deny.active", by_name="a caller", family="bla")
MENTION = Mention(
    Role.PRIMARY,
    Kind.ATTACK,
    When(date(2026, 11, 18), date(2026, 11, 19), TimePrecision.DAY, TimeBasis.GUESSED),
    Place("x:orlan", "Orlan", "PK", "Pakistan", None, None, PlacePrecision.ADMIN1),
    killed=Range(12, 12, None),
    stances=(STANCE,),
    findings=(Finding("killed", QUOTE),),
)
REPORT = Report(
    7,
    MENTION,
    "Çevre Post",
    "feed",
    2,
    "https://x.example/1",
    "Title",
    AT,
    AT,
    "a7",
    MatchDecision("k7f3", 6.5, (Part("place", 3.0),), (("m2x9", 4.0),)),
)


def test_round_trip() -> None:
    """A report with everything nested in it comes back equal, to the microsecond."""
    assert loads(Report, dumps(REPORT)) == REPORT


def test_json_is_plain() -> None:
    """Vocabularies are written as their words and days as ISO text, so that other programs can read a record."""
    text = dumps(MENTION)

    assert '"role":"primary"' in text
    assert '"start":"2026-11-18"' in text


def test_unknown_and_missing_fields() -> None:
    """A record of another version loads: what is unknown is ignored, what is missing takes its default."""
    assert loads(Mention, '{"role":"background","kind":"threat","of_the_future":[1]}') == Mention(Role.BACKGROUND, Kind.THREAT)


@pytest.mark.parametrize("text", ["", "[]", '{"role":"chief","kind":"attack"}', '{"killed":{"low":3,"best":1,"high":null}}'])
def test_not_a_record(text: str) -> None:
    """Text that is no such record is refused with ValueError, also a range that contradicts itself."""
    with pytest.raises(ValueError, match=r"validation error"):
        loads(Mention, text)


def test_half_surrogates_become_question_marks() -> None:
    """Text that UTF-8 cannot hold is still written, and the rest of the record is untouched."""
    assert loads(Report, dumps(replace(REPORT, title="a\ud800b"))) == replace(REPORT, title="a?b")


@given(st.text(), st.text(), st.datetimes(timezones=st.just(UTC)))
def test_any_text_and_moment(before: str, after: str, at: datetime) -> None:
    """Whatever text and moment a change has, it comes back."""
    change = Change("k7f3", Reason.TOLL, "toll:12", before, after, Severity.NORMAL, 7, at)

    assert loads(Change, dumps(change)) == change

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detect import times
from monitor.detect.dategrammar import recent_weekday
from monitor.detect.hits import TimeHit
from monitor.detect.text import Document, read
from monitor.model import Article, TimeBasis, TimePrecision, When

WEDNESDAY = datetime(2031, 3, 12, 9, tzinfo=UTC)


def document(text: str, published: datetime | None = WEDNESDAY, title: str = "") -> Document:
    return read(Article("https://example.org/a", title, text, "en", published, WEDNESDAY, "Example", "example"))


def first(text: str, published: datetime | None = WEDNESDAY) -> TimeHit:
    return times.find(document(text, published))[0]


def resolved(text: str, published: datetime | None = WEDNESDAY) -> When:
    made = document(text, published)
    return times.resolve(made, times.find(made), [each.index for each in made.sentences])[0]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("A bomb exploded on Monday.", "2031-03-10", "2031-03-10"),
        ("A bomb exploded on Wednesday morning.", "2031-03-12", "2031-03-12"),
        ("A bomb exploded last Wednesday.", "2031-03-05", "2031-03-05"),
        ("A bomb exploded on Thursday night.", "2031-03-06", "2031-03-06"),
        ("A bomb exploded yesterday.", "2031-03-11", "2031-03-11"),
        ("A bomb exploded last night.", "2031-03-11", "2031-03-11"),
        ("A bomb exploded the day before yesterday.", "2031-03-10", "2031-03-10"),
        ("A bomb exploded earlier today.", "2031-03-12", "2031-03-12"),
        ("A bomb exploded overnight.", "2031-03-11", "2031-03-12"),
        ("A bomb exploded last weekend.", "2031-03-08", "2031-03-09"),
        ("A bomb exploded three days ago.", "2031-03-09", "2031-03-09"),
        ("A bomb exploded two weeks ago.", "2031-02-23", "2031-03-01"),
        ("A bomb exploded last week.", "2031-03-03", "2031-03-09"),
        ("A bomb exploded last month.", "2031-02-01", "2031-02-28"),
        ("A bomb exploded earlier this month.", "2031-03-01", "2031-03-12"),
        ("A bomb exploded on Oct. 24.", "2030-10-24", "2030-10-24"),
        ("A bomb exploded on 2 March.", "2031-03-02", "2031-03-02"),
        ("A bomb exploded on March 2nd, 2031.", "2031-03-02", "2031-03-02"),
        ("A bomb exploded on 14 November 2016.", "2016-11-14", "2016-11-14"),
        ("A bomb exploded on Nov. 14, 2016.", "2016-11-14", "2016-11-14"),
        ("A bomb exploded on 2016-11-14.", "2016-11-14", "2016-11-14"),
        ("A bomb exploded in November 2016.", "2016-11-01", "2016-11-30"),
        ("A bomb exploded in November.", "2030-11-01", "2030-11-30"),
        ("A bomb exploded in 2006.", "2006-01-01", "2006-12-31"),
        ("A bomb exploded five years ago.", "2026-01-01", "2026-12-31"),
        ("One year ago today a bomb exploded.", "2030-03-12", "2030-03-12"),
    ],
)
def test_expressions(text: str, start: str, end: str) -> None:
    """Each expression means these days for an article of Wednesday, 12 March 2031."""
    when = first(text).when
    assert when is not None
    assert (when.start, when.end) == (date.fromisoformat(start), date.fromisoformat(end))


def test_dateline_date_in_capitals() -> None:
    """A dateline with a two-digit year is read."""
    hit = first("SAN EJEMPLO, 3 JAN 90 -- GUERRILLAS ATTACKED A BRIDGE.", datetime(1990, 1, 3, tzinfo=UTC))
    assert hit.when == When(date(1990, 1, 3), date(1990, 1, 3), TimePrecision.DAY, TimeBasis.EXPLICIT)


def test_dateline_does_not_date_the_event() -> None:
    """What happened yesterday did not happen on the dateline's day."""
    text = "SAN EJEMPLO, 3 JAN 90 -- GUERRILLAS ATTACKED A BRIDGE YESTERDAY."
    assert resolved(text, datetime(1990, 1, 3, tzinfo=UTC)).start == date(1990, 1, 2)


@pytest.mark.parametrize("text", ["It may rain in the sun.", "Three men sat in a march of sorts.", "The second of two monitors broke."])
def test_words_that_are_no_dates(text: str) -> None:
    """Months and days inside other words and senses are left alone."""
    assert times.find(document(text)) == ()


def test_future_is_no_event_time() -> None:
    """A talk scheduled for Friday dates nothing that has happened."""
    assert times.find(document("Talks are scheduled for Friday.")) == ()


def test_relative_date_in_quotation_is_not_resolved() -> None:
    """Inside a quotation the day it counts from is unknown."""
    hit = first('The letter said: "On Monday our fighters attacked the convoy near the river."')
    assert hit.when is None


def test_explicit_date_in_quotation_is_resolved() -> None:
    """A full date means itself everywhere."""
    hit = first('The letter said: "On 3 March 2031 our fighters attacked the convoy."')
    assert hit.when is not None
    assert hit.when.start == date(2031, 3, 3)


def test_long_ago_is_historical() -> None:
    """More than two months before publication is history."""
    assert first("The school was attacked in 2006.").historical
    assert not first("The school was attacked on Monday.").historical


def test_clock_makes_it_an_hour() -> None:
    """A clock time beside the day gives the hour."""
    made = document("A bomb exploded at 9:30 p.m. on Monday.")
    hits = times.find(made)
    assert hits[0].clock == "21:30"
    assert times.resolve(made, hits, [0])[0].precision is TimePrecision.HOUR


def test_event_time_beats_the_time_of_the_statement() -> None:
    """Police said on Tuesday what happened on Sunday."""
    assert resolved("Police said on Tuesday that a bomb had exploded on Sunday.").start == date(2031, 3, 9)


def test_fresh_beats_historical() -> None:
    """An earlier attack recalled in the group does not date the event."""
    assert resolved("A bomb exploded on Monday. The town was also attacked in 2019.").start == date(2031, 3, 10)


def test_group_without_a_time_takes_the_lead() -> None:
    """The title's group is dated by the lead."""
    made = document("The blast happened on Monday, police said.", title="Blast kills two")
    assert times.resolve(made, times.find(made), [0])[0].start == date(2031, 3, 10)


def test_no_time_means_published() -> None:
    """Without any expression the event is of the publication day or the day before."""
    assert resolved("A bomb exploded.") == When(date(2031, 3, 11), date(2031, 3, 12), TimePrecision.DAY, TimeBasis.PUBLISHED)


def test_undated_article_is_guessed() -> None:
    """Nobody said when it was published: a guess around the first sight, and relative days are guesses too."""
    assert resolved("A bomb exploded.", None).basis is TimeBasis.GUESSED
    assert resolved("A bomb exploded on Monday.", None).basis is TimeBasis.GUESSED


def test_undated_article_takes_the_year_it_told() -> None:
    """After a full date, days without a year are of that year."""
    hits = times.find(document("The siege began on April 15, 2019. It ended on April 19.", None))
    assert [hit.when.start.isoformat() for hit in hits if hit.when] == ["2019-04-15", "2019-04-19"]


@given(st.integers(0, 6), st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_recent_weekday_lies_in_the_last_week(index: int, base: date) -> None:
    """A bare weekday is never in the future and never more than six days past."""
    found = recent_weekday(index, base)
    assert found.weekday() == index
    assert 0 <= (base - found).days <= 6


@given(st.text(alphabet="0123456789 -/:.,'marchmonday yesterday ago last weekin2016\"", max_size=120))
def test_any_text_is_survived(text: str) -> None:
    """No text makes the reading fail, and every hit lies in its sentence."""
    made = document(text)
    for hit in times.find(made):
        assert 0 <= hit.start < hit.end <= len(made.sentences[hit.sentence].text)

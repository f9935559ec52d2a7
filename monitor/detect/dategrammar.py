"""English expressions of time, made into days. Each rule is a pattern over folded text and what it means for a base day.

The base is the day of publication. Rules (domain facts): a bare weekday is the most recent such day, the day of
publication included; "last weekend" is the Saturday and Sunday before; a month without a year is the nearest past one.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.model import TimeBasis, TimePrecision, When

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_SHORT = "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
MONTH = rf"(?:{_MONTHS}|{_SHORT})\.?"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = "|".join(WEEKDAYS)
_PART = r"(?:\s+(?:morning|afternoon|evening|night|noon|midday|midnight))?"
_NUMBER = r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|few|a few|couple of|a couple of)"
_NUMBERS = {
    name: index
    for index, name in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1)
}
_NUMBERS |= {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "several": 3, "few": 3, "a few": 3}
NEAR_YEARS = 1930  # the first year a two-digit year may mean

Reader = Callable[[re.Match[str], date], When | None]


@dataclass(frozen=True, slots=True)
class TimeRule:
    """A pattern and its meaning."""

    id: str
    any: tuple[str, ...]  # pieces of which one must stand in the sentence
    pattern: re.Pattern[str]
    read: Reader
    digits: bool  # the expression holds a figure


def day(when: date, basis: TimeBasis = TimeBasis.RELATIVE) -> When:
    """One day."""
    return When(when, when, TimePrecision.DAY, basis)


def span(start: date, end: date, precision: TimePrecision, basis: TimeBasis = TimeBasis.RELATIVE) -> When:
    """Some days, both ends included."""
    return When(start, end, precision, basis)


def month_span(year: int, month: int, basis: TimeBasis = TimeBasis.EXPLICIT) -> When:
    """A whole month."""
    return span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), TimePrecision.MONTH, basis)


def year_span(year: int, basis: TimeBasis = TimeBasis.EXPLICIT) -> When:
    """A whole year."""
    return span(date(year, 1, 1), date(year, 12, 31), TimePrecision.YEAR, basis)


def month_number(name: str) -> int:
    """1 to 12 for a month's name or its beginning."""
    return "janfebmaraprmayjunjulaugsepoctnovdec".index(name[:3]) // 3 + 1


def full_year(text: str) -> int:
    """ "90" and "'90" are 1990, "04" is 2004."""
    year = int(text.strip("' "))
    if year >= 100:
        return year
    return 1900 + year if 1900 + year >= NEAR_YEARS else 2000 + year


def recent_weekday(index: int, base: date) -> date:
    """The most recent such weekday, the base day included."""
    return base - timedelta(days=(base.weekday() - index) % 7)


def _made(year: int, month: int, number: int) -> date | None:
    return date(year, month, number) if 1 <= number <= calendar.monthrange(year, month)[1] else None


def _nearest_past(month: int, number: int, base: date) -> date | None:
    """That day in the year that puts it at most three days after the base."""
    for year in (base.year, base.year - 1):
        made = _made(year, month, number)
        if made is not None and made <= base + timedelta(days=3):
            return made
    return None


def _full(match: re.Match[str], _: date) -> When | None:
    made = _made(full_year(match["year"]), month_number(match["month"]), int(match["day"]))
    return day(made, TimeBasis.EXPLICIT) if made else None


def _iso(match: re.Match[str], _: date) -> When | None:
    month = int(match["month"])
    made = _made(int(match["year"]), month, int(match["day"])) if 1 <= month <= 12 else None
    return day(made, TimeBasis.EXPLICIT) if made else None


def _day_month(match: re.Match[str], base: date) -> When | None:
    made = _nearest_past(month_number(match["month"]), int(match["day"]), base)
    return day(made, TimeBasis.EXPLICIT) if made else None


def _month_year(match: re.Match[str], _: date) -> When | None:
    return month_span(full_year(match["year"]), month_number(match["month"]))


def _month(match: re.Match[str], base: date) -> When | None:
    number = month_number(match["month"])
    back = 1 if number > base.month or (number == base.month and match["last"]) else 0
    return month_span(base.year - back, number)


def _year(match: re.Match[str], base: date) -> When | None:
    year = int(match["year"])
    return year_span(year) if 1900 <= year <= base.year else None


def _weekday(match: re.Match[str], base: date) -> When | None:
    index = WEEKDAYS.index(match["weekday"])
    found = recent_weekday(index, base)
    if match["last"] and found == base:
        found -= timedelta(days=7)
    return day(found)


def _same_day(_: re.Match[str], base: date) -> When | None:
    return day(base)


def _yesterday(_: re.Match[str], base: date) -> When | None:
    return day(base - timedelta(days=1))


def _before_yesterday(_: re.Match[str], base: date) -> When | None:
    return day(base - timedelta(days=2))


def _overnight(_: re.Match[str], base: date) -> When | None:
    return span(base - timedelta(days=1), base, TimePrecision.DAY)


def _ago(match: re.Match[str], base: date) -> When | None:
    text = " ".join(match["count"].split())
    count = int(text) if text.isdigit() else _NUMBERS.get(text, 1)
    unit = match["unit"]
    if unit == "hour":
        return span(base - timedelta(days=count // 24 + 1), base - timedelta(days=count // 24), TimePrecision.DAY) if count < 72 else None
    if unit == "day":
        return day(base - timedelta(days=count)) if text not in ("several", "few", "a few") else _around(base, 2, 6)
    if unit == "week":
        return _around(base - timedelta(days=7 * count), -3, 3)
    if unit == "month":
        months = base.year * 12 + base.month - 1 - count
        return month_span(months // 12, months % 12 + 1, TimeBasis.RELATIVE) if months > 12 * 1900 else None
    year = base.year - count * (10 if unit == "decade" else 1)
    return year_span(year, TimeBasis.RELATIVE) if year > 1900 else None


def _around(base: date, nearest: int, farthest: int) -> When:
    return span(base - timedelta(days=farthest), base - timedelta(days=nearest), TimePrecision.WEEK)


def _last_weekend(match: re.Match[str], base: date) -> When | None:
    """Saturday and Sunday before; "the weekend" on a Sunday or Saturday is the running one."""
    sunday = recent_weekday(6, base)
    if not match["last"] and base.weekday() == 5:
        return day(base)
    if match["last"] and base.weekday() >= 5:
        sunday = recent_weekday(6, base - timedelta(days=base.weekday() - 4))
    return span(sunday - timedelta(days=1), sunday, TimePrecision.WEEK)


def _week(match: re.Match[str], base: date) -> When | None:
    monday = base - timedelta(days=base.weekday())
    if match["which"] == "last":
        return span(monday - timedelta(days=7), monday - timedelta(days=1), TimePrecision.WEEK)
    return span(monday, base, TimePrecision.WEEK)


def _relative_month(match: re.Match[str], base: date) -> When | None:
    first = base.replace(day=1)
    if match["which"] == "last":
        last = first - timedelta(days=1)
        return month_span(last.year, last.month, TimeBasis.RELATIVE)
    return span(first, base, TimePrecision.MONTH)


def _relative_year(match: re.Match[str], base: date) -> When | None:
    if match["which"] == "last":
        return year_span(base.year - 1, TimeBasis.RELATIVE)
    return span(date(base.year, 1, 1), base, TimePrecision.YEAR)


def _years_to_the_day(match: re.Match[str], base: date) -> When | None:
    made = _made(base.year - _NUMBERS.get(match["count"], int(match["count"]) if match["count"].isdigit() else 1), base.month, base.day)
    return day(made) if made else None


def _rule(name: str, any_of: str, pattern: str, read: Reader) -> TimeRule:
    return TimeRule(name, tuple(any_of.split("|")), re.compile(pattern), read, name in _WITH_FIGURES)


_WITH_FIGURES = frozenset(
    ("time.day.month.year", "time.month.day.year", "time.iso", "time.month.year", "time.month.day", "time.day.month", "time.year")
)
_MONTH_STARTS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NO_AGE = r"(?!\s?(?:-|per|people|percent|%|kilo|km|miles))"
RULES: tuple[TimeRule, ...] = (
    _rule(
        "time.day.month.year",
        _MONTH_STARTS,
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<month>{MONTH}),?\s+(?P<year>(?:19|20)\d\d|'?\d\d(?=\s|$"
        r"|[)\].,]))\b",
        _full,
    ),
    _rule(
        "time.month.day.year",
        _MONTH_STARTS,
        rf"\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s*,?\s+(?P<year>(?:19|20)\d\d)\b",
        _full,
    ),
    _rule("time.iso", "-", r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", _iso),
    _rule("time.month.year", "20|19", rf"\b(?P<month>{MONTH}),?(?:\s+of)?\s+(?P<year>(?:19|20)\d\d)\b", _month_year),
    _rule(
        "time.month.day",
        _MONTH_STARTS,
        rf"\b(?P<month>{MONTH})\s*(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!:\d|%|\s?(?:people|soldiers|percent|civilians))",
        _day_month,
    ),
    _rule("time.day.month", _MONTH_STARTS, rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<month>{MONTH})(?!\w)", _day_month),
    _rule(
        "time.weekend",
        "weekend",
        r"\b(?P<last>last|past|previous)?\s*(?:the\s+|this\s+|at the\s+|over the\s+)?weekend\b(?!\s+(?:edition|of\s))",
        _last_weekend,
    ),
    _rule(
        "time.weekday",
        "day",
        rf"(?:\b(?P<last>last|previous)\s+)?\b(?P<weekday>{WEEKDAY}){_PART}\b(?!'s\s+(?:paper|edition)|\s+(?:prayers?"
        r"|sermon|times|mosque))",
        _weekday,
    ),
    _rule("time.years.ago.today", " ago", rf"\b(?P<count>{_NUMBER})\s+years?\s+ago\s+(?:today|this day|to the day)\b", _years_to_the_day),
    _rule("time.before.yesterday", "before yest", r"\b(?:the )?day before yesterday\b", _before_yesterday),
    _rule("time.yesterday", "yesterday|last night|last evening", rf"\byesterday{_PART}\b|\blast (?:night|evening)\b", _yesterday),
    _rule("time.overnight", "overnight", r"\bovernight\b", _overnight),
    _rule(
        "time.today",
        "today|tonight|this |in the day",
        r"\btoday\b(?!')|\bthis (?:morning|afternoon|evening)\b|\btonight\b|\bearlier (?:today|in the day)\b",
        _same_day,
    ),
    _rule("time.ago", " ago", rf"\b(?P<count>{_NUMBER})\s+(?P<unit>hour|day|week|month|year|decade)s?\s+ago\b", _ago),
    _rule("time.week", " week", r"\b(?:earlier\s+)?(?P<which>last|this|past)\s+week\b", _week),
    _rule("time.relative.month", " month", r"\b(?:earlier\s+)?(?P<which>last|this|past)\s+month\b", _relative_month),
    _rule(
        "time.relative.year",
        " year| summer| winter| spring| autumn",
        r"\b(?:earlier\s+)?(?P<which>last|this|past)\s+(?:year|summer|winter|spring|autumn)\b",
        _relative_year,
    ),
    _rule(
        "time.month",
        _MONTH_STARTS,
        rf"\b(?:in|since|during|of|(?P<last>last))\s+(?:early\s+|mid-?|late\s+)?(?P<month>{_MONTHS})\b(?!\s+\d)",
        _month,
    ),
    _rule("time.year", "19|20", rf"\b(?:in|since|of|during|from|the|back in|early|late|until)\s+(?P<year>(?:19|20)\d\d)\b{_NO_AGE}", _year),
)

_CLOCK = re.compile(
    r"\b(?:at|around|about|before|after|by|near|past)?\s?(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>a\.?\s?m\b|p\.?\s?m\b)\.?"
    r"|\b(?:at|around|about|before|after|by|past)\s+(?P<hour24>[01]?\d|2[0-3])[:.](?P<minute24>[0-5]\d)\b"
    r"|\b(?P<military>[012]\d[0-5]\d)\s+(?:gmt|hours|hrs|local)\b"
)


def clock_of(folded: str, start: int, end: int) -> str | None:
    """A clock time ("9:30 p.m.", "0630 gmt") as HH:MM within a stretch of folded text."""
    match = _CLOCK.search(folded, start, end)
    if match is None:
        return None
    if match["military"]:
        hour, minute = int(match["military"][:2]), match["military"][2:]
    elif match["hour24"]:
        hour, minute = int(match["hour24"]), match["minute24"]
    else:
        hour, minute = int(match["hour"]) % 12 + (12 if match["half"].startswith("p") else 0), match["minute"] or "00"
    return f"{hour:02d}:{minute}" if hour < 24 else None

"""Counts of people as English writes them: figures, words, ranges, and the words that bound them."""

from __future__ import annotations

import re

from monitor.model import Range

_ONES = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(1, 20),
        strict=True,
    )
)
_TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True))
_ROUND = {"hundred": 100, "thousand": 1000, "dozen": 12, "score": 20}
OPEN_ENDED = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000}  # bounded below only: at least two of the unit

_ONE = "|".join(_ONES)
_TEN = "|".join(_TENS)
_SMALL = rf"(?:{_TEN})(?:[ -](?:{_ONE}))?|(?:{_ONE})"
NOT_COUNTED = (  # what follows a number that counts no people
    r"(?!\s?(?:%|per ?cent|percent|-?\s?year|-?\s?month|-?\s?week|-?\s?day|-?\s?hour|-?\s?minute|-?\s?second|-?\s?foot"
    r"|-?\s?mile|-?\s?km|-?\s?kilo|kg\b|lbs?\b|pounds?"
    r"|tons?\b|tonnes?|met(?:er|re)s?|miles?|feet\b|mm\b|-?\s?caliber|a\.?\s?m\b|p\.?\s?m\b|o'clock|st\b|nd\b|rd\b|th\b"
    r"|million|billion|times\b|rounds?\b|percentage"
    r"|dollars|euros|rupees|pesos|gmt\b)|[:./]\d|-\d?[a-z]{0,2}\d|[a-z])"
)
NUMBER = (
    rf"(?:(?:half a|a|one|two|three|four|five|several)\s+dozen|(?:{_SMALL}|a)\s+(?:hundred"
    rf"|thousand)(?:\s+and\s+(?:{_SMALL})|\s+(?:{_SMALL}))?|(?:{_SMALL})"
    rf"|dozens|scores|hundreds|thousands|a dozen|dozen|a score|\d{{1,3}}(?:\s?,\s?\d{{3}})+|\d{{1,5}})"
)
MODIFIER = (
    r"(?:at least|at the least|no fewer than|no less than|not less than|a minimum of|more than|over|upwards? of|up to"
    r"|as many as|a maximum of|nearly|almost|close to"
    r"|around|about|some|approximately|roughly|an estimated|estimated|fewer than|less than|under|only|just)"
)
MORE = r"(?:another|a further|further|an additional|additional)"

_GROUPED = re.compile(r"\s?,\s?")
_WORDS = re.compile(r"[\s-]+")
_AT_LEAST = frozenset(
    (
        "at least",
        "at the least",
        "no fewer than",
        "no less than",
        "not less than",
        "a minimum of",
        "more than",
        "over",
        "upward of",
        "upwards of",
    )
)
_UP_TO = frozenset(("up to", "as many as", "a maximum of"))
_NEARLY = frozenset(("nearly", "almost", "close to"))
_ABOUT = frozenset(("around", "about", "some", "approximately", "roughly", "an estimated", "estimated"))
_BELOW = frozenset(("fewer than", "less than", "under"))


def value_of(text: str) -> int | None:
    """The number a folded text stands for, None when it is none; "dozens" is its lower bound."""
    text = text.strip()
    if text[:1].isdigit():
        digits = _GROUPED.sub("", text)
        return int(digits) if digits.isdigit() else None
    if text in OPEN_ENDED:
        return OPEN_ENDED[text]
    total, current = 0, 0
    for word in _WORDS.split(text):
        if word in _ONES or word in _TENS:
            current += _ONES.get(word) or _TENS[word]
        elif word in ("a", "an"):
            current = 1
        elif word == "half":
            return 6
        elif word == "several":
            current = 3
        elif word in _ROUND:
            total += max(1, current) * _ROUND[word]
            current = 0
        elif word not in ("and",):
            return None
    return total + current or None


def bounds(modifier: str, number: str, upper: str = "") -> Range | None:
    """The range behind a modifier and a number, or two numbers ("60 to 61"). None when they are no count."""
    value = value_of(number)
    if value is None:
        return None
    if upper:
        top = value_of(upper)
        return Range(value, value, top) if top is not None and top > value else None
    modifier = " ".join(modifier.split())
    if number in OPEN_ENDED or "several" in number or modifier in _AT_LEAST:
        return Range(value, value, None)
    if modifier in _UP_TO:
        return Range(min(1, value), value, value)
    if modifier in _NEARLY:
        return Range(value - value // 10, value, value)
    if modifier in _ABOUT:
        spread = (value + 5) // 10
        return Range(value - spread, value, value + spread)
    if modifier in _BELOW:
        return Range(min(1, value - 1), value - 1, value - 1) if value > 1 else None
    return Range(value, value, value)


def plus(first: Range, second: Range) -> Range:
    """Both counts together."""
    high = None if first.high is None or second.high is None else first.high + second.high
    return Range(first.low + second.low, first.best + second.best, high)

import pytest

from monitor.detect.numbers import bounds, plus, value_of
from monitor.model import Range


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("1,250", 1250), ("2 , 000", 2000), ("seven", 7), ("twenty-one", 21), ("two dozen", 24), ("half a dozen", 6),
        ("a dozen", 12),
        ("a hundred", 100), ("two hundred and six", 206), ("three thousand", 3000), ("dozens", 24), ("scores", 40), ("hundreds", 200),
        ("bananas", None),
    ],
)  # fmt: skip
def test_value(text: str, value: int | None) -> None:
    """Figures and words give their number; open-ended words give their lower bound."""
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("modifier", "number", "upper", "expected"),
    [
        ("", "12", "", Range(12, 12, 12)),
        ("at least", "20", "", Range(20, 20, None)),
        ("more than", "100", "", Range(100, 100, None)),
        ("up to", "30", "", Range(1, 30, 30)),
        ("nearly", "50", "", Range(45, 50, 50)),
        ("about", "40", "", Range(36, 40, 44)),
        ("", "dozens", "", Range(24, 24, None)),
        ("", "60", "61", Range(60, 60, 61)),
        ("fewer than", "ten", "", Range(1, 9, 9)),
    ],
)
def test_bounds(modifier: str, number: str, upper: str, expected: Range) -> None:
    """Each modifier bounds the count its own way."""
    assert bounds(modifier, number, upper) == expected


def test_bounds_refuse_a_falling_range() -> None:
    """Sixty to fifty is no range."""
    assert bounds("", "60", "50") is None


def test_plus_keeps_openness() -> None:
    """A sum with an open part is open."""
    assert plus(Range(2, 2, 2), Range(3, 3, None)) == Range(5, 5, None)

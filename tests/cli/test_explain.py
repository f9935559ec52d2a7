"""explain: the reading of one page or text, and the alert it would cause."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import cli

BLAST = (
    "Bomb blast in Khuzdar market kills six",
    "KHUZDAR: A bomb exploded in a market in Khuzdar, Pakistan, on Monday, killing six people, police said.",
)
PUBLISHED = ("--published", "2026-03-02T10:00:00Z", "--now", "2026-03-02T12:00:00Z")

# One page of each trap class: (title, text, what the explanation must say)
TRAPS = {
    "an official who claims": (
        "Police claim Baloch Liberation Army behind Turbat bus attack",
        "Police claimed on Monday that the Baloch Liberation Army carried out the attack on a bus in Turbat that killed four.",
        ("bla accused by authority", "Blamed        Baloch Liberation Army, by Police"),
    ),
    "claimed the lives": (
        "Ferry disaster claims 40 lives",
        "A ferry that sank in a storm on Monday claimed the lives of 40 passengers, the coast guard said.",
        ("no alert",),
    ),
    "a denial by somebody else": (
        "Bomb kills three in Quetta bank",
        "A bomb killed three people in a bank in Quetta on Monday. Officials dismissed a claim of responsibility by the TTP.",
        ("ttp disputed", "ALERT"),
    ),
    "several incidents, each with its toll": (
        "Bombs kill seven in Bannu, gunmen kill two in Quetta",
        "A bomb killed seven people at a market in Bannu on Monday.\n\nIn Quetta, gunmen shot dead two policemen on Sunday.",
        ("incident 1", "incident 2"),
    ),
    "an attack recalled": (
        "Bomb kills three at Peshawar shrine",
        "A bomb killed three people at a shrine in Peshawar on Monday.\n\nIn 2010 a suicide bomber killed 40 people at the same shrine.",
        ("long ago", "killed 3-3"),
    ),
    "a machine-translated claim": (
        "Islamic State is committed to the attack in Kirkuk",
        "The terrorist militia Islamic State is committed to the attack on a market in Kirkuk in which eight people died on Monday.",
        ("islamic_state claimed by self [claim.calque]",),
    ),
    "a raid in the words of an attack": (
        "Security forces kill nine militants in Bannu",
        "Security forces killed nine militants when they stormed a hideout in Bannu on Monday, the military said.",
        ("ct_operation", "held back by ct_operation", "no alert"),
    ),
    "an attack that is planned": (
        "Police foil plot to bomb Quetta railway station",
        "Police said on Monday that they had foiled a plot to bomb the railway station in Quetta and arrested two men.",
        ("held back by", "no alert"),
    ),
    "perpetrators among the dead": (
        "Suicide bomber kills five at Kabul ministry",
        "A suicide bomber blew himself up outside a ministry in Kabul on Monday, killing himself and five others.",
        ("killed 5-5", "perpetrators_killed 1-1"),
    ),
    "an anniversary": (
        "Larkana marks tenth anniversary of shrine bombing",
        "Hundreds marked the tenth anniversary on Monday of the bombing that killed 30 people at a shrine in Larkana.",
        ("held back by anniversary", "no alert"),
    ),
    "a drill": (
        "Airport holds mock drill simulating suicide attack",
        "Rescue services held a mock drill at the airport on Monday that simulated a suicide attack.",
        ("held back by drill", "veto drill", "no alert"),
    ),
    "sport": (
        "Rockets beat Bombers 3-1 after late attack",
        "The Rockets beat the Bombers 3-1 on Monday, two bombs of a shot from their striker killing off the game.",
        ("held back by sport", "no alert"),
    ),
    "a metaphor": (
        "Opposition launches scathing attack on budget",
        "The opposition launched a scathing attack on the budget in parliament on Monday, with one member calling it a time bomb.",
        ("set aside", "no alert"),
    ),
    "hackers": (
        "Hackers claim responsibility for attack on bank",
        "A group of hackers claimed responsibility on Monday for a cyber attack on a bank.",
        ("veto cyber", "no alert"),
    ),
    "an accident": (
        "Gas cylinder explosion kills six in Karachi",
        "Six people were killed on Monday when a gas cylinder exploded in a restaurant in Karachi, police said.",
        ("held back by accident", "no alert"),
    ),
    "no date": (
        "Grenade attack on polling station in Khuzdar",
        "A grenade was thrown at a polling station in Khuzdar, Pakistan, wounding two guards, officials said.",
        ("(day, published)", "ALERT new_attack"),
    ),
}


@pytest.fixture
def explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs `monitor explain -` in an empty folder and gives what it prints."""
    monkeypatch.chdir(tmp_path)

    def run(title: str, text: str, *options: str) -> str:
        done = CliRunner().invoke(cli, ["explain", "-", *(options or PUBLISHED)], input=f"{title}\n{text}", color=True)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def test_every_hit_has_its_rule_and_the_sum_is_complete(explain) -> None:
    """Hits with rules, the quotes behind the fields, each part of the score, and the verdict."""
    shown = explain(*BLAST)

    for expected in ("[event.bomb.told]", "[toll.killed.object]", "place Khuzdar", "time 2026-03-02", "killed [toll.", "base", "event ("):
        assert expected in shown
    parts = [line.split() for line in shown.splitlines() if line.startswith(("  +", "  -"))]
    total = next(line for line in parts if "together:" in line)
    assert sum(float(line[0]) for line in parts if line is not total) == pytest.approx(float(total[0]), abs=0.05)
    assert "enough for an alert (0.50)" in shown
    assert "ALERT new_attack" in shown


def test_the_alert_it_would_cause_is_shown_as_the_console_prints_it(explain) -> None:
    """`would send` is followed by the message, with its quotes; nothing is sent or kept."""
    shown = explain(*BLAST)
    message = shown.split("would send (high):")[1]

    assert "new attack" in message.lower()
    assert "Khuzdar" in message
    assert "6 killed" in message.lower() or "killed 6" in message.lower()
    assert '"KHUZDAR: A bomb exploded' in message.replace("\n  > ", " ")
    assert list(Path().iterdir()) == []


def test_nothing_would_be_sent_for_what_is_held_back(explain) -> None:
    """An article without an alert ends with the reason."""
    assert "would send" not in explain(*TRAPS["a drill"][:2])


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_shows_the_right_reading(explain, trap: str) -> None:
    """What must be understood of each trap class is visible, with the rule that says so."""
    title, text, expected = TRAPS[trap]
    shown = explain(title, text)

    assert [words for words in expected if words not in shown] == [], shown


def test_a_terminal_gets_colours(explain, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict and the headline of the message are coloured when the output can show it, and only then."""
    assert "\x1b[" not in explain(*BLAST)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = explain(*BLAST)

    assert "\x1b[1;31mALERT new_attack" in coloured
    assert "\x1b[1;33m" in coloured.split("would send")[1]


def test_a_title_may_be_given_apart(explain) -> None:
    """With --title, the whole input is text."""
    shown = explain(BLAST[1], "", *PUBLISHED, "--title", BLAST[0])

    assert shown.startswith(BLAST[0])


def test_what_cannot_be_read_as_a_moment_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong --published is refused before anything is judged."""
    monkeypatch.chdir(tmp_path)

    assert CliRunner().invoke(cli, ["explain", "-", "--published", "yesterday"], input="x").exit_code != 0


def test_an_unread_language_is_said(explain) -> None:
    """A French text passes through, and the explanation says that no rule was tried."""
    shown = explain(
        "Une bombe tue six personnes dans un marché de Bamako",
        "Une bombe a explosé lundi dans un marché de Bamako, tuant six personnes et en blessant quatorze, selon la police de la ville.",
    )

    assert "no rule was tried" in shown
    assert "held back by language" in shown


def test_a_page_goes_through_extraction_first(monitor, tmp_path: Path) -> None:
    """An HTML file is reduced to its article."""
    page = tmp_path / "page.html"
    more = "The market was closed and the wounded were taken to hospital. " * 4
    body = f"<article><h1>{BLAST[0]}</h1><p>{BLAST[1]}</p><p>{more}</p></article>"
    page.write_text(f"<!doctype html><html><head><title>{BLAST[0]}</title></head><body>{body}</body></html>")

    assert "ALERT new_attack" in monitor("explain", str(page), *PUBLISHED).stdout


def test_a_missing_file_is_a_usage_error(monitor) -> None:
    """No traceback for a wrong path."""
    assert monitor("explain", "nowhere.txt").exit_code == 2

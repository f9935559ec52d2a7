"""The lexicon's files and an analyst's overlay."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigError, Problem
from monitor.rules import read_lexicon

NEW_GROUP = """\
- id: orzala_front
  name: Orzala Front
  names: [Orzala Front]
  regions: [PK]
"""


def problems(overlay: Path) -> list[Problem]:
    """What is wrong with an overlay."""
    with pytest.raises(ConfigError) as caught:
        read_lexicon(overlay)
    return caught.value.problems


def write(folder: Path, name: str, text: str) -> Path:
    """Put one overlay file down and return its folder."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_lexicon_is_sound() -> None:
    """Every shipped file compiles, and reads English."""
    lexicon = read_lexicon()
    assert "en" in lexicon.languages
    assert len(lexicon.actors.by_id) > 250


def test_an_overlay_adds(tmp_path: Path) -> None:
    """An entry with a new id joins the shipped ones."""
    lexicon = read_lexicon(write(tmp_path, "actors.yaml", NEW_GROUP))
    assert {"orzala_front", "ttp"} <= lexicon.actors.by_id.keys()


def test_an_overlay_replaces_in_place(tmp_path: Path) -> None:
    """An entry with a known id stands where the shipped one stood."""
    lexicon = read_lexicon(write(tmp_path, "actors.yaml", NEW_GROUP.replace("orzala_front", "uba")))
    shipped = read_lexicon()
    assert lexicon.actors.by_id["uba"].name == "Orzala Front"
    assert lexicon.actors.by_id["uba"].order == shipped.actors.by_id["uba"].order


def test_an_overlay_removes(tmp_path: Path) -> None:
    """`remove: true` takes a shipped entry out."""
    lexicon = read_lexicon(write(tmp_path, "stances.yaml", "- {id: claim.first_person, remove: true}\n"))
    assert "claim.first_person" not in {rule.id for rule in lexicon.stances.rules}


def test_an_overlay_may_use_the_shipped_macros_and_change_one(tmp_path: Path) -> None:
    """Macros are merged name by name."""
    text = "- {id: macros, MINE: 'owned'}\n- {id: claim.mine, family: claim, pattern: '(?P<w>{ACT}) {MINE} the {ATT}'}\n"
    lexicon = read_lexicon(write(tmp_path, "stances.yaml", text))
    assert "claim.mine" in {rule.id for rule in lexicon.stances.rules}


def test_all_mistakes_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    """Unknown keys, broken patterns and double ids of several files come together, each with line and column."""
    write(tmp_path, "actors.yaml", "- id: x\n  name: X\n  naems: [X]\n- id: y\n  name: Y\n- id: y\n  name: Z\n")
    write(tmp_path, "stances.yaml", "- id: claim.mine\n  family: claim\n  pattern: '(?P<w>{ACT} owns'\n")
    found = {(Path(each.path).name, each.line, each.column) for each in problems(tmp_path)}
    assert found == {("actors.yaml", 3, 3), ("actors.yaml", 6, 7), ("stances.yaml", 3, 12)}
    (typo,) = [each for each in problems(tmp_path) if "naems" in each.message]
    assert typo.hint == "did you mean 'names'?"
    assert typo.source == "  naems: [X]"


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("actors.yaml", "- id: x\n  name: [X\n", 3, "broken YAML"),
        ("actors.yaml", "id: x\n", 1, "list of entries"),
        ("actors.yaml", "- name: X\n", 1, "needs an id"),
        ("actors.yaml", "- id: 7\n  name: X\n", 1, "needs an id"),
        ("actors.yaml", "\n- {id: tpt, remove: true}\n", 2, "not in the shipped lexicon"),
        ("actor.yaml", NEW_GROUP, 0, "no lexicon file"),
        ("stances.yaml", "- id: claim.mine\n  family: clam\n  pattern: x\n", 2, "is no family"),
    ],
)
def test_each_mistake_has_its_sentence(tmp_path: Path, name: str, text: str, line: int, words: str) -> None:
    """A broken file, a wrong shape, a missing id, a useless removal, an unknown file: all are told plainly."""
    (first, *_) = problems(write(tmp_path, name, text))
    assert first.line == line
    assert words in first.message


def test_an_overlay_that_is_no_directory_is_told(tmp_path: Path) -> None:
    """A path to nothing is a mistake, not a silent nothing."""
    assert "no directory" in problems(tmp_path / "missing")[0].message


def test_an_empty_overlay_changes_nothing(tmp_path: Path) -> None:
    """Empty files and folders are fine."""
    assert read_lexicon(write(tmp_path, "actors.yaml", "# nothing yet\n")).actors.by_id == read_lexicon().actors.by_id

"""docs/reference/rules.md and lexicon.md, written from the shipped lexicon itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from monitor.detect.patterns import EVERY_ENTRY, MACROS, Entry
from monitor.detect.stances import FAMILIES

Entries = Mapping[str, Sequence[Entry]]

ENGLISH = "en"
_ASIDE = frozenset({MACROS, "countries", "gate"})  # entries that are no rules and no actors
_FAMILY_MEANING = {
    "nonresp": "the words of a claim without one; uses up the words",
    "noclaim": "nobody has claimed it",
    "retract": "a claim is taken back",
    "deny": "the group itself denies",
    "dispute": "somebody else doubts a claim",
    "attrib": "an official who \"claims\" that a group did it: an accusation",
    "claim": "the group says that it did it",
    "accuse": "somebody says that the group did it",
    "suspect": "somebody thinks that the group did it",
    "fact": "the outlet tells it as a fact that the group did it: an accusation by the media",
    "via": "the channel of a claim",
}  # fmt: skip

RULES_INTRO = """# Rules

Written by `make docs` from the lexicon. Every rule of detection has an id, which stands with every finding, in `explain`,
`show` and `--json`. The example is a sentence that fires the rule; a test proves it for each. How to change rules:
[lexicon.md](lexicon.md).
"""
SECTIONS = {
    "events": ("Events", "What tells of violence: what happened (kind) and how surely the phrase says so (weight, 0 to 1). "
               "`known`: it refers to an event rather than reporting it. `aspect` rules tell past, future and denied events "
               "from facts; `target` rules name what was attacked."),
    "stances": ("Stances", "What is said about a group and an attack. Families are tried in the order of this table; what one rule "
                "has used up, no later one may use."),
    "tolls": ("Tolls", "Counts of people. `object`: the count follows the verb; `subject`: it comes first; `number`: the pattern "
              "holds it; `single`, `named`: one person; `none`: nobody."),
    "vetoes": ("Vetoes", "What looks like an attack and is none, or is no news. `span`: only the words themselves; `sentence`: the "
               "events of the sentence; `document`: the article, unless its lead reports a fresh attack. Weight: how much it takes "
               "away, 0 to 1."),
    "score": ("Score", "What evidence adds up to. The score is the logistic function of the sum; an alert needs `threshold` of "
              "config.toml."),
}  # fmt: skip


def rules_page(entries: Entries) -> str:
    """docs/reference/rules.md: every rule of every file in one line."""
    parts = [RULES_INTRO]
    for stem, (title, meaning) in SECTIONS.items():
        rules = [entry for entry in entries.get(stem, ()) if entry["id"] not in _ASIDE]
        parts += [f"## {title}\n", f"`monitor/lexicon/{stem}.yaml`, {len(rules)} rules. {meaning}\n"]
        if stem == "stances":
            parts += [*_table(("family", "what it says"), [(family, _FAMILY_MEANING[family]) for family in FAMILIES]), ""]
        parts += [*_table(("id", "class", "language", "meaning", "example"), [_row(stem, entry) for entry in rules]), ""]
    return "\n".join(parts).rstrip() + "\n"


def _row(stem: str, entry: Entry) -> tuple[str, ...]:
    example = str(entry.get("example", ""))
    never = entry.get("counterexample")
    shown = f"{example}; not: {never}" if never else example
    return f"`{entry['id']}`", _CLASSES[stem](entry), str(entry.get("language", ENGLISH)), str(entry.get("why", "")), shown


def _event_class(entry: Entry) -> str:
    if "aspect" in entry:
        return f"aspect {entry['aspect']}"
    if "target" in entry:
        return f"target {entry['target']}"
    known = " known" if entry.get("known") else ""
    types = entry.get("attack_types", ())
    named = f" {', '.join(map(str, types))}" if isinstance(types, list) else ""
    return f"{entry.get('kind', 'attack')}{named} {entry.get('weight', 0.5)}{known}"


def _stance_class(entry: Entry) -> str:
    return f"{entry['family']} by {entry['by']}" if "by" in entry else f"{entry['family']} {entry.get('via', '')}".rstrip()


def _veto_class(entry: Entry) -> str:
    where = entry.get("where", "any")
    return f"{entry['veto']}: {entry.get('scope', 'sentence')}{'' if where == 'any' else f' in {where}'} {entry.get('weight', 1)}"


_CLASSES: Mapping[str, Callable[[Entry], str]] = {
    "events": _event_class,
    "stances": _stance_class,
    "tolls": lambda entry: f"{entry['what']} {entry['shape']}{' total' if entry.get('total') else ''}",
    "vetoes": _veto_class,
    "score": lambda entry: f"{entry['value']:+.2f}",
}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


LEXICON_INTRO = """# The lexicon

Written by `make docs`; the counts come from the shipped files. Detection knows nothing but what stands in the YAML files of
`monitor/lexicon/`. They are the analyst's: the shipped files stay as they are, and a folder `lexicon` beside config.toml
(or the folder that `lexicon` in `[monitor]` names) changes them, file by file, entry by entry.

## Change something

The overlay has files of the same names as the shipped ones. Each is a list of entries; the `id` decides what an entry does:

| an entry with | does |
|---|---|
| an id of its own | is added, after the shipped ones |
| the id of a shipped entry | takes its place; write it whole, keys are not merged |
| the id of a shipped entry and `remove: true` | takes it out |
| the id `macros` | adds or replaces macros one by one |

    # lexicon/actors.yaml
    - {id: river_front, name: River Front, names: [River Front, Front of the River], short: [RVF], regions: [CO], years: [2024, null]}
    - {id: ttp_hakimullah_group, remove: true}

    # lexicon/vetoes.yaml
    - id: own.festival
      veto: drill
      scope: sentence
      weight: 0.9
      why: 'the mock battle of our town festival'
      example: 'Knights storm the bridge in the festival battle'
      any: [festival]
      pattern: '\\bfestival (?:battle|siege|raid)\\b'

`monitor check` reads everything and reports all mistakes at once, each with file, line and column; `monitor explain FILE`
shows what the changed rules see. Restart the daemon to put them to use.

## What every entry may have

`id` (needed, unique in its file), `language` (default `en`), `why` (what it means, for people), `example` (a sentence that
fires it) and `counterexample` (one that must not). The last two are for readers and tests; the program ignores them, and
places.yaml does not take them.

Patterns are regular expressions over the sentence in lower case, without diacritics, with plain quotes and dashes: write them
in lower case. `{NAME}` puts in a macro of the same file. Bound every repetition (`[^.;]{0,60}`, never `.*`). `any` lists
literal pieces of text of which one must stand in the sentence before the pattern is tried: pieces of words are enough, and a
rule without `any` is tried on every sentence.

## The files
"""
FILES = {
    "actors": "Armed actors. `name` is what messages say; `names` are ways of writing it (capitals written are capitals required; a "
    "lower-case name matches any case; hyphens, apostrophes and common transliterations vary by themselves); `short` abbreviations "
    "exactly as written; `weak` forms that mean something else too and need support in the text; `media`, `spokesmen`, `leaders` "
    "speak for it; `labels` are a government's names for it, accusations; `parent` makes one family of claimants; `regions` ISO "
    "countries; `years` first and last; `near` words that make a weak form likely; `hazards` a note on what it is confused with; "
    "`generic: true` a class such as militants, never a claimant of record.",
    "events": "Phrases of violence. `kind` attack, attempt, ct_operation, clash, foiled_plot, threat or unclear; `weight` 0 to 1; "
    "`known` true where it refers rather than reports; `attack_types`, `weapons` in the GTD's words; `suicide`, `ongoing`; `act_by` "
    "state or nonstate. Armed groups found before stand as runs of the sign ǂ. Entries with `aspect` (`reach` characters before, "
    "`after` behind, `clause` never across a comma) and with `target` (`words`) follow; `gate` lists the words without one of which "
    "a text is never read closely.",
    "stances": "Claims, denials, accusations. `family` decides the stance and the order; `pattern` runs over a sentence whose players "
    "are single marks ({ACT}, {NAMED}, {SRC} ..., explained at the top of the file), with groups `w`, `w2` the actors, `s` the source, "
    "`t` the part used up; `who` last or voice where the actor is only meant; `by` who says so; `unless` a pattern that must not be "
    "there; `label`, `firm` flags; `via` for channels.",
    "tolls": "Counts. `what` killed, injured, kidnapped or perpetrators_killed; `shape` object, subject, number, single, named or none; "
    "{N} is a count, {NP} a counted phrase, {PERSON} a person; `total` for running totals; `title` only in titles.",
    "vetoes": "What is no new attack. `veto` the class that people see; `scope` span, sentence or document; `where` title, top or any; "
    "`weight` 0 to 1.",
    "score": "The parts of the score, one `value` each (log odds). Fixed set: change values, add none.",
    "places": "Countries, provinces, districts, towns and landmarks that the world list lacks, and words that are never places: `kind` "
    "country, admin1, region, district, town or blocked; `name`, `aliases`, `acronyms`, `demonyms`, `country`, `admin1`, `lat`, `lon`. The "
    "overlay's places.yaml adds to it; the gazetteer is built anew when it changes.",
}


def lexicon_page(entries: Entries) -> str:
    """docs/reference/lexicon.md: the formats, and what the shipped files hold."""
    actors = [entry for entry in entries["actors"] if entry["id"] not in _ASIDE]
    parts = [LEXICON_INTRO]
    for stem, meaning in FILES.items():
        rules = [entry for entry in entries.get(stem, ()) if entry["id"] not in _ASIDE]
        parts.append(f"### {stem}.yaml\n\n{f'{len(rules)} entries. ' if rules else ''}{meaning}\n")
        keys = sorted({str(key) for entry in rules for key in entry} - EVERY_ENTRY)
        if keys:
            parts.append(f"Keys in use: {', '.join(f'`{key}`' for key in keys)}.\n")
    parts += ["## Actors\n", *_actors(actors)]
    return "\n".join(parts).rstrip() + "\n"


def _actors(actors: Sequence[Entry]) -> Iterator[str]:
    groups = [entry for entry in actors if not _generic(entry)]
    parents = {str(entry["id"]): str(entry["parent"]) for entry in groups if entry.get("parent")}
    families = Counter(_root(str(entry["id"]), parents) for entry in groups)
    yield f"{len(groups)} groups in {len(families)} families, and {len(actors) - len(groups)} generic classes.\n"
    yield "| family | members |"
    yield "|---|---|"
    names = {str(entry["id"]): str(entry.get("name", entry["id"])) for entry in groups}
    for family, _ in sorted(families.items(), key=lambda each: (-each[1], each[0])):
        members = [names[one] for one in names if one != family and _root(one, parents) == family]
        if members:
            yield f"| {names[family]} | {'; '.join(members)} |"


def _generic(entry: Entry) -> bool:
    return bool(entry.get("generic")) or str(entry["id"]).startswith("generic:")


def _root(actor: str, parents: Mapping[str, str]) -> str:
    for _ in range(len(parents)):
        if actor not in parents:
            break
        actor = parents[actor]
    return actor

"""config.toml and feeds.yaml: what is accepted, and what is said about mistakes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Config, load, load_feeds, warnings
from monitor.config.locate import TomlScanner, line_column
from monitor.config.models import RouteReason
from monitor.errors import ConfigError, Problem
from monitor.model import Feed, Reason, Severity
from monitor.quantities import format_duration, format_size, parse_duration, parse_size

Problems = Callable[[str], list[Problem]]


@pytest.fixture
def toml_problems(tmp_path: Path) -> Problems:
    """The problems of a config.toml with this text."""

    def read(text: str) -> list[Problem]:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load(path)
        return caught.value.problems

    return read


@pytest.fixture
def yaml_problems(tmp_path: Path) -> Problems:
    """The problems of a feeds.yaml with this text."""

    def read(text: str) -> list[Problem]:
        path = tmp_path / "feeds.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_feeds(path)
        return caught.value.problems

    return read


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_file_gives_every_default(tmp_path: Path) -> None:
    """A configuration that says nothing is complete: all defaults, alerts on the console."""
    config = load(write(tmp_path / "config.toml", ""))

    assert config == Config()
    assert [channel.type for channel in config.channel] == ["console"]
    assert config.fetch.deadline == timedelta(seconds=20)
    assert config.fetch.max_feed_bytes == 5_000_000


def test_values_are_read_as_their_types(tmp_path: Path) -> None:
    """Durations, sizes, networks, vocabularies and the keys that Python reserves arrive as typed values."""
    text = """
        [fetch]
        deadline = "1m30s"
        max_page_bytes = "2MiB"
        allow = ["127.0.0.0/8"]
        [[channel]]
        name = "mail"
        type = "email"
        host = "mail.example.org"
        security = "tls"
        from = "monitor@example.org"
        to = ["desk@example.org"]
        [[route]]
        channels = ["mail"]
        min_severity = "high"
        countries = ["NO"]
        continue = true
    """

    config = load(write(tmp_path / "config.toml", text))

    assert config.fetch.deadline == timedelta(seconds=90)
    assert config.fetch.max_page_bytes == 2 * 1024 * 1024
    assert config.fetch.allow == (ip_network("127.0.0.0/8"),)
    mail = config.channel[0]
    assert mail.type == "email"
    assert (mail.sender, mail.to, mail.port) == ("monitor@example.org", ("desk@example.org",), 465)
    assert (config.route[0].min_severity, config.route[0].continue_, config.route[0].countries) == (Severity.HIGH, True, ("NO",))


def test_the_message_of_the_standard_example(toml_problems: Problems) -> None:
    """An unknown channel type is shown as in the error standard: place, line, caret, suggestion, what is known."""
    problems = toml_problems('[fetch]\nthreads = 3\n\n[[channel]]\nname = "desk"\ntype = "slak"\n')

    assert [str(problem).split("config.toml", 1)[1] for problem in problems] == [
        ':6:8  channel "desk": unknown type "slak"\n'
        '   6 | type = "slak"\n'
        '     |        ^ did you mean "slack"? known: console, slack, email, webhook'
    ]


def test_all_problems_come_at_once_in_the_order_of_the_file(toml_problems: Problems) -> None:
    """Keys, values and cross references are all checked in one go, each with its own line and column."""
    problems = toml_problems(
        """\
[fetch]
thread = 3
deadline = 5
ports = [80, 99999]

[detection]
languages = ["en", "xx"]

[[channel]]
name = "hook"
type = "webhook"

[[channel]]
name = "hook"
type = "console"

[[route]]
channels = ["hook", "desk"]
min_severity = "hgh"
"""
    )

    found = [(problem.line, problem.column, problem.message) for problem in problems]
    assert found == [
        (2, 1, '[fetch]: unknown key "thread"'),
        (3, 12, '[fetch]: deadline: "5" is no duration; write for example "20s", "30m", "6h" or "7d"'),
        (4, 14, "[fetch]: ports must be at most 65535"),
        (7, 20, '[detection]: languages: unknown language "xx"'),
        (9, 1, 'channel "hook": url is missing'),
        (14, 8, 'channel 2: the name "hook" is that of channel 1'),
        (18, 21, 'route 1: there is no channel "desk"'),
        (19, 16, 'route 1: min_severity: "hgh" is not known'),
    ]
    assert problems[0].hint.startswith('did you mean "threads"?')
    assert problems[-1].hint.startswith('did you mean "high"?')


def test_the_error_counts_its_problems(tmp_path: Path) -> None:
    """The whole error ends with the number of problems and exits with the code for configuration."""
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path / "config.toml", "[fetch]\nthread = 1\nthreads = 0\n"))

    assert str(caught.value).endswith("2 problems. Nothing was started.")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[fetch]\nthreads = \n", 2, 11),
        ("[fetch\n", 1, 7),
        ("[fetch]\nthreads = 1\nthreads = 2\n", 3, 12),
        ('[monitor]\nzone = "UTC\n', 2, 12),
    ],
)
def test_broken_toml_is_shown_with_line_and_column(toml_problems: Problems, text: str, line: int, column: int) -> None:
    """A syntax error names its place; the rest of the file is not judged."""
    problems = toml_problems(text)

    assert [(problem.line, problem.column) for problem in problems] == [(line, column)]
    assert problems[0].message.startswith("is no TOML")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('type = "slack"', "neither url nor token is given"),
        ('type = "slack"\ntoken_env = "T"', "a bot token needs the key channel"),
        ('type = "slack"\nurl_env = "U"\ntoken_env = "T"', "token: both url and token are given"),
        ('type = "slack"\nurl_env = "U"\nurl_file = "f"', "url_env: url_file and url_env are both given"),
        ('type = "slack"\nurl_credential = "/etc/x"', "url_credential is the name of a credential, not a path"),
        ('type = "slack"\nurl_file = ""', "url_file must be text in quotes, and not empty"),
        ('type = "email"\nhost = "h"\nfrom = "a@b.example"\nto = ["c@d.example"]\nuser = "u"', "user: a login needs user and password"),
        ('type = "email"\nhost = "h"\nfrom = "nobody"\nto = ["c@d.example"]', 'from: "nobody" cannot be used here'),
        ("", "type is missing"),
    ],
)
def test_what_channels_refuse(toml_problems: Problems, table: str, message: str) -> None:
    """Contradictions inside of a channel are named with the channel."""
    problems = toml_problems(f'[[channel]]\nname = "c"\n{table}\n')

    assert len(problems) == 1
    assert problems[0].message.startswith(f'channel "c": {message}')


@pytest.mark.parametrize(
    "text",
    [
        '[[channel]]\nname = "c"\ntype = "slack"\nurl = "hooks.example.org/CANARY-91"\n',
        '[[channel]]\nname = "c"\ntype = "slack"\nurl = "https://CANARY-91@example.org/"\n',
        '[[channel]]\nname = "c"\ntype = "slack"\nurl_env = "U"\npasword = "CANARY-91"\n',
        '[[channel]]\nname = "c"\ntype = "slack"\ntoken = "CANARY-91\n',
        '[[channel]]\nname = "c"\ntype = "slack"\ntoken = """\nCANARY-91 \\z"""\n',
        '[[channel]]\nname = "c"\ntype = "slack"\nCANARY-91 token\n',
        'channel = [{name = "c", type = "slak", token = "CANARY-91"}]\n',
        '[[channel]]\nname = "c"\ntype = "webhook"\nurl = ["CANARY-91"]\n',
        '[[channel]]\nname = "c"\ntype = "webhook"\nurl_env = "U"\nsecret = {value = "CANARY-91"}\n',
    ],
)
def test_no_error_shows_a_secret(toml_problems: Problems, text: str) -> None:
    """Neither message, hint nor source line repeats what could be a secret, whatever is wrong around it."""
    problems = toml_problems(text)

    assert problems
    assert "CANARY" not in "\n".join(map(str, problems))


def test_files_that_cannot_be_read_are_problems_too(tmp_path: Path) -> None:
    """A missing file, a directory, and bytes that are not UTF-8 are reported like every other mistake."""
    (tmp_path / "latin1.toml").write_bytes(b"# caf\xe9\n")
    said = []
    for name in ("missing.toml", "", "latin1.toml"):
        with pytest.raises(ConfigError) as caught:
            load(tmp_path / name)
        said.append(str(caught.value).split("\n")[0].removeprefix(str(tmp_path)))

    assert said == [
        "/missing.toml  no such file      hint: `monitor init` writes one",
        "  cannot be read: Is a directory",
        "/latin1.toml:1:6  byte 0xe9 is not UTF-8      hint: save the file as UTF-8",
    ]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(toml_problems: Problems, tmp_path: Path) -> None:
    """Files saved by Windows editors load, and their mistakes keep their line."""
    assert load(write(tmp_path / "bom.toml", "\ufeff[fetch]\r\nthreads = 7\r\n")).fetch.threads == 7
    assert [(p.line, p.source) for p in toml_problems("[fetch]\r\n\r\nthreads = 0\r\n")] == [(3, "threads = 0")]


def test_warnings_name_inline_secrets_in_readable_files(tmp_path: Path) -> None:
    """`check` warns about a secret in a file that others may read, and is content with mode 600."""
    path = write(tmp_path / "config.toml", '[[channel]]\nname = "hook"\ntype = "webhook"\nurl = "https://example.org/CANARY-92"\n')
    path.chmod(0o644)
    said = warnings(load(path), path)
    path.chmod(0o600)

    assert len(said) == 1
    assert 'channel "hook": url' in said[0]
    assert "CANARY" not in said[0]
    assert warnings(load(path), path) == ()


def test_secret_files_count_from_the_configuration(tmp_path: Path) -> None:
    """A relative url_file lies beside config.toml, and one that others may read is warned about."""
    write(tmp_path / "hook-url", "https://example.org/in\n").chmod(0o640)
    path = write(tmp_path / "config.toml", '[[channel]]\nname = "hook"\ntype = "webhook"\nurl_file = "hook-url"\n')

    config = load(path)

    assert [secret.reveal() for secret in config.secrets()] == ["https://example.org/in"]
    assert len(warnings(config, path)) == 1


def test_a_missing_secret_file_is_a_warning(tmp_path: Path) -> None:
    """`check` says which file of a secret cannot be read; the environment of the service is not judged from here."""
    text = '[[channel]]\nname = "a"\ntype = "webhook"\nurl_file = "gone"\nsecret_env = "NOT_SET_HERE"\n'
    path = write(tmp_path / "config.toml", text)

    assert warnings(load(path), path) == (f'channel "a": url: file {tmp_path / "gone"} cannot be read: No such file or directory',)


def test_all_reasons_of_alerts_can_be_routed() -> None:
    """A route may name every reason the program knows."""
    assert {str(reason) for reason in Reason} <= set(get_args(RouteReason))


# ── feeds.yaml ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_feeds_are_read_in_order(tmp_path: Path) -> None:
    """Every key of a feed arrives in its record; NO is Norway and not false."""
    text = """\
- name: Fjord Post
  url: https://fjord.example/rss
  country: NO
  tier: 1
  every: 90s
  tags: [national, "2"]
- {name: 42, url: "http://wire.example/feed?x=1&y=2", language: fr}
"""

    feeds = load_feeds(write(tmp_path / "feeds.yaml", text))

    assert feeds == (
        Feed("Fjord Post", "https://fjord.example/rss", "NO", "en", 1, 90, ("national", "2")),
        Feed("42", "http://wire.example/feed?x=1&y=2", None, "fr", 2, None, ()),
    )


def test_all_mistakes_in_feeds_come_at_once(yaml_problems: Problems) -> None:
    """Names, addresses, codes, unknown and doubled keys are reported together, by the feed's name."""
    problems = yaml_problems(
        """\
# añadido: “comment” ✓
- name: Río Ñandú ✓
  url: rio.example/rss
- name: río ñandú ✓
  url: https://www.rio.example/feed
  languag: es
- name: Delta
  url: http://rio.example/feed/
  country: UK
  country: GB
  tier: 7
"""
    )

    assert [(problem.line, problem.column, problem.message) for problem in problems] == [
        (3, 8, 'feed "Río Ñandú ✓": url has no scheme'),
        (4, 9, "feed 2: name is the same as that of feed 1"),
        (6, 3, 'feed "río ñandú ✓": unknown key "languag"'),
        (8, 8, 'feed "Delta": url is the same as that of feed "río ñandú ✓"'),
        (10, 3, 'feed "Delta": key "country" stands twice'),
        (11, 9, 'feed "Delta": tier must be at most 3'),
    ]
    assert problems[2].hint == 'did you mean "language"? known: name, url, country, language, tier, every, tags'
    assert problems[0].source == "  url: rio.example/rss"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://x.example/feed", 'url has the scheme "ftp"'),
        ("https:///feed", "url has no host"),
        ("https://me:word@x.example/feed", "url contains a user or a password"),
        ("https://x.example/a b", "url contains a space"),
        ("https://[::1/feed", "url cannot be read"),
        ("https://x.example:99999/", "url cannot be read"),
    ],
)
def test_addresses_that_cannot_be_fetched_are_refused(yaml_problems: Problems, url: str, message: str) -> None:
    """Only absolute http and https addresses without credentials are feeds."""
    problems = yaml_problems(f'- name: X\n  url: "{url}"\n')

    assert [problem.message for problem in problems] == [f'feed "X": {message}']
    assert "word" not in problems[0].source


@pytest.mark.parametrize(
    "text", ["", "[]", "name: x\n", "- name: [\n", "- foo\n", "- name: x\n  url: *nowhere\n", "\tx", "- &a [*a]\n", "\x00"]
)
def test_a_file_that_is_no_list_of_feeds_is_refused(yaml_problems: Problems, text: str) -> None:
    """Whatever YAML can hold, the answer is a problem and never a traceback."""
    assert yaml_problems(text)


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(min_value=0, max_value=10**9))
def test_durations_survive_being_written(seconds: int) -> None:
    """What format_duration writes, parse_duration reads back."""
    assert parse_duration(format_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@given(st.integers(min_value=0, max_value=9_999_999))
def test_sizes_survive_being_written(count: int) -> None:
    """What format_size writes, parse_size reads back."""
    for value in (count, count * 1000, count * 1024):
        if value < 10_000_000 or value % 1000 == 0 or value % 1024 == 0:
            assert parse_size(format_size(value)) == value


@pytest.mark.parametrize("text", ["", "5", "m", "-1s", "1.5h", "1 h", "1x", "s1"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A number without a unit, and everything else, is refused with an example."""
    with pytest.raises(ValueError, match="for example"):
        parse_duration(text)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """The path of everything inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} | {found for key, child in inner for found in paths(child, (*path, key))}


TOML_SAMPLE = '''\
# a comment with [brackets] and = signs
top.inner = 1
"quoted key" = """
[not a table]
x = 1"""

[a]
list = [ # comment, with a comma
  "one]", { x = 1, "y" = [2, 3] },
  'three',
]
[[b]]
v = 2020-01-01T00:00:00Z
[[b]]
[b.sub]
w = "it"
'''


def test_the_scanner_finds_everything_tomllib_reads() -> None:
    """Every value that tomllib sees has a mark, and the mark points to the text of that value."""
    text = TOML_SAMPLE
    marks = TomlScanner(text).scan()

    assert {path for path in paths(tomllib.loads(text)) if path not in marks} == set()
    places = {path: line_column(text, marks[path].value) for path in marks}
    assert places["a", "list", 1, "y", 1] == (9, 30)
    assert places["a", "list", 2] == (10, 3)
    assert places["b", 1, "sub", "w"] == (16, 5)
    assert line_column(text, marks["b", 1].key) == (14, 1)


@pytest.mark.parametrize(
    "text",
    [
        'a . b = 1\n"x.y" . z = 2',
        "[ a . 'b c' ]\nx = 1\n[[ t ]]\ny = 1\n[[t]]\n",
        "[[a.c]]\n[a.c.d]\ne=1\n[[a.c]]\n[a.c.d]\ne=2",
        "d = 1979-05-27 07:32:00 # date, with a space",
        'x = """a""""\ny = 1',
        "x = '''a''''\ny = 1",
        'x = ""\ny = """"""\nz = \'\'',
        'x = "\\"#]"\ny = \'C:\\\'',
        'a = [[1, 2], [3], ["]", {b = "}"}],]',
        "x = [\n\n# c ]\n1 # d ,\n, 2\n]",
        'x = { a . b = 1, "c" = { d = [1] } }\ny = {}',
        "\n\n# only a comment",
    ],
)
def test_the_scanner_survives_every_way_to_write_toml(text: str) -> None:
    """Spaces, quotes, nesting and comments in odd but valid places leave nothing without a mark."""
    marks = TomlScanner(text).scan()

    assert paths(tomllib.loads(text)) <= set(marks)


def test_loading_the_configuration_is_quick_to_import() -> None:
    """The command line imports nothing of this before it is needed, and the package pulls in no HTTP library."""
    code = "import sys, monitor.config; print(sorted({'requests', 'lxml', 'numpy'} & set(sys.modules)))"
    root = Path(__file__).resolve().parent.parent
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=True)

    assert result.stdout.strip() == "[]"

"""Secrets: read from four places, shown in none."""

from __future__ import annotations

import base64
import pickle
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SecretUnavailable
from monitor.secrets import MASK, Secret, Source, redact

CANARY = "CANARY-57-xyzzy"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[Source, Secret]:
    """The same secret in each of the four places."""
    (tmp_path / "token").write_text(f"{CANARY}\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("DESK_TOKEN", CANARY)
    return {
        Source.INLINE: Secret(Source.INLINE, CANARY),
        Source.FILE: Secret(Source.FILE, str(tmp_path / "token")),
        Source.CREDENTIAL: Secret(Source.CREDENTIAL, "token"),
        Source.ENV: Secret(Source.ENV, "DESK_TOKEN"),
    }


@pytest.mark.parametrize("source", Source)
def test_every_place_gives_the_value_and_shows_none(places: dict[Source, Secret], source: Source) -> None:
    """`reveal` gives the value without its line end; str, repr and format give a mask or the place."""
    secret = places[source]

    assert secret.reveal() == CANARY
    assert CANARY not in f"{secret} {secret!r} {[secret]} {({'token': secret},)}"
    assert str(secret) == MASK


def test_a_rotated_file_is_read_anew(tmp_path: Path) -> None:
    """Secrets are read when used, so that a new token needs no restart."""
    path = tmp_path / "token"
    secret = Secret(Source.FILE, str(path))
    path.write_text("first", encoding="utf-8")
    before = secret.reveal()
    path.write_text("second\r\n", encoding="utf-8")

    assert (before, secret.reveal()) == ("first", "second")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"CANARY-1\nCANARY-2\n", "has more than one line"),
        (b"CANARY\x00", "control characters"),
        (b"CANARY\xff", "is not text in UTF-8"),
        (b"C" * 20_000, "is longer than"),
    ],
)
def test_errors_name_the_place_and_never_the_value(tmp_path: Path, content: bytes | None, why: str) -> None:
    """What is wrong with a secret's file is said without a byte of it, even in the chain of causes."""
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SecretUnavailable) as caught:
        Secret(Source.FILE, str(path), 'channel "desk": token').reveal()

    assert str(caught.value).startswith(f'channel "desk": token: file {path} ')
    assert why in str(caught.value)
    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_missing_variables_and_credentials_say_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unset variable is named; a credential outside of a systemd unit says which directive sets it."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.delenv("DESK_TOKEN", raising=False)

    with pytest.raises(SecretUnavailable, match="environment variable DESK_TOKEN is not set"):
        Secret(Source.ENV, "DESK_TOKEN").reveal()
    with pytest.raises(SecretUnavailable, match="LoadCredential="):
        Secret(Source.CREDENTIAL, "token").reveal()


def test_redact_removes_every_spelling(places: dict[Source, Secret]) -> None:
    """The value as it is, percent-encoded and in base64 disappears; what surrounds it stays."""
    value = "pässword with /?& 99"
    secret = Secret(Source.INLINE, value)
    text = f"login {value} or {quote(value)} or {quote(value, safe='')} or {base64.b64encode(value.encode()).decode()} failed"

    assert redact(text, [secret]) == f"login {MASK} or {MASK} or {MASK} or {MASK} failed"
    assert redact(f"token={CANARY}", places.values()) == f"token={MASK}"


def test_redact_knows_the_path_of_a_secret_address() -> None:
    """HTTP libraries quote only the path of an address in their errors; for a webhook that is the secret."""
    secret = Secret(Source.INLINE, "https://hooks.example.org/services/T0001/B0002/abcdefghij")

    said = redact("host='hooks.example.org': max retries exceeded with url: /services/T0001/B0002/abcdefghij (refused)", [secret])

    assert said == f"host='hooks.example.org': max retries exceeded with url: /{MASK} (refused)"


def test_redact_leaves_ordinary_words_alone() -> None:
    """Secrets too short to be told from words, and short paths of addresses, black out nothing."""
    short = Secret(Source.INLINE, "news")
    address = Secret(Source.INLINE, "https://desk.example.org/news")

    assert redact("the news of the day from /news", [short, address]) == "the news of the day from /news"


def test_redact_goes_on_without_a_secret_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file hides nothing else."""
    lost = Secret(Source.FILE, str(tmp_path / "gone"))

    assert redact(f"a {CANARY}", [lost, Secret(Source.INLINE, CANARY)]) == f"a {MASK}"


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="\x7f"), min_size=6, max_size=40), st.text(max_size=40)
)
def test_no_text_keeps_a_secret(value: str, around: str) -> None:
    """Wherever a secret of usual length stands, it is gone afterwards, unless the mask itself spells it."""
    secret = Secret(Source.INLINE, value)
    if value not in MASK:
        assert value not in redact(f"{around}{value}{around}", [secret]).replace(MASK, "\n")


def test_secrets_compare_without_being_read(tmp_path: Path) -> None:
    """Two references to one place are equal, hashable and can be handed to a worker process."""
    one, other = (Secret(Source.FILE, str(tmp_path / "x")) for _ in range(2))

    assert one == other
    assert len({one, other}) == 1
    assert pickle.loads(pickle.dumps(one)) == one

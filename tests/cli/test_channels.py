"""`channels` and the summary of `once`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.errors import NetworkError
from monitor.service.tally import Tally

CONFIG = """
[[channel]]
name = "hook"
type = "webhook"
url = "http://127.0.0.1:9/hook"
secret_env = "NO_SUCH_SECRET"
allow = ["127.0.0.0/8"]

[[channel]]
name = "desk"
type = "slack"
url_file = "/nowhere/slack-url"
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return str(path)


def test_channels_list_names_the_places_of_secrets_only(monitor, config: str) -> None:
    """Name, type and where each secret is kept; never the secret."""
    listed = monitor("-c", config, "channels", "list")
    rows = json.loads(monitor("-c", config, "channels", "list", "--json").stdout)

    assert listed.exit_code == 0
    assert "file /nowhere/slack-url" in listed.stdout
    assert "environment variable NO_SUCH_SECRET" in rows[0]["secrets"]
    assert "127.0.0.1" not in listed.stdout


def test_channels_test_says_what_to_do(monitor, config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not answer is exit 4, with the reason and a piece of advice."""
    monkeypatch.setenv("NO_SUCH_SECRET", "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0")
    refused = monitor("-c", config, "channels", "test", "hook")

    assert refused.exit_code == 4
    assert isinstance(refused.exception, NetworkError)
    assert "could not be reached" in refused.exception.message
    assert "Is the server up" in refused.exception.hint


def test_the_summary_of_a_pass_holds_numbers_only() -> None:
    """A tally that shows a progress bar counts like any other."""

    class Shown(Tally):
        bar = None

        def __init__(self) -> None:
            super().__init__()
            self.bar = object()

    assert all(isinstance(value, int | float) for value in Shown().as_dict().values())

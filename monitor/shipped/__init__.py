"""What `monitor init` writes: the same config.toml and feeds.yaml that stand at the top of the repository."""

from __future__ import annotations

from importlib.resources import files


def config_toml() -> str:
    """The commented configuration, every key with its default."""
    from monitor.config import reference

    return reference.config_toml()


def feeds_yaml() -> str:
    """The subscriptions that come with the monitor."""
    return files(__name__).joinpath("feeds.yaml").read_text(encoding="utf-8")

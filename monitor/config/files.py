"""Reading the two files as text: what the file system can refuse, as a Problem like every other."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import ConfigError, Problem

MAX_BYTES = 8_000_000


def read_text(path: Path) -> str:
    """The file as text; raises ConfigError when it is missing, unreadable, too large, or not UTF-8."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refused(path, "no such file", "`monitor init` writes one") from None
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise _refused(path, f"is larger than {MAX_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        problem = Problem(str(path), line, column, f"byte 0x{content[error.start]:02x} is not UTF-8", "save the file as UTF-8")
        raise ConfigError([problem]) from None


def _refused(path: Path, message: str, hint: str = "") -> ConfigError:
    return ConfigError([Problem(str(path), 0, 0, message, hint)])

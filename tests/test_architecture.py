"""The law "decide purely, act at the edge", read from the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import monitor

PACKAGE = Path(monitor.__file__).parent
PURE = [
    "detect/*.py", "incidents/*.py", "model.py", "alerts/routes.py", "alerts/message.py", "alerts/render/*.py", "alerts/backoff.py",
    "ingest/schedule.py", "ingest/feed.py", "ingest/page.py", "ingest/urls.py", "ingest/reprints.py", "ingest/compose.py",
]  # fmt: skip
FORBIDDEN = {
    "requests", "urllib3", "http", "socket", "sqlite3", "sqlite_utils", "smtplib", "ssl", "subprocess", "multiprocessing", "threading",
    "logging", "os", "pathlib", "shutil", "tempfile", "apscheduler", "asyncio", "importlib", "time", "random",
}  # fmt: skip
CLOCK_CALLS = {"now", "today", "utcnow"}
ALLOWED_INSIDE = {
    "monitor.model",
    "monitor.errors",
    "monitor.detect",
    "monitor.incidents",
    "monitor.ingest",
    "monitor.alerts",
    "monitor.codec",
}


def pure_modules() -> Iterator[Path]:
    for pattern in PURE:
        yield from sorted(PACKAGE.glob(pattern))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", list(pure_modules()), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_pure_modules_import_no_io(path: Path) -> None:
    """Detection, incidents, parsing and rendering import neither I/O, nor threads, nor the shell around them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name in imports(tree):
        assert name.split(".")[0] not in FORBIDDEN, f"{path.name} imports {name}"
        if name.startswith("monitor."):
            assert ".".join(name.split(".")[:2]) in ALLOWED_INSIDE, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", list(pure_modules()), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_pure_modules_never_ask_the_time(path: Path) -> None:
    """Time comes in as `now`; no pure module calls datetime.now, today or utcnow, or opens a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name not in CLOCK_CALLS | {"open"}, f"{path.name}:{node.lineno} calls {name}()"


def test_modules_stay_small() -> None:
    """No module passes 320 lines, but for the nouns, which are one listing to look things up in."""
    sizes = {str(p.relative_to(PACKAGE)): len(p.read_text(encoding="utf-8").splitlines()) for p in PACKAGE.rglob("*.py")}
    long = {name: size for name, size in sizes.items() if size > 320 and name != "model.py"}

    assert long == {}

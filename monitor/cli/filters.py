"""The filters that `incidents` and `export` share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TypeVar

import click

from monitor.cli.options import DURATION
from monitor.model import Kind
from monitor.service.clock import system_clock
from monitor.store.queries import Claims, IncidentFilter

T = TypeVar("T")


def incident_filters(command: Callable[..., T]) -> Callable[..., T]:
    """Adds --since, --country, --actor, --claimed/--unclaimed/--contested, --kind; the command gets one IncidentFilter, `wanted`."""

    @wraps(command)
    def filtered(
        *args: object, since: timedelta | None, country: str | None, actor: str | None, claims: str | None, kind: str | None, **rest: object
    ) -> T:
        moment = system_clock() - since if since else None
        wanted = IncidentFilter(moment, country, actor, Claims(claims) if claims else None, kind)
        return command(*args, wanted=wanted, **rest)

    options = [
        click.option("--since", type=DURATION, help="Updated within this time: 24h, 7d."),
        click.option("--country", metavar="ISO2", help="Country code: PK."),
        click.option("--actor", metavar="ID", help="Who claims it or is accused: ttp."),
        click.option("--claimed", "claims", flag_value="claimed", help="Somebody claims it."),
        click.option("--unclaimed", "claims", flag_value="unclaimed", help="Nobody does."),
        click.option("--contested", "claims", flag_value="contested", help="Several do, or somebody doubts it."),
        click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What happened."),
    ]
    for option in reversed(options):
        filtered = option(filtered)
    return filtered

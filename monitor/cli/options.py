"""Options that several commands share, and the spelling of durations and moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from monitor.quantities import parse_duration


class Duration(click.ParamType[timedelta]):
    """`30m`, `6h`, `7d`."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """A timedelta; anything else is a usage error with an example."""
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(str(value))
        except ValueError as exc:
            self.fail(str(exc), param, ctx)


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time; without a zone it is UTC."""

    name = "iso"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """An aware datetime in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not an ISO 8601 time such as 2026-03-02T04:00:00Z", param, ctx)


DURATION = Duration()
MOMENT = Moment()
now_option = click.option("--now", type=MOMENT, help="The moment at which undated documents count as seen (default: the clock).")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON value on stdout.")

"""config.toml as records: every key with its type, default and meaning. The reference and config.toml are written from here."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from monitor.config.channels import Channel, ChannelTable, ConsoleChannel
from monitor.config.fields import Country, Duration, Language, Networks, OptionalAddress, Section, Size, Zone
from monitor.model import Kind, Severity
from monitor.secrets import Secret

Port = Annotated[int, Field(ge=1, le=65_535)]
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

RouteReason = Literal[
    "new_attack", "new_claim", "contested", "denied", "retracted", "toll", "corrected", "merged", "summary", "operator", "drill"
]


class MonitorSection(Section):
    """Where things are, and how the monitor speaks."""

    state: str = Field(
        default="state", min_length=1, description="directory of the archive and its backups; `--state` and $STATE_DIRECTORY win"
    )
    feeds: str = Field(default="feeds.yaml", min_length=1, description="the subscriptions")
    lexicon: str = Field(
        default="", description="directory with your own groups, terms and places; empty: `lexicon` beside this file, if there is one"
    )
    zone: Zone = Field(default="UTC", description="time zone of alerts and tables; the archive always holds UTC")
    contact: str = Field(default="", description="address or URL sent to sites as part of the User-Agent, so that they can reach you")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="debug, info, warning or error")


class FetchSection(Section):
    """How feeds and pages are fetched."""

    threads: int = Field(default=24, ge=1, le=64, description="fetches at the same time; 16 to 32 keep up with several hundred feeds")
    deadline: Duration = Field(
        default=20 * SECOND, ge=SECOND, le=5 * MINUTE, description="whole time of one fetch, redirects and body included"
    )
    connect_timeout: Duration = Field(default=5 * SECOND, ge=SECOND, le=MINUTE, description="until a connection stands")
    max_feed_bytes: Size = Field(
        default=5_000_000, ge=10_000, le=100_000_000, description="a larger feed is refused, counted after decompression"
    )
    max_page_bytes: Size = Field(default=3_000_000, ge=10_000, le=100_000_000, description="likewise for article pages")
    max_redirects: int = Field(default=5, ge=0, le=20, description="more redirects than this are refused")
    per_host: int = Field(default=2, ge=1, le=16, description="fetches from one host at the same time")
    host_gap: Duration = Field(default=SECOND, ge=0 * SECOND, le=10 * MINUTE, description="pause between two fetches from one host")
    allow: Networks = Field(default=(), description="private networks that may be fetched from; all others are refused")
    ports: tuple[Port, ...] = Field(default=(80, 443), min_length=1, description="ports that may be fetched from")


class ScheduleSection(Section):
    """How often feeds are polled; `every` of a single feed in feeds.yaml wins."""

    tier1: Duration = Field(default=2 * MINUTE, ge=30 * SECOND, le=DAY, description="wires and papers of record")
    tier2: Duration = Field(default=10 * MINUTE, ge=30 * SECOND, le=DAY, description="ordinary feeds")
    tier3: Duration = Field(default=30 * MINUTE, ge=30 * SECOND, le=DAY, description="specialists that publish rarely, and experiments")
    max_backoff: Duration = Field(
        default=24 * HOUR, ge=MINUTE, le=7 * DAY, description="longest pause after failures; a feed is never given up"
    )
    jitter: float = Field(default=0.1, ge=0, le=0.5, description="share by which every interval varies, so that polls spread out")


class ExtractSection(Section):
    """The worker processes that read feeds and pages; one that hangs or grows is killed and costs one article."""

    workers: int = Field(default=2, ge=1, le=32, description="processes; one per core is enough")
    deadline: Duration = Field(default=20 * SECOND, ge=SECOND, le=5 * MINUTE, description="time for one page")
    memory: Size = Field(default=1_000_000_000, ge=200_000_000, description="address space of one worker")


class DetectionSection(Section):
    """What counts as news."""

    languages: tuple[Language, ...] = Field(
        default=("en",), min_length=1, description="languages the lexicon reads; other articles are only stored"
    )
    max_age: Duration = Field(default=3 * DAY, ge=HOUR, le=60 * DAY, description="older events are recorded but never alerted as new")
    threshold: float = Field(
        default=0.5, ge=0.05, le=0.99, description="confidence from which an attack alerts; lower finds more and errs more"
    )
    critical_confidence: float = Field(default=0.8, ge=0, le=1, description="confidence an attack needs to be critical")
    critical_killed: int = Field(default=10, ge=1, description="deaths an attack needs to be critical")
    watch: tuple[str, ...] = Field(
        default=(), description="actors (ids of the lexicon), countries (ISO 3166-1) or towns (small letters) that make an alert critical"
    )


class IncidentsSection(Section):
    """When two articles tell of the same attack."""

    window: Duration = Field(
        default=14 * DAY, ge=DAY, le=90 * DAY, description="how long after an attack a claim or a follow-up still joins it"
    )
    near_km: float = Field(default=25, ge=1, le=500, description="two towns nearer than this can be the same place")


class AlertsSection(Section):
    """How alerts are sent."""

    max_age: Duration = Field(
        default=24 * HOUR, ge=MINUTE, le=30 * DAY, description="an alert that leaves later than this says that it is delayed"
    )
    give_up: Duration = Field(
        default=72 * HOUR, ge=HOUR, le=30 * DAY, description="a delivery that fails this long is dead, and status shows it"
    )
    page_base: OptionalAddress = Field(
        default="", description="address under which people reach the local pages; empty: no such links in alerts"
    )


class Route(Section):
    """Which alerts go where: the first route that fits decides, unless it says `continue`.

    An empty list means "any". Without routes everything of severity normal and above goes to every channel.
    """

    channels: tuple[str, ...] = Field(min_length=1, description="names of channels")
    min_severity: Severity = Field(default=Severity.NORMAL, description="critical, high, normal or low")
    reasons: tuple[RouteReason, ...] = Field(
        default=(), description="new_attack, new_claim, contested, denied, retracted, toll, corrected, ..."
    )
    countries: tuple[Country, ...] = Field(default=(), description="country of the incident, ISO 3166-1")
    actors: tuple[str, ...] = Field(default=(), description="ids of the lexicon: who claims it or is accused")
    kinds: tuple[Kind, ...] = Field(default=(), description="attack, attempt, clash, ct_operation, foiled_plot, threat, unclear")
    continue_: bool = Field(default=False, alias="continue", description="go on to the next route after this one")


class Config(Section):
    """The whole of config.toml. Without any channel alerts are printed on the console."""

    monitor: MonitorSection = MonitorSection()
    fetch: FetchSection = FetchSection()
    schedule: ScheduleSection = ScheduleSection()
    extract: ExtractSection = ExtractSection()
    detection: DetectionSection = DetectionSection()
    incidents: IncidentsSection = IncidentsSection()
    alerts: AlertsSection = AlertsSection()
    channel: tuple[Channel, ...] = (ConsoleChannel(name="console", type="console"),)
    route: tuple[Route, ...] = ()

    def secrets(self) -> tuple[Secret, ...]:
        """All secrets the channels name, for redaction."""
        return tuple(secret for channel in self.channel for secret in _secrets(channel))


def _secrets(channel: ChannelTable) -> list[Secret]:
    found = [getattr(channel, name) for name in channel.secrets_named]
    return [secret for secret in found if secret is not None]

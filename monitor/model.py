"""The nouns: every record that flows through the monitor, frozen, with no behaviour beyond small derived properties.

    Feed -> FetchOutcome -> Entry -> Article -> Assessment (of Mentions) -> Report -> Incident -> Change -> Notice -> Delivery

All datetimes are aware and in UTC unless a field says otherwise. Uncertainty is a type: `Range`, `When`, `Place` carry
their bounds or precision. Field vocabularies (attack types, weapons, targets) are the GTD's, in snake case; the
meanings of `kind`, `role`, `stance`, `by` and `via` are those of docs/reference/json.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

# ── ingest ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Feed:
    """One subscription, as written in feeds.yaml."""

    name: str
    url: str
    country: str | None = None  # ISO 3166-1 alpha-2 of the outlet's main beat; None for wires and world news
    language: str = "en"
    tier: int = 2  # 1 wire or national paper of record, 2 ordinary, 3 experimental
    every: int | None = None  # seconds between polls; None takes the default of the tier
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "has it changed?" with."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body, decoded from its transfer and content encodings, never from its charset."""

    url: str  # as asked
    final_url: str  # after redirects
    body: bytes
    content_type: str
    validators: Validators
    at: datetime
    max_age: int | None = None  # seconds, from Cache-Control or Expires
    moved_permanently: bool = False  # every redirect on the way was a 301 or 308


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server said 304."""

    url: str
    at: datetime
    validators: Validators = field(default_factory=Validators)


class FailureKind(StrEnum):
    """Why a fetch or a parse gave nothing."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    HTTP = "http"  # a status of 400 or more
    REDIRECT = "redirect"  # too many, or to a forbidden place
    TOO_LARGE = "too_large"
    BLOCKED = "blocked"  # the address, scheme or port is not allowed
    PROTOCOL = "protocol"  # broken HTTP, broken compression, short body
    NOT_A_FEED = "not_a_feed"
    EMPTY = "empty"  # a feed without entries
    PARSER = "parser"  # the parser died, hung or gave up
    NO_TEXT = "no_text"  # a page without an article
    NOT_HTML = "not_html"


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """A failure is a value in the stream; `detail` is one plain sentence without secrets."""

    url: str
    kind: FailureKind
    detail: str
    at: datetime
    permanent: bool = False
    retry_after: int | None = None  # seconds
    status: int | None = None


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item of a parsed feed document, before we know whether it is new."""

    guid: str  # the feed's own id, else the link, else a hash of title and summary
    url: str | None
    title: str
    summary: str  # plain text
    content: str  # plain text of content:encoded or atom:content, "" when absent
    published: datetime | None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document: its title, its items in document order, and how it was read."""

    title: str
    items: tuple[FeedItem, ...]
    parser: str
    ttl: int | None = None  # seconds
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A feed item that is on file."""

    id: int
    feed: str  # Feed.name
    guid: str
    url: str | None
    title: str
    summary: str
    content: str
    published: datetime | None
    first_seen: datetime
    backfill: bool = False  # came with the first poll of its feed: recorded, never alerted one by one
    attempts: int = 0
    shared_link: bool = False  # other items of the feed have the same address: it is no article's own


class ExtractedBy(StrEnum):
    """Where an article's text came from."""

    PAGE = "page"
    CONTENT = "content"  # the feed's own full text
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction found in one HTML page."""

    title: str
    text: str
    author: str | None
    published: datetime | None  # with the page's own zone, converted to UTC
    canonical_url: str | None
    language: str | None
    site_name: str | None
    problem: str | None = None  # a plain reason when `text` is empty


@dataclass(frozen=True, slots=True)
class Article:
    """One text to be judged. `published` None means that nobody said; `seen` is when we first saw it."""

    url: str
    title: str
    text: str
    language: str
    published: datetime | None
    seen: datetime
    outlet: str  # who published it, as people write it
    feed: str
    feed_country: str | None = None
    tier: int = 2
    author: str | None = None
    canonical_url: str | None = None
    extracted_by: ExtractedBy = ExtractedBy.PAGE
    problem: str | None = None  # why the page was not used
    backfill: bool = False
    entry: int | None = None

    @property
    def at(self) -> datetime:
        """The moment this article counts as written: its publication, or when it was first seen."""
        return self.published if self.published and self.published <= self.seen else self.seen


# ── detection ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of the article that proves an assertion; offsets count characters in `field` of the article."""

    start: int
    end: int
    text: str
    field: str = "text"  # "title" or "text"


@dataclass(frozen=True, slots=True)
class Range:
    """A count with its bounds: "at least 20" is (20, 20, None), "60 to 61" is (60, 60, 61)."""

    low: int
    best: int
    high: int | None

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.best or (self.high is not None and self.best > self.high):
            raise ValueError(f"not a range: {self.low}, {self.best}, {self.high}")


class TimePrecision(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class TimeBasis(StrEnum):
    EXPLICIT = "explicit"
    RELATIVE = "relative"
    PUBLISHED = "published"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class When:
    """The days an event may have happened on, both ends included, in the event's own calendar."""

    start: date
    end: date
    precision: TimePrecision
    basis: TimeBasis


class PlacePrecision(StrEnum):
    TOWN = "town"
    DISTRICT = "district"
    ADMIN1 = "admin1"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Place:
    """Where; fields below the precision are None. `id` is the gazetteer's key, stable for one place."""

    id: str
    name: str
    country: str  # ISO 3166-1 alpha-2
    country_name: str
    lat: float | None
    lon: float | None
    precision: PlacePrecision
    admin1: str | None = None
    district: str | None = None


class Kind(StrEnum):
    """What happened. Only `attack`, `attempt` and a `clash` begun by the non-state side may alert as attacks."""

    ATTACK = "attack"
    ATTEMPT = "attempt"
    CT_OPERATION = "ct_operation"
    CLASH = "clash"
    FOILED_PLOT = "foiled_plot"
    THREAT = "threat"
    UNCLEAR = "unclear"


class Role(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    BACKGROUND = "background"


class StanceKind(StrEnum):
    """claims, denies, withdraws; is accused or suspected; a third party doubts; is merely named."""

    CLAIMED = "claimed"
    DENIED = "denied"
    RETRACTED = "retracted"
    ACCUSED = "accused"
    SUSPECTED = "suspected"
    DISPUTED = "disputed"
    MENTIONED = "mentioned"


class By(StrEnum):
    SELF = "self"
    AUTHORITY = "authority"
    MEDIA = "media"
    VICTIM = "victim"
    RIVAL = "rival"
    THIRD_PARTY = "third_party"


class Via(StrEnum):
    STATEMENT = "statement"
    MEDIA_ARM = "media_arm"
    SOCIAL = "social"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    VIDEO = "video"
    SPOKESMAN = "spokesman"
    INTERVIEW = "interview"
    COURT = "court"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stance:
    """Who stands where towards an incident, proved by a quote.

    `actor` is an id of the lexicon, `named:<slug>`, `generic:<class>` or `state:<ISO2>[/<agency>]`; `family` is the
    topmost parent of the actor, so that parent and child count as one claimant.
    """

    actor: str
    name: str
    text: str  # as written
    stance: StanceKind
    by: By
    via: Via
    quote: Quote
    rule: str
    via_name: str | None = None
    by_name: str | None = None  # who accuses or doubts, as written
    family: str = ""

    @property
    def of_record(self) -> bool:
        """May this actor fill `claimed_by`? Generic classes and states never do."""
        return not self.actor.startswith(("generic:", "state:"))


@dataclass(frozen=True, slots=True)
class Finding:
    """A quoted sentence behind one field of a mention ("killed", "place", "no_claim", ...)."""

    field: str
    quote: Quote
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """One incident as one article tells it."""

    role: Role
    kind: Kind
    when: When | None = None
    place: Place | None = None
    attack_types: tuple[str, ...] = ()
    suicide: bool = False
    weapons: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    target_words: tuple[str, ...] = ()  # specific nouns: "academy", "shrine", "polio"; for matching
    killed: Range | None = None
    injured: Range | None = None
    kidnapped: Range | None = None
    perpetrators_killed: Range | None = None
    ongoing: bool = False  # hostages held, siege under way
    initiated_by: str = ""  # "state" or "nonstate" where a clash says so
    stances: tuple[Stance, ...] = ()
    no_claim: bool = False  # the text says that nobody has claimed it
    official: bool = False  # an authority is the source of a fact
    findings: tuple[Finding, ...] = ()
    terms: tuple[str, ...] = ()  # capitalised and rare words of the mention's sentences, folded; for matching
    confidence: float = 0.0


class Reason(StrEnum):
    """Why people are told."""

    NEW_ATTACK = "new_attack"
    NEW_CLAIM = "new_claim"
    CONTESTED = "contested"
    DENIED = "denied"
    RETRACTED = "retracted"
    TOLL = "toll"
    CORRECTED = "corrected"
    MERGED = "merged"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class AlertCall:
    """What an article would cause if the archive were empty."""

    kind: Reason
    confidence: float
    severity: Severity
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why something that looked like an attack is none, or is not news."""

    rule: str  # the id of the veto rule's class, e.g. "anniversary"
    quote: Quote | None
    rule_id: str = ""  # the very rule that fired, e.g. "veto.anniversary.marks"
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """One named contribution to a score, as `explain` and `show` print it."""

    name: str
    value: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything read out of one article."""

    language: str
    relevant: bool
    incidents: tuple[Mention, ...] = ()
    alert: AlertCall | None = None
    suppressed: tuple[Suppressed, ...] = ()
    confidence: float = 0.0
    parts: tuple[Part, ...] = ()


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """Which incident a mention belongs to, and why. `incident` None opens a new one."""

    incident: str | None
    score: float
    parts: tuple[Part, ...] = ()
    near_misses: tuple[tuple[str, float], ...] = ()
    veto: str | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an article's wording tells it apart by, kept for matching. Names are capitalised words, folded."""

    names: tuple[str, ...]  # the weightiest first
    weights: tuple[float, ...]  # of the names, by frequency and rarity; their squares add up to 1, in short texts to less
    rarities: tuple[float, ...]  # of the names: 1 never seen before, 0 in every article
    keys: tuple[str, ...] = ()  # rare names, and pairs of names, under which the report can be found
    streets: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()  # years
    clocks: tuple[int, ...] = ()  # minutes after midnight
    days: tuple[int, ...] = ()  # told by month and day, as date.toordinal()
    weekdays: tuple[int, ...] = ()  # told by their weekday
    dated: bool = True  # it is known when the article was written


@dataclass(frozen=True, slots=True)
class Report:
    """One article's telling of one incident; an incident is nothing but the fold of its reports."""

    article: int
    mention: Mention
    outlet: str
    feed: str
    tier: int
    url: str
    title: str
    at: datetime  # Article.at
    seen: datetime
    source: str  # reprint group: copies of one wire text share it and count as one source
    decision: MatchDecision | None = None
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class TollLedger:
    """All reports of one count. `best` is the newest majority (GTD), `low` and `high` span all reports (UCDP)."""

    low: int
    best: int
    high: int | None
    reports: int = 1


class Status(StrEnum):
    PRELIMINARY = "preliminary"  # one independent source
    CONFIRMED = "confirmed"  # two, or an official
    DISPUTED = "disputed"
    RETRACTED = "retracted"  # not an attack after all
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class HeldStance:
    """A stance an incident holds: the first article that said so, and how many independent sources did."""

    stance: Stance
    article: int
    outlet: str
    at: datetime
    sources: int = 1


@dataclass(frozen=True, slots=True)
class Incident:
    """One attack, built from many articles. `announced` is set once people were told of it."""

    id: str
    kind: Kind
    status: Status
    severity: Severity
    confidence: float
    when: When | None
    place: Place | None
    attack_types: tuple[str, ...]
    weapons: tuple[str, ...]
    targets: tuple[str, ...]
    target_words: tuple[str, ...]
    suicide: bool
    ongoing: bool
    killed: TollLedger | None
    injured: TollLedger | None
    perpetrators_killed: TollLedger | None
    stances: tuple[HeldStance, ...]
    claimed_by: tuple[str, ...]  # actor ids, first claim first, one per family
    accused: tuple[str, ...]
    denied_by: tuple[str, ...]
    contested: bool
    no_claim_as_of: datetime | None
    reports: tuple[Report, ...]
    independent_sources: int
    first_seen: datetime
    updated: datetime
    announced: bool = False
    merged_into: str | None = None
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What is news about an incident. `key` makes it happen once: (incident, key) is unique in the archive."""

    incident: str
    reason: Reason
    key: str
    before: str  # in words, "" for a new attack
    after: str
    severity: Severity
    article: int
    at: datetime


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled line of a message: ("Toll", "killed 6-9, injured at least 20", "sources differ")."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A quote with the outlet and the moment that stand behind it."""

    about: str  # "claimed", "killed", ...
    text: str
    outlet: str
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """What people read, shared by all channels and rendered by each."""

    headline: str  # works alone as a phone notification
    lead: str  # for updates: the difference, first
    facts: tuple[Fact, ...]
    unknown: tuple[str, ...]  # what is not known
    quotes: tuple[CitedQuote, ...]
    links: tuple[Link, ...]
    why: tuple[str, ...]
    thread: str  # the incident's id, or "" for operator notes
    subject: str  # frozen at the first alert of the thread
    severity: Severity
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What goes out: a change, a summary, an operator note. `data` is the incident part of the webhook body, as JSON."""

    id: str
    reason: str  # a Reason, or "summary", "operator", "drill"
    incidents: tuple[str, ...]
    severity: Severity
    message: Message
    data: str
    at: datetime


class DeliveryState(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    DEAD = "dead"
    SILENCED = "silenced"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on its way to one channel. `ref` is what the channel returned for the thread's first message."""

    id: str
    notice: Notice
    channel: str
    state: DeliveryState
    attempts: int
    due: datetime
    ambiguous: bool = False  # an earlier try may have arrived
    ref: str | None = None  # Slack ts, Message-ID: of the first message of this thread on this channel


@dataclass(frozen=True, slots=True)
class Sent:
    """The server accepted the message. `ref` identifies it there; `detail` is its answer, shortened."""

    ref: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Transient:
    """Try again, not before `retry_after` seconds when the server said so."""

    detail: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Permanent:
    """Trying again is useless until somebody mends something; `disable` asks to stop using the channel."""

    detail: str
    disable: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The message may or may not have arrived: the connection broke after it was sent."""

    detail: str


SendResult = Sent | Transient | Permanent | Ambiguous

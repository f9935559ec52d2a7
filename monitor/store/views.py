"""The views that people query; docs/reference/archive.md says what each column means.

They are dropped and made anew whenever their text differs from what the archive holds, so a change needs no migration.
"""

from __future__ import annotations

OVERDUE = 900  # seconds a due feed may wait before it counts as overdue
QUIET_UNKNOWN = 7 * 86400  # seconds without a new entry that make a feed quiet while its rhythm is unknown
QUIET_LEAST = 86400  # no feed is quiet before this many seconds, however fast its rhythm
QUIET_GAPS = 10  # a feed is quiet after this many of its median gaps

_ISO = "'%Y-%m-%dT%H:%M:%SZ'"

# `{now}` is unixepoch() in the view and a parameter in `queries`, where the caller's clock rules.
HEALTH = f"""
    SELECT name AS feed,
        CASE
            WHEN next_due < {{now}} - {OVERDUE} THEN 'overdue'
            WHEN consecutive_failures > 0 THEN 'failing'
            WHEN first_read IS NULL THEN 'new'
            WHEN {{now}} - unixepoch(coalesce(last_new_entry, first_read))
                > coalesce(max({QUIET_LEAST}, {QUIET_GAPS} * median_gap), {QUIET_UNKNOWN}) THEN 'quiet'
            ELSE 'ok'
        END AS state,
        last_success, last_new_entry, strftime({_ISO}, next_due, 'unixepoch') AS next_due, consecutive_failures,
        last_error, median_gap
    FROM feed WHERE active"""

INCIDENT_COLUMNS = (
    "id, kind, status, severity, event_date, time_precision, location, admin1, country, latitude, longitude,"
    " geo_precision, attack_types, killed_low, killed_best, killed_high, injured_low, injured_best, injured_high,"
    " claimed_by, accused, denied_by, contested, reports, independent_sources, first_seen, updated"
)

_TIMELINE = f"""
    SELECT incident, at, 'report' AS what, outlet || ': ' || title AS detail, article, 1 AS rank FROM report
    UNION ALL
    SELECT incident, at, reason, CASE WHEN before = '' THEN after ELSE before || ' -> ' || after END, article, 2 FROM change
    UNION ALL
    SELECT ni.incident, strftime({_ISO}, d.sent, 'unixepoch'), 'alert', n.reason || ' to ' || d.channel, NULL, 3
        FROM delivery d JOIN notice n ON n.id = d.notice JOIN notice_incident ni ON ni.notice = n.id WHERE d.sent IS NOT NULL"""

VIEWS = {
    "incident_list": f"SELECT {INCIDENT_COLUMNS} FROM incident WHERE NOT drill",
    "articles": """
        SELECT a.id, a.url, a.title, a.feed, a.outlet, a.published, a.seen AS first_seen, a.language, r.incident, r.role
        FROM article a LEFT JOIN report r ON r.id =
            (SELECT id FROM report WHERE article = a.id ORDER BY role <> 'primary', id LIMIT 1)""",
    "stances": "SELECT incident, actor, stance, by, via, quote, article, at FROM stance",
    "tolls": "SELECT incident, what, low, best, high, source, quote, article, at FROM toll",
    "timeline": f"SELECT incident, at, what, detail, article FROM ({_TIMELINE}) ORDER BY incident, at, rank",
    "feed_health": HEALTH.format(now="unixepoch()"),
    "alerts_sent": f"""
        SELECT ni.incident, n.reason, d.channel, d.state, d.attempts, strftime({_ISO}, d.sent, 'unixepoch') AS sent_at,
            round(d.sent - n.seen, 3) AS latency_seconds
        FROM delivery d JOIN notice n ON n.id = d.notice JOIN notice_incident ni ON ni.notice = n.id""",
    "suppressions": "SELECT article, rule, quote, confidence FROM suppression",
}

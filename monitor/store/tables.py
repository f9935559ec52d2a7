"""The tables of the first schema. Frozen: later changes are migrations of their own in `schema`.

Every statement stands alone, because sqlite3's executescript would commit the migration's transaction.
`due`, `lease_until`, `created`, `sent`, `next_due`, `next_try`: REAL Unix seconds; `at`, `seen`, `published` and other
moments: ISO text (see the package's docstring). `record` columns: JSON of `monitor.codec`.
"""

from __future__ import annotations

INGEST = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # One row per feed ever subscribed; active = 0 when it no longer stands in feeds.yaml.
    """CREATE TABLE feed (
        name TEXT PRIMARY KEY, url TEXT NOT NULL, country TEXT, language TEXT NOT NULL, tier INTEGER NOT NULL,
        every INTEGER, tags TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1,
        etag TEXT, last_modified TEXT, body_hash TEXT,
        next_due REAL NOT NULL, lease_until REAL,
        first_read TEXT, last_poll TEXT, last_success TEXT, last_new_entry TEXT,
        consecutive_failures INTEGER NOT NULL DEFAULT 0, failure_kind TEXT, last_error TEXT,
        median_gap REAL, language_skipped INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX feed_due ON feed (next_due) WHERE active",
    """CREATE TABLE poll_history (
        id INTEGER PRIMARY KEY, feed TEXT NOT NULL REFERENCES feed (name), at TEXT NOT NULL, outcome TEXT NOT NULL,
        status INTEGER, detail TEXT NOT NULL, items INTEGER NOT NULL, new INTEGER NOT NULL, changed INTEGER NOT NULL,
        bytes INTEGER NOT NULL, seconds REAL
    ) STRICT""",
    "CREATE INDEX poll_history_feed ON poll_history (feed, id)",
    """CREATE TABLE entry (
        id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL REFERENCES feed (name), guid TEXT NOT NULL, url TEXT,
        title TEXT NOT NULL, title_hash TEXT NOT NULL, summary TEXT NOT NULL, content TEXT NOT NULL, published TEXT,
        first_seen TEXT NOT NULL, changed TEXT, backfill INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'done', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0, next_try REAL NOT NULL, lease_until REAL, detail TEXT NOT NULL DEFAULT '',
        article INTEGER REFERENCES article (id), UNIQUE (feed, guid)
    ) STRICT""",
    "CREATE INDEX entry_url ON entry (feed, url) WHERE url IS NOT NULL",
    "CREATE INDEX entry_feed ON entry (feed, id)",
    "CREATE INDEX entry_pending ON entry (backfill, next_try, id) WHERE state = 'pending'",
    "CREATE INDEX entry_leased ON entry (lease_until) WHERE state = 'leased'",
)

ARTICLES = (
    # Ids rise in order of arrival and are never reused, so that a time range is a range of ids.
    """CREATE TABLE article (
        id INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER REFERENCES entry (id), feed TEXT NOT NULL,
        feed_country TEXT, tier INTEGER NOT NULL, url TEXT NOT NULL, canonical_url TEXT, title TEXT NOT NULL,
        text TEXT NOT NULL, language TEXT NOT NULL, author TEXT, outlet TEXT NOT NULL, published TEXT,
        seen TEXT NOT NULL, extracted_by TEXT NOT NULL, problem TEXT, backfill INTEGER NOT NULL,
        content_hash TEXT NOT NULL, source TEXT NOT NULL, revision INTEGER NOT NULL DEFAULT 1, revised TEXT,
        relevant INTEGER NOT NULL, confidence REAL NOT NULL, assessment TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX article_seen ON article (seen)",
    # key: 64 bits of BLAKE2 over the canonical address.
    "CREATE TABLE url_alias (key INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES article (id)) STRICT",
    # Day first: new rows go to the end of the tree, and a day is dropped at once.
    """CREATE TABLE reprint_band (
        day INTEGER NOT NULL, key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (day, key, article)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE suppression (
        id INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES article (id), rule TEXT NOT NULL,
        rule_id TEXT NOT NULL, quote TEXT, quote_field TEXT, quote_start INTEGER, quote_end INTEGER,
        confidence REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX suppression_article ON suppression (article)",
    "CREATE INDEX suppression_rule ON suppression (rule, id)",
    """CREATE VIRTUAL TABLE articles_search USING fts5 (
        title, text, content = 'article', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER article_insert AFTER INSERT ON article BEGIN
        INSERT INTO articles_search (rowid, title, text) VALUES (new.id, new.title, new.text);
    END""",
    """CREATE TRIGGER article_delete AFTER DELETE ON article BEGIN
        INSERT INTO articles_search (articles_search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
    END""",
    """CREATE TRIGGER article_update AFTER UPDATE OF title, text ON article BEGIN
        INSERT INTO articles_search (articles_search, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
        INSERT INTO articles_search (rowid, title, text) VALUES (new.id, new.title, new.text);
    END""",
)

INCIDENTS = (
    # Lists are text joined by ", "; `record` is the incident without its reports.
    """CREATE TABLE incident (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, severity TEXT NOT NULL, confidence REAL NOT NULL,
        event_date TEXT, event_end TEXT, time_precision TEXT, location TEXT, admin1 TEXT, country TEXT,
        latitude REAL, longitude REAL, geo_precision TEXT, attack_types TEXT NOT NULL,
        killed_low INTEGER, killed_best INTEGER, killed_high INTEGER,
        injured_low INTEGER, injured_best INTEGER, injured_high INTEGER,
        claimed_by TEXT NOT NULL, accused TEXT NOT NULL, denied_by TEXT NOT NULL, contested INTEGER NOT NULL,
        reports INTEGER NOT NULL, independent_sources INTEGER NOT NULL, first_seen TEXT NOT NULL, updated TEXT NOT NULL,
        announced INTEGER NOT NULL, merged_into TEXT REFERENCES incident (id), drill INTEGER NOT NULL, record TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX incident_updated ON incident (updated)",
    "CREATE INDEX incident_first_seen ON incident (first_seen)",
    """CREATE TABLE incident_key (
        kind TEXT NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, incident TEXT NOT NULL REFERENCES incident (id),
        PRIMARY KEY (kind, key, day, incident)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX incident_key_incident ON incident_key (incident)",
    # nth: an article may tell of one incident twice; place: among the incident's reports; digest: of `record`.
    """CREATE TABLE report (
        id INTEGER PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident (id),
        article INTEGER NOT NULL REFERENCES article (id), nth INTEGER NOT NULL, place INTEGER NOT NULL,
        role TEXT NOT NULL, source TEXT NOT NULL, outlet TEXT NOT NULL, title TEXT NOT NULL, url TEXT NOT NULL,
        at TEXT NOT NULL, score REAL, digest TEXT NOT NULL, record TEXT NOT NULL, UNIQUE (incident, article, nth)
    ) STRICT""",
    "CREATE INDEX report_article ON report (article)",
    """CREATE TABLE stance (
        id INTEGER PRIMARY KEY, report INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
        incident TEXT NOT NULL REFERENCES incident (id), actor TEXT NOT NULL, family TEXT NOT NULL, name TEXT NOT NULL,
        stance TEXT NOT NULL, by TEXT NOT NULL, by_name TEXT, via TEXT NOT NULL, via_name TEXT, quote TEXT NOT NULL,
        rule TEXT NOT NULL, article INTEGER NOT NULL REFERENCES article (id), at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX stance_report ON stance (report)",
    "CREATE INDEX stance_incident ON stance (incident)",
    "CREATE INDEX stance_actor ON stance (actor)",
    "CREATE INDEX stance_family ON stance (family)",
    """CREATE TABLE toll (
        id INTEGER PRIMARY KEY, report INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
        incident TEXT NOT NULL REFERENCES incident (id), what TEXT NOT NULL, low INTEGER NOT NULL, best INTEGER NOT NULL,
        high INTEGER, source TEXT NOT NULL, quote TEXT, article INTEGER NOT NULL REFERENCES article (id), at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX toll_report ON toll (report)",
    "CREATE INDEX toll_incident ON toll (incident)",
    """CREATE TABLE change (
        id INTEGER PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident (id), key TEXT NOT NULL, reason TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, severity TEXT NOT NULL, article INTEGER NOT NULL, at TEXT NOT NULL,
        UNIQUE (incident, key)
    ) STRICT""",
)

OUTBOX = (
    # seen: when the entry behind the notice was first seen; latency counts from there.
    """CREATE TABLE notice (
        id TEXT PRIMARY KEY, reason TEXT NOT NULL, severity TEXT NOT NULL, thread TEXT NOT NULL, at TEXT NOT NULL,
        seen REAL NOT NULL, record TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE notice_incident (
        incident TEXT NOT NULL, notice TEXT NOT NULL REFERENCES notice (id), PRIMARY KEY (incident, notice)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX notice_incident_notice ON notice_incident (notice)",
    # seq: order of enqueueing; priority: 0 critical to 3 low.
    """CREATE TABLE delivery (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, notice TEXT NOT NULL REFERENCES notice (id),
        channel TEXT NOT NULL, thread TEXT NOT NULL, priority INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'sent', 'dead', 'silenced')),
        attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL, lease_until REAL, owner TEXT,
        ambiguous INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL, sent REAL, detail TEXT NOT NULL DEFAULT '',
        UNIQUE (notice, channel)
    ) STRICT""",
    "CREATE INDEX delivery_pending ON delivery (channel, priority, seq) WHERE state = 'pending'",
    "CREATE INDEX delivery_open ON delivery (channel, thread, seq) WHERE state IN ('pending', 'leased')",
    "CREATE INDEX delivery_state ON delivery (state, seq)",
    """CREATE TABLE attempt (
        delivery TEXT NOT NULL REFERENCES delivery (id), n INTEGER NOT NULL, at REAL NOT NULL, outcome TEXT NOT NULL,
        detail TEXT NOT NULL, retry_after INTEGER, PRIMARY KEY (delivery, n)
    ) STRICT, WITHOUT ROWID""",
    # ref: what the channel answered to the first message of the thread.
    """CREATE TABLE thread_ref (
        thread TEXT NOT NULL, channel TEXT NOT NULL, ref TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (thread, channel)
    ) STRICT, WITHOUT ROWID""",
)

TERMS = (
    # In how many of the articles that told of incidents a name occurs; meta holds how many those are.
    "CREATE TABLE term (term TEXT PRIMARY KEY, articles INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)

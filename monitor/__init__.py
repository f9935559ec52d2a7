"""monitor: watches news feeds for attacks and claims of responsibility, and alerts people once per incident and change.

    feeds.yaml -> due? -> fetch -> parse -> new entry? -> fetch page -> extract -> assess -> match -> merge -> decide -> outbox -> people
                  └───────────── ingest/ ──────────────────────────┘   detect/   └── incidents/ ──┘    └──── alerts/ ────┘
                                 state/monitor.db (SQLite, store/) holds every step; nothing is remembered only in memory

Where to read next: `pipeline` (the verbs in order), `model` (the nouns), then the folder of whatever you want to change.
`detect`, `incidents` and all rendering are pure; `service` and `cli` are the shell around them.
"""

__version__ = "0.1.0"

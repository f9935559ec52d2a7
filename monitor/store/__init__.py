"""The archive: one SQLite file that holds every step from feed to receipt; nothing is remembered only in memory.

    tables, views   what is kept, and what people query        schema    opens, checks, backs up and migrates the file
    writer          the one writing thread                     reader    read-only connections
    feeds, entries  due times, polls, the queue of new items   articles  texts, addresses, reprints, suppressions
    incidents       incidents, reports, keys, changes          outbox    notices and their deliveries
    queries, search what the commands ask                      meta      single values, leases given back at start

Functions that write take the connection of a `Writer.run` transaction, so that a caller composes one transaction from
several of them: article to outbox in one, a poll's entries, validators and due time in another.

Times: a moment that people read is ISO 8601 text in UTC with whole seconds ("2026-11-19T05:40:00Z"), which sorts as
text; a moment that is compared in a hot path or whose fractions matter (due times, leases, sending) is REAL Unix
seconds. Views show both as ISO text. Records kept whole are JSON written by `monitor.codec` with full precision.
"""

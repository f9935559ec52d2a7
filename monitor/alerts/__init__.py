"""Changes become messages that arrive.

    Change -> message.compose -> notices.notice -> routes.channels_for -> [archive's outbox] -> outbox -> send/<channel>

`plain` makes text of strangers safe, `wording`, `stands`, `headline` and `evidence` put an incident into words,
`render/` turns a message into what each channel takes, all of them pure. `send/` talks to the servers and returns a
typed result; `outbox` leases, sends and settles, at least once and with a stable id.
"""

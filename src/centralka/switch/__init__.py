"""The switchboard: it has calls decided, carries the decisions out, and looks after edge, trunks, phones and mailboxes.

Rooms: `arriving/` takes calls, `steps/` walks their plans, `running/` looks after them, `journal/` keeps their records,
`wire/` speaks with engine and edge. The others follow what their names say, by looks again and again (`looking.py`).
"""

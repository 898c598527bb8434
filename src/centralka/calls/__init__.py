"""Decide what should happen to a call, and say what did: pure functions over frozen values.

Nothing here touches a database, a socket, a clock or a file: see `docs/a-call.md`.
"""

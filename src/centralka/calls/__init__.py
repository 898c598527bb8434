"""What should happen to a call, and what did: pure functions over frozen values.

Nothing here touches a database, a socket, a clock or a file: see `docs/a-call.md`.
"""

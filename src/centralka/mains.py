"""The work of three of the processes, started by a command or forked. Each is loaded in the process that does it."""

from pathlib import Path


def decide_calls() -> None:
    from centralka.switch.main import main

    main()


def serve_web() -> None:
    from centralka.web_server import main

    main()


def do_what_is_due(heartbeat: Path | None) -> None:
    from centralka.outbox.worker import main

    main(heartbeat)

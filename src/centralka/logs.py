"""How the processes write their logs: a line an event, `key=value`, to where the supervisor sends it."""

import structlog


def write_logs() -> None:
    """For the whole process, once."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ]
    )

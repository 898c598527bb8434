"""What phones are told of a mailbox (RFC 3842)."""

EVENT = "message-summary"
KIND = "application/simple-message-summary"


def message_summary(new: int, old: int) -> str:
    """Write what waits in a mailbox."""
    return f"Messages-Waiting: {'yes' if new else 'no'}\r\nVoice-Message: {new}/{old} (0/0)\r\n"

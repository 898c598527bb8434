"""Text messages, decided: parts, recipients, prices, senders, states. Pure, as `calls/` is."""

"""The addresses at which gateways tell what became of messages, and bring messages in."""

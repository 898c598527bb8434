"""Text messages of phones (SIP MESSAGE): those that they send, and those that are for them."""

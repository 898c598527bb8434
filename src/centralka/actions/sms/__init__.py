"""Text messages: what companies send and get, under which names, and what the operator sets up for it."""

"""The steps of a plan, carried out on a channel."""

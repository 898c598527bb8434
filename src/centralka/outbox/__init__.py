"""The worker: what is done by the clock or can wait, whatever process asked for it."""

"""The worker: it does the work that goes by the clock or can wait, whatever process asked for it."""

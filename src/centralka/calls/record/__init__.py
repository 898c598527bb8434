"""Make the record of a call: its legs, its times, what came of it, and why."""

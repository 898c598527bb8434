"""What a call was: its legs, its times, what came of it, and why."""

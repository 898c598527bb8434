"""All tables, and the one bounded read that turns rows into facts."""

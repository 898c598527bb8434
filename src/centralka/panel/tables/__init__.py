"""Calls and bookings as people read them: in lists, in words, in files."""

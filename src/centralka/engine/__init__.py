"""The Asterisk engine: where it comes from, and the files that configure it for one installation."""

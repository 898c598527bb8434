"""The plan of a call, drawn and in words."""

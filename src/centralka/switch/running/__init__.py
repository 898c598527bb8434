"""Calls that run: ended as ordered, heard once they are encrypted, and asked whether both ends are still there."""

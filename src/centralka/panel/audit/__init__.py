"""Dziennik zmian: who changed what."""

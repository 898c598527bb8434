"""The settings that desk phones fetch: one address a phone, one template a maker (docs/decisions/0042)."""

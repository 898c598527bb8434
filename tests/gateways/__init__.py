"""Talking to gateways, without a database."""

"""Talking to gateways of text messages over HTTP."""

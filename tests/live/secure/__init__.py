"""Phones over TLS and secure WebSocket, and the certificate that they are shown."""

"""The certificate by which phones know the exchange over TLS: looked at before it is taken, or made by ourselves."""

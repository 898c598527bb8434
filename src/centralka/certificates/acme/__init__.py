"""A certificate that every phone and browser believes, obtained from an authority by itself (ACME, RFC 8555)."""

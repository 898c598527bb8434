"""The second factor of people who sign in: codes of an app, recovery codes, passkeys (docs/decisions/0044)."""

"""The phone in the browser: a real Chromium, whose microphone plays a tone."""

"""The sandbox carrier: a second engine that plays the outside world over a real trunk, for people and for tests."""

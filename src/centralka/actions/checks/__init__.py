"""Checks of what people type, shared by actions: each gives the value as it is kept, or notes what is wrong."""

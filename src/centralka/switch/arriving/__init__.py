"""Calls arrive here: who calls whom is read, the engine is told rows that changed, and the plan is made and walked."""

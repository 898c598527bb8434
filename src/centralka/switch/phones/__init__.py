"""Phones that are registered at this node's edge: which there are, which answer, and which were signed out."""

"""Money of running calls: put aside before they go on, and PINs that protect it."""

"""Companies: the operator adds, changes, blocks and deletes them; each reads and changes its own."""

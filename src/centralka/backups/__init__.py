"""`centralka backup` and `centralka restore`: one file with everything that cannot be made anew."""

"""`python -m centralka` is the `centralka` command."""

from .cli import main

main()

"""Ochrona przed nadużyciami: of a company, of an account, and of the installation."""

"""Resources of a company: the tokens of companies reach them."""

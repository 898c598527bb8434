"""Resources under `/operator`: the tokens of the operator reach them."""

"""`/sip-accounts`: the account, block by block as its form has them."""

"""Everything that a customer or an operator can do, written once for the panel and the API.

Each action takes an `Actor` (a person or program, in which tenant, with which role) or an `Operator`,
checks the right first, touches only that tenant's rows, and either does the whole thing or raises one of `errors`.
"""

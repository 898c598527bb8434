"""The figures of the README: ratios measured in one run, by anyone (`make bench`)."""

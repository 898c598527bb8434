"""Price lists as CSV files, of carriers and of our own."""

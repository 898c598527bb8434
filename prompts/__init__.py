"""The spoken prompts: their texts (a file per language) and the way to turn them into sound (`make prompts`)."""

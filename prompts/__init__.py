"""The spoken prompts: their texts (a file per language) and what turns them into sound (`make prompts`)."""

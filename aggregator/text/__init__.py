"""One tokenizer and one folding for matching, search, fingerprints and highlights."""

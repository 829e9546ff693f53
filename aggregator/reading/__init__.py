"""The second station: a new entry becomes a clean article, in its story."""

"""The second station goes on: an article becomes matches, with the proof."""

"""One tokenizer and one folding for matching, search, fingerprints and highlights."""

from aggregator.text.fold import FOLDING_VERSION, fold, folded_words
from aggregator.text.tokens import Token, cut, tokenize

__all__ = ["FOLDING_VERSION", "Token", "cut", "fold", "folded_words", "tokenize"]

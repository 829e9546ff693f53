"""By which words exact copies of a text are found."""

from __future__ import annotations

from hashlib import blake2b

#: Shorter texts are alike by chance: a stub, a caption, "developing story".
_MIN_WORDS = 40


def text_hash(folded_words: str) -> str:
    """A hex digest of folded words parted by spaces; "" for fewer than forty."""
    words = folded_words.split()
    if len(words) < _MIN_WORDS:
        return ""
    return blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

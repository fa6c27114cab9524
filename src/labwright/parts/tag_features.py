"""What a specialist's linear tagger looks at: a word, its ends, its shape, its neighbours.

The features of Ratnaparkhi (1996) without the tags before, as texts to be hashed.
"""

import re
from collections.abc import Iterable, Iterator

ENDS = 5  # letters of the longest suffix; a prefix has one less
REPEATED = re.compile(r"(.)\1+")


def shape_of(word: str) -> str:
    """Xx+ of Anna, d+ of 1984: kinds of characters, those that repeat as one and a +."""
    kinds = (
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        for c in word
    )
    return REPEATED.sub(r"\1+", "".join(kinds))[:10]


def features_of_words(sentences: Iterable[list[str]]) -> Iterator[list[str]]:
    """The features of each word of each sentence."""
    for words in sentences:
        lower = ["|", *(word.lower() for word in words), "|"]
        shapes = ["|", *map(shape_of, words), "|"]
        for i in range(1, len(words) + 1):
            word, before, after = lower[i], lower[i - 1], lower[i + 1]
            yield [
                f"word {word}",
                f"shape {shapes[i]}",
                *(f"suffix {word[-k:]}" for k in range(1, ENDS + 1)),
                *(f"prefix {word[:k]}" for k in range(1, ENDS)),
                f"before {before}",
                f"before suffix {before[-3:]}",
                f"before shape {shapes[i - 1]}",
                f"after {after}",
                f"after suffix {after[-3:]}",
                f"after shape {shapes[i + 1]}",
                f"pair {before} {word}",
                f"two before {lower[i - 2] if i > 1 else ''}",
                f"two after {lower[i + 2] if i < len(words) else ''}",
            ]

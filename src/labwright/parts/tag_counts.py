"""The tag that a word had most often, or words that end like it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

LONGEST_END = 5  # letters by which a word that was never seen is like others


class FrequentTags:
    """The most frequent tag of each word; for a new word that of its longest known end."""

    def __init__(self, words: Iterable[str], tags: Iterable[int]) -> None:
        """Count tags, numbers of classes, of words."""
        of_words: dict[str, Counter[int]] = defaultdict(Counter)
        of_ends: dict[str, Counter[int]] = defaultdict(Counter)
        for word, tag in zip(words, tags, strict=True):
            of_words[word][tag] += 1
            for k in range(LONGEST_END + 1):  # with none, of all words
                of_ends[end_of(word, k)][tag] += 1
        self.words = {word: most(counts) for word, counts in of_words.items()}
        self.ends = {end: most(counts) for end, counts in of_ends.items()}

    def tag(self, word: str) -> int:
        """The tag to expect of a word."""
        if word in self.words:
            return self.words[word]
        ends = (end_of(word, k) for k in range(LONGEST_END, -1, -1))
        return next(self.ends[end] for end in ends if end in self.ends)


def end_of(word: str, letters: int) -> str:
    """The last letters, in lower case."""
    return word[-letters:].lower() if letters else ""


def most(counts: Counter[int]) -> int:
    """The most frequent; of equal ones the first class."""
    return min(counts, key=lambda tag: (-counts[tag], tag))

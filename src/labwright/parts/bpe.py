"""Texts and words as ids of sub-words: byte-level byte-pair encoding.

Sennrich et al. (2016, arXiv:1508.07909), over bytes as in GPT-2, so that there is no text
in any language that it cannot write. `fitted` is the tokenizer as JSON text.
"""

from collections.abc import Iterable

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PADDING = 0  # the id behind the end of a row; no text has it
END = 1  # the id of the end of a text
SPECIAL = ["<padding>", "<end>"]
BYTES = 256  # ids of single bytes, the smallest vocabulary
TEXTS_AT_ONCE = 10_000


def fit_bpe(texts: Iterable[str], size: int, least: int = 2) -> str:
    """A tokenizer of at most `size` ids, from the pairs met at least `least` times.

    The same texts in the same order give the same tokenizer. A word is the same ids
    wherever it stands: a text begins as if a blank stood before it.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=max(size, BYTES + len(SPECIAL)),
        min_frequency=least,
        special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fitted: str = tokenizer.to_str()
    return fitted


def opened_bpe(fitted: str) -> Tokenizer:
    """The tokenizer; what it calls <end> is text where a text says so."""
    tokenizer = Tokenizer.from_str(fitted)
    tokenizer.encode_special_tokens = True
    return tokenizer


def size_of_bpe(fitted: str) -> int:
    """How many ids there are, those of padding and end among them."""
    size: int = Tokenizer.from_str(fitted).get_vocab_size()
    return size


def ids_of_texts(texts: list[str], fitted: str) -> list[np.ndarray]:
    """The ids of each text, int64 (T,); none for an empty one."""
    tokenizer = opened_bpe(fitted)
    found: list[np.ndarray] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        encoded = tokenizer.encode_batch_fast(texts[start : start + TEXTS_AT_ONCE])
        found += [np.array(one.ids, dtype=np.int64) for one in encoded]
    return found


def ids_of_words(
    sentences: list[list[str]], fitted: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The ids of each sentence, int64 (T,), and at which of them each word begins.

    A word without characters is that of a blank, so that every word has its place.
    """
    tokenizer = opened_bpe(fitted)
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for start in range(0, len(sentences), TEXTS_AT_ONCE):
        some = sentences[start : start + TEXTS_AT_ONCE]
        words = [[word or " " for word in sentence] for sentence in some]
        for one in tokenizer.encode_batch(words, is_pretokenized=True):
            word_of = np.array(one.word_ids, dtype=np.int64)
            begins = np.flatnonzero(np.diff(word_of, prepend=-1))
            found.append((np.array(one.ids, dtype=np.int64), begins))
    return found


def text_of_ids(ids: np.ndarray, fitted: str) -> str:
    """The text that ids stand for; bytes that are no character become U+FFFD.

    It begins with the blank that stands before every text, or word.
    """
    text: str = opened_bpe(fitted).decode(ids.tolist(), skip_special_tokens=True)
    return text

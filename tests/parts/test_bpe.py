import numpy as np
import pytest

from labwright.parts.bpe import (
    END,
    PADDING,
    fit_bpe,
    ids_of_texts,
    ids_of_words,
    size_of_bpe,
    text_of_ids,
)

TEXTS = ["the cat sat on the mat", "the hat of the cat", "kediler ve köpekler"] * 5


def test_the_same_texts_give_the_same_tokenizer_of_the_size_asked_for():
    fitted = fit_bpe(iter(TEXTS), 270)
    assert fitted == fit_bpe(TEXTS, 270)
    assert size_of_bpe(fitted) == 270
    assert size_of_bpe(fit_bpe(TEXTS, 3)) == 258  # every byte


@pytest.mark.parametrize(
    "text", ["the cat", " a  b\n", "<end> of <padding>", "日本語 🙂 \x00", "naïve", ""]
)
def test_every_text_comes_back_whole(text):
    fitted = fit_bpe(TEXTS, 300)
    (ids,) = ids_of_texts([text], fitted)
    assert ids.dtype == np.int64 and not np.isin(ids, [PADDING, END]).any()
    assert text_of_ids(ids, fitted).removeprefix(" ") == text.removeprefix(" ")


def test_each_word_has_a_place_whatever_it_is():
    fitted = fit_bpe(TEXTS, 300)
    words = ["the", "zyx", "", " ", "don't", "a b", "…"]
    (ids, begins), (none, nowhere) = ids_of_words([words, []], fitted)
    assert len(begins) == len(words) and begins[0] == 0 and (np.diff(begins) > 0).all()
    pieces = np.split(ids, begins[1:])
    assert [text_of_ids(piece, fitted) for piece in pieces] == [
        *(" the", " zyx", " ", " ", " don't", " a b", " …")
    ]
    assert len(none) == len(nowhere) == 0


def test_a_word_is_the_same_in_a_text_and_alone():
    fitted = fit_bpe(TEXTS, 300)
    ((ids, _),) = ids_of_words([["the", "cat"]], fitted)
    assert ids.tolist() == ids_of_texts(["the cat"], fitted)[0].tolist()

import torch

from labwright.parts.spans import MOST_TAGS
from labwright.parts.word_outcomes import (
    codes_of_words,
    decode_tags,
    scores_of_tokens,
)

OUTPUTS = torch.tensor([[[0.0, 2.0], [3.0, 1.0], [0.0, 0.0]]]).log_softmax(-1) + 5


def test_the_likeliest_tag_of_each_word():
    batch = {"places": torch.tensor([[0, 1, -1]])}
    assert codes_of_words(OUTPUTS, batch).tolist() == [[1.0, 0.0, -100.0]]


def test_the_chance_of_the_token_that_came():
    target = torch.tensor([[1, 1, -100]])
    batch = {"places": torch.tensor([[0, 1, -1, -1]]), "target": target}
    scores = scores_of_tokens(OUTPUTS, batch)
    assert scores.shape == (1, 4, 2)
    expected = OUTPUTS.log_softmax(-1)[0, [0, 1], 1]
    assert torch.allclose(scores[0, :2, 0], expected)
    assert scores[0, :, 1].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert not scores[0, 2:].any()


def test_numbers_of_tags_become_codes_and_no_word_stays_none():
    codes = decode_tags(torch.tensor([[1.0, 0.0, -100.0]]), ["B-PER", "O"])
    assert (codes[0, :2] % MOST_TAGS).tolist() == [1, 0] and codes[0, 2] == -100

import numpy as np
import pytest

from labwright.parts.spans import are_spans, coded_tags, count_spans, spans_in

TAGS = ["O", *(f"{place}-{kind}" for kind in ("LOC", "PER") for place in "BIESLU")]


def codes(*sentences: str) -> np.ndarray:
    """Codes of sentences of tags, padded with -100."""
    rows = [sentence.split() for sentence in sentences]
    width = max(map(len, rows))
    known = coded_tags(TAGS)
    return np.array(
        [
            [known[TAGS.index(t)] for t in row] + [-100] * (width - len(row))
            for row in rows
        ]
    )


def spans(sentence: str) -> list[tuple[int, int, int]]:
    row = codes(sentence)[0]
    opens = np.arange(len(row)) == 0
    return [tuple(map(int, span)) for span in zip(*spans_in(row, opens), strict=True)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("O O O", []),
        ("B-PER I-PER O B-PER B-PER", [(0, 1, 2), (3, 3, 2), (4, 4, 2)]),  # IOB2
        ("I-PER I-PER O I-LOC B-LOC", [(0, 1, 2), (3, 3, 1), (4, 4, 1)]),  # IOB
        ("B-PER I-LOC I-LOC", [(0, 0, 2), (1, 2, 1)]),  # another type begins a span
        ("B-PER I-PER E-PER S-LOC O", [(0, 2, 2), (3, 3, 1)]),  # BIOES
        ("B-PER L-PER U-PER U-PER", [(0, 1, 2), (2, 2, 2), (3, 3, 2)]),  # BILOU
        ("B-PER E-PER I-PER", [(0, 1, 2), (2, 2, 2)]),  # nothing goes on behind an end
        ("O E-PER", [(1, 1, 2)]),
    ],
)
def test_spans_are_those_of_conlleval(sentence, found):
    assert spans(sentence) == found


def test_a_span_is_right_where_both_ends_and_the_type_are():
    truth = codes("B-PER I-PER O B-LOC", "B-PER O", "I-PER I-PER")
    same = count_spans(truth, truth)
    assert same == (4, 4, 4)
    given = codes("B-PER O O B-PER", "B-PER I-PER", "B-PER I-PER")
    assert count_spans(given, truth) == (1, 4, 4)


def test_a_span_never_goes_on_in_the_next_sentence_or_behind_a_word_without_tag():
    truth = codes("O I-PER", "I-PER O")
    assert count_spans(truth, truth) == (2, 2, 2)
    broken = codes("I-PER I-PER I-PER")
    broken[0, 1] = -100
    assert count_spans(codes("I-PER I-PER I-PER"), broken) == (2, 2, 2)


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        (["O", "B-PER", "I-PER"], True),
        (["B", "I", "O"], True),
        (["O", "I-NP", "I-VP"], True),
        (["O"], False),
        (["NOUN", "VERB"], False),
        (["O", "B-PER", "X"], False),
        (["B-PER", "I-PER"], False),  # nothing is outside
        (["O", "I", "E"], False),
    ],
)
def test_span_tags_are_known_by_their_names(tags, answer):
    assert are_spans(tags) is answer
    assert bool(coded_tags(tags).max() >= len(tags)) is answer

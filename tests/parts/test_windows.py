import numpy as np
import polars as pl
import pytest

from labwright.parts import windows
from labwright.parts.bpe import END, text_of_ids
from labwright.parts.spans import MOST_TAGS

CLASSES = ["B-PER", "O"]
TABLE = pl.DataFrame(
    {
        "tokens": [["Anna", "sings"], ["", "Ludwig", "Ludwig"], ["a"], [], None],
        "tags": [["B-PER", "O"], ["O", "B-PER", None], [None], [], ["O"]],
    }
)


@pytest.fixture(scope="module")
def fitted() -> str:
    return windows.fit_on_words(TABLE, "tokens", 300)


def cut(table, classes, fitted, limit):
    encoded = windows.ids_of_sentences(table["tokens"], fitted)
    return windows.cut_tagged(encoded, table, ["tags"], classes, limit)


def test_rows_with_words_and_tags_are_in_use():
    assert windows.rows_of_tagged(TABLE, "tokens", ["tags"]).tolist() == [0, 1]
    other = TABLE.with_columns(tags=pl.lit(["O"]))
    with pytest.raises(ValueError, match="2 of 3 rows"):
        windows.rows_of_tagged(other, "tokens", ["tags"])


def test_a_tag_stands_at_the_first_id_of_its_word(fitted):
    found = cut(TABLE[:2], CLASSES, fitted, 100)
    assert found.row.tolist() == [0, 1] and found.start.tolist() == [0, 0]
    for ids, target, places in zip(*found[:3], strict=True):
        assert len(ids) == len(target) and places[0] == 0
        assert np.array_equal(
            np.flatnonzero(target != -100), places[target[places] >= 0]
        )
    assert [t[t != -100].tolist() for t in found.target] == [[0, 1], [1, 0]]
    first, second = found.truth
    assert (first % MOST_TAGS).tolist() == [0, 1] and second[2] == -100


def test_long_rows_are_cut_at_words_and_none_is_lost(fitted):
    whole = cut(TABLE[:2], CLASSES, fitted, 100)
    for limit in (1, 2, 3, 5):
        made = cut(TABLE[:2], CLASSES, fitted, limit)
        assert max(map(len, made.input)) <= limit
        for row in (0, 1):
            of_row = np.flatnonzero(made.row == row)
            truth = np.concatenate([made.truth[i] for i in of_row])
            assert np.array_equal(truth, whole.truth[row])
            counts = [len(made.places[i]) for i in of_row]
            assert made.start[of_row].tolist() == [0, *np.cumsum(counts)[:-1]]


def test_new_words_need_no_tags_and_unknown_tags_are_refused(fitted):
    new = TABLE[:2].select("tokens")
    found = cut(new, CLASSES, fitted, 100)
    assert (np.concatenate(found.target) == -100).all()
    with pytest.raises(ValueError, match=r"1 tags .*'O'"):
        cut(TABLE[:2], ["B-PER"], fitted, 100)


def test_what_comes_next_is_learned_at_every_id_once():
    texts = pl.DataFrame({"text": ["one two two", "", None, "two"]})
    rows = windows.rows_of_texts(texts, "text", [])
    assert rows.tolist() == [0, 3]
    fitted = windows.fit_on_texts(texts[rows], "text", 300)
    found = windows.cut_texts(
        windows.ids_of_running(texts[rows]["text"], fitted), texts[rows], [], [], 4
    )
    for row, text in enumerate(("one two two", "two")):
        of_row = np.flatnonzero(found.row == row)
        read = np.concatenate([found.input[i] for i in of_row])
        comes = np.concatenate([found.target[i] for i in of_row])
        assert read[0] == comes[-1] == END and np.array_equal(read[1:], comes[:-1])
        assert text_of_ids(comes[:-1], fitted) == f" {text}"
    assert max(map(len, found.input)) <= 4

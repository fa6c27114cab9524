from labwright.parts.endings import (
    NEW,
    fit_endings,
    ids_by_endings,
    look_of,
    numbered,
    plain_ids,
    size_of_endings,
)

WORDS = ["walking", "talking", "Walking", "singing", "bringing", "the", "the", "of"]


def test_known_words_have_ids_and_others_those_of_their_endings():
    fitted = fit_endings(WORDS, 100)
    words, endings = numbered(fitted)
    assert list(words) == ["the"] and "x ing" in endings and "x lking" not in endings
    ((ids, begins),) = ids_by_endings([["the", "thinking", "Oslo", "12", ""]], fitted)
    assert begins.tolist() == [0, 1, 2, 3, 4]
    assert ids[0] == words["the"] and ids[1] == endings["x ing"]
    assert ids[2:].tolist() == [NEW, NEW, NEW]
    assert size_of_endings(fitted) > max(*words.values(), *endings.values())


def test_a_known_word_has_an_id_without_itself_too():
    fitted = fit_endings([*WORDS, "walking"], 100)
    words, endings = numbered(fitted)
    assert plain_ids(fitted)[words["walking"]] == endings["x ing"]
    assert plain_ids(fitted)[endings["x ing"]] == endings["x ing"]


def test_looks():
    words = ["Anna", "USA", "the", "1984", "B-52", "…", "", "I"]
    assert [look_of(w) for w in words] == ["X", "A", "x", "d", "d", "-", "-", "X"]

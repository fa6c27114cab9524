import json

from labwright.parts.word_features import (
    NO_FEATURE,
    features_of,
    fit_word_features,
    groups_of_features,
    ids_of_features,
    look_of,
    size_of_features,
)

WORDS = ["walking", "talking", "Walking", "singing", "bringing", "the", "the", "of"]


def test_a_new_word_is_known_by_its_parts():
    fitted = fit_word_features(WORDS, 100)
    number = {name: i for i, name in enumerate(json.loads(fitted), start=1)}
    ((ids, begins),) = ids_of_features([["the", "Thinking", ""]], fitted)
    assert begins.tolist() == [0, 1, 2]
    assert ids.shape == (3, len(features_of("the")))
    assert ids[0, 0] == number["word the"]
    assert ids[1, 0] == NO_FEATURE  # never met
    assert ids[1, 3] == number["end3 ing"]
    assert not ids[2].any()


def test_case_tells_the_look_alone():
    fitted = fit_word_features([*WORDS, "The", "The"], 100)
    ((ids, _),) = ids_of_features([["the", "The"]], fitted)
    assert (ids[0] != ids[1]).tolist() == [False] * 6 + [True]


def test_rare_features_have_no_id_and_frequent_ones_come_first():
    fitted = fit_word_features(WORDS, 100)
    assert "word of" not in json.loads(fitted)
    assert size_of_features(fitted) == 1 + len(json.loads(fitted))
    assert size_of_features(fit_word_features(WORDS, 3)) == 4
    assert "look x" in json.loads(fit_word_features(WORDS, 3))


def test_looks():
    words = ["Anna", "USA", "the", "1984", "B-52", "…", "", "I"]
    assert [look_of(w) for w in words] == ["Xx", "X", "x", "9", "X-9", "-", "", "X"]


def test_every_feature_is_in_one_group_named_for_what_it_says():
    groups = groups_of_features()
    features = features_of("Anna")
    assert sorted(i for group in groups.values() for i in group) == [
        *range(len(features))
    ]
    assert [features[i] for i in groups["the word itself"]] == ["word anna"]
    assert [features[i] for i in groups["how a word ends"]][-1] == "end4 anna"
    assert [features[i] for i in groups["how a word begins"]] == ["begin ann"]
    assert [features[i] for i in groups["how a word is written"]] == ["look Xx"]

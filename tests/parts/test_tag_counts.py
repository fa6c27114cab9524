from labwright.parts.tag_counts import FrequentTags
from labwright.parts.tag_features import features_of_words, shape_of


def test_a_word_has_its_most_frequent_tag_and_a_new_one_that_of_its_end():
    words = ["the", "the", "the", "walking", "talking", "a", "Oslo"]
    known = FrequentTags(words, [0, 0, 1, 2, 2, 0, 3])
    assert known.tag("the") == 0
    assert known.tag("Thinking") == 2
    assert known.tag("xyz") == known.tag("") == 0  # the most frequent of all


def test_shapes():
    assert [shape_of(word) for word in ("Anna", "1984", "B-52s", "")] == [
        *("Xx+", "d+", "X-d+x", "")
    ]


def test_features_tell_of_the_word_and_its_neighbours_and_never_cross_sentences():
    first, second, alone = features_of_words([["Anna", "sings"], ["Oslo"]])
    assert {"word anna", "suffix a", "after sings", "before |", "shape Xx+"} <= {*first}
    assert {"before anna", "pair anna sings", "after |", "two before |"} <= {*second}
    assert {"before |", "after |", "two before ", "two after "} <= {*alone}

import numpy as np

from labwright.parts.mistaken import distances, in_words


def test_the_most_wrong_is_farthest():
    truth = np.array([0, 1, 1])
    prediction = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]])
    assert distances(truth, prediction).argsort().tolist() == [0, 2, 1]


def test_numbers_of_any_unit_count_alike():
    truth = np.array([[0.0, 0], [2, 2000]])
    assert distances(truth, np.add(truth, [[1, 0], [0, 1000]])).tolist() == [0.5, 0.5]


def test_what_a_class_was_taken_for():
    said = in_words(np.array(1), np.array([0.75, 0.25]), ["a", "b"])
    assert said == {
        "truth": "b",
        "prediction": "a",
        "probability": 0.75,
        "right": False,
    }


def test_labels_and_numbers():
    labels = in_words(np.array([1, 0, 1]), np.array([0.9, 0.2, 0.6]), ["a", "b", "c"])
    assert labels == {"truth": "a, c", "prediction": "a, c", "right": True}
    numbers = in_words(np.array([1.0, 2e6]), np.array([1.23456, 3.0]), [])
    assert numbers == {"truth": "1, 2e+06", "prediction": "1.235, 3"}

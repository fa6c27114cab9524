"""Each usual way to name a source gives its type and identifier."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labwright.errors import TaskError
from labwright.task.sources import FORMS, name_of, recognise

HUB = "https://huggingface.co/datasets"


@pytest.mark.parametrize(
    ("text", "type", "identifier", "more"),
    [
        ("hf://owner/name", "huggingface", "owner/name", {}),
        ("hf://datasets/o/n@v1/a/*.csv", "huggingface", "o/n", {"file": "a/*.csv"}),
        ("owner/name", "huggingface", "owner/name", {}),
        (f"{HUB}/owner/name", "huggingface", "owner/name", {}),
        (f"{HUB}/o/n/tree/v1", "huggingface", "o/n", {"revision": "v1"}),
        (f"{HUB}/o/n/viewer/c/train", "huggingface", "o/n", {"config": "c"}),
        (f"{HUB}/imdb", "huggingface", "imdb", {}),
        (f"{HUB}/o/n/resolve/main/x.csv", "url", f"{HUB}/o/n/resolve/main/x.csv", {}),
        (f"{HUB}/o/n/blob/main/x.csv", "url", f"{HUB}/o/n/resolve/main/x.csv", {}),
        ("kaggle://owner/name", "kaggle", "owner/name", {}),
        ("kaggle://owner/name/versions/3", "kaggle", "owner/name", {"revision": "3"}),
        ("kaggle://competition/slug", "kaggle", "competition/slug", {}),
        ("kaggle://competitions/slug", "kaggle", "competition/slug", {}),
        ("https://www.kaggle.com/datasets/o/n?x=1", "kaggle", "o/n", {}),
        ("https://kaggle.com/competitions/slug/data", "kaggle", "competition/slug", {}),
        ("https://www.kaggle.com/c/slug", "kaggle", "competition/slug", {}),
        ("openml:61", "openml", "61", {}),
        ("openml:iris", "openml", "iris", {}),
        ("https://www.openml.org/d/61", "openml", "61", {}),
        ("https://openml.org/search?type=data&sort=runs&id=61", "openml", "61", {}),
        ("https://example.org/a.csv", "url", "https://example.org/a.csv", {}),
        ("HTTP://127.0.0.1:80/a", "url", "HTTP://127.0.0.1:80/a", {}),
        ("data/a.csv", "local", "data/a.csv", {}),
        ("../a.csv", "local", "../a.csv", {}),
        ("/data/a.csv", "local", "/data/a.csv", {}),
        ("data/*.parquet", "local", "data/*.parquet", {}),
        (r"C:\data\a.csv", "local", r"C:\data\a.csv", {}),
        ("file:///data/a%20b.csv", "local", "/data/a b.csv", {}),
    ],
)
def test_recognised(text, type, identifier, more, tmp_path):
    place = recognise(text, None, tmp_path)
    assert (place.type, place.identifier) == (type, identifier)
    assert more.items() <= place.more.items()


def test_an_existing_path_is_no_hub_name(tmp_path):
    (tmp_path / "owner" / "name").mkdir(parents=True)
    assert recognise("owner/name", None, tmp_path).type == "local"


@pytest.mark.parametrize(
    ("type", "text", "identifier"),
    [
        ("kaggle", "titanic", "competition/titanic"),
        ("kaggle", "owner/name", "owner/name"),
        ("openml", "61", "61"),
        ("openml", "credit-g", "credit-g"),
        ("huggingface", "imdb", "imdb"),
        ("url", "example.org/a.csv", "https://example.org/a.csv"),
        ("local", "owner/name", "owner/name"),
    ],
)
def test_a_given_type_decides_on_plain_text(type, text, identifier, tmp_path):
    assert recognise(text, type, tmp_path).identifier == identifier


def test_a_page_given_as_url_is_its_data_set(tmp_path):
    assert recognise("https://www.openml.org/d/61", "url", tmp_path).type == "openml"


def test_a_type_that_contradicts_the_identifier(tmp_path):
    with pytest.raises(TaskError) as caught:
        recognise("hf://a/b", "kaggle", tmp_path, "data_sources[0].identifier")
    assert caught.value.key == "data_sources[0].type"
    assert caught.value.candidates == ("huggingface",)


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/a",
        "openml:../iris",
        "openml:iris..x",
        "openml:1iris",
        "https://www.openml.org/d/iris",
        "https://",
        "https://[",
        "kaggle://../a",
        "hf://a/..",
    ],
)
def test_what_names_nothing_is_one_error(text, tmp_path):
    with pytest.raises(TaskError) as caught:
        recognise(text, None, tmp_path)
    assert caught.value.key == "identifier"


@settings(deadline=None)
@given(st.sampled_from(["", *FORMS, "https://kaggle.com/", f"{HUB}/"]), st.text())
def test_any_text_is_a_place_or_one_error(start, text):
    try:
        place = recognise(start + text, None, Path())
    except TaskError:
        return
    if place.type in {"huggingface", "kaggle", "openml"}:
        assert ".." not in place.identifier
        assert not place.identifier.startswith("/")


def test_names():
    assert name_of("url", "https://a.org/b/cars.csv.gz?x=1") == "cars"
    assert name_of("local", "data/penguins.csv") == "penguins"
    assert name_of("openml", "61") == "openml_61"

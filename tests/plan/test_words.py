import pytest

from labwright.plan.words import cut, likeness, spelled, split_name, stem


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("avgPrice_perRoom", ("avg", "price", "per", "room")),
        ("Min.Price", ("min", "price")),
        ("medianHouseValue", ("median", "house", "value")),
        ("sales2019", ("sales", "2019")),
        ("V6", ("v6",)),
        ("co2", ("co2",)),
        ("HTMLPages", ("html", "pages")),
        ("Größe", ("grosse",)),
        ("the customer's age", ("the", "customer", "age")),
        ("", ()),
    ],
)
def test_names_are_split_into_words(name, words):
    assert split_name(name) == words


@pytest.mark.parametrize(
    "forms",
    [
        "survived survival survivor survive survives",
        "subscribed subscription subscriber",
        "admitted admission admit",
        "diagnosis diagnosed diagnostic",
        "prices price priced pricing",
        "rentals rental rented rent",
        "cancelled canceled cancellation",
        "approval approved approve",
        "injuries injury injured",
        "delayed delay delays",
        "departure departs departed",
        "sold sale sales sells",
        "classes class classified",
    ],
)
def test_forms_of_a_word_share_a_stem(forms):
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "pair", ["state station", "age agent", "number name", "water watch"]
)
def test_other_words_do_not(pair):
    a, b = pair.split()
    assert stem(a) != stem(b)


@pytest.mark.parametrize(
    ("name", "word", "least"),
    [
        ("price", "price", 1.0),
        ("prices", "price", 0.95),
        ("qty", "quantity", 0.9),
        ("arr", "arrival", 0.9),
        ("temp", "temperature", 0.9),
        ("hwy", "highway", 0.7),
        ("cty", "city", 0.7),
        ("partic", "participates", 0.7),
        ("exited", "leaves", 0.7),
        ("logwage", "wage", 0.5),
        ("temperature", "temp", 0.5),
    ],
)
def test_abbreviations_and_synonyms_are_like(name, word, least):
    assert likeness(name, word) >= least


@pytest.mark.parametrize(
    ("name", "word"),
    [("car", "carbon"), ("phd", "published"), ("dep", "delay"), ("card", "accepted")],
)
def test_chance_likeness_is_none(name, word):
    assert likeness(name, word) == 0


def test_initials_and_beginnings_spell_several_words():
    assert spelled("mpg", ("miles", "per", "gallon"))
    assert spelled("medv", ("median", "value"))
    assert spelled("los", ("length", "of", "the", "stay"))
    assert not spelled("age", ("average", "gender"))
    assert not spelled("mpg", ("miles", "per"))


def test_names_run_together_are_cut_by_the_text():
    assert cut("percbelowpoverty", ("percentage", "below", "poverty")) == (
        "perc",
        "below",
        "poverty",
    )
    assert cut("logwage", ("wage",)) == ("logwage",)

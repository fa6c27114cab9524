from labwright.plan.phrases import read_phrase


def named(text: str) -> dict[str, float]:
    return read_phrase(text).named


def test_units_are_not_names():
    assert list(named("The arrival delay in minutes")) == ["arrival", "delay"]
    assert list(named("The wage, in thousands of dollars")) == ["wage"]
    assert list(named("The strength measured in MPa")) == ["strength"]
    assert read_phrase("Consumption in miles per gallon").units == (
        "miles",
        "per",
        "gallon",
    )


def test_what_follows_of_weighs_less_unless_it_is_counted():
    words = named("The ridership of the day")
    assert words["ridership"] > words["day"]
    assert named("The number of rentals")["rentals"] == 1


def test_what_is_asked_of_the_subject_weighs_more():
    words = named("Whether the customer will churn")
    assert words["churn"] > words["customer"]
    words = named("The percentage of applicants who were admitted")
    assert words["admitted"] > words["applicants"]


def test_questions_of_degree_name_what_they_ask_for():
    assert "age" in named("How old the abalone is")
    assert "number" in named("How many bikes are rented")
    assert "times" not in named("How many times the patient visits a doctor")


def test_predicting_sentence_counts_and_its_inputs_do_not():
    words = named("A set of houses in Boston. Predict the price from rooms and age.")
    assert words["price"] == 1
    assert max(weight for word, weight in words.items() if word != "price") <= 0.4


def test_question_and_prediction_are_known():
    assert read_phrase("Was the application accepted").question
    assert not read_phrase("The price").question
    assert read_phrase("Estimate the price").predicts

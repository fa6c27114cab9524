"""Which column the task's words name, on invented tables."""

from typing import Any

import polars as pl
import pytest

from labwright.acquire.acquired import Metadata
from labwright.errors import NoTargetError, SeveralTargetsError
from labwright.plan.target import find_target

N = 120
MAKES: dict[str, Any] = {
    "id": lambda i: i * 7 + 1,
    "float": lambda i: (i * 37 % 101) / 7,
    "int": lambda i: i * 37 % 101,
    "few": lambda i: i % 4,
    "01": lambda i: i % 2,
    "yes": lambda i: ("no", "yes")[i % 2],
    "cat": lambda i: ("a", "bb", "ccc")[i % 3],
    "text": lambda i: (
        f"a long sentence of words about the case number {i}, and more " * 2
    ),
}
YES, CLASS, NUM = "classification", "classification", "regression"


def frame_of(columns: str) -> pl.DataFrame:
    """ "age:int sex:cat" or "type:good|bad" as a frame; floats where nothing is said."""
    cells = {}
    for column in columns.split():
        name, _, kind = column.partition(":")
        name = name.replace("~", " ")
        if "|" in kind:
            values = kind.split("|")
            cells[name] = [values[i % len(values)] for i in range(N)]
        else:
            cells[name] = [MAKES[kind or "float"](i) for i in range(N)]
    return pl.DataFrame(cells)


TITANIC = "PassengerId:id Survived:01 Pclass:few Name:text Sex:cat Age SibSp:few Ticket:cat Fare"
BANK = (
    "age:int job:cat marital:cat education:cat default:yes balance:int housing:yes loan:yes "
    "contact:cat day:int month:cat duration:int campaign:few pdays:int poutcome:cat y:yes"
)
BIKES = (
    "instant:id season:few yr:01 mnth:few hr:few holiday:01 weekday:few workingday:01 "
    "weathersit:few temp atemp hum windspeed casual:int registered:int cnt:int"
)
ADULT = (
    "age:int workclass:cat fnlwgt:int education:cat occupation:cat race:cat sex:cat "
    "capital_gain:int hours_per_week:int native_country:cat income:<=50K|>50K"
)
WINE = "fixed~acidity volatile~acidity residual~sugar chlorides density pH alcohol quality:few"
CALIFORNIA = (
    "longitude latitude housingMedianAge totalRooms:int totalBedrooms:int population:int "
    "households:int medianIncome medianHouseValue"
)
BOSTON = "CRIM ZN INDUS CHAS:01 NOX RM AGE DIS RAD:few TAX:int PTRATIO B LSTAT MEDV"
HEART = (
    "Age:int Sex:cat ChestPainType:cat RestingBP:int Cholesterol:int FastingBS:01 MaxHR:int "
    "ExerciseAngina:yes Oldpeak HeartDisease:01"
)
CLEVELAND = (
    "age:int sex:01 cp:few trestbps:int chol:int thalach:int oldpeak ca:few target:01"
)
MALL = (
    "CustomerID:id Gender:cat Age:int Annual~Income~(k$):int Spending~Score~(1-100):int"
)
TELCO = (
    "customerID:id gender:cat SeniorCitizen:01 Partner:yes tenure:int Contract:cat "
    "PaymentMethod:cat MonthlyCharges TotalCharges Churn:yes"
)
EMPLOYEES = (
    "satisfaction_level last_evaluation number_project:few average_monthly_hours:int "
    "time_spend_company:few Work_accident:01 left:01 salary:cat"
)
BANKCHURN = (
    "RowNumber:id CustomerId:id CreditScore:int Geography:cat Gender:cat Age:int Tenure:few "
    "Balance NumOfProducts:few IsActiveMember:01 EstimatedSalary Exited:01"
)
LOANS = (
    "Loan_ID:id Gender:cat Married:yes ApplicantIncome:int LoanAmount:int Credit_History:01 "
    "Property_Area:cat Loan_Status:Y|N"
)
TAXI = "vendor:few pickup_hour:int trip_distance passenger_count:few fare_amount tip_amount tolls"
ENERGY = (
    "relative_compactness surface_area wall_area roof_area overall_height orientation:few "
    "heating_load cooling_load"
)
FLATS = "rooms:few area_m2 floor:few district:cat rent_eur deposit_eur year_built:int"
USED_CARS = (
    "make:cat modelYear:int mileageKm:int fuelType:cat enginePower:int sellingPrice"
)
STUDENTS = "school:cat sex:cat age:int studytime:few absences:int G1:int G2:int G3:int"
WEATHER = (
    "MinTemp MaxTemp Rainfall WindSpeed9am Humidity3pm RainToday:yes RainTomorrow:yes"
)
ROADS = "weather:cat speed_limit:few n_lanes:few n_vehicles:few n_injured:int hour:int"
SHOP = "product:cat unit_price qty:int discount channel:cat weekday:few"
PATIENTS = "age:int los_days:int ward:cat glucose dx:benign|malignant readmitted:yes"
TREES = "elevation:int slope:int soil:cat wilderness:cat cover_type:few"
GRADES = "hours_studied sleep_hours prev_score:int final_grade:int"

FOUND = [
    (TITANIC, "Whether the passenger survived", CLASS, "Survived"),
    (TITANIC, "How much the passenger paid for the fare", NUM, "Fare"),
    (BANK, "Whether the client subscribed to a term deposit", CLASS, "y"),
    (BIKES, "Number of rentals", NUM, "cnt"),
    (BIKES, "How many bikes are rented in an hour", NUM, "cnt"),
    (ADULT, "Whether a person earns an income over 50K", CLASS, "income"),
    (WINE, "The quality of the wine", None, "quality"),
    (CALIFORNIA, "The median value of houses in a block", NUM, "medianHouseValue"),
    (BOSTON, "The median value of homes in thousands of dollars", NUM, "MEDV"),
    (HEART, "Presence of heart disease", CLASS, "HeartDisease"),
    (CLEVELAND, "Presence of heart disease", CLASS, "target"),
    (MALL, "How much the customer will spend: the spending score", NUM, "Spending Score (1-100)"),
    (TELCO, "Will the customer churn?", CLASS, "Churn"),
    (TELCO, "Whether the customer leaves", CLASS, "Churn"),
    (EMPLOYEES, "Whether the employee leaves the company", CLASS, "left"),
    (BANKCHURN, "Whether the customer leaves the bank", CLASS, "Exited"),
    (LOANS, "The status of the loan", CLASS, "Loan_Status"),
    (TAXI, "The tip in dollars", NUM, "tip_amount"),
    (TAXI, "The fare of the trip", NUM, "fare_amount"),
    (ENERGY, "The heating load of the building", NUM, "heating_load"),
    (FLATS, "The monthly rent in euros", NUM, "rent_eur"),
    (USED_CARS, "The price for which the car is sold", NUM, "sellingPrice"),
    (USED_CARS, "The type of fuel", CLASS, "fuelType"),
    (STUDENTS, "The final grade (G3)", NUM, "G3"),
    (WEATHER, "Will it rain tomorrow", CLASS, "RainTomorrow"),
    (ROADS, "The number of injured people", NUM, "n_injured"),
    (SHOP, "The quantity sold", NUM, "qty"),
    (PATIENTS, "Is the tumour benign or malignant", CLASS, "dx"),
    (PATIENTS, "The length of the stay in days", NUM, "los_days"),
    (PATIENTS, "Whether the patient is readmitted within 30 days", CLASS, "readmitted"),
    (TREES, "The type of forest cover", CLASS, "cover_type"),
    (GRADES, "The grade of the final exam", NUM, "final_grade"),
    ("x y z speed", "The speed in m per s", NUM, "speed"),
    ("minute:int hour:int arr_delay dep_delay", "Arrival delay in minutes", NUM, "arr_delay"),
    ("year:int dollars price", "The price, in thousands of dollars", NUM, "price"),
    ("hp:int wt mpg disp", "Fuel economy in miles per gallon", NUM, "mpg"),
    ("logwage wage educ:int exper:int", "The wage per hour", NUM, "wage"),
    ("price_usd price_eur area", "The price in euros", NUM, "price_eur"),
    ("temp_min temp temp_max rain", "The temperature of the day", NUM, "temp"),
    ("a b c d:01", "Something that no name says", CLASS, "d"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "words", "task_type", "expected"), FOUND)
def test_words_name_the_column(table, task, columns, words, task_type, expected):
    found = find_target(
        task(words, task_type=task_type), table(frame_of(columns)), Metadata()
    )
    assert found.columns == (expected,)


AMBIGUOUS = [
    (BANK, "Whether the client has a housing loan", CLASS),
    ("buy_price sell_price volume:int", "The price", NUM),
    (ENERGY, "The load of the building", NUM),
    ("status:cat loan_status:cat amount", "The status of the loan", CLASS),
    ("label:yes target:yes a b", "Something that no name says", CLASS),
    ("left_eye right_eye age:int", "The pressure of the eye", NUM),
    ("math_score:int reading_score:int writing_score:int", "The score of the student", NUM),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "words", "task_type"), AMBIGUOUS)
def test_two_close_columns_stop_with_both_and_the_line_to_add(
    table, task, columns, words, task_type
):
    with pytest.raises(SeveralTargetsError) as caught:
        find_target(
            task(words, task_type=task_type), table(frame_of(columns)), Metadata()
        )
    error = caught.value
    assert len(error.candidates) >= 2
    assert f'"target": "{error.candidates[0]}"' in error.fix
    assert all(f"`{name}`" in error.found for name in error.candidates[:5])


def test_description_decides_between_close_columns(table, task):
    frame = table(frame_of("buy_price sell_price volume:int"))
    said = task("The price", description="Predict the sell price of a share.")
    assert find_target(said, frame, Metadata()).columns == ("sell_price",)


def test_description_and_name_help_where_the_output_says_nothing(table, task):
    frame = table(frame_of("age:int bmi charges smoker:yes"))
    described = task(
        description="Predict the charges of an insurance from age and bmi."
    )
    assert find_target(described, frame, Metadata()).columns == ("charges",)
    named = task(name="smoker_or_not")
    assert find_target(named, frame, Metadata()).columns == ("smoker",)


def test_what_rows_are_about_is_not_what_is_predicted(table, task):
    frame = table(frame_of("customer_type:cat customers:int age:int spend"))
    said = task("The spend", description="Customers of a shop, by customer type.")
    assert find_target(said, frame, Metadata()).columns == ("spend",)


def test_explicit_answer_wins(table, task):
    frame = table(frame_of(TITANIC))
    said = task("Whether the passenger survived", target="Fare")
    assert find_target(said, frame, Metadata(target="Sex")).columns == ("Fare",)
    both = task(target=("Age", "Fare"))
    assert find_target(both, frame, Metadata()).columns == ("Age", "Fare")


def test_absent_explicit_answer_names_the_nearest(table, task):
    with pytest.raises(NoTargetError) as caught:
        find_target(task(target="survivd"), table(frame_of(TITANIC)), Metadata())
    assert caught.value.candidates[0] == "Survived"
    assert '"target": "Survived"' in caught.value.fix


def test_absent_answer_in_a_table_without_names_says_so(table, task):
    with pytest.raises(NoTargetError, match="Columns without names are numbered"):
        find_target(
            task(target="price"), table(frame_of("column_1 column_2")), Metadata()
        )


def test_metadata_wins_over_words_and_says_so(table, task):
    frame = table(frame_of(TITANIC))
    said = task("Whether the passenger survived", task_type="classification")
    found = find_target(said, frame, Metadata(target="Sex"))
    assert found.columns == ("Sex",)
    assert "Survived" in found.warnings[0]


def test_column_that_new_rows_lack_is_the_target(table, task):
    frame = table(frame_of("id:id a b outcome_7:01"))
    found = find_target(task("Something else"), frame, Metadata(), ("outcome_7",))
    assert found.columns == ("outcome_7",)


def test_words_choose_among_columns_that_new_rows_lack(table, task):
    frame = table(frame_of(BIKES))
    lacking = ("casual", "registered", "cnt")
    found = find_target(task("Count of rentals"), frame, Metadata(), lacking)
    assert found.columns == ("cnt",)


def test_inputs_and_dropped_columns_are_no_candidates(table, task):
    frame = table(frame_of("price price_old area"))
    said = task("The old price", drop=("price_old",), task_type="regression")
    assert find_target(said, frame, Metadata()).columns == ("price",)


def test_last_column_is_taken_with_a_warning_only_if_it_suits(table, task):
    frame = table(frame_of("a b c:text"))
    with pytest.raises(NoTargetError) as caught:
        find_target(task("Nothing", task_type="regression"), frame, Metadata())
    assert "c" not in caught.value.candidates
    found = find_target(task("Nothing"), table(frame_of("a b c")), Metadata())
    assert found.columns == ("c",) and "check it" in found.warnings[0]


def test_reason_quotes_what_matched_and_where(table, task):
    found = find_target(
        task("The species of the flower"), table(frame_of("x species:cat")), Metadata()
    )
    assert found.reason == "`species` matches 'species' in output_description"

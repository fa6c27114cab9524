"""What a column's name says of it."""

import re

# Names of row numbers, which say nothing of an entity.
ROW_NAMES = re.compile(
    r"|unnamed: ?\d+|column_1|_+|row|rows?[ _]?(names?|no|num|nr|number|id|index)|"
    r"index|idx|level_0|no\.?|nr\.?|#|s\.?[ _]?no\.?|serial([ _]?(no|nr|number))?\.?|_c0",
    re.IGNORECASE,
)
# Entities of which one is meant when "id" follows without a mark, as in userid.
ENTITIES = (
    "account|album|animal|artist|author|booking|business|buyer|case|client|company|"
    "customer|device|driver|emp|employee|encounter|event|family|flight|game|group|hospital|"
    "house|household|image|invoice|item|job|listing|loan|location|match|member|merchant|"
    "movie|object|order|parcel|participant|passenger|patient|person|player|policy|post|"
    "product|project|property|record|ride|sample|school|seller|sensor|session|shop|site|"
    "song|station|store|student|subject|team|ticket|track|transaction|trip|tweet|user|"
    "vehicle|video|visit|visitor"
)
IDENTIFIED = re.compile(rf"(?:{ENTITIES})(?:id|no|nr|key|uuid)", re.IGNORECASE)
ID_WORDS = {"id", "ids", "uuid", "guid", "pk"}
# Words before "id" that make it a category's code.
CATEGORIES = {"type", "class", "category", "status", "level", "kind", "label", "gender"}
# Alone at the end of a name, they mean the one that the row is about.
PERSONS = {
    "subject",
    "patient",
    "participant",
    "user",
    "customer",
    "client",
    "respondent",
}
TIME_WORDS = {
    *(
        "year",
        "years",
        "yr",
        "quarter",
        "month",
        "week",
        "weekday",
        "day",
        "days",
        "date",
    ),
    *("time", "hour", "minute", "second", "epoch", "timestamp", "period", "step", "t"),
}
RANK_WORDS = {"rank", "ranking", "position", "place", "order"}
DATE_WORDS = {"date", "day", "dt", "time", "ymd", "yyyymmdd", "datum", "when"}


def words_of(name: str) -> list[str]:
    """A name's words in lower case: arr_delay, arrDelay and "Arr. Delay" have two."""
    return [
        word.lower()
        for word in re.findall(r"[A-Z]+(?![a-z])|[^\W\d_][^\W\d_A-Z]*|\d+", name)
    ]


def is_row_name(name: str) -> bool:
    """Whether a name is one of a row number: rownames, Unnamed: 0, index, No."""
    return ROW_NAMES.fullmatch(name.strip()) is not None


def is_id_name(name: str) -> bool:
    """Whether a name says that the column identifies something: id, user_id, PassengerId."""
    words = words_of(name)
    if not words or CATEGORIES & set(words):
        return False
    return (
        words[-1] in ID_WORDS
        or words[0] in ID_WORDS
        or bool(IDENTIFIED.fullmatch(name))
    )


def names_person(name: str) -> bool:
    """Whether a name means who a row is about: subject, patient, user."""
    return words_of(name)[-1:] != [] and words_of(name)[-1] in PERSONS


def says(name: str, words: set[str]) -> bool:
    """Whether one of a name's words is among `words`."""
    return bool(words & set(words_of(name)))

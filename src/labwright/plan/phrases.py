"""What a task's sentence names: its words, each with the weight of its place.

"The ridership of the day, in thousands" names a ridership, and says less of a day;
"in thousands" is a unit, and no name.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from labwright.plan.words import split_name, word_set

_STOP = word_set(
    "a an the of to in on at by for from with without and or nor as is are was were "
    "be been being am do does did has have had will would can could should may might "
    "shall must that this these those it its they them their he she his him her we "
    "our us you your i my me what which who whom whose when where why how whether if "
    "not no than then there here so such into onto out up down off about between "
    "during among per each every any all some only also more most very just s t "
    "predict predicts predicted predicting prediction predictions forecast forecasts "
    "forecasting estimate estimates estimated estimating classify classifies "
    "determine tell tells told apart say says said want need find task goal model "
    "given using based use used dataset whose it's get gets like likely make made one "
    "two per via etc column variable field predictor"
)
# Words that say of what kind the thing is, not what it is.
_LIGHT = word_set(
    "value values number count amount level kind type class category total status "
    "rate score index label result outcome final overall given specific actual "
    "quantity degree group state measure presence chance probability risk likelihood "
    "person people thing tomorrow next future today later upcoming soon new unseen "
    "current"
)
# Words that hand their weight on to what follows "of": the number of rentals.
_THROUGH = word_set(
    "value values number count amount quantity total level degree presence absence "
    "chance probability risk likelihood kind type sort rate share percentage average "
    "mean"
)
_RELATIVE = frozenset({"who", "that", "which", "whose"})
_HOW_MANY_TIMES = ["how", "many", "times"]
_CLAUSE = word_set(
    "whether if is was were are does did do has have had will would can could how "
    "which who what"
)
_AUXILIARY = word_set(
    "is was were are has have had will would can could does did do be"
)
_ASKS = _AUXILIARY | {"if"}
_VERB = re.compile(
    r"\b(predict|forecast|estimat|classif|determin|identif|detect|recogni[sz]|tell|whether)"
    r"\w*",
    re.IGNORECASE,
)
_PLACE = {  # after these words come others, that matter less to what is named
    "of": 0.7, "per": 0.8, "for": 0.6, "in": 0.5, "on": 0.5, "at": 0.5, "during": 0.5,
    "within": 0.5, "each": 0.6, "every": 0.6, "to": 0.7, "by": 0.3, "with": 0.3,
    "between": 0.3, "over": 0.5, "after": 0.4, "before": 0.4,
    "from": 0.2, "using": 0.2, "based": 0.2, "given": 0.2, "via": 0.2,
}  # fmt: skip
_QUESTION = {
    "many": "number", "much": "amount", "old": "age", "long": "duration",
    "far": "distance", "tall": "height", "heavy": "weight", "fast": "speed",
    "often": "frequency", "big": "size", "large": "size", "expensive": "price",
    "warm": "temperature", "hot": "temperature", "likely": "probability",
}  # fmt: skip
_UNITS = word_set(
    "second seconds sec secs minute minutes min mins hour hours hr hrs day days week "
    "weeks month months year years yr yrs dollar dollars usd eur euro euros gbp pound "
    "pounds inr rupees yen cent cents gram grams g kg kilogram kilograms kilo kilos "
    "mg milligrams lb lbs ounces oz ton tons tonne tonnes mm cm dm m km millimetres "
    "millimeters centimetres centimeters metre metres meter meters kilometre "
    "kilometres kilometer kilometers mile miles inch inches foot feet ft yard yards "
    "acre acres hectares mpa kpa gpa pa hpa psi bar mbar percent percentage "
    "percentages pct degree degrees celsius fahrenheit kelvin c f k thousand "
    "thousands hundred hundreds million millions billion billions 1000 1000s kwh mwh "
    "kw mw gw watt watts joule joules volt volts ampere amperes ohm ohms hz khz litre "
    "litres liter liters l ml dl gallon gallons ppm ppb mmol mol mph kmh kph knots "
    "rpm db bps bytes kb mb gb points units unit local currency"
)
_IN_UNIT = word_set("of per a the us square cubic sq cu an and")
_SAID = frozenset({"measured", "expressed", "given", "counted", "recorded"})


MOST_CHARACTERS = 4000  # of a field of the task; more of it says nothing new


@dataclass(frozen=True)
class Phrase:
    """What a text of the task names.

    Attributes:
        said: Every word of the text in lower case, in order.
        places: For each, 0 to 1, how much its place lets it name the target; 0 for stop
            words and units.
        units: The words of the units, "in miles per gallon".
        question: It asks whether something is so: "Whether the customer will leave".
        predicts: It has a sentence that says what to predict.
    """

    said: tuple[str, ...]
    places: tuple[float, ...]
    units: tuple[str, ...]
    question: bool
    predicts: bool

    @cached_property
    def named(self) -> dict[str, float]:
        """The words that may name something, each with the best of its places."""
        best: dict[str, float] = {}
        for word, place in zip(self.said, self.places, strict=True):
            if place > best.get(word, 0.0):
                best[word] = place
        return best

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The keys of `named`."""
        return tuple(self.named)

    @cached_property
    def starts(self) -> dict[str, list[int]]:
        """Where in `said` words with a place begin, by their first letter."""
        found: dict[str, list[int]] = {}
        for i, (word, place) in enumerate(zip(self.said, self.places, strict=True)):
            if place:
                found.setdefault(word[0], []).append(i)
        return found


def read_phrase(text: str) -> Phrase:
    """The words of one field of a task, those of its predicting sentence first."""
    split = re.split(r"(?<=[.!?;])\s+|\n+", text[:MOST_CHARACTERS])
    sentences = list(dict.fromkeys(s for s in split if s.strip()))
    says = [bool(_VERB.search(sentence)) for sentence in sentences]
    said: list[str] = []
    places: list[float] = []
    units: list[str] = []
    for i, sentence in enumerate(sentences):
        main = says[i] if any(says) else i == 0
        for word, place, unit in _weigh(sentence):
            units += [word] if unit else []
            said.append(word)
            places.append(place * (1.0 if main else 0.4))
    first = split_name(text)[:1]
    question = "whether" in split_name(text) or bool(first and first[0] in _ASKS)
    return Phrase(tuple(said), tuple(places), tuple(units), question, any(says))


def is_light(word: str) -> bool:
    """Whether a word says of what kind a thing is, not what it is: type, level."""
    return word in _LIGHT


def is_unit(word: str) -> bool:
    """Whether a word is a unit of measurement."""
    return word in _UNITS


def is_stop(word: str) -> bool:
    """Whether a word names nothing."""
    return word in _STOP


def _weigh(sentence: str) -> list[tuple[str, float, bool]]:
    """(word, place, is a unit) for each word of a sentence."""
    found = _VERB.search(sentence)
    if not found:
        return _clause(sentence, clause=False)
    before, verb, after = sentence[: found.start()], found[0], sentence[found.end() :]
    lead = [(word, 0.4 * place, unit) for word, place, unit in _clause(before, False)]
    return lead + _clause(after, clause=verb.lower() == "whether")


def _clause(text: str, clause: bool) -> list[tuple[str, float, bool]]:
    """The same for a piece of a sentence; the subject of a clause weighs less."""
    pieces = enumerate(re.split(r"[,(:]", text))
    tokens = [(token, n > 0) for n, piece in pieces for token in split_name(piece)]
    names = [token for token, _ in tokens]
    clause = clause or (bool(names) and names[0] in _CLAUSE)
    subject_ends = _subject_end(names) if clause else 0
    unit = _unit_places(names)
    out: list[tuple[str, float, bool]] = []
    current, through, apposition = 1.0, False, False
    for i, (token, aside) in enumerate(tokens):
        place = 0.0
        if aside and not apposition:
            current, apposition = min(current, 0.7), True
        if names[max(0, i - 1) : i] == ["how"] and token in _QUESTION:
            token, place = _QUESTION[token], 1.0
        elif token in _RELATIVE and not clause and out:
            # applicants who were admitted: what is said of them names the thing
            out = [(t, p if t in _LIGHT else 0.7 * p, u) for t, p, u in out]
            current = 1.0
        elif token in _PLACE and not unit[i]:
            if clause and i >= subject_ends:
                current = max(_PLACE[token], 0.5)
            elif not clause and not (token == "of" and through):
                current = min(current, _PLACE[token])
        elif not unit[i] and _names(token) and names[i - 2 : i + 1] != _HOW_MANY_TIMES:
            place = 0.6 if i < subject_ends else current
            through = token in _THROUGH
        out.append((token, place, unit[i]))
    return out


def _names(token: str) -> bool:
    return token not in _STOP and not (token.isdigit() and len(token) > 3)


def _subject_end(names: list[str]) -> int:
    """Where a clause's subject ends: before the auxiliary, else after one noun."""
    content = [i for i, name in enumerate(names) if name not in _STOP]
    for i, name in enumerate(names):
        if name in _AUXILIARY and content[:1] < [i] < content[-1:]:
            return i
    return content[0] + 1 if len(content) > 1 else 0


def _unit_places(names: list[str]) -> list[bool]:
    """Which words are a unit: those behind "in" or "measured in"."""
    unit = [False] * len(names)
    for i, name in enumerate(names[:-1]):
        if name != "in":
            continue
        end = i + 1
        while end < len(names) and (names[end] in _UNITS or names[end] in _IN_UNIT):
            end += 1
        while end > i + 1 and names[end - 1] in _IN_UNIT:
            end -= 1
        for j in range(i + 1, end):
            unit[j] = True
        if end > i + 1 and i and names[i - 1] in _SAID:
            unit[i - 1] = True
    return unit

"""Words and column names: how likely it is that one stands for the other.

A small English stemmer, the usual abbreviations of column names and a few synonyms; no
dictionary is needed, and a table in another language still matches by its spelling.
"""

import re
import unicodedata
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    """The words of a list with blanks."""
    return frozenset(text.split())


# ---- names to words

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VOWELS = frozenset("aeiou")
_DIGITS = re.compile(r"(?<=[A-Za-z]{3})(?=[0-9])|(?<=[0-9])(?=[A-Za-z]{4})")
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_TOKEN = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: "avgPrice_perRoom" -> avg, price, per, room.

    Digits part from words of three letters or more only: "sales2019" is two words,
    "co2" and "V6" are one.
    """
    plain = unicodedata.normalize("NFKD", _POSSESSIVE.sub(" ", name))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    spaced = _DIGITS.sub(" ", _CAMEL.sub(" ", plain))
    return tuple(_TOKEN.findall(spaced.casefold()))


# ---- forms of a word

_IRREGULAR = {
    "sold": "sale", "sell": "sale", "selling": "sale", "spent": "spend", "paid": "pay",
    "bought": "buy", "left": "leave", "died": "death", "dead": "death", "die": "death",
    "people": "person", "children": "child", "men": "man", "women": "woman",
    "mice": "mouse", "feet": "foot", "teeth": "tooth", "won": "win", "lost": "lose",
    "loss": "lose", "written": "write", "wrote": "write", "given": "give",
    "grown": "grow",
    "drawn": "draw", "taken": "take", "took": "take", "chose": "choice",
    "chosen": "choice", "choose": "choice", "data": "datum", "indices": "index",
    "criteria": "criterion", "species": "species", "series": "series", "news": "news",
    "diabetes": "diabetic",
}  # fmt: skip

# Longest first: ending, what replaces it, letters that must remain before it.
_ENDINGS = (
    ("ational", "", 4), ("ization", "", 3), ("isation", "", 3), ("fulness", "", 3),
    ("ication", "y", 3), ("ified", "", 4), ("ating", "", 4), ("ated", "", 4),
    ("stic", "s", 4), ("ption", "be", 5), ("ssion", "t", 4), ("rsion", "rt", 4),
    ("ision", "ide", 3), ("nsion", "nd", 3), ("ation", "", 4), ("ition", "", 4),
    ("iness", "", 3), ("ement", "", 4), ("ities", "", 4), ("ance", "", 4),
    ("ence", "", 4), ("able", "", 4), ("ible", "", 4), ("ment", "", 4), ("ness", "", 3),
    ("sis", "s", 4), ("ity", "", 4), ("ify", "", 4), ("ate", "", 4), ("ure", "", 5),
    ("ive", "", 5), ("ing", "", 3),
    ("ion", "", 5), ("ied", "", 3), ("ies", "", 3), ("ic", "", 5), ("al", "", 4),
    ("ed", "", 3), ("ee", "", 5), ("er", "", 4), ("or", "", 5), ("ly", "", 4),
    ("y", "", 3), ("e", "", 3),
)  # fmt: skip


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The part that a word's forms share: survived, survival, survivor -> surviv."""
    word = _IRREGULAR.get(word, word)
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    word = _IRREGULAR.get(_singular(word), _singular(word))
    for ending, instead, letters in _ENDINGS:
        if ending == "y" and word[-2] in _VOWELS:
            continue  # delay
        if word.endswith(ending) and len(word) - len(ending) >= letters:
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        return word[:-1]  # admitted -> admitt -> admit
    return word[:-1] if len(word) > 4 and word.endswith(("e", "ll")) else word


def _singular(word: str) -> str:
    if word.endswith(("ss", "us", "is", "ics")) or not word.endswith("s"):
        return word
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


# ---- abbreviations and synonyms

_SHORT = {
    "amt": "amount", "arr": "arrival", "avg": "average", "bal": "balance",
    "bldg": "building", "bwt": "birthweight", "cat": "category", "cls": "class",
    "cnt": "count", "conc": "concentration", "cust": "customer", "dep": "departure",
    "dest": "destination", "diff": "difference", "dist": "distance", "dur": "duration",
    "dx": "diagnosis", "edu": "education", "emp": "employee", "est": "estimate",
    "exp": "experience", "freq": "frequency", "hp": "horsepower", "hr": "hour",
    "hrs": "hour", "ht": "height", "hum": "humidity", "inc": "income",
    "lat": "latitude",
    "len": "length", "lng": "longitude", "lon": "longitude", "max": "maximum",
    "med": "median", "min": "minimum", "mnth": "month", "mpg": "milespergallon",
    "nb": "number", "no": "number", "num": "number", "occ": "occupation",
    "pct": "percentage", "perc": "percentage", "pop": "population",
    "prob": "probability",
    "prod": "production", "pts": "points", "qty": "quantity", "qual": "quality",
    "sal": "salary", "sqft": "area", "std": "deviation", "temp": "temperature",
    "tot": "total", "trans": "transaction", "val": "value", "vol": "volume",
    "wt": "weight", "yr": "year", "yrs": "year",
}  # fmt: skip

_SYNONYMS = (
    "number count quantity total n num",
    "churn leave exit attrition quit cancel",
    "price cost fare charge",
    "wage salary pay earning income",
    "death survive mortality",
    "sex gender",
    "average mean",
    "default repay",
    "purchase buy order subscribe",
    "approve accept grant admit",
    "deny reject refuse decline",
    "disease diagnosis",
    "rain precipitation",
    "demand load consumption usage",
    "length duration time",
    "area surface size",
    "rent rental hire",
    "profit revenue sale",
    "grade mark score",
    "strength hardness",
    "yield harvest production output",
    "country nation",
    "amount sum total",
    "usd dollar",
    "eur euro",
    "gbp pound",
    "kg kilogram kilo",
    "min minute",
    "sec second",
)
_GROUPS: dict[str, set[int]] = {}
for _i, _group in enumerate(_SYNONYMS):
    for _word in _group.split():
        _GROUPS.setdefault(stem(_word), set()).add(_i)

# Short words that are words of their own, not the beginning of a longer one.
_WHOLE = word_set(
    "act age air all and any arm art bad bar bed big bus can cap car cod day ear end "
    "eye fat far fin fit gas gun hat her him his how ice ill its job key law leg lie "
    "lip low man map mar men mix new not now oil old one our out own pen per pet pie "
    "pin pro ran red sea see set she sky son sun tax tea the tin top toy two use van "
    "war was way wet who win yes you card pass port part star stat form cell cent "
    "come cons cont comp over inter trans"
)


@lru_cache(maxsize=65536)
def likeness(name: str, word: str) -> float:
    """How likely one word of a column's name stands for a word of the task, 0 to 1.

    1 the same word, 0.95 another form of it, 0.9 a usual abbreviation, 0.7 to 0.8 a
    beginning or the consonants of it (arr, cty), 0.7 a synonym, 0.5 a part of it.
    """
    if name == word:
        return 1.0
    a, b = stem(name), stem(word)
    if a == b:
        return 0.95
    if stem(_SHORT.get(name, name)) == b or a == stem(_SHORT.get(word, word)):
        return 0.9
    if _GROUPS.get(stem(_SHORT.get(name, name)), set()) & _GROUPS.get(b, set()):
        return 0.7
    if _abbreviates(name, word):
        return 0.75 if len(name) > 2 else 0.6
    if (
        len(name) == 2
        and len(word) > 4
        and word.startswith(name)
        and name not in _WHOLE
    ):
        return 0.45
    if _abbreviates(word, name):
        return 0.6
    if len(word) >= 4 and len(name) > len(word) and name.endswith(word):
        return 0.5
    return 0.5 if len(b) >= 4 and a.startswith(b) else 0.0


def _abbreviates(short: str, long: str) -> bool:
    """Whether `short` is a beginning, the consonants, or most letters of `long`."""
    if len(short) < 2 or len(long) <= len(short) or short[0] != long[0]:
        return False
    if not (short.isalpha() and long.isalpha()) or short in _WHOLE:
        return False
    if long.startswith(short):
        return len(short) >= 3 and len(long) - len(short) >= 2
    letters = iter(long)
    if not all(c in letters for c in short):
        return False
    if len(short) == 2:  # yr, ht, wt: the first and the last consonant
        return short[1] not in _VOWELS and long.rstrip("aeiou").endswith(short[1])
    if not _VOWELS & set(short[1:]):
        consonants = [c for c in long[1:] if c not in _VOWELS]
        return len(short) - 1 >= 0.5 * len(consonants)
    return len(short) >= 4 and len(short) >= 0.6 * len(long)


def spelled(name: str, words: tuple[str, ...]) -> bool:
    """Whether a joined name abbreviates these words, all of them but for small ones.

    "mpg" is miles per gallon, "medv" median value, "los" length of the stay.
    """
    if len(name) < 3 or not name.isalpha():
        return False
    taken = _pieces(name, words, 0)
    short = any(name[:i] in _SHORT or name[i:] in _SHORT for i in (1, 2))
    return taken >= 2 and (len(name) > 3 or taken == 3 or short)


def _pieces(name: str, words: tuple[str, ...], taken: int) -> int:
    """Words that pieces of `name` begin, in order; 0 unless both are used up."""
    if not name or not words:
        return 0 if name or words else taken
    word, best = words[0], 0
    if taken and len(word) <= 3:  # of, the, per
        best = _pieces(name, words[1:], taken)
    for n in range(1, min(len(name), len(word)) + 1):
        if word.startswith(name[:n]) or _expands(name[:n], word):
            best = max(best, _pieces(name[n:], words[1:], taken + 1))
    return best


def _expands(short: str, word: str) -> bool:
    return short in _SHORT and stem(_SHORT[short]) == stem(word)


def cut(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """A name run together, cut into words of the text: percbelowpoverty, totalprice.

    Whole where the words and their usual abbreviations do not make up all of it.
    """
    if len(name) < 7 or name in words:
        return (name,)
    known = {word for word in words if len(word) > 2}
    known |= {short for short, long in _SHORT.items() if stem(long) in map(stem, words)}
    return _cut(name, known) or (name,)


def _cut(name: str, known: set[str]) -> tuple[str, ...]:
    if name in known:
        return (name,)
    for n in range(len(name) - 1, 1, -1):
        if name[:n] in known and (rest := _cut(name[n:], known)):
            return (name[:n], *rest)
    return ()

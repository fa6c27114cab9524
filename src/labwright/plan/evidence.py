"""How strongly a task's words speak for each column as the target.

A column's score is the share of its name that the words account for, times how much of
what the words name it covers: 1 where both say the same, 0.5 where they share a word.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from labwright.plan.phrases import Phrase, is_light, is_stop, is_unit
from labwright.plan.words import cut, likeness, spelled, split_name, stem
from labwright.profile.facts import Column
from labwright.task.model import TaskType

FEW_CLASSES = 20  # distinct whole numbers that can still be classes
MANY_CLASSES = 100  # whole numbers with more distinct values are no classes
OTHER_UNIT = 0.75  # of the score of a name whose unit the text does not have
LONGEST = 5  # words that a name abbreviates
SHORT_VALUE = 30  # characters of a value that a text may name


@dataclass(frozen=True)
class Evidence:
    """What speaks for one column.

    Attributes:
        column: Its name.
        score: 0 to about 1.3; comparable between the columns of a table.
        says: In words, for the reason of a decision.
    """

    column: str
    score: float
    says: str


def suits(column: Column, task_type: TaskType | None) -> float:
    """How well a column can be a target of that type: 1, less where it hardly can."""
    if column.kind in ("constant", "path", "text", "date"):
        return 0.3
    if column.kind == "identifier":
        return 0.3 if task_type == "classification" else 0.4
    number = column.whole is not None
    if task_type == "regression":
        return (1.0 if column.distinct > 2 else 0.8) if number else 0.6
    if task_type != "classification" or column.distinct <= 2:
        return 1.0
    if number:
        few = column.whole and column.distinct <= FEW_CLASSES
        return 1.0 if few else 0.7 if column.whole else 0.6
    return 1.0 if column.distinct <= column.rows // 5 else 0.6


def evidence_of_words(
    columns: Collection[Column], phrase: Phrase, task_type: TaskType | None
) -> list[Evidence]:
    """Columns that the words speak for, the strongest first."""
    found = []
    for column in columns:
        named = _name_score(column.name, phrase)
        valued = _values_named(column, phrase)
        score = named.score + (0.5 if valued else 0.0)
        if score and phrase.question:
            score *= 1.1 if column.distinct == 2 else 0.85
        score *= suits(column, task_type)
        says = " and ".join(filter(None, (named.says, valued)))
        if score:
            found.append(replace(named, score=round(score, 4), says=says))
    return sorted(found, key=lambda e: -e.score)


def _name_score(name: str, phrase: Phrase) -> Evidence:
    """How well a name and the words of a phrase agree."""
    whole = split_name(name)
    tokens = [t for t in whole if not is_stop(t)] or list(whole)
    if any(t.isalpha() for t in tokens):
        tokens = [t for t in tokens if not t.isdigit()]
    tokens, fit = _without_unit(tokens, phrase)
    score, covered = max(
        _whole("".join(whole), phrase), _whole("".join(tokens), phrase)
    )
    if not score and len(phrase.units) > 1:  # in miles per gallon
        heavy = tuple(0.0 if is_stop(unit) else 0.8 for unit in phrase.units)
        unit = Phrase(phrase.units, heavy, (), False, False)
        score, covered = _whole("".join(whole), unit)
    pieces = [piece for token in tokens for piece in cut(token, phrase.words)]
    part, matched = _by_words(pieces, phrase)
    if part >= score:
        score, covered = part, matched
    if not score:
        return Evidence(name, 0.0, "")
    shown = _quoted(list(dict.fromkeys(covered)))
    return Evidence(name, fit * score, f"`{name}` matches {shown}")


def _without_unit(tokens: list[str], phrase: Phrase) -> tuple[list[str], float]:
    """A name without the unit at its end, which need not be named: bill_length_mm.

    And how well that unit fits the text: 1, or less where the text names another.
    """
    if len(tokens) < 2 or not is_unit(tokens[-1]) or "per" in phrase.said:
        return tokens, 1.0
    same = any(likeness(tokens[-1], unit) for unit in phrase.units)
    if tokens[-1] == "min" and not same:
        return tokens, 1.0  # the least, not minutes
    return tokens[:-1], 1.0 if same or not phrase.units else OTHER_UNIT


def _whole(joined: str, phrase: Phrase) -> tuple[float, list[str]]:
    """The score of a name that is neighbouring words run together or abbreviated.

    A stop word has no place and may be part of it: miles per gallon.
    """
    total = sum(phrase.places)
    for start in phrase.starts.get(joined[:1], ()):
        for end in range(min(start + LONGEST, len(phrase.said)), start + 1, -1):
            heavy = [place for place in phrase.places[start:end] if place]
            if len(heavy) < 2 or not phrase.places[end - 1]:
                continue
            run = phrase.said[start:end]
            score = sum(heavy) / len(heavy) * (0.6 + 0.4 * sum(heavy) / total)
            if joined == "".join(run):
                return score, list(run)
            if spelled(joined, run):
                return 0.85 * score, list(run)
    return 0.0, []


def _by_words(tokens: list[str], phrase: Phrase) -> tuple[float, list[str]]:
    """The score of a name whose words stand for words of the phrase, one by one."""
    matched: set[str] = set()
    gained = total = 0.0
    for token in tokens:
        weight = 0.5 if is_light(token) else 1.0
        total += weight
        likes = ((likeness(token, w) * place, w) for w, place in phrase.named.items())
        like, word = max(likes, default=(0.0, ""), key=lambda pair: pair[0])
        if like:
            gained += like * weight
            matched.add(word)
    if not matched:
        return 0.0, []
    heft = {
        w: place * (0.5 if is_light(w) else 1.0) for w, place in phrase.named.items()
    }
    share = sum(heft[word] for word in matched) / sum(heft.values())
    words = [word for word in phrase.words if word in matched]
    return gained / total * (0.6 + 0.4 * share), words


def _values_named(column: Column, phrase: Phrase) -> str:
    """Values of the column that the text names, two or the one asked for; or ""."""
    if column.distinct > FEW_CLASSES or column.kind not in ("category", "boolean"):
        return ""
    said = set(phrase.said)
    stems = {stem(word) for word in said if len(word) > 2}
    values = []
    for value, _ in column.values:
        words = split_name(value[:SHORT_VALUE])
        plain = [w for w in words if w not in ("yes", "no", "true", "false")]
        if not plain or plain in (["a"], ["i"]) or all(w.isdigit() for w in plain):
            continue
        if all(w in said or (len(w) > 2 and stem(w) in stems) for w in plain):
            values.append(value)
    if len(values) > 1:
        return f"its values {_quoted(values[:4])} are named"
    if values and phrase.question and column.distinct == 2:
        return f"its value {_quoted(values)} is named"
    return ""


def _quoted(words: Collection[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"

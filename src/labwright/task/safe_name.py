"""A name that is a safe folder name on every system, from any text."""

import re
import unicodedata

MAX_LENGTH = 60  # characters

# Device names, which Windows refuses as file names whatever their case.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def safe_name(text: str) -> str:
    """ASCII letters, digits, _ and - of a text; what lies between becomes one _.

    The result is never empty, never starts or ends with _ or -, is no name that a
    system reserves, and is at most 60 characters long. It equals its own safe name.

    >>> safe_name("../Größe der Häuser!")
    'Gro_e_der_Hauser'
    """
    letters = unicodedata.normalize("NFKD", text)
    ascii_text = "".join(c for c in letters if not unicodedata.combining(c))
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", ascii_text)[:MAX_LENGTH].strip("_-")
    if not name or _RESERVED.fullmatch(name):
        return f"task_{name}".rstrip("_")
    return name

"""Images: which column holds them, and how one becomes patches that a model reads.

Measured on training images: what the headers say of evenly spaced ones, and the pixels
of some of these.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from labwright.acquire.acquired import Acquired
from labwright.errors import ReadError
from labwright.plan.decisions import Decision, Value
from labwright.plan.encoding import Encoding, Material
from labwright.plan.media import find_media, media_folders, words_of
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import count, names, percent
from labwright.plan.words import split_name
from labwright.profile.facts import TableProfile
from labwright.task.model import Task

if TYPE_CHECKING:
    from labwright.parts.image import ImageFacts

HEADERS = 2_000  # training images whose header is read
DECODED = 200  # of these, whose pixels are looked at
UNREADABLE = 0.01  # share of images that may be unreadable in later data
MOST_UNREADABLE = 0.2  # share from which these are no images

LONGEST = 128  # pixels of the longer side to which images are scaled at most
MOST_PATCHES = 64  # of an image: attention looks at every pair of them
LEAST_PATCH = 2  # pixels, of an image that is large enough
DISPLACED = 0.06  # share of its sides by which a training image is displaced at most
BITS = (8, 10, 12, 14, 16)  # in which brightness is stored

KEPT_BYTES = 4 * 2**30  # of pixels that are prepared once
WORKERS = 4  # processes that decode where pixels are not kept
PATCHES_AT_ONCE = 131_072  # that the model reads without gradients
CHECKED_IMAGES = 256  # of each part, that check.py decodes again

WORDS = {
    "image", "images", "photo", "photos", "photograph", "photographs", "picture",
    "pictures", "drawing", "drawings", "scan", "scans", "xray", "painting", "paintings",
    "microscopy", "satellite", "aerial", "handwritten", "pixels", "shown", "seen",
}  # fmt: skip
# Things that look as natural in a mirror; and those that mean something else in it.
MIRRORED = {
    "photo", "photos", "photograph", "photographs", "picture", "pictures", "animal",
    "animals", "cat", "cats", "dog", "dogs", "bird", "birds", "flower", "flowers",
    "plant", "plants", "leaf", "leaves", "tree", "trees", "fruit", "fruits", "food",
    "foods", "dish", "dishes", "scene", "scenes", "landscape", "landscapes", "aerial",
    "satellite", "insect", "insects", "fish", "mushroom", "mushrooms", "texture",
    "textures", "garbage", "waste", "weather", "clothes", "clothing", "fashion",
}  # fmt: skip
WRITTEN = {
    "digit", "digits", "letter", "letters", "character", "characters", "handwritten",
    "handwriting", "written", "text", "texts", "word", "words", "number", "numbers",
    "symbol", "symbols", "sign", "signs", "traffic", "gesture", "gestures", "hand",
    "hands", "left", "right", "direction", "directions", "orientation", "angle",
    "clock", "note", "notes", "music", "plate", "plates", "logo", "logos", "glyph",
    "glyphs", "kanji", "hangul", "alphabet", "numeral", "numerals", "side", "spectrogram",
    "mirror", "rotation", "xray", "ray", "mri", "ct", "scan", "scans",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What was found out about training images.

    Attributes:
        rows: Images that were looked at.
        facts: Of those that can be read.
        places: Numbers of these among the images looked at.
        broken: What is wrong with the others.
        grey: Of the decoded images, those without colour.
        decoded: Images of which the pixels were looked at.
        brightest: The highest value of those with more than 8 bits, 0 without any.
    """

    rows: int
    facts: Sequence["ImageFacts"]
    places: Sequence[int]
    broken: Sequence[str]
    grey: int
    decoded: int
    brightest: float

    @property
    def sizes(self) -> np.ndarray:
        """Height and width of each image, (images, 2)."""
        return np.array([(facts.height, facts.width) for facts in self.facts])


# ---- which column holds images


def find_images(
    task: Task, table: TableProfile, acquired: Acquired
) -> RecipeChoice | None:
    """A folder of images, or a column with paths of images or with images themselves."""
    return find_media(task, table, acquired, "image", "image", WORDS)


# ---- what the images are like


def look(material: Material) -> Seen:
    """Read the headers of training images, and the pixels of some.

    Raises:
        ReadError: too many cannot be read.
    """
    from labwright.parts.image import image_facts, look_into

    images, _ = training_images(material)
    facts, places, broken = [], [], []
    grey = decoded = 0
    brightest = 0.0
    step = max(1, len(images) // DECODED)
    for number, image in enumerate(images):
        try:
            found = image_facts(image)
            if number % step == 0:
                plain, highest = look_into(image)
                decoded, grey = decoded + 1, grey + plain
                brightest = max(brightest, highest)
        except ValueError as error:
            name = image.name if isinstance(image, Path) else "an image"
            broken.append(f"{name} ({error})")
            continue
        facts.append(found)
        places.append(number)
    if len(broken) > MOST_UNREADABLE * len(images):
        raise ReadError(
            f"images in the column `{material.recipe.columns[0]}`",
            f"{len(broken):,} of {len(images):,} that cannot be read: "
            + ", ".join(broken[:3]),
            "Formats are PNG, JPEG, GIF, BMP, WebP and TIFF. Mend or remove the others.",
            key=material.recipe.columns[0],
        )
    return Seen(len(images), facts, places, broken, grey, decoded, brightest)


def training_images(material: Material) -> tuple[list[Path | bytes], np.ndarray]:
    """At most HEADERS training images, evenly spaced, and the numbers of their rows."""
    from labwright.parts import unpack
    from labwright.parts.media import media_of
    from labwright.parts.named_files import files_by_name, with_files

    acquired, column = material.acquired, material.recipe.columns[0]
    unpacked = getattr(unpack, acquired.unpacked)
    spread = np.linspace(0, len(material.train) - 1, min(len(material.train), HEADERS))
    chosen = spread.astype(np.int64)
    cells = material.train[column].gather(chosen)
    if folders := folders_of(material):
        found = with_files(cells, files_by_name(unpacked(acquired.folder, folders)))
        return list(found), chosen
    tables = [file.path for file in material.table.files]
    bases = dict(zip(tables, unpacked(acquired.folder, tables), strict=True))
    files = material.files.gather(chosen)
    pairs = zip(cells, files, strict=True)
    return [media_of(cell, bases[file]) for cell, file in pairs], chosen


def folders_of(material: Material) -> list[str]:
    """The folders in which the images are that a table names; none for other forms."""
    table = material.table
    named = table.columns[material.recipe.columns[0]].kind != "media"
    if table.files[0].reader == "read_folder" or not named:
        return []
    return media_folders(material.acquired, "image")


# ---- how they are read


def choose_size(seen: Seen) -> tuple[int, int, int, str]:
    """Height and width to which images are scaled, the patch, and why."""
    heights, widths = np.median(seen.sizes, axis=0)
    scale = min(1.0, LONGEST / max(heights, widths))
    height, width = max(1, round(heights * scale)), max(1, round(widths * scale))
    patch = LEAST_PATCH if max(height, width) >= 4 * LEAST_PATCH else 1
    while math.ceil(height / patch) * math.ceil(width / patch) > MOST_PATCHES:
        patch += 1
    rounded = [max(1, round(side / patch)) * patch for side in (height, width)]
    low, high = seen.sizes.min(axis=0), seen.sizes.max(axis=0)
    if (low == high).all():
        said = f"all images are {low[0]} x {low[1]}"
    else:
        said = (
            f"images are {low[0]} x {low[1]} to {high[0]} x {high[1]}, the median "
            f"{heights:.0f} x {widths:.0f}: each is scaled to fit, its form kept"
        )
    if scale < 1:
        said += f"; at most {LONGEST} pixels a side keep a first run short"
    return rounded[0], rounded[1], patch, said


def rim_of(patch: int) -> int:
    """Pixels around a patch that are seen with it: more of a small one."""
    return patch // 2 if patch <= 4 else patch // 4


def choose_white(seen: Seen) -> int:
    """The brightest value that the bits of the images can hold."""
    bits = next((bits for bits in BITS if seen.brightest < 2**bits), BITS[-1])
    return int(2**bits - 1)


def may_flip(material: Material) -> tuple[bool, str]:
    """Whether images may be mirrored: natural things by the words, nothing written."""
    words = words_of(material.task)
    classes: list[str] = []
    if material.kind.form != "regression":
        cells = material.train[material.targets[0]].alias("class").drop_nulls()
        classes = [str(cell) for cell in cells.unique(maintain_order=True).head(200)]
    classified = {word for name in classes for word in split_name(name)}
    if not classes:
        return False, "numbers may depend on the side"
    if any(len(name) <= 2 for name in classes) or material.kind.form == "multilabel":
        return False, f"may be something else in a mirror: {names(classes[:3])}"
    if against := sorted((words | classified) & WRITTEN):
        return False, f"may mean something else in a mirror: {names(against[:3])}"
    if found := sorted((words | classified) & MIRRORED):
        return True, f"as natural in a mirror: {names(found[:3])}"
    return False, "nothing says that they are as natural in a mirror"


def encode_image(material: Material) -> Encoding:
    """How the images become patches.

    Raises:
        ReadError: too many images cannot be read.
    """
    seen = look(material)
    height, width, patch, why_size = choose_size(seen)
    channels = 1 if seen.grey == seen.decoded else 3
    steps = (height // patch) * (width // patch)
    flip, why_flip = may_flip(material)
    size = sum(material.rows.values()) * height * width * channels
    column = material.recipe.columns[0]
    kept = size <= KEPT_BYTES
    folders = folders_of(material)
    rim = rim_of(patch)
    colours = "grey" if channels == 1 else "red, green and blue"
    decisions = [
        Decision("images", count(seen.rows, "image") + " looked at", in_words(seen)),
        Decision("size", f"{height} x {width} pixels", why_size),
        Decision(
            "colours",
            colours,
            f"{seen.grey:,} of {seen.decoded:,} images looked into have no colour",
        ),
        Decision(
            "patches",
            f"{steps} of {patch} x {patch} pixels",
            f"at most {MOST_PATCHES} patches, since attention looks at every pair of "
            f"them; each is seen with a rim of {count(rim, 'pixel')} and its place",
        ),
        Decision(
            "augmentation",
            f"displaced and stretched by at most {percent(DISPLACED)}"
            + (", every second one mirrored" if flip else ", never mirrored"),
            f"training images only, anew in each epoch; {why_flip}",
        ),
        about_keeping(kept, size),
    ]
    share = len(seen.broken) / seen.rows
    compared = material.recipe.equal_in or material.recipe.columns
    constants: dict[str, Value] = {
        "IMAGE": column,
        "FOLDERS": list(folders),
        "EQUAL_IN": list(compared),
        "HEIGHT": height,
        "WIDTH": width,
        "CHANNELS": channels,
        "WHITE": choose_white(seen),
        "PATCH": patch,
        "RIM": rim,
        "DISPLACED": DISPLACED,
        "FLIP": flip,
        "MAX_BROKEN": max(UNREADABLE, math.ceil(200 * share) / 100),
        "INFERENCE_ROWS": 2
        ** int(math.log2(max(1, min(1024, PATCHES_AT_ONCE // steps)))),
        "ENCODED_AGAIN": CHECKED_IMAGES,
        "NUM_WORKERS": 0 if kept else WORKERS,
    }
    if material.table.columns[column].kind != "media":
        constants["IDENTIFIERS"] = [
            column,
            *(n for n in material.identifiers if n not in compared),
        ]
    called = (
        {} if kept else {"keep_pixels": "count_pixels", "kept_pixels": "made_pixels"}
    )
    return Encoding(
        steps, tuple(decisions), constants, called, warnings_of(material, seen)
    )


# ---- in words


def in_words(seen: Seen) -> str:
    """Formats and modes, and what is wrong with images."""
    forms = Counter(facts.form for facts in seen.facts)
    modes = Counter(facts.mode for facts in seen.facts)
    said = ", ".join(f"{form} {rows:,}" for form, rows in forms.most_common(4))
    said += "; stored as " + ", ".join(f"{m} {n:,}" for m, n in modes.most_common(4))
    if seen.broken:
        shown = ", ".join(seen.broken[:3])
        said += f"; {len(seen.broken):,} cannot be read and are left out: {shown}"
    return said


def about_keeping(kept: bool, size: int) -> Decision:
    """Whether pixels are prepared once, and how many processes load them."""
    most = f"{KEPT_BYTES / 2**30:.0f} GiB"
    pixels = f"{size / 2**30:.2g} GiB of pixels"
    if kept:
        reason = f"{pixels}, of at most {most}, are prepared once: processes only cost"
        return Decision("num_workers", 0, reason)
    reason = f"{pixels} are more than the {most} that are kept: images are decoded"
    return Decision("num_workers", WORKERS, f"{reason} whenever they are read")


def warnings_of(material: Material, seen: Seen) -> tuple[str, ...]:
    """Doubts about the images, each with what to do."""
    from labwright.parts.leaks import give_aways

    found = []
    if seen.broken:
        found.append(
            f"{len(seen.broken):,} of {seen.rows:,} training images cannot be read "
            f"({', '.join(seen.broken[:3])}): they are left out. Mend them, or remove "
            "them from the data."
        )
    _, rows = training_images(material)
    targets = list(material.targets)
    truth = material.train[rows[list(seen.places)]].select(targets)
    if material.kind.form != "regression" and not truth.schema[targets[0]].is_nested():
        truth = truth.cast(pl.String)
    stored = pl.DataFrame(
        {
            "height": [facts.height for facts in seen.facts],
            "width": [facts.width for facts in seen.facts],
            "colour mode": [facts.mode for facts in seen.facts],
            "format": [facts.form for facts in seen.facts],
        }
    )
    near = give_aways(stored.hstack(truth), targets)
    if near:
        told = ", ".join(
            f"{each['column']} ({each['measure']} {each['figure']:.4g})"
            for each in near
        )
        found.append(
            f"How images are stored nearly gives {names(targets)} away: {told}. A model "
            "may learn that instead of what they show: bring images that are stored "
            "alike."
        )
    return tuple(found)

"""Folders, archives and tables of images and sounds: tiny, odd in form, or damaged."""

import csv
import io
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import soundfile
from PIL import Image

from tests.hostile.sound_files import Files, safe
from tests.hostile.twists import odd_name

MODES = ("L", "RGB", "RGBA", "P", "LA", "1", "I;16", "CMYK", "F", "I")
FORMS = {
    "png": ("L", "RGB", "RGBA", "P", "LA", "1", "I;16"),
    "jpg": ("L", "RGB", "CMYK"),
    "gif": ("L", "P", "RGB"),
    "bmp": ("L", "RGB", "P", "1"),
    "webp": ("RGB", "RGBA"),
    "tif": MODES,
}
PILLOW = {"jpg": "JPEG", "tif": "TIFF"}
RATES = (1, 400, 8_000, 11_025, 16_000, 44_100, 192_000, 768_000)


# ---- images --------------------------------------------------------------------------


def image(chance: random.Random, form: str, mode: str, sides: tuple[int, int]) -> bytes:
    """An image of noise."""
    height, width = sides
    noise = np.frombuffer(chance.randbytes(height * width), np.uint8)
    grey = Image.fromarray(noise.reshape(height, width))
    if mode == "I;16":
        drawn = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        drawn = grey.convert(mode)
    file = io.BytesIO()
    more: dict[str, Any] = {}
    if form == "gif" and chance.random() < 0.5:
        more = {"save_all": True, "append_images": [drawn.rotate(90)]}
    if form == "jpg" and chance.random() < 0.3:
        exif = Image.Exif()
        exif[0x0112] = chance.randrange(0, 12)  # the camera was turned
        more = {"exif": exif}
    if mode == "P" and form in ("png", "gif") and chance.random() < 0.5:
        more["transparency"] = 0
    drawn.save(file, PILLOW.get(form, form.upper()), **more)
    return file.getvalue()


def huge_png(side: int) -> bytes:
    """A PNG file whose header promises more pixels than any memory holds."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return (
            struct.pack(">I", len(content))
            + checked
            + struct.pack(">I", zlib.crc32(checked))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


@cache
def text_bomb() -> bytes:
    """A small PNG file with a comment that unpacks to 200 MB."""
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "PNG")
    content = b"comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)
    chunk = struct.pack(">I", len(content)) + b"zTXt" + content
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + content))
    whole = file.getvalue()
    return whole[:33] + chunk + whole[33:]  # behind the header


def huge_gif() -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HH", 65_535, 65_535)
        + b"\0\0\0,\0\0\0\0\xff\xff\xff\xff\0;"
    )


BROKEN_IMAGES: tuple[Callable[[random.Random], bytes], ...] = (
    lambda chance: b"",
    lambda chance: b"<html><body>Not found</body></html>",
    lambda chance: b"\x89PNG\r\n\x1a\n" + chance.randbytes(60),
    lambda chance: huge_png(chance.choice([0, 20_000, 100_000, 2**31 - 1, 2**32 - 1])),
    lambda chance: huge_gif(),
    lambda chance: text_bomb(),
    lambda chance: image(chance, "png", "RGB", (9, 9))[: chance.randrange(120)],
    lambda chance: image(chance, "tif", "L", (9, 9))[:-40],
    lambda chance: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    lambda chance: image(chance, "png", "L", (1, chance.choice([1, 5_000]))),
)


# ---- sounds --------------------------------------------------------------------------

SUBTYPES = {
    "wav": ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"),
    "flac": ("PCM_16", "PCM_24"),
    "ogg": ("VORBIS",),
    "aiff": ("PCM_16",),
}


def sound(chance: random.Random, form: str, rate: int, seconds: float) -> bytes:
    """A tone with noise, of one channel or two."""
    frames = max(1, min(20_000, round(rate * seconds)))
    channels = chance.choice([1, 1, 2])
    drawn = np.random.default_rng(chance.randrange(2**32)).normal(
        size=(frames, channels)
    )
    waves = (
        0.3 * np.sin(np.arange(frames)[:, None] / chance.uniform(2, 20)) + 0.02 * drawn
    )
    file = io.BytesIO()
    subtype = chance.choice(SUBTYPES[form])
    soundfile.write(file, waves, rate, format=form.upper(), subtype=subtype)
    return file.getvalue()


def floats(value: float) -> bytes:
    """A sound of nothing but one value."""
    file = io.BytesIO()
    soundfile.write(file, np.full(4_000, value), 8_000, format="WAV", subtype="FLOAT")
    return file.getvalue()


def long_header() -> bytes:
    """A sound whose header promises four gigabytes of samples."""
    size = struct.pack("<I", 2**32 - 1)
    form = struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16)
    return b"RIFF" + size + b"WAVEfmt \x10\0\0\0" + form + b"data" + size + bytes(800)


BROKEN_SOUNDS: tuple[Callable[[random.Random], bytes], ...] = (
    lambda chance: b"",
    lambda chance: b"RIFF\0\0\0\0WAVE",
    lambda chance: b"not a sound",
    lambda chance: floats(chance.choice([float("nan"), float("inf"), 1e30, 0.0])),
    lambda chance: long_header(),
    lambda chance: sound(chance, "flac", 8_000, 0.2)[: chance.randrange(400)],
    lambda chance: sound(chance, "wav", chance.choice(RATES), 0.2),
    lambda chance: sound(chance, "wav", 8_000, 0.0001),
    lambda chance: b"ID3" + chance.randbytes(300),
)


# ---- worlds of them ------------------------------------------------------------------


def images(chance: random.Random) -> list[tuple[str, bytes]]:
    """Suffix and content of images of a few forms, some of them broken."""
    forms = chance.sample(sorted(FORMS), chance.choice([1, 1, 2]))
    sides = chance.choice([(8, 8), (8, 12), (30, 20), (1, 40)])
    alike = chance.random() < 0.5
    found = []
    for _ in range(chance.choice([24, 40, 60])):
        form = chance.choice(forms)
        mode = FORMS[form][0] if alike else chance.choice(FORMS[form])
        found.append((form, image(chance, form, mode, sides)))
    return with_broken(found, BROKEN_IMAGES, chance)


def sounds(chance: random.Random) -> list[tuple[str, bytes]]:
    """The same of sounds."""
    form = chance.choice(sorted(SUBTYPES))
    rate = chance.choice([8_000, 16_000])
    found = [
        (form, sound(chance, form, rate, chance.choice([0.1, 0.3])))
        for _ in range(chance.choice([24, 40]))
    ]
    return with_broken(found, BROKEN_SOUNDS, chance)


def with_broken(
    found: list[tuple[str, bytes]],
    broken: tuple[Callable[[random.Random], bytes], ...],
    chance: random.Random,
) -> list[tuple[str, bytes]]:
    """None, a few, or many of them are others."""
    for i in chance.choices(range(len(found)), k=chance.choice([0, 0, 1, 2, 4, 30])):
        found[i] = (found[i][0], chance.choice(broken)(chance))
    return found


def media_world(chance: random.Random, holds: str) -> tuple[dict[str, Any], Files]:
    """A task and the files of images or sounds by class, or named by a table."""
    drawn = (images if holds == "images" else sounds)(chance)
    classes = [safe(odd_name(chance)) if chance.random() < 0.2 else c for c in "abc"]
    classes = classes[: chance.choice([1, 2, 2, 3, 3, 3])]
    called = [
        f"{safe(odd_name(chance)) if chance.random() < 0.02 else ''}{i}.{suffix}"
        if chance.random() > 0.02
        else f"{i}.{chance.choice(['txt', 'csv', 'png', 'wav', ''])}"
        for i, (suffix, _) in enumerate(drawn)
    ]
    form = chance.choice(["folder", "folder", "archive", "table", "table beside"])
    said: dict[str, Any] = {"data_sources": holds}
    if form in ("folder", "archive"):
        files = {
            f"{holds}/{classes[i % len(classes)]}/{name}": content
            for i, (name, (_, content)) in enumerate(zip(called, drawn, strict=True))
        }
        if form == "archive":
            name, content = archive_of(files, chance)
            return {"data_sources": name}, {name: content}
        return said, files
    files = {
        f"{holds}/{name}": content
        for name, (_, content) in zip(called, drawn, strict=True)
    }
    below = "" if form == "table beside" else f"{holds}/"
    cells = [[f"{below}{name}", "ab"[i % 2]] for i, name in enumerate(called)]
    if chance.random() < 0.2:
        cells[chance.randrange(len(cells))][0] = chance.choice(
            [
                "../../outside.png",
                "/etc/passwd",
                "",
                "gone.png",
                "a\0b",
                "x" * 5_000,
                ".",
            ]
        )
    place = f"{holds}/labels.csv" if form == "table beside" else "labels.csv"
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["file", "label"], *cells])
    files[place] = text.getvalue().encode()
    sources = {
        "data_sources": holds if form == "table beside" else ["labels.csv", holds]
    }
    return sources | {"target": "label"}, files


def archive_of(files: Files, chance: random.Random) -> tuple[str, bytes]:
    """A folder as a ZIP or TAR archive, whose members may be called oddly."""
    members = {
        (odd_name(chance) if chance.random() < 0.01 else name): content
        for name, content in files.items()
    }
    file = io.BytesIO()
    if chance.random() < 0.5:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(
                    zipfile.ZipInfo(name.replace("\0", "_")[:60_000]), content
                )
        return "data.zip", file.getvalue()
    with tarfile.open(fileobj=file, mode=chance.choice(["w", "w:gz"])) as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return "data.tar", file.getvalue()

"""Small pictures without a library for them: PNG (ISO/IEC 15948) with 256 colours."""

import struct
import zlib

import numpy as np

# Colours along viridis (van der Walt and Smith, 2015), evenly spaced, as it is for
# readers who do not tell red from green.
VIRIDIS = (
    *((68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142)),
    *((31, 158, 137), (53, 183, 121), (109, 205, 89), (180, 222, 44), (253, 231, 37)),
)


def png_of(levels: np.ndarray) -> bytes:
    """A PNG file of levels, uint8 (height, width): 0 is dark violet, 255 bright yellow."""
    height, width = levels.shape
    steps = np.linspace(0, len(VIRIDIS) - 1, 256)
    known = np.arange(len(VIRIDIS))
    colours = [
        np.interp(steps, known, channel) for channel in zip(*VIRIDIS, strict=True)
    ]
    palette = np.stack(colours, axis=1).round().astype(np.uint8).tobytes()
    lines = np.pad(levels.astype(np.uint8), ((0, 0), (1, 0)))  # each with filter type 0
    header = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk_of(*chunk) for chunk in chunks)


def chunk_of(kind: bytes, content: bytes) -> bytes:
    """A chunk of the file, with its length before and its checksum behind it."""
    checksum = zlib.crc32(kind + content)
    return (
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    )

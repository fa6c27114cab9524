"""Task -> the files, through the parts that the experiment itself will fetch them with."""

from labwright.acquire.acquired import Acquired, Metadata, TableFile
from labwright.acquire.acquiring import acquire

__all__ = ["Acquired", "Metadata", "TableFile", "acquire"]

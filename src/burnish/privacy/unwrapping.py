"""Text hidden in text: base64, hex, gzip, zlib, percent and HTML encodings, some layers deep."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
import uuid
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

DEPTH = 4
LARGEST = 1 << 16  # bytes or characters of one unwrapped text; what lies behind is not looked at
MOST = 2_000  # texts unwrapped from one value
GZIP, ZLIB = b"\x1f\x8b\x08", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){7,}")
BASE64 = re.compile(r"[0-9A-Za-z+/_-]{8,}={0,2}")
BASE64_PART = re.compile(r"[0-9A-Za-z]{8,}={0,2}")
SHORTEST = 7  # characters of the shortest identifier, an IPv4 address
UUID_BYTES = 16


class TooDeepError(ValueError):
    """A value unwraps into more texts than anybody honest writes."""


def plain(text: str) -> str:
    """The text as a person sees it: full-width forms made plain, invisible characters gone."""
    return text if text.isascii() else INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def unwrapped(text: str, *, depth: int = DEPTH) -> list[str]:
    """All texts wrapped in `text`, up to `depth` layers, each once. Raises TooDeepError past 2,000."""
    seen: dict[str, None] = {}
    layer = [text]
    for _ in range(depth):
        layer = [
            inner for outer in layer for inner in one_layer(outer) if inner not in seen and inner != text
        ]
        layer = list(dict.fromkeys(layer))
        seen.update(dict.fromkeys(layer))
        if len(seen) > MOST:
            raise TooDeepError
    return list(seen)


def one_layer(text: str) -> Iterator[str]:
    """What one decoding of `text`, or of a token in it, gives."""
    text = text[:LARGEST]
    if "%" in text:
        yield unquote(text)
    if "&#" in text:
        yield html.unescape(text)
    for content in (*hex_contents(text), *base64_contents(text)):
        yield from readable(content)


def hex_contents(text: str) -> Iterator[bytes]:
    """Bytes of each long even run of hexadecimal digits."""
    for token in HEX.findall(text):
        yield bytes.fromhex(token)


def base64_contents(text: str) -> Iterator[bytes]:
    """Bytes of each token that may be base64, plain or URL-safe, padded or not."""
    tokens = dict.fromkeys(BASE64.findall(text) + BASE64_PART.findall(text))
    for token in tokens:
        body = token.rstrip("=").replace("-", "+").replace("_", "/")
        if len(body) % 4 != 1:
            try:
                yield base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
            except binascii.Error:
                continue


def readable(content: bytes) -> Iterator[str]:
    """The text of decoded bytes when they are text, compressed text, or a UUID's sixteen bytes."""
    content = expanded(content)
    for encoding in ("utf-8", "utf-16-le"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if (
            len(text) >= SHORTEST
            and text.isascii()
            and text.replace("\n", "").replace("\t", "").isprintable()
        ):
            yield text
            return
    if len(content) == UUID_BYTES and uuid.UUID(bytes=content).version == 4:
        yield str(uuid.UUID(bytes=content))


def expanded(content: bytes) -> bytes:
    """The first 64 KiB behind gzip or zlib, or the bytes themselves when they are neither."""
    if not content.startswith((GZIP, *ZLIB)):
        return content
    try:
        return zlib.decompressobj(wbits=47).decompress(content, LARGEST)
    except zlib.error:
        return content

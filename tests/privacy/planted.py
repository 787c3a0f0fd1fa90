"""Made-up identifiers of devices, cards and people, plain and wrapped; the same for the same seed."""

from __future__ import annotations

import base64
import gzip
import random
import uuid
import zlib
from urllib.parse import quote

HEX = "0123456789abcdef"
BLANKS = ("{}", "seen {} on dock", "ref={};", "scan: {}, ok", '{{"v":"{}"}}')


def pairs(chance: random.Random, count: int, glue: str) -> str:
    text = glue.join(f"{chance.randrange(256):02x}" for _ in range(count))
    return text.upper() if chance.random() < 0.5 else text


def mac(chance: random.Random) -> str:
    kind = chance.randrange(5)
    if kind == 3:
        plain = pairs(chance, 6, "")
        return ".".join(plain[at : at + 4] for at in (0, 4, 8))
    if kind == 4:
        return f"mac {pairs(chance, 6, '')}"
    return pairs(chance, 6, ":-_"[kind])


def eui64(chance: random.Random) -> str:
    return pairs(chance, 8, chance.choice(":-"))


def luhn(digits: str) -> str:
    total = sum(sum(divmod(int(d) * (2 - place % 2), 10)) for place, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def imei(chance: random.Random) -> str:
    number = luhn("35" + "".join(chance.choices("0123456789", k=12)))
    return chance.choice(
        (number, f"{number[:2]}-{number[2:8]}-{number[8:14]}-{number[14]}", f"IMEI:{number}")
    )


def advertising_id(chance: random.Random) -> str:
    made = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return chance.choice((made, made.upper(), f"IDFA={made.upper()}", made.replace("-", "")))


def ssaid(chance: random.Random) -> str:
    return "".join(chance.choices(HEX, k=16))


def ip4(chance: random.Random) -> str:
    return ".".join(str(chance.randrange(1, 255)) for _ in range(4))


def ip6(chance: random.Random) -> str:
    groups = [f"{chance.randrange(4096, 65536):x}" for _ in range(8)]
    return ":".join(groups) if chance.random() < 0.5 else f"{':'.join(groups[:3])}::{groups[3]}"


def fingerprint(chance: random.Random) -> str:
    return "".join(chance.choices(HEX, k=chance.choice((32, 40, 64))))


def click(chance: random.Random) -> str:
    name = chance.choice(
        ("gclid", "fbclid", "msclkid", "ttclid", "gbraid", "wbraid", "dclid", "twclid", "li_fat_id")
    )
    value = "".join(chance.choices("ABCDEFGHabcdefgh0123456789_-", k=30))
    return f"https://shop.example/quote?page=2&{name}={value}"


def card(chance: random.Random) -> str:
    number = luhn(
        chance.choice(("4", "51", "55", "6011")).ljust(15, "0")[:4]
        + "".join(chance.choices("0123456789", k=11))
    )
    return chance.choice((number, " ".join(number[at : at + 4] for at in (0, 4, 8, 12))))


def ssn(chance: random.Random) -> str:
    area = chance.choice((chance.randrange(1, 666), chance.randrange(667, 900)))
    return f"{area:03}-{chance.randrange(1, 100):02}-{chance.randrange(1, 10000):04}"


KINDS = (mac, eui64, imei, advertising_id, ssaid, ip4, ip6, fingerprint, click, card, ssn)


def percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


WRAPS = (
    lambda text: text,
    lambda text: b64(text.encode()),
    lambda text: b64(text.encode()).rstrip("="),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    lambda text: text.encode().hex(),
    percent,
    lambda text: quote(b64(text.encode()), safe=""),
    lambda text: b64(gzip.compress(text.encode(), mtime=0)),
    lambda text: b64(zlib.compress(text.encode())),
    lambda text: gzip.compress(text.encode(), mtime=0).hex(),
    lambda text: b64(b64(text.encode()).encode()),
    lambda text: b64(text.encode().hex().encode()),
    lambda text: b64(b64(gzip.compress(text.encode(), mtime=0)).encode()),
    lambda text: b64(f'{{"device":"{text}"}}'.encode()),
)


def identifiers(count: int, *, seed: int = 1) -> list[tuple[str, str]]:
    """(identifier, cell that holds it), every kind with every wrap in turn, half of them plain."""
    chance = random.Random(seed)
    made = []
    for at in range(count):
        identifier = KINDS[at % len(KINDS)](chance)
        wrap = WRAPS[0] if at % 2 else WRAPS[at // 2 % len(WRAPS)]
        made.append((identifier, chance.choice(BLANKS).format(wrap(identifier))))
    return made

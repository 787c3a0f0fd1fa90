"""What a shop decided about itself, read once from `shop.toml` at the door."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from burnish.errors import ShopError

SHOP_VERSION = 1
FILE_NAME = "shop.toml"


@dataclass(frozen=True)
class Settings:
    """A shop's own facts and dials. Times are local to `time_zone`, amounts in `currency`."""

    folder: Path
    name: str
    time_zone: ZoneInfo
    currency: str
    country: str
    region: str | None
    weekend: tuple[int, ...] = (5, 6)
    threads: int = 2
    memory_mb: int = 2048
    keep_snapshots: int = 5


def read(folder: Path) -> Settings:
    """Read `shop.toml`. Raises ShopError when there is none, or it cannot be understood."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise ShopError(
            "there is no shop here", str(folder), "Run `burnish init DIR`, or name the shop with --shop DIR."
        )
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ShopError(f"shop.toml cannot be read: {problem}", str(path), "Mend that line.") from None
    return checked(given, folder)


def checked(given: dict[str, object], folder: Path) -> Settings:
    """Settings from the values of `shop.toml`. Raises ShopError naming what is unknown or missing."""
    where = str(folder / FILE_NAME)
    given = dict(given)
    version = given.pop("version", None)
    if version != SHOP_VERSION:
        raise ShopError(
            f"the shop is of version {version!r}, this Burnish works with {SHOP_VERSION}",
            where,
            "Use the Burnish that made it, or restore a backup into a new shop.",
        )
    known = set(Settings.__dataclass_fields__) - {"folder"}
    unknown, missing = set(given) - known, {"name", "time_zone", "currency", "country"} - set(given)
    if unknown or missing:
        said = [f"unknown setting {name}" for name in sorted(unknown)]
        said += [f"missing setting {name}" for name in sorted(missing)]
        raise ShopError(", ".join(said), where, f"Known settings: {', '.join(sorted(known))}.")
    try:
        zone = ZoneInfo(str(given.pop("time_zone")))
    except (ZoneInfoNotFoundError, ValueError):
        raise ShopError("the time zone is unknown", where, 'Write one such as "America/Chicago".') from None
    wrong = [f"{name} is not {KINDS[name][1]}" for name in given if not KINDS[name][0](given[name])]
    if wrong:
        raise ShopError("; ".join(wrong), where, "Correct that line; docs/guides/own-files.md explains each.")
    region = given.pop("region", None) or None
    weekend: tuple[int, ...] = tuple(given.pop("weekend", (5, 6)))  # type: ignore[arg-type]
    return Settings(folder=folder, time_zone=zone, weekend=weekend, region=region, **given)  # type: ignore[arg-type]


def is_text(value: object) -> bool:
    """A text."""
    return isinstance(value, str)


def is_count(value: object) -> bool:
    """A whole number from 1."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def is_weekdays(value: object) -> bool:
    """Numbers of weekdays, Monday 0, not all of them."""
    return isinstance(value, list) and len(set(value)) < 7 and all(day in range(7) for day in value)


KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(("name", "currency", "country", "region"), (is_text, "a text in quotes")),
    **dict.fromkeys(("threads", "memory_mb", "keep_snapshots"), (is_count, "a whole number from 1")),
    "weekend": (is_weekdays, "a list of weekdays such as [5, 6] (Monday is 0)"),
}

"""The shop key: 32 random bytes in one file, from which every other key is derived.

Derivation is HKDF-SHA256 (RFC 5869), one label per use, so that no two uses share a key.
By default it lies in the vault's folder; BURNISH_KEY_FILE puts it elsewhere, and a backup without it can
read no person.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from burnish.errors import ShopError
from burnish.store.durable import sync_folder

KEY_BYTES = 32
ELSEWHERE = "BURNISH_KEY_FILE"
LOSS = (
    "Without it the names, addresses, phones and texts of people stay unreadable for ever and no file with "
    "people can be added; snapshots still read, so `burnish brief` and `burnish verify` work. "
    f"Put the key file back, or name its place in {ELSEWHERE}"
)


@dataclass(frozen=True)
class ShopKey:
    """The keys of one shop, 32 bytes each. None of them shows in a repr.

    `id_key` makes person ids, `wrap_key` locks each person's own key, `index_key` makes look-up
    tokens, and `check` is a public value by which a vault knows its key again.
    """

    id_key: bytes = field(repr=False)
    wrap_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    check: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> ShopKey:
        """The keys that follow from the 32 secret bytes."""
        return cls(*(derived(secret, use) for use in ("id", "wrap", "index", "check")))

    @classmethod
    def create(cls, path: Path) -> ShopKey:
        """Make a new key file, mode 0600, whole or not at all. Raises ShopError when one is there."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = secrets.token_bytes(KEY_BYTES)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_private(fresh, secret)
        try:
            os.link(fresh, path)  # unlike a rename, never replaces a key that is there
        except FileExistsError:
            raise ShopError(
                "there is a shop key already",
                str(path),
                "Keep it: another key cannot read this shop's people.",
            ) from None
        finally:
            fresh.unlink()
        sync_folder(path.parent)
        return cls.of(secret)

    @classmethod
    def read(cls, path: Path) -> ShopKey:
        """The keys of an existing file. Raises ShopError when it is lost, damaged or open to others."""
        try:
            secret = path.read_bytes()
        except FileNotFoundError:
            raise ShopError("the shop key is missing", str(path), f"{LOSS}.") from None
        except OSError as problem:
            raise ShopError(
                f"the shop key cannot be read: {problem.strerror}", str(path), f"{LOSS}."
            ) from None
        if len(secret) != KEY_BYTES:
            raise ShopError(
                f"the shop key has {len(secret)} bytes instead of {KEY_BYTES}", str(path), f"{LOSS}."
            )
        if path.stat().st_mode & stat.S_IRWXO:
            raise ShopError(
                "everybody on this machine can read the shop key", str(path), f"Run `chmod 600 {path}`."
            )
        return cls.of(secret)


def path_for(shop: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where a shop's key file stands: where BURNISH_KEY_FILE says, else `vault/shop.key`."""
    elsewhere = environ.get(ELSEWHERE)
    return Path(elsewhere) if elsewhere else shop / "vault" / "shop.key"


def derived(secret: bytes, use: str) -> bytes:
    """One 32-byte key for one use (HKDF-SHA256, RFC 5869, label `burnish 1 <use>`)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"burnish 1 {use}".encode()).derive(secret)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file only its owner can read, down to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)

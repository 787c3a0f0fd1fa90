"""The shop key: one private file, whole or not there, and a plain refusal when it is lost."""

from __future__ import annotations

import stat

import pytest

from burnish.errors import ShopError
from burnish.privacy.keys import ShopKey, derived, path_for


def test_a_new_key_file_is_private_and_gives_the_same_keys_again(tmp_path):
    made = ShopKey.create(tmp_path / "vault" / "shop.key")
    path = tmp_path / "vault" / "shop.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ShopKey.read(path) == made


def test_a_key_is_never_replaced(tmp_path):
    ShopKey.create(tmp_path / "shop.key")
    with pytest.raises(ShopError, match="already"):
        ShopKey.create(tmp_path / "shop.key")
    assert [path.name for path in tmp_path.iterdir()] == ["shop.key"]


def test_each_use_has_a_key_of_its_own():
    key = ShopKey.of(b"s" * 32)
    assert len({key.id_key, key.wrap_key, key.index_key, key.check}) == 4


def test_keys_follow_rfc_5869():
    import hashlib
    import hmac

    extracted = hmac.digest(bytes(32), b"s" * 32, hashlib.sha256)
    expanded = hmac.digest(extracted, b"burnish 1 id\x01", hashlib.sha256)
    assert derived(b"s" * 32, "id") == expanded


def test_a_lost_key_says_what_is_lost_and_what_still_works(tmp_path):
    with pytest.raises(ShopError, match="brief") as refusal:
        ShopKey.read(tmp_path / "shop.key")
    assert "unreadable for ever" in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"k" * 31, b"k" * 33])
def test_a_damaged_key_is_refused(tmp_path, content):
    (tmp_path / "shop.key").write_bytes(content)
    with pytest.raises(ShopError, match="bytes instead of 32"):
        ShopKey.read(tmp_path / "shop.key")


def test_a_key_open_to_everybody_is_refused(tmp_path):
    ShopKey.create(tmp_path / "shop.key")
    (tmp_path / "shop.key").chmod(0o644)
    with pytest.raises(ShopError, match="chmod 600"):
        ShopKey.read(tmp_path / "shop.key")


def test_no_secret_shows_in_a_repr():
    assert repr(ShopKey.of(b"s" * 32)) == "ShopKey()"


def test_the_key_file_may_stand_outside_the_shop(tmp_path):
    assert path_for(tmp_path, {}) == tmp_path / "vault" / "shop.key"
    assert path_for(tmp_path, {"BURNISH_KEY_FILE": "/safe/shop.key"}).parts[-2:] == ("safe", "shop.key")

"""The vault: what belongs to people, each value under its person's own key.

One SQLite file, `vault/vault.sqlite3`. A value is AES-256-GCM under its person's data key, which is
wrapped by the shop key; the associated data table|column|person|version ties it to its place. Each
value remembers the loads that brought it, so undoing a load destroys what only that load brought.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from burnish.errors import ContractError, DamageError, ShopError
from burnish.privacy.distinct import strings
from burnish.privacy.keys import LOSS, ShopKey
from burnish.privacy.masking import KnownNames

FILE_NAME = "vault.sqlite3"
ID_BYTES, NONCE_BYTES = 16, 12
LOOKED_UP = ("email",)
NAMES = ("name",)
ROW = pa.schema([(name, pa.string()) for name in ("person_id", "table", "column", "value", "load_id")])
LAYOUT = """
create table meta (name text primary key, value) without rowid;
create table person (person_id blob primary key, wrapped blob not null) without rowid;
create table load (load_no integer primary key, load_id text not null unique);
create table cell (
    cell_no integer primary key, person_id blob not null, of_table text not null, of_column text not null,
    version integer not null, since integer not null, mark blob not null, token blob, sealed blob not null
);
create index cell_person on cell (person_id);
create index cell_token on cell (token) where token is not null;
create table brought (cell_no integer not null, load_no integer not null,
    primary key (cell_no, load_no)) without rowid;
create index brought_load on brought (load_no);
"""
CURRENT = """
select c.person_id, c.of_table, c.of_column, c.version, c.sealed, max(b.load_no * 4294967296 + c.version)
from cell c join brought b using (cell_no)
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of one person, in memory."""

    person: bytes
    table: str
    column: str
    value: str = field(repr=False)
    load_id: str

    @property
    def place(self) -> bytes:
        """Where it stands: table|column."""
        return placed(self.table, self.column)


class Vault:
    """The people of one shop. A context manager; open it with `Vault.open`.

    One writer at a time (the shop's lock sees to that). Every write is one transaction, durable
    when the call returns, and leaves no bytes of deleted values in the file.
    """

    def __init__(self, connection: sqlite3.Connection, key: ShopKey, path: Path) -> None:
        self._db, self._key, self.path = connection, key, path

    @classmethod
    def open(cls, shop: Path, key: ShopKey) -> Vault:
        """Open `<shop>/vault/vault.sqlite3`, made when missing. Raises ShopError for another's key."""
        path = shop / "vault" / FILE_NAME
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            prepare(connection)
            vault = cls(connection, key, path)
            vault._know_key()
        except sqlite3.DatabaseError as problem:
            connection.close()
            raise DamageError(
                f"the vault cannot be read: {problem}", str(path), "Restore it from a backup."
            ) from None
        except ShopError:
            connection.close()
            raise
        return vault

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def version(self) -> int:
        """Counts the changes; equal version = equal content."""
        return int(self._meta("version"))

    def count(self) -> int:
        """People in the vault."""
        return int(self._db.execute("select count(*) from person").fetchone()[0])

    def loads(self) -> set[str]:
        """Loads that brought something which is here."""
        return {row[0] for row in self._db.execute("select load_id from load")}

    def person_ids(self, source: str, object: str, native: pa.Array) -> pa.Array:
        """Ids of people by their source's own key: 32 hex digits each, null for null.

        The first 128 bits of HMAC-SHA256(id key, source | object | native), each part after its length.
        """
        coded = strings(native).dictionary_encode()
        head = framed(source) + framed(object)
        ids = [
            hmac.digest(self._key.id_key, head + framed(one), "sha256")[:ID_BYTES].hex()
            for one in coded.dictionary.to_pylist()
        ]
        return pa.array(ids, pa.string()).take(coded.indices)

    def put(self, rows: pa.Table) -> int:
        """Keep values of people. Returns how many were new.

        `rows`: person_id (32 hex digits), column, value, load_id; optionally `table` (else "person").
        A value that is there already only remembers one more load; another value is a new version.
        Nulls are passed over. One transaction; writing the same rows again changes nothing.
        """
        wanted = tidy(rows)
        if wanted.num_rows == 0:
            return 0
        with self._writing():
            loads = self._load_numbers(wanted["load_id"])
            return self._put_wanted(wanted, loads)

    def discard(self, load_id: str) -> int:
        """Undo a load: destroy what only it brought, and keys of people left with nothing.

        Returns how many values are gone. Unknown loads change nothing.
        """
        with self._writing():
            found = self._db.execute("select load_no from load where load_id = ?", (load_id,)).fetchone()
            if found is None:
                return 0
            run = self._db.execute
            run("create temp table gone (cell_no integer primary key)")
            run(
                "insert into gone select cell_no from brought b where load_no = ? and not exists "
                "(select 1 from brought o where o.cell_no = b.cell_no and o.load_no <> b.load_no)",
                found,
            )
            run("create temp table touched as select distinct person_id from cell join gone using (cell_no)")
            run("delete from brought where load_no = ?", found)
            gone = run("delete from cell where cell_no in (select cell_no from gone)").rowcount
            run(
                "delete from person where person_id in (select person_id from touched) and not exists "
                "(select 1 from cell where cell.person_id = person.person_id)"
            )
            run("delete from load where load_no = ?", found)
            run("drop table gone")
            run("drop table touched")
            self._changed()
        return gone

    def find(self, column: str, value: str) -> list[str]:
        """Ids of people who have this value now or had it before, by blind index. For "email" only."""
        found = self._db.execute(
            "select distinct person_id from cell where token = ? order by person_id",
            (self._token(column, value),),
        )
        return [person.hex() for (person,) in found]

    def values(self, person_ids: Sequence[str]) -> pa.Table:
        """The current values of people, decrypted, as person_id, table, column, value."""
        rows: list[tuple[str, str, str, str]] = []
        for person in dict.fromkeys(person_ids):
            wanted = (bytes.fromhex(person),)
            found = self._db.execute(
                CURRENT + "where c.person_id = ? group by c.of_table, c.of_column order by 2, 3", wanted
            )
            rows += [(person, table, column, text) for table, column, text in self._opened(found)]
        columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
        return pa.table([pa.array(column, pa.string()) for column in columns], ROW.names[:4])

    def index(self, content: bytes) -> bytes:
        """A keyed hash of a content, 16 bytes, equal for equal contents and telling nothing else."""
        return hmac.digest(self._key.index_key, content, "sha256")[:ID_BYTES]

    def known_names(self, since: int = 0) -> KnownNames:
        """Names that came after version `since` (all by default), every version of them, in memory only."""
        asked = (
            "select person_id, of_table, of_column, version, sealed, 0 from cell "  # noqa: S608
            f"where since > ? and of_column in ({marks_for(NAMES)}) order by cell_no"
        )
        found = self._db.execute(asked, (since, *NAMES))
        return KnownNames.of((text for _, _, text in self._opened(found)), version=self.version)

    def _put_wanted(self, wanted: pa.Table, loads: dict[str, int]) -> int:
        """Write rows that are tidy, within a transaction."""
        cells = [Cell(bytes.fromhex(person), *rest) for person, *rest in zip(*columns(wanted), strict=True)]
        marks = [self._mark(cell) for cell in cells]
        numbers = self._cells_there({cell.person for cell in cells})
        new = {mark: cell for mark, cell in zip(marks, cells, strict=True) if mark not in numbers}
        after = self._db.execute("select coalesce(max(cell_no), 0) from cell").fetchone()[0]
        numbers |= {mark: no for no, mark in enumerate(new, after + 1)}
        self._db.executemany(
            "insert into cell values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._sealed(new, numbers, self.version + 1),
        )
        before = self._db.total_changes
        self._db.executemany(
            "insert or ignore into brought values (?, ?)",
            ((numbers[mark], loads[cell.load_id]) for mark, cell in zip(marks, cells, strict=True)),
        )
        if self._db.total_changes > before:
            self._changed()
        return len(new)

    def _cells_there(self, people: set[bytes]) -> dict[bytes, int]:
        """Numbers of the cells that the vault has of these people, by their mark."""
        found: dict[bytes, int] = {}
        for some in batches(sorted(people)):
            asked = f"select mark, cell_no from cell where person_id in ({marks_for(some)})"  # noqa: S608
            found |= self._db.execute(asked, some).fetchall()
        return found

    def _sealed(
        self, new: dict[bytes, Cell], numbers: dict[bytes, int], since: int
    ) -> Iterator[tuple[object, ...]]:
        """Rows of `cell` for new values, encrypted, their versions counted on."""
        people = {cell.person for cell in new.values()}
        keys, versions = self._data_keys(people), self._last_versions(people)
        for mark, cell in new.items():
            spot = (cell.person, cell.table, cell.column)
            version = versions[spot] = versions.get(spot, 0) + 1
            nonce = os.urandom(NONCE_BYTES)
            bound = cell.place + cell.person + version.to_bytes(8, "big")
            sealed = nonce + keys[cell.person].encrypt(nonce, cell.value.encode(), bound)
            token = self._token(cell.column, cell.value) if cell.column in LOOKED_UP else None
            yield numbers[mark], *spot, version, since, mark, token, sealed

    def _opened(
        self, cells: Iterable[tuple[bytes, str, str, int, bytes, int]]
    ) -> Iterator[tuple[str, str, str]]:
        """(table, column, text) of sealed cells. Raises DamageError for one that is not what was written."""
        cells = list(cells)
        keys = self._keys_of({cell[0] for cell in cells})
        for person, table, column, version, sealed, _ in cells:
            yield (
                table,
                column,
                self._open_box(
                    keys[person], sealed, placed(table, column) + person + version.to_bytes(8, "big")
                ).decode(),
            )

    def _data_keys(self, people: set[bytes]) -> dict[bytes, AESGCM]:
        """The data key of each person, made and stored for those who have none."""
        keys = self._keys_of(people)
        wrap, fresh = AESGCM(self._key.wrap_key), []
        for person in sorted(people - keys.keys()):
            secret, nonce = os.urandom(32), os.urandom(NONCE_BYTES)
            keys[person] = AESGCM(secret)
            fresh.append((person, nonce + wrap.encrypt(nonce, secret, b"person key|" + person)))
        self._db.executemany("insert into person values (?, ?)", fresh)
        return keys

    def _keys_of(self, people: set[bytes]) -> dict[bytes, AESGCM]:
        """The data keys of those people who have one."""
        wrap = AESGCM(self._key.wrap_key)
        found: dict[bytes, AESGCM] = {}
        for some in batches(sorted(people)):
            asked = f"select person_id, wrapped from person where person_id in ({marks_for(some)})"  # noqa: S608
            for person, wrapped in self._db.execute(asked, some):
                found[person] = AESGCM(self._open_box(wrap, wrapped, b"person key|" + person))
        return found

    def _last_versions(self, people: set[bytes]) -> dict[tuple[bytes, str, str], int]:
        """The last version of each column of these people."""
        found: dict[tuple[bytes, str, str], int] = {}
        for some in batches(sorted(people)):
            asked = (
                "select person_id, of_table, of_column, max(version) from cell "  # noqa: S608
                f"where person_id in ({marks_for(some)}) group by 1, 2, 3"
            )
            found |= {
                (person, table, column): last for person, table, column, last in self._db.execute(asked, some)
            }
        return found

    def _load_numbers(self, load_ids: pa.ChunkedArray) -> dict[str, int]:
        """Numbers of loads, in the order in which the vault first saw them."""
        every = pc.unique(load_ids).to_pylist()
        self._db.executemany("insert or ignore into load (load_id) values (?)", ((one,) for one in every))
        find = "select load_no from load where load_id = ?"
        return {one: self._db.execute(find, (one,)).fetchone()[0] for one in every}

    def _open_box(self, key: AESGCM, sealed: bytes, place: bytes) -> bytes:
        """Decrypt and prove. Raises DamageError when a byte, or the place, is not the one written."""
        try:
            return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except InvalidTag:
            raise DamageError(
                "a value in the vault is not what was written", str(self.path), "Restore it from a backup."
            ) from None

    def _mark(self, cell: Cell) -> bytes:
        """A keyed hash (BLAKE2b, RFC 7693) that knows a person's value again without decrypting it."""
        content = cell.place + cell.person + cell.value.encode()
        return blake2b(content, key=self._key.index_key, digest_size=ID_BYTES).digest()

    def _token(self, column: str, value: str) -> bytes:
        """The blind index of a value: equal for equal addresses, whoever has them."""
        if column not in LOOKED_UP:
            raise ContractError(
                f"people cannot be looked up by {column}", str(self.path), f"Use {', '.join(LOOKED_UP)}."
            )
        return self.index(framed(column) + value.strip().casefold().encode())

    def _meta(self, name: str) -> int | bytes:
        return self._db.execute("select value from meta where name = ?", (name,)).fetchone()[0]

    def _changed(self) -> None:
        self._db.execute("update meta set value = value + 1 where name = 'version'")

    def _know_key(self) -> None:
        """Remember the key's check value in a new vault, compare it in an old one."""
        with self._writing(only_if=not self._made()):
            if not self._made():
                for statement in LAYOUT.split(";"):
                    self._db.execute(statement)
                self._db.executemany(
                    "insert into meta values (?, ?)",
                    (("layout", 1), ("version", 0), ("check", self._key.check)),
                )
        if not hmac.compare_digest(bytes(self._meta("check")), self._key.check):
            raise ShopError(
                "the shop key is not the one this vault was made with", str(self.path), f"{LOSS}."
            )

    def _made(self) -> bool:
        return bool(self._db.execute("select count(*) from sqlite_master where name = 'meta'").fetchone()[0])

    @contextmanager
    def _writing(self, *, only_if: bool = True) -> Iterator[None]:
        """One transaction: all of it or nothing, then the write-ahead log is emptied."""
        if not only_if:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")
        self._db.execute("pragma wal_checkpoint(truncate)")


def prepare(connection: sqlite3.Connection) -> None:
    """Settings under which a commit is on the disk and a deletion leaves no bytes."""
    for setting in (
        "secure_delete = on",
        "journal_mode = wal",
        "synchronous = full",
        "temp_store = memory",
        "cache_size = -65536",
    ):
        connection.execute(f"pragma {setting}")


def tidy(rows: pa.Table) -> pa.Table:
    """The rows to keep as ROW, each once, by person, else in their order. Raises ContractError."""
    missing = [name for name in ROW.names if name != "table" and name not in rows.column_names]
    if missing:
        raise ContractError(f"rows for the vault lack {', '.join(missing)}", "vault", "Report it.")
    if "table" not in rows.column_names:
        rows = rows.append_column("table", pa.array(["person"] * len(rows), pa.string()))
    rows = rows.select(ROW.names).cast(ROW)
    rows = rows.filter(pc.and_(rows["value"].is_valid(), rows["person_id"].is_valid()))
    if not pc.all(pc.match_substring_regex(rows["person_id"], "^[0-9a-f]{32}$"), min_count=0).as_py():
        raise ContractError("a person id is not 32 hex digits", "vault", "Make ids with `Vault.person_ids`.")
    numbered = rows.append_column("at", pa.array(range(len(rows)), pa.int64()))
    first = numbered.group_by(ROW.names, use_threads=False).aggregate([("at", "min")])
    return first.sort_by([("person_id", "ascending"), ("at_min", "ascending")]).select(ROW.names)


def framed(text: str) -> bytes:
    """A text after its length, so that no two lists of texts look alike."""
    content = text.encode()
    return len(content).to_bytes(4, "big") + content


@cache
def placed(table: str, column: str) -> bytes:
    """Table and column, framed."""
    return framed(table) + framed(column)


def columns(wanted: pa.Table) -> list[list[str]]:
    """The columns of tidy rows as lists."""
    return [wanted[name].to_pylist() for name in ROW.names]


def marks_for(values: Sequence[object]) -> str:
    """As many question marks as values, for a query."""
    return ", ".join("?" * len(values))


def batches(people: Sequence[bytes], size: int = 10_000) -> Iterator[Sequence[bytes]]:
    """People in portions one query can take."""
    for start in range(0, len(people), size):
        yield people[start : start + size]

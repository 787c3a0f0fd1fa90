"""The journal: what was said stays said, whoever writes beside, and however a writer ends."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from burnish.errors import DamageError, ShopBusyError, ShopError, UsageError
from burnish.journal import Journal, read_decisions, read_model, read_models
from burnish.journal.reading import DECISION, FILE_NAME
from burnish.journal.terms import KINDS, VERDICTS, WAYS

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "journal.md"
ACME, BIRCH, CEDAR = "books:name:acme plating", "crm:code:b-7", "erp:name:cedar"
SAID = {"by": "owner", "why": "same address", "how": "queue"}


@pytest.fixture
def journal(tmp_path):
    with Journal.open(tmp_path) as opened:
        yield opened


def words(frame: pl.DataFrame) -> list[tuple]:
    return frame.select("seq", "batch", "verdict", "left_key", "right_key").rows()


def run(program: str, *given: str) -> subprocess.Popen[str]:
    """Another process, which says a line when it is about to write and waits for one to begin."""
    command = [sys.executable, "-c", program, *given]
    seen = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=seen)


def test_what_was_decided_comes_back_after_opening_again(journal, tmp_path):
    before = datetime.now(UTC)
    assert journal.decide("company", "same", [(CEDAR, ACME), (BIRCH, ACME)], **SAID) == 1
    assert journal.decide("company", "undone", [(ACME, CEDAR)], by="ana", why="", how="split") == 2
    with Journal.open(tmp_path) as again:
        found = again.decisions("company")
    expected = [(1, 1, "same", ACME, CEDAR), (2, 1, "same", ACME, BIRCH), (3, 2, "undone", ACME, CEDAR)]
    assert words(found) == expected
    assert found.select("said_by", "why", "how").row(2) == ("ana", "", "split")
    assert found["said_at"].dtype == pl.Datetime("us", "UTC")
    assert before <= found["said_at"].min() <= found["said_at"].max() < before + timedelta(minutes=1)


def test_companies_and_people_are_apart(journal):
    journal.decide("person", "same", [("0a", "1b")], **SAID)
    assert journal.decisions("company").is_empty()
    assert journal.decisions("person").schema == journal.decisions("company").schema


def test_a_pair_named_twice_in_a_batch_is_written_once(journal):
    journal.decide("company", "same", [(ACME, BIRCH), (BIRCH, ACME)], **SAID)
    assert journal.decisions("company").height == 1


def test_a_moment_on_a_full_second_is_read_like_any_other(journal, tmp_path):
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        columns = "said_by, said_at, why, batch, kind, verdict, how, left_key, right_key"
        for moment in ("2026-11-22 14:00:00", "2026-11-22 14:00:00.000001"):
            row = ("x", moment, "", 1, "company", "same", "queue", "a", "b")
            db.execute(f"insert into match_decision ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    db.close()
    full = datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert journal.decisions("company")["said_at"].to_list() == [full, full + timedelta(microseconds=1)]


def test_several_shops_and_several_doors_to_one_are_open_at_once(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with Journal.open(tmp_path / "one") as one, Journal.open(tmp_path / "two") as two:
        one.decide("company", "same", [("a", "b")], **SAID)
        with Journal.open(tmp_path / "one") as beside:
            beside.decide("company", "different", [("a", "b")], **SAID)
        one.decide("company", "unsure", [("a", "b")], **SAID)
        assert two.decide("company", "same", [("c", "d")], **SAID) == 1
        assert [row[2] for row in words(one.decisions("company"))] == ["same", "different", "unsure"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "lot"}, "company or person"),
        ({"verdict": "equal"}, "undone"),
        ({"how": "guess"}, "sample"),
        ({"pairs": []}, "no pair"),
        ({"pairs": [("a", "a")]}, "two records"),
        ({"pairs": [("a", "")]}, "two records"),
        ({"by": " "}, "nobody"),
        ({"why": "x" * 501}, "501 characters"),
        ({"why": "quiet\x1b[2Jplease"}, "control characters"),
        ({"why": "one\nother"}, "control characters"),
        ({"why": "left \u202eright"}, "control characters"),
        ({"by": "ow\x00ner"}, "control characters"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_repeated(journal, changed, message):
    given = {"kind": "company", "verdict": "same", "pairs": [("a", "b")], **SAID} | changed
    with pytest.raises(UsageError, match=message) as refused:
        journal.decide(given.pop("kind"), given.pop("verdict"), given.pop("pairs"), **given)
    assert "please" not in str(refused.value)
    assert journal.decisions("company").is_empty()


def test_a_reason_of_five_hundred_characters_in_any_script_is_kept(journal):
    why = ("Müller & Söhne 株式会社 " * 30)[:499].strip() + "."
    journal.decide("company", "same", [("a", "b")], by="owner", why=why, how="queue")
    assert journal.decisions("company")["why"].to_list() == [why]


CHANGES = (
    "update match_decision set verdict = 'different'",
    "delete from match_decision",
    "insert or replace into match_decision select * from match_decision where seq = 2",
    "insert into match_decision select 1, {rest} from match_decision where seq = 2",
    "insert or replace into match_decision select 1, {rest} from match_decision where seq = 2",
    "insert into match_decision select -1, {rest} from match_decision where seq = 2",
    "update match_model set version = ''",
    "delete from match_model",
)


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_what_was_said_is_refused(journal, tmp_path, change):
    journal.keep_model("company", {}, by="owner", why="")
    for pair in (("a", "b"), ("c", "d")):
        journal.decide("company", "same", [pair], **SAID)
    before = journal.decisions("company")
    db = sqlite3.connect(tmp_path / FILE_NAME)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(change.format(rest="said_by, said_at, why, batch, kind, verdict, how, 'x', 'y'"))
    db.close()
    assert journal.decisions("company").equals(before)
    assert journal.models("company").height == 1


def test_the_orm_cannot_change_what_was_said_either(journal):
    from django.db import IntegrityError

    from burnish.journal.models import MatchDecision

    journal.decide("company", "same", [("a", "b")], **SAID)
    kept = MatchDecision.objects.using(journal._alias)
    for change in (
        lambda: kept.update(verdict="unsure"),
        lambda: kept.get().delete(),
        lambda: kept.get().save(),
    ):
        with pytest.raises(IntegrityError, match="only takes new rows"):
            change()
    with pytest.raises(IntegrityError):
        kept.create(**dict.fromkeys(("said_by", "why"), "x"), said_at=datetime.now(UTC), batch=2, kind="lot")


def test_every_model_of_the_journal_only_takes_new_rows(journal, tmp_path):
    from burnish.journal import models
    from burnish.journal.append_only import REFUSED
    from burnish.journal.models.said import Said

    there = {getattr(models, name)._meta.db_table for name in models.__all__}
    assert there == {kind._meta.db_table for kind in Said.__subclasses__()}
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        found = {name for (name,) in db.execute("select name from sqlite_master where type = 'trigger'")}
    db.close()
    assert found == {f"{table}_no_{refused}" for table in there for refused in REFUSED}


def test_the_migrations_say_what_the_models_say(journal):
    from django.apps import apps
    from django.db import connections
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(connections[journal._alias])
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    assert detector.changes(graph=loader.graph) == {}


def test_a_model_comes_back_as_it_was_kept_and_the_last_one_counts(journal, tmp_path):
    first, second = {"prior": 0.1, "words": {"plating": 3}, "é": [1, None]}, {"prior": 0.25}
    versions = [journal.keep_model("company", one, by="owner", why="") for one in (first, second, first)]
    assert versions[0] == versions[2] != versions[1]
    assert read_model(tmp_path, "company") == journal.model("company") == first
    assert journal.model("company", version=versions[1]) == second
    assert journal.models("company")["version"].to_list() == versions
    assert journal.model("person") is None
    assert journal.model("company", version="0" * 12) is None


def test_equal_parameters_have_one_version_in_any_order_of_their_names(journal):
    versions = {
        journal.keep_model("person", one, by="x", why="") for one in ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    }
    assert len(versions) == 1
    assert len(versions.pop()) == 12


def test_parameters_that_json_cannot_hold_are_refused(journal):
    for parameters in ({"prior": float("nan")}, {"words": {1, 2}}):
        with pytest.raises(UsageError, match="plain JSON"):
            journal.keep_model("company", parameters, by="owner", why="")


def test_only_the_owner_may_read_the_file_and_nothing_lies_beside_it(journal, tmp_path):
    journal.decide("company", "same", [("a", "b")], **SAID)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


READER = """
import sys
from pathlib import Path
from burnish.journal import read_decisions, read_model, read_models
folder = Path(sys.argv[1])
found = read_decisions(folder, "company"), read_models(folder, "company")
print(*(frame.height for frame in found), read_model(folder, "company"))
print(any(name.split(".")[0] == "django" for name in sys.modules))
"""


def test_reading_needs_no_django_with_a_journal_and_without(journal, tmp_path):
    journal.decide("company", "same", [("a", "b")], **SAID)
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, said in ((tmp_path, "1 0 None"), (empty, "0 0 None")):
        assert run(READER, str(folder)).communicate()[0].splitlines() == [said, "False"]
    assert list(empty.iterdir()) == []


def test_a_shop_without_a_journal_has_no_decision_and_no_model(tmp_path):
    assert read_decisions(tmp_path, "company").schema["said_at"] == pl.Datetime("us", "UTC")
    assert read_decisions(tmp_path, "company").is_empty()
    assert read_models(tmp_path, "company").is_empty()
    assert read_model(tmp_path, "company") is None


def test_a_journal_of_a_newer_burnish_is_left_alone(journal, tmp_path):
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("insert into django_migrations (app, name, applied) values ('journal', '0099_later', '')")
    db.close()
    for opening in (lambda: read_decisions(tmp_path, "company"), lambda: Journal.open(tmp_path)):
        with pytest.raises(ShopError, match="newer Burnish"):
            opening()


def test_a_journal_of_an_older_burnish_says_how_it_comes_up_to_date(journal, tmp_path):
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("delete from django_migrations where app = 'journal'")
        for table in ("match_decision", "match_model"):
            db.execute(f"drop table {table}")
    db.close()
    with pytest.raises(ShopError, match="older Burnish"):
        read_decisions(tmp_path, "company")
    with Journal.open(tmp_path) as again:
        assert again.decide("company", "same", [("a", "b")], **SAID) == 1


@pytest.mark.parametrize("content", [b"", b"not a database at all " * 300], ids=["emptied", "overwritten"])
def test_a_damaged_journal_is_never_taken_for_an_empty_one(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    for opening in (lambda: read_decisions(tmp_path, "company"), lambda: Journal.open(tmp_path)):
        with pytest.raises(DamageError, match="backup"):
            opening()
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_model_changed_outside_is_noticed(journal, tmp_path):
    journal.keep_model("company", {"prior": 1}, by="owner", why="")
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        db.execute("drop trigger match_model_no_update")
        db.execute("update match_model set parameters = '{\"prior\":2}'")
    db.close()
    with pytest.raises(DamageError, match="not what was written"):
        read_model(tmp_path, "company")


def test_a_writer_who_waits_too_long_is_told_and_writes_nothing(tmp_path, monkeypatch):
    from burnish.journal import database

    monkeypatch.setitem(database.OPTIONS, "timeout", 0.1)
    with Journal.open(tmp_path) as journal:
        other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(ShopBusyError):
            journal.decide("company", "same", [("a", "b")], **SAID)
        assert journal.decisions("company").is_empty()  # reading goes on meanwhile
        other.close()
        assert journal.decide("company", "same", [("a", "b")], **SAID) == 1


WRITER = """
import sys
from pathlib import Path
from burnish.journal import Journal
from burnish.journal import database
database.configure()
print("ready", flush=True)
sys.stdin.readline()
with Journal.open(Path(sys.argv[1])) as journal:
    for n in range(int(sys.argv[3])):
        pairs = [(f"{sys.argv[2]} {n} {m}", f"z {n} {m}") for m in range(3)]
        journal.decide("company", "same", pairs, by=sys.argv[2], why="", how="queue")
"""


def test_writers_at_once_lose_nothing_even_on_the_first_day(tmp_path):
    writers = [run(WRITER, str(tmp_path), name, "20") for name in ("ana", "bo", "cy")]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    found = read_decisions(tmp_path, "company")
    assert found["seq"].to_list() == list(range(1, 181))
    assert found["batch"].to_list() == [1 + n // 3 for n in range(180)]
    assert found.group_by("batch").agg(pl.col("said_by").n_unique())["said_by"].max() == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


MANY = 20_000
HURRIED = """
import sys
from pathlib import Path
from burnish.journal import Journal
from burnish.journal import database
database.configure()
journal = Journal.open(Path(sys.argv[1])) if sys.argv[2] == "decide" else None
print("ready", flush=True)
sys.stdin.readline()
if journal is None:
    Journal.open(Path(sys.argv[1]))
else:
    pairs = [(f"a {n:0200d}", f"b {n:0200d}") for n in range(int(sys.argv[3]))]
    journal.decide("company", "same", pairs, by="owner", why="", how="merge")
print("done", flush=True)
"""


def started(folder: Path, what: str) -> subprocess.Popen[str]:
    worker = run(HURRIED, str(folder), what, str(MANY))
    assert worker.stdout.readline() == "ready\n"
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return worker


def seconds_of(folder: Path, what: str) -> float:
    """How long it takes a process that is not killed."""
    folder.mkdir()
    worker, began = started(folder, what), time.perf_counter()
    assert worker.communicate()[0] == "done\n"
    return time.perf_counter() - began


def killed(folder: Path, what: str, seconds: float) -> bool:
    """Let a process write and kill it after a while. Whether it had not ended."""
    folder.mkdir()
    worker = started(folder, what)
    time.sleep(seconds)
    worker.kill()
    return "done" not in worker.communicate()[0]


def kill_batches(folder: Path, times: int) -> int:
    """Kill a batch of rows at random moments; how often it had not ended."""
    chance, early = random.Random(times), 0
    usual = seconds_of(folder / "whole", "decide")
    for shop in [folder / f"shop {number}" for number in range(times)]:
        early += killed(shop, "decide", chance.uniform(0, 1.2 * usual))
        there = read_decisions(shop, "company").height
        assert there in (0, MANY)
        with Journal.open(shop) as journal:
            assert journal.decide("company", "same", [("a", "b")], **SAID) == 1 + (there > 0)
    return early


def test_a_batch_whose_writer_is_killed_is_whole_or_not_there(tmp_path):
    assert kill_batches(tmp_path, 4) > 0


@pytest.mark.long
def test_a_hundred_killed_batches_are_whole_or_not_there(tmp_path):
    early = kill_batches(tmp_path, 100)
    print(f"100 batches of {MANY:,} rows killed, {early} before their end: whole or not there")
    assert 0 < early < 100


def kill_openings(folder: Path, times: int) -> None:
    chance, usual = random.Random(times), seconds_of(folder / "whole", "open")
    for shop in [folder / f"shop {number}" for number in range(times)]:
        killed(shop, "open", chance.uniform(0, 1.2 * usual))
        assert read_decisions(shop, "company").is_empty()
        with Journal.open(shop) as journal:
            assert journal.decide("company", "same", [("a", "b")], **SAID) == 1


def test_a_journal_whose_making_is_killed_is_whole_or_not_there(tmp_path):
    kill_openings(tmp_path, 3)


@pytest.mark.long
def test_a_hundred_killed_makings_are_whole_or_not_there(tmp_path):
    kill_openings(tmp_path, 100)


PROJECT = """
import sys
from pathlib import Path
import django
from django.conf import settings
apps = ["django.contrib.contenttypes", "django.contrib.auth", "burnish.journal"]
file = {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1] + "/app.sqlite3"}
settings.configure(INSTALLED_APPS=apps, DATABASES={"default": file}, USE_TZ=True, TIME_ZONE="America/Chicago")
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("makemigrations", "journal", check=True, verbosity=0)
from burnish.journal import Journal
from burnish.journal.models import MatchDecision
with Journal.open(Path(sys.argv[1])) as journal:
    journal.decide("company", "different", [("a", "b")], by="web", why="", how="queue")
print(MatchDecision.objects.count())
"""


@pytest.mark.parametrize("first", [True, False], ids=["after the command line", "before it"])
def test_a_full_django_project_shares_the_file(tmp_path, first):
    if first:
        with Journal.open(tmp_path) as journal:
            journal.decide("company", "same", [("a", "b")], **SAID)
    assert run(PROJECT, str(tmp_path)).communicate()[0] == f"{1 + first}\n"
    with Journal.open(tmp_path) as journal:
        journal.decide("company", "unsure", [("a", "b")], **SAID)
    moments = read_decisions(tmp_path, "company")["said_at"]
    assert len(moments) == 2 + first
    assert moments.is_sorted()


def test_the_page_names_every_column_and_every_word():
    text = PAGE.read_text("utf-8")
    missing = [word for word in (*DECISION, *KINDS, *VERDICTS, *WAYS) if f"`{word}`" not in text]
    assert missing == []


def test_the_queries_on_the_page_tell_all_words_and_the_last_ones(journal, tmp_path):
    for verdict, pair in (
        ("same", "ab"),
        ("same", "cd"),
        ("undone", "ab"),
        ("different", "cd"),
        ("unsure", "ac"),
    ):
        journal.decide("company", verdict, [tuple(pair)], **SAID)
    queries = PAGE.read_text("utf-8").split('sqlite3 -readonly app.sqlite3 "')[1:]
    with sqlite3.connect(tmp_path / FILE_NAME) as db:
        every, last = (db.execute(query.split('"')[0]).fetchall() for query in queries)
    db.close()
    assert [row[0] for row in every] == [1, 2, 3, 4, 5]
    assert sorted(row[:2] for row in last) == [(4, "different"), (5, "unsure")]

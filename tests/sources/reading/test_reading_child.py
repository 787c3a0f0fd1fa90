import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_made import reading

from burnish.errors import InputError, SandboxError
from burnish.sources.reading import Limits, content_hash, network_ban, open_file
from burnish.sources.reading.shapes import sheet_from_json

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandbox is Linux's")
ORDERS = "Order,Date,Amount\n" + "".join(f"{n},{n % 12 + 1}/{n % 28 + 1}/2024,{n}.50\n" for n in range(500))


def confined(code):
    """Run code in a process confined as the reading child is; returns what it prints."""
    start = "from burnish.sources.reading.sandbox import confine; confine(memory_mb=4096, cpu_s=20)\n"
    path = {"PYTHONPATH": str(Path(__file__).parents[3] / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", start + code], capture_output=True, text=True, env=path, timeout=60, check=True
    )
    return done.stdout.strip()


def attempt(call):
    return (
        f"import os, socket\ntry:\n    {call}\n    print('done')\nexcept OSError as e:\n    print(e.errno)\n"
    )


def test_a_file_is_profiled_and_read(tmp_path):
    with reading(tmp_path, ORDERS) as opened:
        [sheet] = opened.sheets
        [batch] = opened.batches("", ["Amount", "Order"])
    assert (sheet.rows, [column.date_order for column in sheet.columns]) == (500, [None, "mdy", None])
    assert batch.schema == pa.schema([("Amount", pa.string()), ("Order", pa.string()), ("line", pa.int64())])
    assert (batch["Amount"][7].as_py(), batch["line"][7].as_py()) == ("7.50", 9)


def test_a_sheet_is_read_as_often_as_asked(tmp_path):
    with reading(tmp_path, ORDERS) as opened:
        first = pa.Table.from_batches(opened.batches("", ["Order"]))
        second = pa.Table.from_batches(opened.batches("", ["Order"]))
    assert first.num_rows == 500
    assert first.equals(second)


def test_unread_batches_do_not_disturb_the_next_reading(tmp_path):
    with reading(tmp_path, ORDERS) as opened:
        next(opened.batches("", ["Order"]))
        again = pa.Table.from_batches(opened.batches("", ["Amount"]))
    assert again.num_rows == 500
    assert again["Amount"][0].as_py() == "0.50"


def test_a_file_without_rows_gives_no_batches(tmp_path):
    with reading(tmp_path, "a,b\n") as opened:
        assert opened.sheets[0].rows == 0
        assert list(opened.batches("", ["a", "b"])) == []


def test_an_unknown_sheet_or_column_is_named(tmp_path):
    with reading(tmp_path, ORDERS) as opened:
        with pytest.raises(InputError, match="sheet 'May'"):
            opened.batches("May", ["Order"])
        with pytest.raises(InputError, match="columns Weight"):
            opened.batches("", ["Order", "Weight"])


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="not a file"):
        open_file(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        open_file(tmp_path / "missing.csv")
    with pytest.raises(InputError, match="No such file"):
        content_hash(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x1f\x8b\x08\x00rest", "gzip archive is cut short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "XLS"),
        (b"PK\x03\x04 cut short", "damaged or cut short"),
        (b"\t", "holds no text"),
        (b",,\n", "no row holds anything"),
    ],
)
def test_content_is_judged_and_not_the_name(tmp_path, content, found):
    with pytest.raises(InputError, match=found), reading(tmp_path, content):
        pass


def test_no_cell_stands_in_an_error(tmp_path):
    with (
        pytest.raises(InputError, match="binary") as caught,
        reading(tmp_path, b"Jane,Doe\n\x00\x00Jane" + b"\x00" * 500),
    ):
        pass
    assert "Jane" not in str(caught.value)


def test_the_hash_is_of_the_content(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert content_hash(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_profile_crosses_the_pipe_unchanged(tmp_path):
    with reading(tmp_path, ORDERS) as opened:
        [sheet] = opened.sheets
    assert sheet_from_json(json.loads(json.dumps(sheet.as_json()))) == sheet


@linux
def test_the_network_ban_holds_here():
    assert network_ban() in ("seccomp", "seccomp+namespace")


@linux
@pytest.mark.parametrize(
    "call",
    [
        "socket.socket()",
        "socket.socketpair()",
        "open('written.txt', 'w')",
        "os.open('/tmp', os.O_RDWR | os.O_TMPFILE)",
        "os.unlink('/nowhere')",
        "os.mkdir('/tmp/made')",
        "os.rename('/nowhere', '/elsewhere')",
        "os.execv('/bin/true', ['true'])",
        "os.memfd_create('held')",
        "os.kill(os.getppid(), 0)",
    ],
)
def test_a_confined_process_cannot(call):
    assert confined(attempt(call)) == "1"


@linux
def test_the_same_calls_work_without_the_confinement():
    path = {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", attempt("socket.socket()")],
        capture_output=True,
        text=True,
        env=path,
        check=True,
    )
    assert done.stdout.strip() == "done"


@linux
def test_a_confined_process_still_reads_and_starts_threads():
    code = (
        "import threading\nt = threading.Thread(target=lambda: print(open('/proc/self/stat').readable()))\n"
    )
    code += "t.start(); t.join()"
    assert confined(code) == "True"


@linux
def test_too_little_memory_is_said(tmp_path):
    content = b"a,b\n" + b"some words,more words\n" * 4_000_000
    with (
        pytest.raises(SandboxError, match=r"memory"),
        reading(tmp_path, content, limits=Limits(memory_mb=420)),
    ):
        pass


@linux
def test_too_much_processor_time_is_said(tmp_path):
    content = b"a,b\n" + b'"some\nwords",more words\n' * 6_000_000
    with (
        pytest.raises(SandboxError, match="processor time"),
        reading(tmp_path, content, limits=Limits(cpu_s=1)),
    ):
        pass


def test_a_reader_that_hangs_is_ended(tmp_path):
    content = b"a,b\n" + b'"some\nwords",more words\n' * 3_000_000
    started = time.monotonic()
    with (
        pytest.raises(SandboxError, match="longer than"),
        reading(tmp_path, content, limits=Limits(wall_s=0.6)),
    ):
        pass
    assert time.monotonic() - started < 10


def test_a_child_that_dies_midway_is_an_error_and_not_an_end(tmp_path):
    content = "a,b\n" + "some words,more words\n" * 2_200_000
    with reading(tmp_path, content) as opened:
        batches = opened.batches("", ["a", "b"])
        next(batches)
        os.kill(opened._child.process.pid, 9)
        with pytest.raises(SandboxError):
            list(batches)


def test_closing_leaves_no_process_behind(tmp_path):
    with reading(tmp_path, ORDERS) as opened:
        process = opened._child.process
    assert process.poll() is not None


@given(content=st.binary(max_size=400))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_the_parent(tmp_path, content):
    outcome = "read"
    try:
        with reading(tmp_path, content) as opened:
            for sheet in opened.sheets:
                list(opened.batches(sheet.sheet, [column.name for column in sheet.columns]))
    except SandboxError:
        outcome = "broke the child"
    except InputError:
        outcome = "refused"
    assert outcome != "broke the child"

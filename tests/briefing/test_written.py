import json
from datetime import timedelta

import pytest
from tests.shops import add, new_shop, orders, refreshed

from burnish.cli import main
from burnish.morning import illustrated
from burnish.store import snapshots


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    there = new_shop(folder)
    today = there.today()
    lines = [
        f"{number},{today - timedelta(days=7 * number)},Kettler & Sons,P{number},10,{100 + number}.00"
        for number in range(1, 30)
    ]
    add(there, orders(folder, lines))
    refreshed(there, today)
    return there


def ran(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["burnish", *map(str, arguments)])
    try:
        return main() or 0
    except SystemExit as left:
        return left.code or 0


def test_html_and_pdf_are_written_as_asked(shop, tmp_path, monkeypatch, capsys):
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    assert ran(monkeypatch, "--shop", shop.folder, "brief", "--html", page, "--pdf", paper) == 0
    assert capsys.readouterr().out == f"Wrote {page}\nWrote {paper}\n"
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert paper.read_bytes().startswith(b"%PDF")


def test_json_may_be_asked_beside_a_page(shop, tmp_path, monkeypatch, capsys):
    assert ran(monkeypatch, "--shop", shop.folder, "brief", "--json", "--html", tmp_path / "page.html") == 0
    assert json.loads(capsys.readouterr().out)["reader"] == "owner"
    assert (tmp_path / "page.html").is_file()


def test_a_folder_that_is_not_there_is_named(shop, tmp_path, monkeypatch, capsys):
    assert ran(monkeypatch, "--shop", shop.folder, "brief", "--html", tmp_path / "no" / "page.html") == 2
    assert "the page cannot be written" in capsys.readouterr().err


def test_a_snapshot_of_an_older_version_still_tells_its_morning(shop, tmp_path):
    published = snapshots.current_folder(shop.snapshots) / "manifest.json"
    kept = published.read_text("utf-8")
    manifest = json.loads(kept)
    for name in ("contribution", "change", "invoice_state"):
        manifest["tables"].pop(name, None)
    published.write_text(json.dumps(manifest), "utf-8")
    try:
        page, strips = illustrated(shop, reader="owner")
    finally:
        published.write_text(kept, "utf-8")
    assert page.changes is None
    assert strips.keys() == {item.id for item in page.items}

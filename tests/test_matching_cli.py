"""Who, match, merge and split as a person or a program runs them, over a snapshot written by hand."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from burnish.cli import app
from burnish.errors import BurnishError, ContractError, ShopError, UsageError
from burnish.identity.model import Model
from burnish.journal import Journal, read_decisions, read_model
from burnish.schema.contracts import Contract
from burnish.schema.facts import FACTS
from burnish.schema.tables import CANONICAL, landed
from burnish.shop import Shop, init
from burnish.store import snapshots
from shops import add, orders, refreshed

DAY = "2026-06-30"
ACME, BROOK, BROOKS, CEDAR, CEDARS, DALE = (f"C{letter}00000000000" for letter in "abcdef")
WIDTH = 80
PARTIES = [
    ("erp:code:a1", "erp", "Acme Plating Works Inc", "A1", ACME),
    ("crm:name:acme plating", "crm", "ACME Plating", None, ACME),
    ("post:name:acme plating wks", "post", "Acme Plating Wks", None, ACME),
    ("erp:code:b1", "erp", "Brook Tool", "B1", BROOK),
    ("crm:name:brook tools", "crm", "Brook Tools LLC", None, BROOKS),
    ("erp:code:c1", "erp", "Cedar Works", "C1", CEDAR),
    ("crm:name:cedar wrks", "crm", "Cedar Wrks", None, CEDARS),
    ("erp:code:d1", "erp", "Dale Parts", "D1", DALE),
    ("erp:code:d2", "erp", "Dale Parts:Job 7", "D2", DALE),
]
PAIRS = [
    ("crm:name:acme plating", "erp:code:a1", "model", 11_000, 999_500),
    ("crm:name:acme plating", "post:name:acme plating wks", "model", 9_000, 998_100),
    ("erp:code:a1", "post:name:acme plating wks", "model", 2_000, 800_000),
    ("crm:name:brook tools", "erp:code:b1", "model", 2_000, 800_000),
    ("crm:name:cedar wrks", "erp:code:c1", "model", 3_000, 880_000),
    ("crm:name:brook tools", "erp:code:c1", "model", -2_000, 200_000),
    ("erp:code:d1", "erp:code:d2", "given", None, 1_000_000),
]
MONEY = {ACME: 9_000, BROOK: 5_000, BROOKS: 700, CEDAR: 40_000, CEDARS: 10, DALE: 100}
EMPTY = {"whole": 0, "money": Decimal(0), "number": Decimal(0), "yes_no": False}


def new_shop(folder: Path) -> Shop:
    return init(folder / "shop", name="Test Plating", time_zone="UTC", currency="USD", country="US")


def filled(contract: Contract, rows: Iterable[dict[str, Any]]) -> pa.Table:
    whole = [
        {column.name: EMPTY.get(column.family) for column in contract.open_columns} | row for row in rows
    ]
    return pa.Table.from_pylist(whole, contract.schema)


def snapshot_of(there: Shop, tables: dict[str, list[dict[str, Any]]], *, day: str = DAY) -> None:
    built = there.snapshots / "built"
    built.mkdir()
    names = ("customer", "party", "match_pair", "match_evidence", "individual", "job", "customer_week")
    for name in (*names, "organisation", "person"):
        contract = FACTS[name] if name in FACTS else landed(CANONICAL[name])
        rows = tables.get(name, [])
        table = filled(contract, rows) if rows else contract.schema.empty_table()
        pq.write_table(table, built / f"{name}.parquet")
    about: dict[str, object] = {"as_of": day, "code": "test", "withdrawn": {}, "waiting": {}}
    snapshots.publish(there.snapshots, built, about)


def model_pairs(pairs: Iterable[tuple[Any, ...]], kind: str = "company") -> list[dict[str, Any]]:
    names = ("left_key", "right_key", "origin", "weight_milli", "probability_ppm")
    return [{"kind": kind} | dict(zip(names, pair, strict=True)) for pair in pairs]


def evidence(pairs: Iterable[tuple[Any, ...]], kind: str = "company") -> list[dict[str, Any]]:
    found = []
    for left, right, origin, weight, _ in pairs:
        ends = {"kind": kind, "left_key": left, "right_key": right}
        told = [("prior", "two records taken at random", -9_000), ("name", "a rare word agrees", 9_000)]
        for place, (comparison, says, milli) in enumerate(told if origin == "model" else []):
            more = weight if place else 0
            said = {"place": place, "comparison": comparison, "found": says, "weight_milli": milli + more}
            found.append(ends | said)
    return found


def company_tables() -> dict[str, list[dict[str, Any]]]:
    columns = ("party_key", "source", "name", "code", "customer_id")
    party = [dict(zip(columns, row, strict=True)) for row in PARTIES]
    names = {row["customer_id"]: row["name"] for row in reversed(party)}
    customer = [{"customer_id": one, "name": name} for one, name in names.items()]
    customer = [row | ({"parent_id": CEDAR} if row["customer_id"] == DALE else {}) for row in customer]
    week = {"week": date(2026, 6, 1), "lines": 3, "invoices": 1}
    return {
        "party": party,
        "customer": customer,
        "match_pair": model_pairs(PAIRS),
        "match_evidence": evidence(PAIRS),
        "customer_week": [
            {"customer_id": one, "amount": Decimal(money), **week} for one, money in MONEY.items()
        ],
        "organisation": [
            {
                "source": "erp",
                "native_id": "1",
                "code": "A1",
                "name": "Acme Plating Works Inc",
                "city": "Dayton",
            }
        ],
    }


def people_tables() -> dict[str, list[dict[str, Any]]]:
    one, other, box = ("1" * 32, "2" * 32, "3" * 32)
    pair = (one, other, "model", 2_000, 800_000)
    return {
        "individual": [
            {"person_id": one, "individual_id": "i1", "customer_id": ACME},
            {"person_id": other, "individual_id": "i2", "customer_id": BROOK},
            {"person_id": box, "individual_id": "i3", "customer_id": ACME, "is_mailbox": True},
        ],
        "person": [{"source": "crm", "native_id": "7", "person_id": one, "role": "buyer"}],
        "job": [{"individual_id": "i1", "customer_id": BROOK, "moved_to": ACME}],
        "match_pair": model_pairs(PAIRS) + model_pairs([pair], "person"),
        "match_evidence": evidence(PAIRS) + evidence([pair], "person"),
    }


@pytest.fixture(autouse=True)
def gates(monkeypatch: pytest.MonkeyPatch) -> None:
    of = {kind: Model.shipped(kind).parameters for kind in ("company", "person")}
    fixed = {"join_ppm": 950_000, "ask_ppm": 100_000}
    monkeypatch.setattr(Model, "shipped", staticmethod(lambda kind: Model.of(of[kind] | fixed)))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    there = new_shop(tmp_path)
    snapshot_of(there, company_tables() | people_tables())
    return there


def run(there: Shop, *words: object, typed: str = "") -> Result:
    done = CliRunner().invoke(app, ["--shop", str(there.folder), *map(str, words)], input=typed)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def told(there: Shop, *words: object) -> Any:
    return json.loads(run(there, *words, "--json").stdout)


def asked(there: Shop, *words: object) -> list[tuple[str, str]]:
    return [(one["left"]["key"], one["right"]["key"]) for one in told(there, "match", *words)["questions"]]


def verdicts(there: Shop, kind: str = "company") -> list[tuple[str, str, str]]:
    rows = read_decisions(there.folder, kind).sort("seq")
    return rows.select("verdict", "left_key", "right_key").rows()


def test_the_most_valuable_question_comes_first(shop: Shop) -> None:
    brook, cedar, far = asked(shop)
    assert brook == ("crm:name:brook tools", "erp:code:b1")  # .8 of 700, before .88 of 10
    assert far == ("crm:name:cedar wrks", "erp:code:c1")
    assert cedar == ("crm:name:brook tools", "erp:code:c1")  # .2 of 700


def test_records_that_are_one_already_are_not_asked_about(shop: Shop) -> None:
    assert ("erp:code:a1", "post:name:acme plating wks") not in asked(shop)


def test_each_answer_is_kept_at_once_and_settles_what_hangs_on_it(shop: Shop) -> None:
    done = run(shop, "match", "--by", "Ann", typed="s\nd\nq\n")
    assert verdicts(shop) == [
        ("same", "crm:name:brook tools", "erp:code:b1"),
        ("different", "crm:name:brook tools", "erp:code:c1"),
    ]
    assert "2 answers kept, 1 left." in done.stdout
    assert asked(shop) == [("crm:name:cedar wrks", "erp:code:c1")]
    assert read_decisions(shop.folder, "company")["said_by"].unique().to_list() == ["Ann"]


def test_an_answer_taken_back_is_asked_again(shop: Shop) -> None:
    run(shop, "match", typed="s\nb\nd\n")
    assert [verdict for verdict, *_ in verdicts(shop)] == ["same", "undone", "different"]
    assert ("crm:name:brook tools", "erp:code:b1") not in asked(shop)


def test_what_one_is_unsure_about_waits_apart(shop: Shop) -> None:
    run(shop, "match", "--limit", "1", typed="u\n")
    assert len(asked(shop)) == 2
    assert asked(shop, "--unsure") == [("crm:name:brook tools", "erp:code:b1")]
    assert told(shop, "who")["company"]["unsure"] == 1


def test_letters_that_mean_nothing_are_asked_again_and_the_end_of_input_quits(shop: Shop) -> None:
    done = run(shop, "match", typed="x\n\ns\n")
    assert "Type s, d, u, b or q" in done.stdout
    assert "1 answer kept, 2 left. `burnish refresh` applies it." in done.stdout


def test_a_question_shows_both_records_and_the_evidence_within_80_columns(shop: Shop) -> None:
    shown = run(shop, "match", typed="q\n").stdout
    assert all(
        text in shown for text in ("Brook Tools LLC", "Brook Tool", "a rare word agrees", "bits in all")
    )
    assert max(map(len, shown.splitlines())) <= WIDTH


def test_who_counts_records_customers_and_what_waits(shop: Shop) -> None:
    found = told(shop, "who")
    assert found["records"] == {"crm": 3, "erp": 5, "post": 1}
    company = found["company"]
    assert (found["customers"], company["joined"], company["waiting"]) == (6, 2, 3)
    assert company["precision"]["joined"] == 3
    assert company["gate"] == 0.95


def test_a_customer_shows_why_its_records_are_one_by_the_strongest_path(shop: Shop) -> None:
    found = told(shop, "who", "acme")
    assert [(link["left"], link["right"]) for link in found["links"]] == [pair[:2] for pair in PAIRS[:2]]
    assert found["links"][0]["evidence"][0] == {
        "comparison": "prior",
        "found": "two records taken at random",
        "bits": -9.0,
    }
    assert found["records"][1]["place"] == {"city": "Dayton"}
    assert found["people"] == {"records": 2, "individuals": 1, "mailboxes": 1, "came": 1, "left": 0}


def test_a_link_given_by_the_source_says_so_and_the_parent_is_named(shop: Shop) -> None:
    shown = run(shop, "who", DALE).stdout
    assert "the source itself says so" in shown
    assert "Part of Cedar Works" in shown
    assert "Divisions: Dale Parts" in run(shop, "who", "Cedar Works").stdout


@pytest.mark.parametrize("name", [ACME, ACME[:6], "erp:code:a1", "ACME plating", "wks", "A1"])
def test_a_customer_is_found_by_id_key_code_or_part_of_a_name(shop: Shop, name: str) -> None:
    assert told(shop, "who", name)["id"] == ACME


def test_a_name_of_several_customers_lists_them(shop: Shop) -> None:
    with pytest.raises(UsageError, match=f"\n  {BROOK}  Brook Tool\n  {BROOKS}  Brook Tools LLC") as refused:
        run(shop, "who", "brook")
    assert refused.value.exit_code == 2
    with pytest.raises(UsageError, match="there is no customer 'zebra'"):
        run(shop, "who", "zebra")


def test_merge_keeps_a_decision_and_names_the_next_step(shop: Shop) -> None:
    done = run(shop, "merge", "Brook Tool", BROOKS, "erp:code:d2", "--why", "same tax number", "--by", "Ann")
    assert "3 decisions" not in done.stdout
    assert "2 decisions kept as batch 1. `burnish refresh` applies them." in done.stdout
    assert verdicts(shop) == [
        ("same", "crm:name:brook tools", "erp:code:b1"),
        ("same", "erp:code:b1", "erp:code:d2"),
    ]
    assert told(shop, "who")["company"]["pending"] == 2
    assert told(shop, "who", BROOK)["decisions"][0]["why"] == "same tax number"


def test_merge_overturns_what_was_called_different(shop: Shop) -> None:
    run(shop, "match", "--limit", "1", typed="d\n")
    done = run(shop, "merge", BROOK, BROOKS, "--why", "they told us")
    assert "overturns 1 earlier decision" in done.stdout
    assert verdicts(shop)[-1] == ("same", "crm:name:brook tools", "erp:code:b1")


def test_merge_of_what_is_one_already_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="is one customer already"):
        run(shop, "merge", "erp:code:a1", "wks", "--why", "so")
    with pytest.raises(UsageError, match="the reason is missing"):
        run(shop, "merge", BROOK, BROOKS)


def test_split_says_different_to_each_that_stays_and_keeps_the_others_together(shop: Shop) -> None:
    run(shop, "split", "acme", "erp:code:a1", "Acme Plating Wks", "--why", "another plant")
    assert verdicts(shop) == [
        ("same", "erp:code:a1", "post:name:acme plating wks"),
        ("different", "crm:name:acme plating", "erp:code:a1"),
        ("different", "crm:name:acme plating", "post:name:acme plating wks"),
    ]
    assert told(shop, "who", "acme plating wks")["next"] == [
        ["crm:name:acme plating"],
        ["erp:code:a1", "post:name:acme plating wks"],
    ]


def test_a_split_that_lets_the_rest_fall_apart_says_so(shop: Shop) -> None:
    done = run(shop, "split", ACME, "crm:name:acme plating", "--why", "a trap")
    assert "they become 2 customers" in done.stdout
    assert "2 decisions kept as batch 1" in done.stdout


def test_a_split_of_all_or_of_a_stranger_is_refused(shop: Shop) -> None:
    with pytest.raises(UsageError, match="would stay"):
        run(shop, "split", DALE, "D1", "D2", "--why", "x")
    with pytest.raises(UsageError, match="is not one record of"):
        run(shop, "split", DALE, "erp:code:a1", "--why", "x")


def test_undoing_a_batch_brings_back_what_was_said_before(shop: Shop) -> None:
    run(shop, "match", "--limit", "1", typed="d\n")
    run(shop, "merge", BROOK, BROOKS, "--why", "they told us")
    run(shop, "match", "--undo", "2")
    assert verdicts(shop)[-1] == ("different", "crm:name:brook tools", "erp:code:b1")
    with pytest.raises(UsageError, match=r"there is no batch 9 .*The last are 1, 2, 3"):
        run(shop, "match", "--undo", "9")


def test_batches_are_undone_one_after_the_other_and_each_once(shop: Shop) -> None:
    run(shop, "match", "--limit", "1", typed="d\n")
    run(shop, "merge", BROOK, BROOKS, "--why", "they told us")
    with pytest.raises(UsageError, match="something was said later"):
        run(shop, "match", "--undo", "1")
    run(shop, "match", "--undo", "2", "--why", "a slip")
    run(shop, "match", "--undo", "1")
    assert [verdict for verdict, *_ in verdicts(shop)] == ["different", "same", "different", "undone"]
    with pytest.raises(UsageError, match=r"batch 2 is taken back already \(batch 3\)"):
        run(shop, "match", "--undo", "2")
    said = told(shop, "who", BROOK)["decisions"]
    assert [(one["takes_back"], one["taken_back_by"]) for one in said] == [
        (None, 4),
        (None, 3),
        (2, None),
        (1, None),
    ]
    assert "taken back by batch 3" in run(shop, "who", BROOK).stdout


def test_what_took_a_batch_back_can_be_taken_back(shop: Shop) -> None:
    run(shop, "merge", BROOK, BROOKS, "--why", "they told us")
    for batch in (1, 2):
        run(shop, "match", "--undo", batch)
    assert verdicts(shop)[-1] == ("same", "crm:name:brook tools", "erp:code:b1")
    run(shop, "match", "--undo", "1")
    assert verdicts(shop)[-1][0] == "undone"


def test_a_sitting_names_the_batches_that_stand(shop: Shop) -> None:
    done = run(shop, "match", typed="s\nb\nd\nd\nq\n").stdout
    assert "They are batches 3 and 4; to take one back: burnish match --undo N" in done
    assert "burnish match --undo 5" in run(shop, "match", "--limit", "1", typed="s\n").stdout


def with_private(there: Shop) -> None:
    tables = company_tables()
    for place in (3, 4):
        tables["party"][place] |= {"is_person": True, "name": "person " + str(place) * 32}
    snapshot_of(there, tables, day="2026-07-01")
    columns = ("person_id", "table", "column", "value", "load_id")
    cells = [("3" * 32, "person", "name", "Zebedee Markerson", "L1")]
    there.vault.put(pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row").to_arrow())


def test_private_customers_are_asked_about_with_the_vault_only(shop: Shop) -> None:
    with_private(shop)
    shown = run(shop, "match", typed="q\n").stdout
    assert "person 3" not in shown
    assert "2 pairs of private customers wait: `burnish match --people` shows them." in shown
    assert asked(shop) == [("crm:name:cedar wrks", "erp:code:c1")]
    assert "Zebedee Markerson" in run(shop, "match", "--people", typed="q\n").stdout
    assert "Zebedee" not in run(shop, "match", "--people", "--json").stdout
    run(shop, "match", "--people", "--limit", "1", typed="s\n")
    assert verdicts(shop) == [("same", "crm:name:brook tools", "erp:code:b1")]


def test_a_code_of_two_records_is_refused_with_all_their_keys(shop: Shop) -> None:
    tables = company_tables()
    tables["party"][1] |= {"code": "A1"}
    snapshot_of(shop, tables, day="2026-07-01")
    both = "'A1' is 2 records: crm:name:acme plating; erp:code:a1"
    with pytest.raises(UsageError, match=both):
        run(shop, "split", ACME, "A1", "--why", "x")


def test_the_gate_in_use_changes_nothing_and_another_tells_how_many_questions_wait(shop: Shop) -> None:
    assert "is in use already" in run(shop, "match", "--gate", "0.95").stdout
    assert "2 questions will wait then, 3 before." in run(shop, "match", "--gate", "0.85").stdout


def test_a_customer_named_twice_is_no_merge(shop: Shop) -> None:
    with pytest.raises(UsageError, match="you named Brook Tool twice"):
        run(shop, "merge", BROOK, BROOK, "--why", "x")


def test_undoing_the_only_word_leaves_nothing_said(shop: Shop) -> None:
    run(shop, "merge", BROOK, BROOKS, "--why", "they told us")
    run(shop, "match", "--undo", "1")
    assert verdicts(shop)[-1][0] == "undone"
    assert len(asked(shop)) == 3
    assert told(shop, "who")["company"]["pending"] == 0


def test_another_gate_is_a_new_model_and_says_what_changes(shop: Shop) -> None:
    kept = told(shop, "match", "--gate", "0.85")
    assert kept["joined_now"] == 1
    assert read_model(shop.folder, "company")["join_ppm"] == 850_000
    found = told(shop, "who")["company"]
    assert (found["model"], found["gate"], found["waiting"]) == (kept["version"], 0.85, 2)
    with pytest.raises(UsageError, match=r"is not above 0\.1"):
        run(shop, "match", "--gate", "0.05")


def test_an_earlier_model_is_taken_up_again(shop: Shop) -> None:
    shipped = told(shop, "who")["company"]["model"]
    kept = told(shop, "match", "--gate", "0.97")
    assert told(shop, "match", "--model", "shipped")["version"] == shipped
    assert told(shop, "match", "--model", kept["version"])["gate"] == 0.97
    assert told(shop, "who")["company"]["model"] == kept["version"]
    with pytest.raises(UsageError, match=f"shipped, {kept['version']}"):
        run(shop, "match", "--model", "nonsense")


def test_a_sample_measures_precision_and_mending_does_not_raise_it(shop: Shop) -> None:
    done = run(shop, "match", "--sample", "3", typed="s\nd\ns\n")
    assert "(95 % interval 0.667 to 0.667; 2 of 3 right)" in done.stdout
    assert told(shop, "who")["company"]["precision"]["answered"] == 3
    tables = company_tables()
    wrong = next(pair for verdict, *pair in verdicts(shop) if verdict == "different")
    for row in tables["party"]:
        if row["party_key"] == max(wrong):
            row["customer_id"] = None
    snapshot_of(shop, tables, day="2026-07-01")
    again = told(shop, "who")["company"]["precision"]
    assert (again["right"], again["answered"]) == (2, 3)


def test_the_same_snapshot_draws_the_same_sample(shop: Shop) -> None:
    assert asked(shop, "--sample", "2") == asked(shop, "--sample", "2")
    assert len(asked(shop, "--sample", "99")) == 3


def test_people_are_asked_about_with_names_in_the_terminal_only(shop: Shop) -> None:
    columns = ("person_id", "table", "column", "value", "load_id")
    cells = [("1" * 32, "person", "name", "Zebedee Markerson", "L1")]
    shop.vault.put(pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row").to_arrow())
    assert "Zebedee Markerson" in run(shop, "match", "--people", typed="q\n").stdout
    listed = run(shop, "match", "--people", "--json").stdout
    assert "Zebedee" not in listed
    assert json.loads(listed)["questions"][0]["left"]["says"]["role"] == "buyer"
    assert not any(b"Zebedee" in path.read_bytes() for path in shop.folder.rglob("*") if path.is_file())


def test_options_that_do_different_things_are_not_mixed(shop: Shop) -> None:
    with pytest.raises(UsageError, match="--sample, --gate"):
        run(shop, "match", "--sample", "3", "--gate", "0.97")
    with pytest.raises(UsageError, match="--sample, --unsure"):
        run(shop, "match", "--sample", "3", "--unsure")


def test_before_the_first_refresh_and_with_an_older_snapshot_the_way_out_is_named(tmp_path: Path) -> None:
    there = new_shop(tmp_path)
    for words in (("who",), ("match",), ("merge", "a", "b", "--why", "c")):
        with pytest.raises(BurnishError, match=r"burnish add.*burnish refresh"):
            run(there, *words)
    snapshot_of(there, {})
    (snapshots.current_folder(there.snapshots) / "manifest.json").write_text('{"rows": {}, "as_of": ""}')
    with pytest.raises(ShopError, match="an older Burnish"):
        run(there, "who")


def test_an_empty_shop_has_nothing_to_ask(tmp_path: Path) -> None:
    there = new_shop(tmp_path)
    snapshot_of(there, {})
    assert "0 answers kept, 0 left" in run(there, "match").stdout
    assert "nothing to sample" in run(there, "match", "--sample", "5").stdout
    assert "the model joined nothing" in run(there, "who").stdout


@pytest.mark.parametrize("command", ["who", "match", "merge", "split"])
def test_help_is_plain_and_fits_80_columns(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], terminal_width=WIDTH).stdout
    assert max(map(len, shown.splitlines())) <= WIDTH


def test_a_company_and_the_one_above_it_are_not_asked_about_unless_somebody_says_so(shop: Shop) -> None:
    tables = company_tables()
    tables["party"][6] |= {"parent_key": "erp:code:c1"}
    tables["party"][5] |= {"parent_key": "crm:name:brook tools"}
    snapshot_of(shop, tables, day="2026-07-01")
    assert asked(shop) == [("crm:name:brook tools", "erp:code:b1")]
    run(shop, "merge", CEDAR, CEDARS, "--why", "one set of books")
    assert told(shop, "who", CEDAR)["next"] == [["crm:name:cedar wrks", "erp:code:c1"]]


def test_a_decision_by_a_key_that_changed_since_still_holds(shop: Shop) -> None:
    run(shop, "merge", BROOK, BROOKS, "--why", "same owner")
    tables = company_tables()
    tables["party"][4] |= {"party_key": "crm:code:77", "code": "77", "name": "Brook Tools"}
    tables["match_pair"] = []
    snapshot_of(shop, tables, day="2026-07-01")
    assert told(shop, "who", BROOK)["next"] == [["crm:code:77", "erp:code:b1"]]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("loaded")
    there = new_shop(folder)
    for file, name in (("erp.csv", "Acme Plating Works"), ("mes.csv", "Nettlehaven Tool")):
        rows = [f"{name[0]}{n},2026-0{n + 1}-03,{name},PO-{n},5,100.00" for n in range(5)]
        add(there, orders(folder, rows, file), on=date(2026, 6, 30))
    refreshed(there, date(2026, 6, 30))
    return there


def test_what_is_merged_is_one_customer_after_a_refresh_and_two_again_when_undone(loaded: Shop) -> None:
    before = told(loaded, "who")
    run(loaded, "merge", "acme", "nettlehaven", "--why", "bought by them", "--by", "Ann")
    assert told(loaded, "who")["company"]["pending"] == 1
    refreshed(loaded, date(2026, 6, 30))
    one = told(loaded, "who", "acme")
    assert [link["said"]["by"] for link in one["links"]] == ["Ann"]
    assert (len(one["records"]), one["money"], one["next"]) == (2, 1000, [])
    assert told(loaded, "who")["company"]["pending"] == 0
    run(loaded, "match", "--undo", "1")
    refreshed(loaded, date(2026, 6, 30))
    assert told(loaded, "who")["customers"] == before["customers"] == 2


def test_new_weights_are_kept_only_when_one_says_so(loaded: Shop) -> None:
    shown = told(loaded, "match", "--retrain")
    assert not shown["kept"]
    assert run(loaded, "match", "--retrain", typed="n\n").stdout.endswith("Nothing was kept.\n")
    assert read_model(loaded.folder, "company") is None
    run(loaded, "match", "--retrain", "--yes")
    assert told(loaded, "who")["company"]["model"] == shown["version"]
    with pytest.raises(UsageError, match="for people are not learned"):
        run(loaded, "match", "--retrain", "--people")


def test_a_later_word_on_the_same_records_by_newer_keys_is_not_undone(shop: Shop) -> None:
    run(shop, "match", "--limit", "1", typed="d\n")
    tables = company_tables()
    tables["party"][4] |= {"party_key": "crm:code:77", "code": "77", "name": "Brook Tools"}
    tables["match_pair"] = []
    snapshot_of(shop, tables, day="2026-07-01")
    run(shop, "merge", BROOK, BROOKS, "--why", "same owner")
    with pytest.raises(UsageError, match="something was said later"):
        run(shop, "match", "--undo", "1")
    run(shop, "match", "--undo", "2")
    assert verdicts(shop)[-1] == ("different", "crm:code:77", "erp:code:b1")


def test_a_model_that_cannot_be_used_any_more_is_left_for_the_shipped_one(shop: Shop) -> None:
    with Journal.open(shop.folder) as book:
        book.keep_model("company", {"made": "by another Burnish"}, by="owner", why="")
    with pytest.raises(ContractError, match="go back to an earlier model"):
        run(shop, "who")
    run(shop, "match", "--model", "shipped")
    assert told(shop, "who")["company"]["model"] == Model.shipped("company").version


def test_persons_that_somebody_put_together_come_apart_when_that_is_undone(shop: Shop) -> None:
    tables = company_tables()
    tables["party"][3] |= {"is_person": True, "customer_id": BROOK}
    tables["party"][4] |= {"is_person": True, "customer_id": BROOK}
    tables["match_pair"] = []
    snapshot_of(shop, tables, day="2026-07-01")
    assert len(told(shop, "who", BROOK)["next"]) == 2

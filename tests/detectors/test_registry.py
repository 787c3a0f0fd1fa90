from importlib.metadata import EntryPoint
from pathlib import Path

import polars as pl
import pytest

from burnish import detectors
from burnish.detectors import Detector, discover, fed, in_order
from burnish.errors import UsageError


def declared(name, *tables):
    """A detector called `name` that reads `tables`."""
    scope = {"pl": pl}
    exec(f"def {name}({', '.join(tables)}, *, least=3): return pl.DataFrame({{'n': [{len(tables)}]}})", scope)
    return detectors.detector(says="x", evidence=["order_line"], outcome="y")(scope[name])


def test_a_file_in_the_folder_is_found_with_its_tables_and_dials():
    gone_quiet = discover()["gone_quiet"]
    assert gone_quiet.tables == ("customer", "order_gap", "alarm_threshold")
    assert gone_quiet.dials == {"min_gaps": 8, "nominal": 0.01}
    assert gone_quiet.evidence == ("order_line",)


def test_a_detector_runs_after_those_whose_signals_it_reads_and_ties_go_by_name():
    found = in_order(
        [declared("zinc", "order_gap"), declared("alloy", "zinc"), declared("brass", "order_gap")]
    )
    assert [each.name for each in found] == ["brass", "zinc", "alloy"]


def test_two_detectors_of_one_name_are_refused():
    with pytest.raises(UsageError, match="two detectors are called zinc"):
        in_order([declared("zinc", "a"), declared("zinc", "b")])


def test_detectors_that_wait_for_each_other_are_refused():
    with pytest.raises(UsageError, match="wait for each other"):
        in_order([declared("zinc", "alloy"), declared("alloy", "zinc")])


def test_a_broken_plug_in_is_listed_with_its_reason_and_stops_nothing():
    broken = EntryPoint("theirs", "no_such_module:thing", detectors.GROUP)
    empty = EntryPoint("hollow", "json", detectors.GROUP)
    found = discover([broken, empty])
    assert [each.name for each in found] == [each.name for each in discover([])]
    assert [each.name for each in found.not_loaded] == ["theirs", "hollow"]
    assert "no_such_module" in found.not_loaded[0].why
    assert "no detector is declared there" in found.not_loaded[1].why


def test_a_plug_in_joins_the_others(monkeypatch):
    monkeypatch.setattr(EntryPoint, "load", lambda self: declared("theirs", "gone_quiet"))
    found = discover([EntryPoint("theirs", "somewhere:theirs", detectors.GROUP)])
    assert isinstance(found["theirs"], Detector)
    assert found.detectors[-1].name == "theirs"


def test_a_function_is_fed_the_tables_that_its_parameters_name():
    zinc = declared("zinc", "order_gap", "customer")
    tables = {"customer": pl.DataFrame(), "order_gap": pl.DataFrame(), "invoice": pl.DataFrame()}
    assert fed(zinc.run, tables, least=1)["n"].item() == 2


def test_every_detector_has_its_methods_page():
    pages = Path(__file__).parents[2] / "docs" / "methods"
    missing = [
        each.name for each in discover([]) if not (pages / f"{each.name.replace('_', '-')}.md").is_file()
    ]
    assert missing == []

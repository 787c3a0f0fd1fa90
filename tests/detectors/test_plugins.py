"""What a plug-in does wrong costs its own signals and nothing else."""

from datetime import date, timedelta

import pytest

from burnish import detectors
from burnish.detectors import Detector, NotLoaded, Registry, in_order, sparing
from burnish.detectors.speaking import in_contract
from burnish.doctor import checkup
from burnish.errors import ContractError
from burnish.schema.signals import SIGNAL
from shops import add, new_shop, orders, refreshed, table

DAY = date(2026, 6, 30)
WEEKLY = [
    f"{n}{name[0]},{DAY - timedelta(days=700 - 7 * n)},{name},PO-{n},5,10.00"
    for n in range(100)
    for name in ("Acme Works", "Brook Tool", "Cedar Works")
]


def plug_in(run, *, evidence=("order_line",), **given):
    return Detector(run, "x", evidence, "y", **given)


def sound(customer, *, as_of):
    return in_contract(customer.clear(), SIGNAL)


def nosy(no_such_table, *, as_of):
    return sound(no_such_table, as_of=as_of)


def clumsy(customer, *, as_of):
    raise ValueError("Jane Doe")


def scrawled(customer, *, as_of):
    return customer


def unproved(customer, *, as_of):
    return sound(customer, as_of=as_of)


def unfitted(customer, *, as_of):
    return sound(customer, as_of=as_of)


def muddled(customer, *, as_of):
    return sound(customer, as_of=as_of)


FAULTY = (
    plug_in(nosy),
    plug_in(clumsy),
    plug_in(scrawled),
    plug_in(unproved, evidence=("no_such_table",)),
    plug_in(unfitted, calibrate=lambda order_gap, *, fitted_on: {}),
    plug_in(muddled, explanations=lambda customer, *, as_of: customer),
)


def test_plug_ins_that_fail_stop_no_refresh_and_the_doctor_says_why(tmp_path, monkeypatch):
    shop = new_shop(tmp_path / "shop")
    add(shop, orders(tmp_path, WEEKLY), on=DAY)
    plain = table(refreshed(shop, DAY), "signal")
    ours = detectors.discover([])
    with monkeypatch.context() as patched:
        registry = Registry(in_order([*ours, *FAULTY, plug_in(sound)]))
        patched.setattr(detectors, "discover", lambda: registry)
        snapshot = refreshed(shop, DAY)
    left_out = dict(snapshot.manifest["not_loaded"])
    assert set(left_out) == {each.name for each in FAULTY}
    assert left_out["clumsy"] == "it raised ValueError"
    assert "no_such_table" in left_out["nosy"]
    assert left_out["unfitted"].startswith("the calibrate function of unfitted names order_gap")
    assert table(snapshot, "signal").equals(plain)
    notes = [note for note in checkup(shop).health.notes if "left out of the last refresh" in note]
    assert len(notes) == len(FAULTY)


def test_a_fault_of_our_own_detectors_surfaces():
    left_out: list[NotLoaded] = []
    ours = detectors.discover([])["gone_quiet"]
    with pytest.raises(ContractError), sparing(ours, left_out):
        detectors.fed(ours.run, {})
    assert left_out == []

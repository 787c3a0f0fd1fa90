"""What customers order: each has a book of parts, few of them often, and many parts that come once only.

Parts come and go over the years. Weight, area, specification, price and basis hang together by process.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from burnish.simulate.naming import listed
from burnish.simulate.plan import Plan
from burnish.simulate.sizes import INDUSTRIES, OEM_SPECS, SHOPS, Shop
from burnish.simulate.world import SCHEMAS

PARTS_APART = 10_000_000
BASES = np.array(["EA", "LB", "C", "M", "LOT"])
LB = 0.45359237
THINGS = np.array(listed(
    "BRACKET BOLT HINGE SPRING PLATE CLIP PIN SPACER STUD BUSHING HANDLE COVER SHAFT WASHER LEVER YOKE "
    "HOUSING FRAME TUBE PANEL ARM FLANGE NUT SCREW RETAINER BAR ROD GUARD"
))  # fmt: skip
DETAILS = np.array([
    "LH", "RH", "MTG", "½-13 X 3", "REV B", "5/16 X 1½", "90° FORMED", "ASSY", "HVY", "4.00 X 2.25 ±.01",
    "LOWER", "UPPER", "M8 X 25", "WELDED", "Ø12",
])  # fmt: skip
MIX, DRIFTED, PROGRAM, SMALL, ONCE = range(5)  # why a line is of this part


def part_table(plan: Plan, keys: pl.DataFrame, companies: pl.DataFrame) -> pl.DataFrame:
    """One part per row of `keys`, plus its columns `lot_usd`, the usual value of a lot, and `each_usd`.

    `keys` has company, index, epoch, why, subject, first_on and is sorted.
    """
    shop = SHOPS[plan.size]
    known = companies.select("company", "industry", "process", "code", at_usd="lot_usd")
    rows = keys.join(known, on="company", how="left", maintain_order="left")
    rng, many = plan.stream("parts"), len(rows)
    rows = rows.with_columns(process=processes_of(plan, shop, rows, rng))
    rows = with_process(rows, shop, rng)
    rows = with_oem(rows, shop, rng)
    weight = np.clip(np.exp(rng.normal(-1.9, 1.3, many)), 0.002, 60)
    area = 0.035 * weight ** (2 / 3) * np.exp(rng.normal(0, 0.25, many))
    spread = shop.lot_spread * np.where(rows["index"] < 6, 0.4, 0.85)
    value = rows["at_usd"].to_numpy() * np.exp(rng.normal(0, spread))
    value = np.where(rows["why"] == SMALL, value * 0.4, value)
    each = np.maximum(area * 14 * np.exp(rng.normal(0, 0.4, many)), 0.004)
    basis = bases_of(rows, shop, rng)
    price = price_on(basis, each, weight, value)
    styles = np.array([number_style(code) for code in rows["code"]])
    load = np.where(rows["basis_bulk"], 60 / weight, 3.5 / area)
    table = rows.with_columns(
        part=plan.block * PARTS_APART + 1 + pl.int_range(many), revision=pl.Series(revisions(rng, many)),
        number=pl.Series(numbers(rows, styles, rng)),
        description=pl.Series(described(rng, many)), weight_kg=pl.Series(weight.round(4)),
        area_m2=pl.Series(area.round(5)), per_load=pl.Series(np.clip(load, 1, 50_000).astype(np.int64)),
        price=pl.Series(price), basis=pl.Series(basis), each_usd=pl.Series(each), lot_usd=pl.Series(value),
    )  # fmt: skip
    return table.select(*SCHEMAS["part"], "index", "epoch", "why", "lot_usd", "each_usd")


def processes_of(plan: Plan, shop: Shop, rows: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """Mostly the company's own process, else its second, else any; a drifted part is of the new one."""
    codes = [each.code for each in shop.processes]
    share = np.cumsum([each.share for each in shop.processes])
    second = np.searchsorted(share, hashed(rows["company"].to_numpy(), 7) * share[-1])
    anyone = np.searchsorted(share, rng.random(len(rows)) * share[-1])
    own = np.array([codes.index(code) for code in rows["process"]])
    draw = rng.random(len(rows))
    drawn = np.where(draw < 0.65, own, np.where(draw < 0.88, second, anyone))
    usual = [codes[at] for at in drawn.tolist()]
    asked = zip(rows["why"], rows["subject"], usual, rng.random(len(rows)).tolist(), strict=True)
    return pl.Series([process_for(codes, *each) for each in asked], dtype=pl.String)


def process_for(codes: list[str], why: int, subject: str, usual: str, draw: float) -> str:
    """The process of a part: the new one of a drift, one that a program's company has a specification for."""
    if why == PROGRAM:
        fit = [process for oem, process, _ in OEM_SPECS if oem == subject and process in codes]
        return fit[int(draw * len(fit))] if fit else usual
    target = subject.rpartition(">")[2]
    return target if why == DRIFTED and target in codes else usual


def hashed(numbers: np.ndarray, salt: int) -> np.ndarray:
    """A number between 0 and 1 that belongs to each number."""
    mixed = (numbers.astype(np.uint64) + np.uint64(salt * 7919)) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray((mixed >> np.uint64(40)).astype(np.float64) / 2**24)


def with_process(rows: pl.DataFrame, shop: Shop, rng: np.random.Generator) -> pl.DataFrame:
    """How the process is written, the general specification, the bath with its supplier, the minimum."""
    by_code = {each.code: each for each in shop.processes}
    draws = rng.random((len(rows), 3))
    text, spec, bath, minimum, bulk = [], [], [], [], []
    own = hashed(rows["company"].to_numpy(), 3)
    for at, code in enumerate(rows["process"].to_list()):
        process = by_code[code]
        text.append(process.texts[int(draws[at, 0] * len(process.texts))])
        spec.append(process.specs[int(draws[at, 1] * len(process.specs))] if draws[at, 2] < 0.6 else "")
        usual = own[at] if draws[at, 2] * 97 % 1 < 0.8 else draws[at, 0] * 89 % 1
        bath.append(process.baths[int(usual * len(process.baths))])
        minimum.append(process.minimum_usd)
        bulk.append(process.bases[1] >= 0.3)
    supplier = [each.split(": ")[0] for each in bath]
    material = [each.split(": ")[1] for each in bath]
    return rows.with_columns(
        process_text=pl.Series(text), spec_text=pl.Series(spec), minimum_usd=pl.Series(minimum),
        supplier=pl.Series(supplier), material=pl.Series(material), basis_bulk=pl.Series(bulk),
    ).pipe(with_new_bath)  # fmt: skip


def with_new_bath(rows: pl.DataFrame) -> pl.DataFrame:
    """Where the drift is one of materials, the part has the new one."""
    new = pl.col("subject").str.split(">").list.last()
    moved = (pl.col("why") == DRIFTED) & new.str.contains(": ", literal=True)
    pieces = new.str.split(": ")
    return rows.with_columns(
        supplier=pl.when(moved).then(pieces.list.first()).otherwise("supplier"),
        material=pl.when(moved).then(pieces.list.last()).otherwise("material"),
    )


def with_oem(rows: pl.DataFrame, shop: Shop, rng: np.random.Generator) -> pl.DataFrame:
    """The customer's customer behind some parts, whose specification then stands on them."""
    known = {(oem, process): spec for oem, process, spec in OEM_SPECS}
    draws, own = rng.random(len(rows)), hashed(rows["company"].to_numpy(), 5)
    oems, specs = [], []
    columns = rows.select("industry", "process", "subject", "why", "spec_text").iter_rows()
    for at, (industry, process, subject, why, spec) in enumerate(columns):
        behind = INDUSTRIES[industry].oems if own[at] < 0.7 else ()
        oem = behind[int(own[at] / 0.7 * len(behind))] if behind and draws[at] < 0.4 else ""
        oem = subject if why == PROGRAM else oem
        found = known.get((oem, process), "")
        oems.append(oem if found or why == PROGRAM else "")
        specs.append(found or spec)
    return rows.with_columns(
        oem=pl.Series(oems, dtype=pl.String), spec_text=pl.Series(specs, dtype=pl.String)
    )


def bases_of(rows: pl.DataFrame, shop: Shop, rng: np.random.Generator) -> np.ndarray:
    """The basis of the price: pieces, pounds, hundreds, thousands or the lot."""
    weights = {each.code: np.cumsum(each.bases) / sum(each.bases) for each in shop.processes}
    table = np.array([weights[code] for code in rows["process"]]).reshape(len(rows), 5)
    return np.asarray(BASES[(rng.random(len(rows))[:, None] > table).sum(axis=1)])


def price_on(basis: np.ndarray, each: np.ndarray, weight: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The price per unit of the basis, in dollars."""
    by = {
        "EA": each,
        "LB": each / weight * LB,
        "C": each * 100,
        "M": each * 1000,
        "LOT": np.maximum(value, 20),
    }
    price = np.select([basis == name for name in BASES], [by[name] for name in BASES])
    return np.maximum(
        np.where(basis == "EA", price.round(4), price.round(2)), np.where(basis == "EA", 0.001, 0.05)
    )


def number_style(code: str) -> int:
    """Each company's own shape of part numbers."""
    return int(code[-4:]) % 5


def numbers(rows: pl.DataFrame, styles: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Part numbers in the shape of the customer's customer, else in the company's own."""
    running = rows.select(at=pl.int_range(pl.len()).over("company"))["at"].to_list()
    starts = (hashed(rows["company"].to_numpy(), 17) * 1e6).astype(np.int64)
    small, letters = rng.integers(100, 999, len(rows)), rng.integers(0, 26, len(rows))
    shapes = {
        "John Deere": "{b}{n:06d}", "Caterpillar": "{s}-{n:04d}", "Ford": "{b}{n:04d}-{s}-{b}A",
        "Boeing": "{s}{b}{n:04d}-1",
    }  # fmt: skip
    usual = ("{n:05d}-{s}", "{c}-{n:05d}", "{n:06d}", "{c}{s}-{n:04d}", "{s}{b}{n:05d}")
    return [
        shapes.get(oem, usual[style]).format(
            n=(number * 7 + start) % 1_000_000, s=number_small, b=chr(65 + letter), c=code[:2]
        )
        for oem, style, number, start, number_small, letter, code in zip(
            *(
                rows["oem"],
                styles.tolist(),
                running,
                starts.tolist(),
                small.tolist(),
                letters.tolist(),
                rows["code"],
            ),
            strict=True,
        )
    ]


def revisions(rng: np.random.Generator, many: int) -> list[str]:
    """Drawing revisions; many have none."""
    return [("", "", "A", "B", "C", "D", "-")[draw] for draw in rng.integers(0, 7, many).tolist()]


def described(rng: np.random.Generator, many: int) -> list[str]:
    """What the part is, as the packing slip has it."""
    things, details = THINGS[rng.integers(0, len(THINGS), many)], DETAILS[rng.integers(0, len(DETAILS), many)]
    return [f"{thing}, {detail}" for thing, detail in zip(things.tolist(), details.tolist(), strict=True)]

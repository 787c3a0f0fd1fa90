"""The three made-up shops as data: what they do, for whom, how much of it, and what is planted there.

Figures are those of `docs/methods/simulation.md`. Dollars, orders a month and customers are totals of one
block; shares need not add to one, they are weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Process:
    """One process of a shop. `family` names the line that does it, `share` its weight among parts.

    `texts` is how the office writes it, `specs` the general specifications called out for it, `baths` the
    material used with its supplier as "supplier: material". `bases` weighs prices by EA, LB, C, M, LOT.
    """

    code: str
    family: str
    share: float
    minimum_usd: float
    texts: tuple[str, ...]
    specs: tuple[str, ...]
    baths: tuple[str, ...]
    bases: tuple[float, float, float, float, float]
    steel: bool = True


@dataclass(frozen=True)
class Industry:
    """One trade of customers: what such firms call themselves, when their work comes, whom they serve."""

    name: str
    naics: str
    season: str
    kinds: tuple[str, ...]
    oems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shop:
    """One size of shop.

    `active` customers order within a year, `ever` ones stand in the lists. Rates of orders fall with rank as
    (rank + `flat_head`) ** -`fewer_orders`,
    lot values as rank ** -`smaller_lots`. `lost` and `new` are shares
    a year. `events` and `lookalikes` count what happens in the usual years.
    """

    name: str
    years: int
    employees: int
    active: int
    ever: int
    orders_a_month: float
    lines_per_order: float
    revenue_usd: float
    lot_usd: float
    lot_spread: float
    flat_head: float
    fewer_orders: float
    smaller_lots: float
    book: float
    once_only: float
    lost: float
    walk_ins: float
    one_offs: float
    inspectors: int
    processes: tuple[Process, ...]
    industries: tuple[tuple[str, float], ...]
    events: dict[str, float]
    lookalikes: dict[str, float]


EACH, BULK, BOTH, BATCH = (
    (0.8, 0, 0.05, 0, 0.15),
    (0.2, 0.5, 0.15, 0.12, 0.03),
    (0.6, 0.1, 0.2, 0.02, 0.08),
    (0.55, 0.15, 0, 0, 0.3),
)


def bars(text: str) -> tuple[str, ...]:
    """The pieces of a text between bars."""
    return tuple(piece.strip() for piece in text.split("|"))


PROCESSES = {
    each.code: each
    for each in (
        Process(
            "ZN_BARREL", "Zinc barrel line", 0.3, 70.0,
            bars("ZINC CLEAR BARREL | Barrel zinc, clear | ZINC YELLOW BARREL | BBL ZN CLR | Barrel zinc "
                "black"),
            bars("ASTM B633 SC1 TY III | ASTM B633 SC2 TY II | ASTM F1941 Fe/Zn 5 | ISO 4042"),
            bars("MacDermid Enthone: Envirobrite | Pavco: HyperZinc | Columbia Chemical: ColZinc"), BULK),
        Process(
            "ZN_RACK", "Zinc rack line", 0.24, 78.0,
            bars("ZINC CLEAR RACK | Zinc plate, rack | ZINC YELLOW RACK | RACK ZN BLACK"),
            bars("ASTM B633 SC2 TY III | ASTM B633 SC3 TY II | ISO 2081 Fe/Zn 8"),
            bars("MacDermid Enthone: Envirobrite | Columbia Chemical: ColZinc"), BOTH),
        Process(
            "ZNNI", "Zinc-nickel line", 0.12, 95.0,
            bars("ZN-NI BLACK RACK | Zinc nickel | ZNNI CLEAR TRIVALENT | Zn-Ni barrel"),
            bars("ASTM B841 | AMS 2417 | ISO 19598"),
            bars("Dipsol: IZ-250 | Pavco: Ziniloy | Atotech: Zinni"), BOTH),
        Process(
            "PHOS_ZN", "Phosphate line", 0.08, 70.0,
            bars("ZINC PHOSPHATE & OIL | Zn phos | ZINC PHOS DRY"),
            bars("MIL-DTL-16232 TY Z CL 2 | TT-C-490"), bars("Chemetall: Gardobond | Henkel: Bonderite"),
            BULK),
        Process(
            "PHOS_MN", "Phosphate line", 0.05, 70.0,
            bars("MN PHOS & OIL | Manganese phosphate"),
            bars("MIL-DTL-16232 TY M CL 2 | AMS 2481"),
            bars("Chemetall: Gardobond | Hubbard-Hall: Lusterite"),
            BULK),
        Process(
            "ECOAT", "E-coat line", 0.12, 85.0,
            bars("E-COAT BLACK | Black e-coat, epoxy | ECOAT BLK EPOXY"),
            bars("ASTM B117 336 H | ASTM D3359"), bars("PPG: POWERCRON | Axalta: AquaEC | BASF: CathoGuard"),
            EACH),
        Process(
            "BOX", "Black oxide line", 0.09, 65.0,
            bars("BLACK OXIDE | Hot black oxide & oil | BLK OX"),
            bars("MIL-DTL-13924 CL 1 | AMS 2485"), bars("Hubbard-Hall: Black Magic | Heatbath: Pentrate"),
            BULK),
        Process(
            "BLAST", "Blast booth", 0.12, 70.0,
            bars("SANDBLAST | Media blast | BLAST & COAT PREP"),
            bars("SSPC-SP 6 | SSPC-SP 10"), bars("Ervin: Amasteel grit"), BATCH),
        Process(
            "IRONPHOS", "Powder line", 0.03, 70.0,
            bars("IRON PHOS ONLY | 3-STAGE WASH"), bars("TT-C-490"), bars("Henkel: Bonderite"), EACH),
        Process(
            "POWD", "Powder line", 0.75, 100.0,
            bars("POWDER COAT BLACK | Powder gloss white | PC TEXTURE BLACK | P/C RAL 7035 | POWDER "
                "SUPER-DURABLE BLK"
                 " | Powder, candy red | POWDER ZINC-RICH + TOPCOAT"),
            bars("AAMA 2604 | AAMA 2603 | ASTM D3451 | ASTM D3359"),
            bars("PPG: Envirocron | Axalta: Alesta | Sherwin-Williams: Powdura | AkzoNobel: Interpon 610"
                 " | TIGER: Drylac Series 49 | IFS: PolyArmor | Prismatic: PSS-0106 | Cardinal: T009-BK08"),
                 EACH),
        Process(
            "LIQ", "Paint booth", 0.1, 130.0,
            bars("PRIME & TOPCOAT | Epoxy primer | WET PAINT 2K URETHANE"),
            bars("MIL-PRF-23377 TY I | MIL-PRF-85285 | MIL-PRF-22750"),
            bars("PPG: Spectracron | Sherwin-Williams: Polane | AkzoNobel: Aerodur"), EACH),
        Process(
            "AN1", "Anodize line", 0.07, 140.0,
            bars("CHROMIC ANODIZE | Anodize Type I | ANODIZE TY I CL 1"),
            bars("MIL-PRF-8625 TY I CL 1 | AMS 2470"), bars("Technic: chromic acid"), EACH, False),
        Process(
            "AN2", "Anodize line", 0.24, 135.0,
            bars("ANODIZE TY II CLEAR | Sulfuric anodize black | CLEAR ANODIZE | ANODIZE II CL 2 BLACK"),
            bars("MIL-PRF-8625 TY II CL 1 | MIL-PRF-8625 TY II CL 2 | AMS 2471"),
            bars("Reliant Aluminum: anodize additive | Clariant: Sanodal Black MLW"), EACH, False),
        Process(
            "AN3", "Anodize line", 0.14, 150.0,
            bars("HARDCOAT ANODIZE | Hard anodize .002 | HARD ANO TY III CL 1"),
            bars("MIL-PRF-8625 TY III CL 1 | AMS 2469"), bars("Reliant Aluminum: anodize additive"), EACH,
            False),
        Process(
            "CHEM", "Chem film line", 0.2, 115.0,
            bars("CHEM FILM CLEAR | Chem film, gold | ALODINE 1200S | CHEM FILM TCP"),
            bars("MIL-DTL-5541 TY I CL 1A | MIL-DTL-5541 TY II CL 3 | AMS 2474"),
            bars("Henkel: Alodine | Chemetall: TCP-HF"), EACH, False),
        Process(
            "PASS", "Passivation line", 0.14, 105.0,
            bars("PASSIVATE | Passivate citric | PASSIVATE NITRIC 2"),
            bars("ASTM A967 NITRIC 2 | AMS 2700 METHOD 1 TY 2 | AMS 2700 METHOD 2"),
            bars("Stellar Solutions: CitriSurf | Technic: nitric acid"), BATCH),
        Process(
            "CAD", "Cadmium line", 0.07, 175.0,
            bars("CAD PLATE TY II CL 2 | Cadmium, yellow | CAD II"),
            bars("AMS-QQ-P-416 TY II CL 2 | AMS 2400"), bars("MacDermid Enthone: Cadalume"), BOTH),
        Process(
            "EN", "Electroless nickel line", 0.07, 165.0,
            bars("ELECTROLESS NICKEL MP .0005 | EN high phos | E-NICKEL .001"),
            bars("AMS-C-26074 CL 1 | ASTM B733 TY V | AMS 2404"),
            bars("MacDermid Enthone: NiKlad | Atotech: Nichem"), EACH),
        Process(
            "FPI", "NDT room", 0.05, 110.0,
            bars("PENETRANT INSPECT | FPI TY I LEVEL 2"), bars("ASTM E1417"), bars("Magnaflux: Zyglo"), BATCH,
            False),
    )
}  # fmt: skip

INDUSTRIES = {
    each.name: each
    for each in (
        Industry("Machine shop", "332710", "flat",
            bars("Machine | Precision | Machining | CNC | Manufacturing"),
                 ("John Deere", "Caterpillar")),
        Industry("Turned products", "332721", "flat", bars("Turned Products | Screw Machine | Swiss"),
                 ("Cummins", "Ford")),
        Industry("Stamping", "332119", "auto", bars("Stampings | Metal Forming | Press Works"),
                 ("Ford", "General Motors", "Stellantis")),
        Industry("Fasteners", "332722", "flat", bars("Fasteners | Bolt & Screw | Threaded Products"),
                 ("General Motors", "Ford", "Navistar")),
        Industry("Auto parts", "336390", "auto", bars("Driveline | Chassis Parts | Brake Components"),
                 ("General Motors", "Ford", "Stellantis", "Bosch")),
        Industry("Truck parts", "336211", "auto", bars("Truck Components | Cab Systems"),
                 ("Navistar", "Cummins", "Volvo Group")),
        Industry("Farm machinery", "333111", "spring", bars("Implement | Harvester Parts | Hitch Works"),
                 ("John Deere", "CNH")),
        Industry("Construction machinery", "333120", "flat",
            bars("Loader Parts | Bucket & Boom | Earthmoving"),
                 ("Caterpillar", "John Deere")),
        Industry("Outdoor products", "332618", "spring",
            bars("Fence & Gate | Lawn Products | Trailer Hardware")),
        Industry("Hydraulics", "333996", "flat", bars("Hydraulics | Valve | Fluid Power"), ("Caterpillar",)),
        Industry("Electrical", "335313", "quarter", bars("Switchgear | Connector | Lighting")),
        Industry("Springs and wire", "332613", "flat", bars("Spring | Wire Forms"), ("General Motors",
            "Ford")),
        Industry("Hardware", "332510", "flat", bars("Hardware | Hinge | Lock")),
        Industry("Sheet metal", "332322", "flat", bars("Sheet Metal | Fabrication | Fab & Weld")),
        Industry("Structural steel", "332312", "spring", bars("Steel | Iron Works | Structures")),
        Industry("Ornamental metal", "332323", "spring", bars("Railing | Ornamental Iron | Architectural")),
        Industry("Furniture", "337214", "fall", bars("Furniture | Seating | Fixtures")),
        Industry("Powersports", "336999", "spring", bars("Powersports | Cycle Works | Off Road"),
            ("Polaris",)),
        Industry("Fitness and sport", "339920", "fall", bars("Fitness | Sports Gear | Archery")),
        Industry("Signs", "339950", "flat", bars("Sign | Displays")),
        Industry("Auto repair", "811121", "spring", bars("Wheels | Restorations | Custom Cycles")),
        Industry("Aerospace", "336413", "quarter", bars("Aero | Flight Components | Aerostructures"),
                 ("Boeing", "Airbus", "Boeing St. Louis", "Gulfstream")),
        Industry("Aircraft engines", "336412", "quarter", bars("Turbine Parts | Engine Components"),
                 ("Pratt & Whitney", "Boeing")),
        Industry("Defence", "332994", "quarter", bars("Defense Systems | Ordnance | Armament"),
                 ("Northrop Grumman", "Raytheon")),
        Industry("Instruments", "334513", "quarter", bars("Instruments | Controls | Sensors"), ("Raytheon",)),
        Industry("Electronics", "334417", "quarter", bars("Electronics | Connectors | Microwave"),
                 ("Northrop Grumman", "Raytheon")),
        Industry("Medical", "339112", "flat", bars("Medical | Surgical | Orthopedics")),
        Industry("Private", "", "spring", bars("")),
    )
}  # fmt: skip

# (customer's customer, process, specification as called out)
OEM_SPECS = (
    ("General Motors", "ZN_BARREL", "GMW3044 8K96"), ("General Motors", "ZN_RACK", "GMW3044"),
    ("General Motors", "ZNNI", "GMW4700"), ("General Motors", "POWD", "GMW14664"),
    ("General Motors", "ECOAT", "GMW14671"),
    ("Ford", "ZN_BARREL", "WSS-M1P85-B2"), ("Ford", "ZN_RACK", "WX100 S437"), ("Ford", "ZNNI",
    "WSS-M1P87-B1"),
    ("Ford", "ECOAT", "WSS-M2P177-C1"), ("Ford", "POWD", "WSS-M70J5-C1"),
    ("Stellantis", "ZN_BARREL", "PS.50036"), ("Stellantis", "ZN_RACK", "PS-8956"),
    ("Bosch", "ZN_RACK", "0 204 Y82 120"), ("Bosch", "ZNNI", "N67F 82702"),
    ("Navistar", "ZNNI", "MPAPS G-22"), ("Navistar", "ZN_RACK", "MPAPS G-23"),
    ("Cummins", "ZN_RACK", "CES 10058"), ("Cummins", "ZNNI", "CES 10058"), ("Cummins", "BOX", "CES 10058"),
    ("Volvo Group", "ZN_RACK", "STD 5737,102"), ("Volvo Group", "ZNNI", "STD 121-0001"),
    ("John Deere", "ECOAT", "JDM F17X4"), ("John Deere", "POWD", "JDM F17X2"),
    ("John Deere", "ZN_RACK", "JDM F13B2"), ("John Deere", "ZN_BARREL", "JDM F13B1"),
    ("Caterpillar", "ZN_RACK", "1E0013D"), ("Caterpillar", "ZN_BARREL", "1E0013C"),
    ("Caterpillar", "ECOAT", "1E2001F"), ("Caterpillar", "PHOS_MN", "1E1785"), ("Caterpillar", "POWD",
    "1E2001F"),
    ("CNH", "ECOAT", "MAT0320"), ("CNH", "POWD", "MAT0322"), ("CNH", "ZN_RACK", "MAT0322"),
    ("Polaris", "POWD", "PS-1045"), ("Polaris", "ECOAT", "PS-1045"),
    ("Boeing", "AN1", "BAC5019"), ("Boeing", "AN2", "BAC5019"), ("Boeing", "CHEM", "BAC5719"),
    ("Boeing", "PASS", "BAC5751"), ("Boeing", "AN3", "BAC5821"), ("Boeing", "CAD", "BAC5701"),
    ("Boeing", "LIQ", "BMS 10-11"),
    ("Boeing St. Louis", "AN1", "PS 13201"), ("Boeing St. Louis", "CHEM", "DPS 11.01"),
    ("Airbus", "AN1", "AIPI 02-01-002"), ("Airbus", "CHEM", "AIPI 02-05-001"), ("Airbus", "CAD",
    "TN A.007.10003"),
    ("Gulfstream", "AN2", "GAMPS 4108"), ("Gulfstream", "CHEM", "GAMPS 4107"),
    ("Pratt & Whitney", "EN", "PWA 36255"), ("Pratt & Whitney", "PASS", "PWA 36604"),
    ("Northrop Grumman", "CHEM", "GSS 4510"), ("Northrop Grumman", "AN2", "GSS 4310"),
    ("Raytheon", "CHEM", "HP 4-35"), ("Raytheon", "PASS", "BS 25691"),
)  # fmt: skip


def shop_events(late: int, lots: int, drifts: int, stops: int) -> dict[str, float]:
    """Events by kind from the four counts that the shops' descriptions give; others in proportion."""
    return {
        "later_payment": late,
        "smaller_lots": lots,
        "process_drift": drifts,
        "stop": stops,
        "industry_slump": 1,
        "fewer_orders": round(lots * 0.8),
        "more_orders": round(lots * 0.6),
        "more_rejects": round(lots * 0.5),
        "pickier": round(lots * 0.3),
        "topic_interest": round(lots * 0.6),
    }


SEEMING: dict[str, float] = {  # look-alikes in the usual years; pauses come with the laws of ordering
    "shutdown": 10, "one_off": 8, "ap_system_change": 2, "year_end_run": 4, "dispute": 6,
    "incoming_condition": 4,
    "blanket_split": 5, "part_mix": 5, "cash_discount": 2, "late_deliveries": 3, "price_rise": 1,
    "late_entry": 1,
    "stricter_inspector": 2, "line_down": 2,
}  # fmt: skip


def scaled(counts: dict[str, float], by: float) -> dict[str, float]:
    """Counts of look-alikes for a larger or smaller shop; once-a-shop ones stay."""
    shops_own = {"price_rise", "line_down", "late_deliveries", "late_entry", "stricter_inspector"}
    return {name: count if name in shops_own else max(count * by, 0) for name, count in counts.items()}


def named(*codes: str, **shares: float) -> tuple[Process, ...]:
    """Processes by code, some with a share of their own."""
    return tuple(replace(PROCESSES[code], share=shares.get(code, PROCESSES[code].share)) for code in codes)


SHOPS = {
    "S": Shop(
        name="Ridge Powder", years=3, employees=14, active=140, ever=600, orders_a_month=300,
        lines_per_order=1.36, revenue_usd=1.6e6, lot_usd=390.0, lot_spread=1.1, flat_head=0.7,
        fewer_orders=1.0,
        smaller_lots=0.28, book=0.9, once_only=0.05, lost=0.15, walk_ins=0.15, one_offs=0.2, inspectors=2,
        processes=named("BLAST", "IRONPHOS", "POWD", "LIQ"),
        industries=(
            ("Sheet metal", 0.24), ("Machine shop", 0.12), ("Ornamental metal", 0.12), ("Structural steel",
            0.08),
            ("Outdoor products", 0.1), ("Farm machinery", 0.08), ("Furniture", 0.08), ("Powersports", 0.06),
            ("Auto repair", 0.06), ("Fitness and sport", 0.03), ("Signs", 0.03),
        ),
        events=shop_events(6, 4, 3, 2) | {"distress": 1},
        lookalikes=scaled(SEEMING, 0.5),
    ),
    "M": Shop(
        name="Lakeside Plating", years=5, employees=48, active=360, ever=1500, orders_a_month=1500,
        lines_per_order=1.42, revenue_usd=6.5e6, lot_usd=285.0, lot_spread=1.1, flat_head=2.2,
        fewer_orders=1.2,
        smaller_lots=0.27, book=1.7, once_only=0.07, lost=0.115, walk_ins=0.02, one_offs=0.05, inspectors=4,
        processes=named("ZN_BARREL", "ZN_RACK", "ZNNI", "PHOS_ZN", "PHOS_MN", "ECOAT", "BOX"),
        industries=(
            ("Machine shop", 0.2), ("Stamping", 0.13), ("Fasteners", 0.12), ("Auto parts", 0.1),
            ("Farm machinery", 0.08), ("Truck parts", 0.05), ("Construction machinery", 0.05),
            ("Turned products", 0.06), ("Hydraulics", 0.06), ("Springs and wire", 0.05), ("Hardware", 0.04),
            ("Electrical", 0.04), ("Outdoor products", 0.02),
        ),
        events=shop_events(10, 8, 4, 4) | {"distress": 1, "oem_program": 1},
        lookalikes=SEEMING,
    ),
    "L": Shop(
        name="Harbor Aero Finishing", years=4, employees=95, active=240, ever=1100, orders_a_month=1300,
        lines_per_order=1.93, revenue_usd=14e6, lot_usd=425.0, lot_spread=1.2, flat_head=1.7,
        fewer_orders=1.08,
        smaller_lots=0.24, book=2.2, once_only=0.1, lost=0.09, walk_ins=0.005, one_offs=0.06, inspectors=6,
        processes=named(
            "AN1", "AN2", "AN3", "CHEM", "PASS", "CAD", "ZNNI", "EN", "LIQ", "FPI", ZNNI=0.03, LIQ=0.08
        ),
        industries=(
            ("Machine shop", 0.3), ("Aerospace", 0.26), ("Aircraft engines", 0.06), ("Defence", 0.09),
            ("Electronics", 0.09), ("Instruments", 0.07), ("Medical", 0.05), ("Sheet metal", 0.05),
            ("Hydraulics", 0.03),
        ),
        events=shop_events(8, 6, 5, 3) | {"distress": 1, "oem_program": 3},
        lookalikes=scaled(SEEMING, 0.8) | {"ap_system_change": 1, "stricter_inspector": 1},
    ),
}  # fmt: skip

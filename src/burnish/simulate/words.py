"""The made-up world's words: names, towns, trades, processes. Nobody here exists.

Mail domains end in `.example`, telephone numbers are the 555-01xx kept for fiction.
"""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


STARTS = listed(
    "Quill Marrow Otter Thistle Bramble Fescue Hollow Lark Pewter Sorrel Tansy Wren Cobble Drift Ember Gorse "
    "Heather Juniper Kestrel Linden Mallow Nettle Osier Plover Russet Saffron Teasel Umber Vetch Willet"
)
ENDS = listed("back gate ton mere wick stone brook combe field haven")
ACCENTED = ("Peñaluz", "Montclé", "Krümmel", "Doña Vega", "D’Arrow")
FORMS = ("Inc.", "LLC", "Co.", "Corp.", "", "")
GIVEN = listed(
    "Avery Blair Casey Dana Ellis Frankie Gale Harper Indigo Jordan Kerry Lane Marlow Noel Oakley Parker "
    "Quinn Robin Sage Taylor"
)
FAMILY = listed(
    "Alderby Brackwell Cottern Dunmoor Elphick Farrowby Grantle Hexley Ivorsen Jessop Kilmarth Lowndale "
    "Merrit Northam Orwick Pellam Quarrie Rushden Stanwick Thornby"
)
TOWNS = (
    ("Eastmoor", "WI"),
    ("Grand Alder", "MI"),
    ("Port Lunden", "OH"),
    ("Saint Orrin", "IN"),
    ("Mill Hollow", "IL"),
    ("Fox Landing", "WI"),
    ("Kettle Bend", "MN"),
    ("New Averly", "IA"),
    ("Cedar Notch", "MI"),
    ("Harlow Falls", "PA"),
)

# industry as the office writes it -> (what such firms call themselves, season, share of customers)
TRADES: dict[str, tuple[tuple[str, ...], str, float]] = {
    "Machine shop": (("Machine", "Precision", "Turned Products"), "flat", 0.24),
    "Stamping": (("Stampings", "Metal Forming", "Press Works"), "auto", 0.14),
    "Fasteners": (("Fasteners", "Bolt & Screw", "Threaded Products"), "flat", 0.13),
    "Auto parts": (("Driveline", "Chassis Parts", "Brake Components"), "auto", 0.12),
    "Farm machinery": (("Implement", "Harvester Parts", "Hitch Works"), "spring", 0.10),
    "Outdoor products": (("Fence & Gate", "Lawn Products", "Trailer Hardware"), "spring", 0.08),
    "Hydraulics": (("Hydraulics", "Valve", "Fluid Power"), "flat", 0.08),
    "Electrical": (("Switchgear", "Connector", "Lighting"), "quarter", 0.07),
    "Aerospace": (("Aero", "Flight Components"), "quarter", 0.04),
}

# (process as written in the job log, share of parts)
PROCESSES = (
    ("ZINC CLEAR RACK ASTM B633 SC2", 0.22),
    ("ZINC CLEAR BARREL", 0.20),
    ("ZINC YELLOW BARREL ASTM B633 SC1 TY II", 0.14),
    ("ZN-NI BLACK RACK ASTM B841", 0.10),
    ("BLACK OXIDE MIL-DTL-13924 CL 1", 0.10),
    ("MN PHOS & OIL", 0.08),
    ("ELECTROLESS NICKEL MP .0005", 0.07),
    ("E-COAT BLACK", 0.06),
    ("STRIP & REPLATE", 0.03),
)
PARTS = listed(
    "BRACKET BOLT HINGE SPRING PLATE CLIP PIN SPACER STUD BUSHING HANDLE COVER SHAFT WASHER LEVER YOKE"
)
DETAILS = (
    "LH",
    "RH",
    "MTG",
    "½-13 X 3",
    "REV B",
    "5/16 X 1½",
    "90° FORMED",
    "ASSY",
    "HVY",
    "4.00 X 2.25 ±.01",
)

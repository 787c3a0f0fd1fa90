"""Made-up honest lines as they stand in a finisher's orders, without people; the same for the same seed."""

from __future__ import annotations

import random

PARTS = [
    "bracket",
    "housing",
    "shaft",
    "bushing",
    "plate",
    "cover",
    "fitting",
    "manifold",
    "hinge",
    "spacer",
    "heat-sink",
    "flange",
    "clip",
    "busbar",
    "terminal",
    "screw",
]
FINISHES = (
    "Zinc clear",
    "ZINC YELLOW",
    "Anodize Type II Class 1A",
    "Hard coat Type III",
    "Electroless nickel mid-phos",
    "Black oxide",
    "Passivate",
    "Chem film",
    "Cadmium Type II Class 2",
    "Tin bright",
    "Silver 0.0005 min",
    "verzinkt blau",
    "Vernickeln",
    "Eloxal E6/EV1",
)
SPECS = (
    "MIL-A-8625F",
    "MIL-DTL-5541 CL 1A",
    "AMS 2404",
    "ASTM B633 SC2 Type III",
    "AMS-C-26074",
    "QQ-P-35C",
    "AMS 2700 Method 1 Type 6",
    "BAC 5019",
    "ISO 4042 para 4.1.2.3",
    "DPS 9.45",
    "ASTM B117-19",
    "NAS 1312-7",
    "AMS2482 rev 3.1.0.2",
    "DIN EN ISO 19598",
    "MS 20470AD4-6",
    "UN 1830",
)
METALS = [
    "6061-T6",
    "7075-T651",
    "17-4PH",
    "4340",
    "AISI-1018",
    "C360",
    "316L",
    "Inconel-718",
    "Ti-6Al-4V",
    "DC01",
    "AlMgSi1",
]


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def moment(chance: random.Random, glue: str) -> str:
    parts = (
        24,
        chance.randint(1, 12),
        chance.randint(1, 28),
        chance.randint(0, 23),
        chance.randint(0, 59),
        chance.randint(0, 59),
    )
    return glue.join(f"{part:02}" for part in parts)


def lot(chance: random.Random) -> str:
    d = chance.randint
    return chance.choice(
        (
            f"lot {moment(chance, '-')}",
            f"LOT# {digits(chance, 6)}",
            f"heat {digits(chance, 6)}-{digits(chance, 2)}",
            f"Charge {digits(chance, 8)}",
            f"lot 20{d(20, 25)}{d(1, 12):02}{d(1, 28):02}-{d(1, 99):02}",
            f"S/N {digits(chance, 8)}",
            f"batch B{digits(chance, 7)}",
            f"lot L{digits(chance, 4)}A{digits(chance, 2)}",
            f"received 2024-{d(1, 12):02}-{d(1, 28):02} {d(0, 23):02}:{d(0, 59):02}:{d(0, 59):02}",
        )
    )


def order(chance: random.Random) -> str:
    d = lambda count: digits(chance, count)  # noqa: E731
    return chance.choice(
        (
            f"PO 45{d(8)}",
            f"PO 45{d(8)}-000{d(2)}",
            f"P.O. {d(6)}-{d(2)}",
            f"WO{d(7)}",
            f"job {d(6)}",
            f"PO# P{d(7)} rel {d(2)}",
            f"Best.-Nr. {d(9)}",
            f"P/N {d(3)}-{d(2)}-{d(4)}",
            f"P/N {d(3)}-{d(3)}-{d(4)}",
            f"part {d(2)}B{d(5)}-{d(3)}",
            f"dwg D{d(7)} rev C",
            f"NSN 5310-{d(2)}-{d(3)}-{d(4)}",
            f"item {d(4)}.{d(2)}",
            f"EAN 50{d(11)}",
            f"1Z{d(3)}E{d(11)}",
            f"invoice {d(10)}",
            f"GL {d(4)}.{d(3)}.{d(2)}",
        )
    )


def measure(chance: random.Random) -> str:
    d = chance.randint
    return chance.choice(
        (
            "10.20.30.40 mm stack",
            f"{d(1, 40)}.{d(100, 999)} x {d(1, 9)}.{d(10, 99)} in",
            f"qty {d(1, 9000)} pcs",
            f"{d(100, 900)} {d(100, 900)} {d(1000, 9000)}",
            f"+0.000{d(1, 9)}/-0.000{d(1, 9)}",
            f"{d(1, 90)} lb @ ${d(0, 9)}.{d(10, 99)}",
            f".000{d(2, 9)}-.00{d(10, 20)} thk",
            f"pH {d(4, 9)}.{d(0, 9)}-10.{d(0, 9)} 100-140 F",
            f"bake 375F {d(2, 23)} hrs",
            f"{d(5, 25)} µm",
            f"{d(1, 9)}.{d(100, 999)}.{d(100, 999)},00 EUR",
            f"4 pcs/rack, {d(10, 40)} racks, 12 ASF",
            f"{d(10, 99)}x{d(10, 99)}x{d(10, 99)} mm",
        )
    )


def notes(chance: random.Random) -> str:
    return chance.choice(
        (
            "",
            "",
            "",
            "no fingerprints on face",
            "mask threads",
            "rush",
            "call for pickup",
            "attn: quality dept",
            "cert required",
            "strip and replate",
            "100% inspect",
            "Attention: masking required",
            "job card 12345 on rack",
            "text per drawing",
            "contact area only",
            "hull cell 267 ml",
            "Sr. Engineer approved",
            "tel. rod brackets",
            "Don not bake",
        )
    )


def lines(count: int, *, seed: int = 1) -> list[str]:
    """Order lines, most of them different."""
    chance = random.Random(seed)
    return [
        ", ".join(
            part
            for part in (
                f"{chance.choice(PARTS)} {chance.choice(METALS)}",
                f"{chance.choice(FINISHES)} per {chance.choice(SPECS)}",
                chance.choice((lot, order, measure))(chance),
                chance.choice((lot, order, measure))(chance),
                notes(chance),
            )
            if part
        )
        for _ in range(count)
    ]

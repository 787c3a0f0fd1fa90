"""Defects as a shop writes them down: code, class, on which lines, and the words that people use."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.simulate.sizes import bars

PLATE, ORGANIC, ANODIZE, CONVERSION = "plate", "organic", "anodize", "conversion"
LINES = {  # process -> what can go wrong with it
    "POWD": ORGANIC, "LIQ": ORGANIC, "CARC": ORGANIC, "ECOAT": ORGANIC, "BLAST": ORGANIC,
    "IRONPHOS": ORGANIC,
    "AN1": ANODIZE, "AN2": ANODIZE, "AN3": ANODIZE, "CHEM": CONVERSION, "PASS": CONVERSION, "BOX": CONVERSION,
    "PHOS_ZN": CONVERSION, "PHOS_MN": CONVERSION, "FPI": CONVERSION,
}  # fmt: skip
COSMETIC, FUNCTIONAL, CONDITION = "cosmetic", "functional", "incoming"


@dataclass(frozen=True)
class Defect:
    """`share` weighs it among those of its kind on a line; `words` are what stands in the free text."""

    code: str
    kind: str
    share: float
    words: tuple[str, ...]


def listed(kind: str, *defects: tuple[str, float, str]) -> tuple[Defect, ...]:
    """Defects of one kind from code, share and words between bars."""
    return tuple(Defect(code, kind, share, bars(words)) for code, share, words in defects)


FOUND: dict[str, tuple[Defect, ...]] = {
    ORGANIC: (
        *listed(
            COSMETIC,
            ("INC", 0.28, "dirt in finish | nibs on face, needs sand & recoat | lint under coat | "
             "seeds all over | contamination in topcoat"),
            ("OP", 0.16, "heavy orange peel | peel on flat side | texture too rough vs panel"),
            ("FE", 0.12, "fisheyes | craters, looks like silicone | cratering near weld"),
            ("PH", 0.12, "pinholes on casting | outgassing bubbles | gassing at cast face"),
            ("SAG", 0.08, "runs on lower edge | sag at hole | drips"),
            ("COL", 0.08, "shade off vs last lot | color mismatch to chip | delta E out"),
            ("GLS", 0.06, "too dull, gloss low | gloss high on 60 deg | uneven luster"),
            ("BLM", 0.03, "yellowed, overbake | browning on light color"),
            ("PIK", 0.02, "picture framing on edges | fat edge"),
            ("SCR", 0.05, "scratched in unload | dings, handling"),
        ),
        *listed(
            FUNCTIONAL,
            ("THK-", 0.28, "light mils | thin in corner, 1.1 mil | below min build"),
            ("FAR", 0.18, "bare in the corners, faraday | light coverage inside channel"),
            ("ADH", 0.16, "peeling | failed crosshatch | flaking at edge"),
            ("CUR", 0.14, "under cure, MEK rub fail | soft, fails solvent rub"),
            ("MSK", 0.1, "powder in threads, masking missed | mask line wrong"),
            ("THK+", 0.08, "too heavy, 6+ mil | threads no-go, build heavy"),
            ("WRG", 0.06, "wrong color sprayed | wrong powder, should be texture"),
        ),
    ),
    PLATE: (
        *listed(
            COSMETIC,
            ("STN", 0.24, "water spots | staining, bleed out | dry-on spots"),
            ("DUL", 0.2, "dull deposit | cloudy, not bright | hazy"),
            ("PIT", 0.14, "pitting | pits on face"),
            ("BRN", 0.12, "burnt ends | HCD burn on corners | treeing"),
            ("IRR", 0.1, "rainbow chromate | iridescent, uneven"),
            ("RCK", 0.1, "rack marks showing | contact mark on face | hook marks"),
            ("SCR", 0.1, "nicks from barrel | scratched"),
        ),
        *listed(
            FUNCTIONAL,
            ("THK-", 0.34, "light plate | .00018 on XRF, need .0002 | below min thickness"),
            ("ADH", 0.18, "blisters & peel | plate flaking on bend | adhesion fail"),
            ("THK+", 0.14, "threads no-go after plate | heavy, gauge won't go"),
            ("SST", 0.12, "white rust at 72 hr | salt spray fail | red rust early"),
            ("RGH", 0.1, "roughness, nodules | gritty build-up"),
            ("FAR", 0.07, "bare spots in recess | no coverage in bore"),
            ("MIX", 0.05, "mixed parts in bbl | count short"),
        ),
    ),
    ANODIZE: (
        *listed(
            COSMETIC,
            ("DYE", 0.26, "dye uneven | black looks purple | dye bleed at seal"),
            ("STN", 0.2, "spotting after seal | stained, bleed from blind hole"),
            ("RCK", 0.2, "rack mark too big | contact point on sight surface"),
            ("STK", 0.14, "streaks, drag lines | gas lines"),
            ("SCR", 0.2, "scratch thru coating | handling damage at unrack"),
        ),
        *listed(
            FUNCTIONAL,
            ("THK-", 0.3, "coating light, .0015 need .002 | under min per eddy"),
            ("DIM", 0.22, "bore undersize after hardcoat | thread gage no-go"),
            ("SMT", 0.14, "powdery, soft coat | chalky, burned"),
            ("MSK", 0.14, "mask leaked on bore | anodize where masked"),
            ("ETC", 0.1, "over-etched | base attack"),
            ("CRT", 0.1, "wrong rev on cert | CoC missing"),
        ),
    ),
    CONVERSION: (
        *listed(
            COSMETIC,
            ("STN", 0.36, "staining | spots, streaky film | water marks"),
            ("DUL", 0.2, "patchy color | uneven, blotchy"),
            ("SCR", 0.24, "handling marks | scratched film"),
            ("SMT", 0.2, "smut wipes off | loose smut on black"),
        ),
        *listed(
            FUNCTIONAL,
            ("SST", 0.34, "failed salt spray | rust bleed in humidity test"),
            ("CON", 0.14, "contact resistance high"),
            ("ETC", 0.16, "etched, flash attack | acid attack on 440C"),
            ("FAR", 0.16, "bare spots | incomplete coverage"),
            ("MIX", 0.1, "short count | mixed with another job"),
            ("CRT", 0.1, "cert shows wrong class"),
        ),
    ),
}  # fmt: skip
CONDITIONS = {
    "RST": bars("came in rusty | heavy scale as received | rust in bores at receiving"),
    "WLD": bars("weld spatter left on | flux not removed | laser scale on edges"),
    "OIL": bars("silicone/oil on parts | marker bleeding thru | oil won't clean off"),
    "ALY": bars("wrong alloy? won't take coating | temper off, color differs"),
}
PLACES = (
    "",
    "",
    "",
    ", LH side",
    ", inside radius",
    ", flange",
    ", bottom of rack",
    ", one bbl of 4",
    " - see tag",
)
TAILS = ("", "", "", " rework", " hold for cust", " rerun", " strip", " ok'd to sort", " ncr")
MISSPELT = (
    ("finish", "finsh"),
    ("thickness", "thicknes"),
    ("contamination", "contam."),
    ("scratched", "scrached"),
)


def written(words: str, place: int, tail: int, manner: int) -> str:
    """One entry as somebody typed it: with a place, a remark, in capitals or misspelt."""
    text = f"{words}{PLACES[place]}{TAILS[tail]}"
    if manner == 0:
        return text.upper()
    if manner == 1:
        for right, wrong in MISSPELT:
            text = text.replace(right, wrong)
    return text

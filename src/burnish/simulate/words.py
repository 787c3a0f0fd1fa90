"""The words of the speed bench's big files. Nobody here exists."""

from __future__ import annotations

from burnish.simulate.naming import listed

STARTS = listed(
    "Quill Marrow Otter Thistle Bramble Fescue Hollow Lark Pewter Sorrel Tansy Wren Cobble Drift Ember Gorse "
    "Heather Juniper Kestrel Linden Mallow Nettle Osier Plover Russet Saffron Teasel Umber Vetch Willet"
)
ENDS = listed("back gate ton mere wick stone brook combe field haven")
GIVEN = listed(
    "Avery Blair Casey Dana Ellis Frankie Gale Harper Indigo Jordan Kerry Lane Marlow Noel Oakley Parker "
    "Quinn Robin Sage Taylor"
)
PROCESSES = (
    "ZINC CLEAR RACK ASTM B633 SC2",
    "ZINC CLEAR BARREL",
    "ZINC YELLOW BARREL ASTM B633 SC1 TY II",
    "ZN-NI BLACK RACK ASTM B841",
    "BLACK OXIDE MIL-DTL-13924 CL 1",
    "MN PHOS & OIL",
    "ELECTROLESS NICKEL MP .0005",
    "E-COAT BLACK",
    "STRIP & REPLATE",
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

"""Names that nobody bears: as many as a shop of any scale needs, none twice."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


ACCENTED = ("Peñaluz", "Montclé", "Krümmel", "Doña Vega", "D’Arrow", "Åsgard", "Café Norte")
FORMS = ("Inc.", "LLC", "Co.", "Corp.", "", "")
FREE_MAIL = ("mailbox.example", "freemail.example", "inbox.example")
HEADS = listed(
    "Quill Marrow Otter Thistle Bramble Fescue Hollow Lark Pewter Sorrel Tansy Wren Cobble Drift Ember Gorse "
    "Heather Juniper Kestrel Linden Mallow Nettle Osier Plover Russet Saffron Teasel Umber Vetch Willet "
    "Alder "
    "Bracken Curlew Dapple Elder Flint Garnet Hazel Ibis Jasper Knoll Larch Merlin Nutmeg Oriole Pebble "
    "Quarry "
    "Raven Sable Tamarack Ulmer Viola Walnut Yarrow Zephyr Acorn Birch Cedar Dunlin Egret"
)
TAILS = listed(
    "back gate ton mere wick stone brook combe field haven ford ridge dale worth by moor ley crest hurst "
    "port "
    "bury den view side cliff well marsh bridge wood ham"
)
GIVEN = listed(
    "Avery Blair Casey Dana Ellis Frankie Gale Harper Indigo Jordan Kerry Lane Marlow Noel Oakley Parker "
    "Quinn "
    "Robin Sage Taylor Ainsley Bryn Corin Devon Emery Finley Gray Hollis Ira Jules Kendall Lennox Morgan "
    "Nico "
    "Orrin Perry Reese Shea Toby Vale Wynn Arlo Bellamy Cleo Darcy Ezra Florian Greer Hadley Imre"
)
FAMILY_HEADS = listed(
    "Alder Brack Cotter Dun Elp Farrow Grant Hex Ivor Jess Kil Lown Merr North Or Pell Quar Rush Stan Thorn "
    "Ash Bal Cray Den Ever Fen Gar Hal Ing Jar Kem Lang Mar Nor Old Pem Rad Sel Tal Wex"
)
FAMILY_TAILS = listed(
    "by well ern moor hick ley low sen op marth dale it ham wick am rie den rick borne ford ston man er "
    "field "
    "ton croft land worth gate mere"
)
TOWNS = (
    ("Eastmoor", "WI", "53"), ("Grand Alder", "MI", "49"), ("Port Lunden", "OH", "43"), ("Saint Orrin",
    "IN", "46"),
    ("Mill Hollow", "IL", "60"), ("Fox Landing", "WI", "54"), ("Kettle Bend", "MN", "55"),
    ("New Averly", "IA", "50"), ("Cedar Notch", "MI", "48"), ("Harlow Falls", "PA", "15"),
    ("Larkspur", "OH", "44"), ("Bay Quill", "WI", "53"), ("Elder Point", "MI", "49"), ("Stone Ferry", "IN",
    "47"),
    ("Wrenfield", "IL", "61"), ("Ottermouth", "MN", "56"), ("Tamarack Hills", "WI", "54"),
    ("Juniper Flats", "KS", "67"), ("Port Merlin", "WA", "98"), ("Gorse Harbor", "CT", "06"),
)  # fmt: skip
STREETS = listed(
    "Foundry Commerce Industrial Mill Depot Enterprise Railroad Progress Factory Canal Airport Lake"
)
STREET_KINDS = listed("St Dr Ave Rd Pkwy Blvd")
FIRSTS = (*(head + tail for tail in TAILS for head in HEADS), *ACCENTED)
STEP = 514  # prime to the number of first words: neighbours in number are no neighbours in name


def first_word(number: int, turn: int = 0) -> str:
    """The words that begin the name of company `number`, 0, 1, 2, ...; all different for the same `turn`."""
    size = len(FIRSTS)
    first, second = FIRSTS[(number * STEP + turn) % size], number // size
    return first if second == 0 else f"{first} {FIRSTS[(second * 7 + number) % size]}"


def form(number: int) -> str:
    """Inc., LLC and the like, or nothing."""
    return FORMS[number * 5 % len(FORMS)]


def full_name(number: int, turn: int = 0) -> tuple[str, str]:
    """Given and family name of person `number`; all different for the same `turn`."""
    families = len(FAMILY_HEADS) * len(FAMILY_TAILS)
    given, rest = GIVEN[number % len(GIVEN)], number // len(GIVEN) * 661 + number % len(GIVEN) * 277 + turn
    name, second = family(rest % families), number // (len(GIVEN) * families)
    return given, name if second == 0 else f"{name}-{family(second * 7 % families)}"


def family(number: int) -> str:
    """The family name with a number."""
    return FAMILY_HEADS[number % len(FAMILY_HEADS)] + FAMILY_TAILS[number // len(FAMILY_HEADS)]

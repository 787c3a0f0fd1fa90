"""Plain language: what companies post, what trade papers write, what colleagues note. Nobody here exists."""

from __future__ import annotations

SHOWS = (  # name, month, week of the month, days, cities, years (0 even, 1 odd, None all), sizes (DOMAIN 2.6)
    ("FABTECH", 9, 2, 4, ("Chicago",), 1, "SM"),
    ("FABTECH", 10, 3, 3, ("Orlando", "Atlanta"), 0, "SM"),
    ("SUR/FIN", 6, 1, 3, ("Cleveland", "Grand Rapids", "Rosemont"), None, "ML"),
    ("Powder Coating Week", 2, 1, 4, ("Orlando",), None, "S"),
    ("IMTS", 9, 2, 6, ("Chicago",), 0, "MLS"),
    ("Fastener Fair USA", 5, 3, 2, ("Nashville", "Cleveland"), None, "M"),
    ("Eastec", 5, 2, 3, ("West Springfield",), 1, "L"),
    ("Nadcap Meeting", 10, 3, 4, ("Pittsburgh",), None, "L"),
    ("Anodizing Conference", 9, 3, 3, ("Louisville", "Minneapolis"), None, "L"),
)
POSTS: dict[str, tuple[str, ...]] = {
    "product": (
        'New in our catalogue: the {n}-series bracket, now in ½" and ¾" bore. Drawings on the site.',
        "Our {town} crew shipped part number {n}00 this morning – a record month for hinges.",
        "Customer question of the week: how tight can we hold that radius? Tighter than you think. #parts",
    ),
    "finish": (
        "From now on our {n}-series comes in {finish}. Salt spray results in the comments. #finishing",
        "We are looking at {finish} for the outdoor line. Who has run it for more than {n} months?",
    ),
    "hiring": (
        "We’re hiring: {k} machinists for second shift in {town}. Sign-on bonus. #jobs",
        "Come and join us! Open house in {town}, Saturday at nine. Coffee’s on us.",
    ),
    "expansion": (
        "We broke ground on {n},000 sq ft in {town}. Production starts within the year. #growth",
        "A second laser and a press brake arrive this month; {k} new jobs in {town}.",
        "Signed: a {k}-year programme that doubles what we build in {town}. More people wanted!",
    ),
    "layoffs": (
        "Today we told {n} colleagues in {town} that their jobs end this month. A hard day for all of us.",
        "Second shift in {town} stops until orders return. We’ll keep our customers informed.",
        "We have decided to close our {town} plant and to serve customers from the remaining one.",
    ),
    "award": (
        "Supplier of the year, for the {k}th time – thank you to everybody on the floor.",
        "{k} years without a lost-time accident in {town}. Proud of this team. #safety",
    ),
    "show": ("Find us at {show}, booth {n}{k}2. We bring parts, you bring drawings. #tradeshow",),
    "holiday": (
        "Closed from Thursday to Sunday. We wish everybody a quiet holiday!",
        "Plant shutdown next week; shipping is back on Monday.",
    ),
    "certification": (
        "Our quality system was audited again: no findings. Certificate on our site. #quality",
    ),
}
USUAL = ("product", "product", "product", "award", "holiday", "hiring", "show", "finish", "certification")
TITLES = {
    "product": "New parts",
    "finish": "A new finish",
    "hiring": "We are hiring",
    "expansion": "We are growing",
    "layoffs": "A hard day",
    "award": "A good day",
    "show": "See us at the show",
    "holiday": "Closed",
    "certification": "Audited",
}
NEWS = (  # others' posts: topic, title, text
    (
        "industry",
        "Finishing index at {index}",
        "The monthly index of finishers stood at {index}; 50 is no change.",
    ),
    (
        "regulation",
        "Hexavalent chromium: what changes",
        "A reading of the proposed limits for shops with chrome tanks.",
    ),
    ("prices", "Nickel up again", "Nickel rose by {k} percent in a month; surcharges follow with a delay."),
    (
        "industry",
        "{town}: a stamping plant adds {n} jobs",
        "A stamping plant in {town} takes on people for a new programme.",
    ),
    ("industry", "{town}: plant to close", "A maker of farm equipment in {town} lets {n} people go."),
    ("process", "{finish}: a primer", "What {finish} does, where it fails, and which drawings ask for it."),
    ("shows", "{show}: what to see", "Finishing at {show}: {n} booths, a forum, and a plant tour."),
)
PAPERS = ("Finishing Line Weekly", "The Rack and Barrel", "Midland Manufacturing News")

Note = tuple[str, str, str]  # desk, topic, text; {they} the customer, {given} somebody there


def notes(text: str) -> dict[str, tuple[Note, ...]]:
    """Notes written one a line as: what it is about | desk | topic | text."""
    found: dict[str, tuple[Note, ...]] = {}
    for line in text.strip().splitlines():
        about, desk, topic, told = (part.strip() for part in line.split("|"))
        found[about] = (*found.get(about, ()), (desk, topic, told))
    return found


TOUCHES = notes("""
usual | sales | visit | Called on {they}. {given} showed me the new cell, wants a price for {n},000 pcs.
usual | sales | quote | {given} at {they} is waiting for our quote; said price is fine if we hold {k} days.
usual | sales | small talk | Talked to {given}. Nothing new at {they}, steady.
usual | sales | competition | {they} had a visit from another plater. {given} says they are cheaper but slow.
usual | sales | new finish | {given} asked whether we do {finish}; their customer put it on the drawing.
usual | quality | reject | {they}: {n} pcs back with light coverage in the bore. Racked the wrong way.
usual | quality | reject | Looked at {they}'s parts with {given}: rust under the plate came in with the steel.
usual | quality | certificate | Sent {given} at {they} the new certificate and the salt spray report.
usual | planner | delivery | {they} wants {n}00 pcs by Friday, moved two racks, {given} knows it is tight.
usual | planner | capacity | Line full until the {k}th, told {given} at {they} that it will be {k} days.
usual | planner | incoming | {they} skid came in oily again, washed twice, {k} h lost.
usual | sales | show | Met {given} from {they} at the show; wants a tour of the new line.
""")["usual"]
OF_EVENTS = notes("""
stop | sales | risk | {given} at {they} does not call back. Heard they are trying a shop nearer to them.
stop | sales | risk | {they}: new purchasing manager, wants everything quoted again.
fewer_orders | sales | risk | {given} says {they} builds less this quarter; one line stands still.
more_orders | sales | growth | {they} won a programme. {given} expects to send a third more from summer on.
more_orders | planner | growth | {they}: bigger releases, {given} asks for a standing slot on Tuesdays.
smaller_lots | planner | lots | {they} goes to kanban: smaller lots, more often. {given} asks about minimums.
later_payment | sales | money | {given} in accounts at {they} says checks go out once a month now.
distress | sales | money | {they} cut a shift, {given} sounds worried. Owes us {n} days.
distress | sales | risk | Rumour: {they} is for sale. Two people I knew there are gone.
more_rejects | quality | reject | {they}: third lot in a row with stains. Looking at the rinse and their oil.
pickier | quality | reject | {given} at {they} now holds parts under a lamp. Same parts as last year.
process_drift | sales | new finish | {they} drawings change over to {finish}; {given}: all within a year.
topic_interest | sales | new finish | {given} at {they} asked a lot about {finish}: {n}0 h salt spray, price.
industry_slump | sales | industry | {they} says the whole trade is slow; {given} hears the same from others.
oem_program | sales | growth | {they} builds for a new OEM; {n} part numbers come to us, says {given}.
""")
OF_LOOKALIKES = notes("""
shutdown | planner | shutdown | {they} closed for two weeks, inventory and maintenance.
blanket_pause | planner | blanket | {they} pulled ahead on the blanket, next release in {k} weeks.
one_off | planner | one-off | Big one-off from {they}, {given} says it will not come again.
price_rise | sales | prices | Told {they} about the surcharge. {given} not pleased, stays.
line_down | planner | line down | Line down, rectifier. Told {given} at {they} we are {k} days late.
late_deliveries | planner | delivery | Late for {they} three times. {given} moves work until we are back.
late_entry | planner | entry | Orders of {they} lay in the tray, keyed them in today.
ap_system_change | sales | money | {they} has a new payables system; {given}: checks late for all.
year_end_run | sales | money | {they} holds checks over the year end, as every year.
dispute | quality | dispute | {they} disputes an invoice over the last reject. {given} holds it.
stricter_inspector | quality | inspector | New inspector on final, stricter. {they}'s parts have not changed.
incoming_condition | quality | incoming | {they} parts come in rusty since new steel. Photos to {given}.
blanket_split | planner | blanket | {they} splits the blanket into weekly releases, same yearly quantity.
part_mix | planner | lots | {they} sends more of the small parts this quarter; {given}: same volume.
cash_discount | sales | money | {they} takes the discount now and pays early.
""")

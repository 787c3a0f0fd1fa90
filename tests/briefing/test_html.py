import dataclasses
import itertools
import re
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from tests.briefing.joined import book, joined_morning, runs, strips, tables
from tests.briefing.pages import AS_OF, morning

from burnish import charts
from burnish.briefing import Fact, by_name, html, unsupported_numbers, wording

VOID = {"meta", "link", "br", "hr", "img"}
INLINE = {"a", "b", "strong", "span", "small"}
UNSEEN = {"style", "script"}
HOSTILE = '<script>alert("x")</script>&amp;{{ 7 * 7 }}'


class Seen(HTMLParser):
    """The page as a reader meets it: blocks of text with the tags around them, tags with attributes."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.blocks, self.words = [], [], [], []
        self.feed(page)
        self._end()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in INLINE:
            self._end()
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in INLINE:
            self._end()
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not UNSEEN & set(self.open):
            self.words.append(data)

    def _end(self):
        said = " ".join("".join(self.words).split())
        if said:
            self.blocks.append((said, tuple(self.open)))
        self.words = []


@pytest.fixture(scope="module")
def page():
    return joined_morning()


@pytest.fixture(scope="module")
def drawn(page):
    return html.text(page, strips(page), shop_name="Demo Plating")


@pytest.fixture(scope="module")
def seen(drawn):
    return Seen(drawn)


def attributes(seen, name):
    return [found[name] for _, found in seen.tags if name in found]


def test_the_page_stands_alone(drawn, seen):
    """No file, no network, no script: nothing refers to anything outside of the page."""
    assert "script" not in {tag for tag, _ in seen.tags}
    assert all(link.startswith("#") for link in attributes(seen, "href"))
    assert not attributes(seen, "src")
    outside = re.findall(r"(?:https?:)?//[a-z][^\s\"'<]*|@import|url\(", drawn)
    assert set(outside) == {"http://www.w3.org/2000/svg"}


def test_the_same_briefing_gives_the_same_bytes(page, drawn):
    assert html.text(page, strips(page), shop_name="Demo Plating") == drawn


def test_the_page_says_how_much_and_ends(drawn):
    assert "<h1>Three things worth your morning</h1>" in drawn
    assert "That is all. The rest can wait." in drawn


def test_headings_step_down_one_at_a_time(seen):
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_ids_are_one_of_a_kind_and_links_arrive(seen):
    ids = attributes(seen, "id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in attributes(seen, "href")} <= set(ids)
    named = {name for value in attributes(seen, "aria-labelledby") for name in value.split()}
    assert named <= set(ids)


def test_every_picture_is_named_described_and_has_its_table(seen):
    pictures = [found for tag, found in seen.tags if tag == "svg"]
    assert len(pictures) == 2 * 4  # for a wide and for a narrow page
    assert all(found["role"] == "img" and len(found["aria-labelledby"].split()) == 2 for found in pictures)
    tags = [tag for tag, _ in seen.tags]
    assert tags.count("desc") == len(pictures)
    assert tags.count("table") == tags.count("caption") == 4 + 4  # rows, and the picture in figures


def test_what_a_customer_is_called_is_only_text():
    page = joined_morning(names={"a": HOSTILE, "b": "<b>B", "c": "C", "d": "\u202eD\x07", "e": "E"})
    drawn = html.text(page, strips(page), shop_name=HOSTILE)
    assert "script" not in {tag for tag, _ in Seen(drawn).tags}
    assert "&lt;script&gt;" in drawn
    assert "{{ 7 * 7 }}" in drawn
    assert not {"\u202e", "\x07"} & set(drawn)


def test_a_name_cannot_leave_an_attribute():
    page = joined_morning()
    item = dataclasses.replace(page.items[0], id='x" onclick="y')
    shown = Seen(html.text(dataclasses.replace(page, items=(item,))))
    assert not [name for _, found in shown.tags for name in found if name.startswith("on")]


def test_an_empty_day_is_a_page_too():
    drawn = html.text(morning(alarms=(), watched=()))
    assert "<h1>Nothing needs you today</h1>" in drawn
    assert "Nothing is unusual enough to take your time." in drawn
    assert "<article" not in drawn


def test_a_page_of_old_data_says_so_at_the_top():
    drawn = html.text(morning(alarms=(), watched=(), last_on=AS_OF - timedelta(days=40)))
    assert "<h1>Nothing to say until newer orders are loaded</h1>" in drawn
    assert 'class="note">The newest order known is of 21 May 2014' in drawn


def test_without_a_comparison_nothing_is_said_of_changes():
    assert "What changed" not in html.text(morning())
    quiet = dataclasses.replace(morning(), changes=())
    assert "Nothing changed since the last working day." in html.text(quiet)


def test_a_joined_conclusion_shows_its_path_strongest_first(seen):
    blocks = [said for said, _ in seen.blocks]
    assert "The path over the sources" in blocks
    assert blocks.index("Invoices, Paymentsinvoices.xlsxpayments.csvstrongest sign") < blocks.index(
        "Ordersorders.csv"
    )
    assert "Pays 19 days late, before that 8 days late" in blocks


def facts_in(frame, **about):
    """Facts of the rows of a table that are about this."""
    rows = [row for row in frame.to_dicts() if all(row[name] == value for name, value in about.items())]
    return [fact for row in rows for fact in by_name(row["facts"]).values()]


def known_of(item):
    """What the card of one conclusion may name: its facts, its odds and days, how many rows it shows."""
    conclusion, explanation, _, _, _, _, contribution, _ = tables()
    found = facts_in(conclusion, id=item.id) + facts_in(contribution, id=item.id)
    found += facts_in(explanation, customer_id=item.customer_id)
    found += [Fact("odds", item.odds_percent, None, "%"), Fact("stake", float(item.amount), None, "USD")]
    found += [Fact("day", None, day, "date") for day in (item.entry_on, item.due_on, item.outcome_on)]
    found += [Fact("shown", len(shown), None, "rows") for shown in html.rows_of(item)]
    found.append(Fact("ruled_out", len(wording.by_verdict(item)[1]), None, "none"))
    return found


def in_tables_of(item, page):
    """What the tables of a card may name: its rows, and the figures of its pictures."""
    found = []
    for row in item.rows:
        found += [Fact("row", row.line, None, "none"), Fact("row", None, row.occurred_on, "date")]
        found.append(Fact("row", float(row.amount), None, row.currency))
    for strip in strips(page)[item.id]:
        found += [drawn_fact(cell) for row in strip.table().rows for cell in row if cell is not None]
    return found


def known(page):
    """What the page may name outside of the cards."""
    found = facts_in(tables()[-1])
    counts, rows = page.counts, page.rows
    of_page = [counts.usual, counts.unjudged, rows.loaded, rows.rejected, counts.reasons[0][1]]
    found += [Fact("count", number, None, unit) for number in of_page for unit in ("none", "customers")]
    found += [Fact("rows", rows.rows_in, None, "rows"), Fact("reason", 8, None, "gaps")]
    found += [Fact("day", None, day, "date") for day in (page.as_of, page.newest_order_on)]
    return found


def wrong_numbers(drawn, facts, *, in_tables=(), unread=""):
    """Numbers of a part of the page that no fact supports. What is written in pictures has its own test."""
    of_text, of_cells = (
        dict(zip(map(str, range(len(some))), some, strict=True)) for some in (facts, in_tables)
    )
    wrong = [
        unsupported_numbers(
            said.replace(unread, "") if unread else said, of_cells if "td" in tags else of_text
        )
        for said, tags in Seen(drawn).blocks
        if "svg" not in tags or tags[-1] in ("title", "desc")
    ]
    return [number for numbers in wrong for number in numbers]


def drawn_fact(cell):
    if isinstance(cell, date):
        return Fact("drawn", None, cell, "date")
    return Fact("drawn", float(cell), None, "USD" if isinstance(cell, Decimal) else "none")


def parted(drawn):
    """The cards, and the page without them."""
    card = re.compile("<article.*?</article>", flags=re.DOTALL)
    return card.findall(drawn), card.sub("", drawn)


def test_every_number_on_the_page_is_a_fact_of_its_card(page, drawn):
    cards, rest = parted(drawn)
    for card, item in zip(cards, page.items, strict=True):
        assert wrong_numbers(card, known_of(item), in_tables=in_tables_of(item, page), unread=item.id) == []
    assert wrong_numbers(rest, known(page), unread=page.snapshot) == []


@pytest.mark.parametrize(("said", "instead"), [("11 days later", "12 days later"), ("35 %", "36 %")])
def test_a_number_that_is_no_fact_is_found_on_the_page(page, drawn, said, instead):
    card = parted(drawn)[0][0]
    assert said in card
    facts, cells = known_of(page.items[0]), in_tables_of(page.items[0], page)
    changed = card.replace(said, instead)
    found = wrong_numbers(changed, facts, in_tables=cells, unread=page.items[0].id)
    assert set(found) == {instead.split(" ")[0]}


def test_the_numbers_in_pictures_are_days_and_ticks_of_their_axes(page, seen):
    written = {said for said, tags in seen.blocks if "svg" in tags and tags[-1] == "text"}
    first = min(book()["release_on"].min(), runs()["paid_on"].min())
    months = {f"{day:%b %Y}" for day in (first + timedelta(days=ago) for ago in range((AS_OF - first).days))}
    ticks = {said for said in written - months if said.isdigit()}
    words = {"days after the due day", "orders in two weeks", "orders in four weeks"}
    assert written - months - ticks == words
    assert all(int(tick) <= 30 for tick in ticks)


def test_a_page_for_paper_has_fixed_colours_and_one_picture_each(page):
    paper = html.text(page, strips(page), for_paper=True)
    pictures = re.findall(r"<svg.*?</svg>", paper, flags=re.DOTALL)
    assert len(pictures) == 4
    assert not [svg for svg in pictures if "var(" in svg]


def lightness(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    high, low = sorted((lightness(one), lightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes():
    blocks = re.findall(r":root \{(.*?)\}", html.stylesheet(), flags=re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in blocks]


def test_all_text_is_easy_to_read_in_light_dark_and_print():
    assert len(palettes()) == 3
    for colours in palettes():
        for text in ("ink", "muted", "accent", "warn", "good"):
            assert contrast(colours[text], colours["paper"]) >= 4.5
            assert contrast(colours[text], colours["card"]) >= 4.5


def test_pictures_on_paper_wear_the_colours_of_the_page():
    light = palettes()[0]
    assert {name: light[name] for name in light if name in charts.FIXED} == {
        name: colour for name, colour in charts.FIXED.items() if colour.startswith("#")
    }


def test_a_headline_is_parted_where_its_last_bracket_begins():
    assert wording.parted("It fell (4 to 6 % by chance).") == ("It fell.", "4 to 6 % by chance.")
    assert wording.parted("It (the shop) fell.") == ("It (the shop) fell.", "")


def test_every_card_prints_its_id(page, seen):
    said = [block for block, _ in seen.blocks]
    assert all(f"burnish why {item.id}" in said for item in page.items)


def test_explanations_ruled_out_wait_behind_one_line(page, drawn):
    card = parted(drawn)[0][0]
    before, _, folded = card.partition("<summary>2 ruled out</summary>")
    assert 'class="verdict rejected"' not in before
    assert folded.count('class="verdict rejected"') == 2

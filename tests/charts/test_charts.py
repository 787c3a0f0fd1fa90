import re
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from tests.briefing.joined import FALLING_DAYS, QUIET_DAYS, runs
from tests.conclusions.made import AS_OF, owing, releases

from burnish import charts
from burnish.charts.pay_days import weighted_days
from burnish.charts.weeks import barred, bucket_of

WORDS = {"beyond_terms": "days after the due day", "order_value": "value of an order"}
WORDS |= {f"orders_{weeks}": f"orders in {weeks} weeks" for weeks in (1, 2, 4, 13)}
SILENT = {"complete_on": AS_OF, "last_order_on": AS_OF - timedelta(days=70), "usual_gap_days": 21.0}
FELL = {"complete_on": AS_OF, "recent_start": AS_OF - timedelta(days=90), "expected_releases": 10.0}
LATE = {"usual_days": 8.0, "recent_days": 19.0, "runs_recent": 6.0}
LATE |= {"first_on": AS_OF - timedelta(days=74), "last_on": AS_OF - timedelta(days=4)}


def rhythm(**frames):
    frames = {"order_release": releases(days=QUIET_DAYS)} | frames
    return charts.strip("gone_quiet", ("order_line",), frames, SILENT, as_of=AS_OF)


def weeks(days=FALLING_DAYS, marks=FELL):
    return charts.strip(
        "volume_shift", ("order_line",), {"order_release": releases(days=days)}, marks, as_of=AS_OF
    )


def pay_days(marks=LATE, **frames):
    frames = {"check_run": runs()} | frames
    return charts.strip("paying_later", ("payment",), frames, marks, as_of=AS_OF)


def drawn(strip, *, width=charts.WIDE, **named):
    plot = charts.Plot(strip.span, width, WORDS)
    return charts.draw(strip, plot, **{"key": "k", "title": "A title", "says": "How to read it."} | named)


def marks_in(svg, what):
    return len(re.findall(rf"<{what} ", svg))


@pytest.mark.parametrize("strip", [rhythm(), weeks(), pay_days()])
def test_a_picture_is_the_same_each_time_and_names_no_font_file_script_or_link(strip):
    svg = drawn(strip)
    assert svg == drawn(strip)
    assert not re.findall(r"<script|href|@font-face|<image|aria-label=|url\(", svg)
    assert set(re.findall(r"https?://[^\"]*", svg)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("strip", [rhythm(), weeks(), pay_days()])
@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_every_colour_has_a_meaning_and_text_is_of_one_size_on_any_page(strip, width):
    svg = drawn(strip, width=width)
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) <= {
        *("none", "transparent"),
        *(f"var(--{name})" for name in charts.FIXED),
    }
    assert set(re.findall(r'font-size="([^"]*)"', svg)) == {"12px"}
    assert f'viewBox="0 0 {width} ' in svg


def test_a_picture_on_paper_knows_its_colours():
    paper = charts.fixed(drawn(pay_days()))
    assert "var(" not in paper
    assert charts.FIXED["warn"] in paper


def test_a_picture_says_what_it_is_and_keeps_strangers_words_as_text():
    svg = drawn(rhythm(), title='<b>"A & B"</b>')
    assert "&lt;b&gt;&quot;A &amp; B&quot;&lt;/b&gt;</title>" in svg
    assert 'role="img" aria-labelledby="k-t k-d"' in svg


def test_the_rhythm_shows_every_order_day_and_where_orders_are_missing():
    strip = rhythm()
    plot = charts.Plot(strip.span, charts.WIDE, WORDS)
    assert len(strip.shown(strip.span)) == len(QUIET_DAYS)
    assert strip.missed(plot) == [AS_OF - timedelta(days=70 - 21 * place) for place in (1, 2, 3)]


def test_missing_orders_that_would_run_together_are_not_drawn():
    strip = charts.strip(
        "gone_quiet",
        (),
        {"order_release": releases(days=QUIET_DAYS)},
        SILENT | {"usual_gap_days": 2.0},
        as_of=AS_OF,
    )
    assert strip.missed(charts.Plot(strip.span, charts.NARROW, WORDS)) == []


def test_the_table_of_the_rhythm_holds_the_gaps():
    table = rhythm().table()
    assert list(table.columns) == ["release_on", "gap_days", "lines", "amount"]
    assert table.rows[0][:2] == (AS_OF - timedelta(days=70), 21)


def test_bars_end_on_the_last_complete_day_and_lose_no_order():
    days = pl.DataFrame({"release_on": [AS_OF - timedelta(days=ago) for ago in (0, 6, 7, 27, 28, 55)]})
    days = days.with_columns(amount=pl.lit(Decimal(5)))
    bars = barred(days, AS_OF - timedelta(days=55), AS_OF, 4, AS_OF - timedelta(days=27))
    assert [(bar.orders, bar.is_recent) for bar in bars] == [(2, False), (4, True)]
    assert bars[-1].first == AS_OF - timedelta(days=27)
    assert bars[-1].amount == Decimal(20)


def test_a_value_that_is_not_known_is_blank_in_the_figures():
    orders = pl.concat([releases(days=(3,), amount=None), releases(days=(10, 11), amount=None)])
    orders = pl.concat([orders, releases(days=(11,), amount=5)])
    bars = barred(orders, AS_OF - timedelta(days=20), AS_OF, 1, None)
    assert [bar.amount for bar in bars] == [Decimal(0), Decimal(5), None]  # no order at all is worth nothing


@pytest.mark.parametrize(("every", "weeks"), [(2, 1), (7, 2), (14, 4), (60, 13)])
def test_a_bar_is_as_short_as_the_customers_pace_allows(every, weeks):
    orders = releases(days=range(0, 700, every))
    assert bucket_of(orders, AS_OF - timedelta(days=700), AS_OF, None) == weeks


def test_the_usual_level_is_drawn_only_where_the_sentence_knows_it():
    assert weeks().keys == ("key",)
    assert weeks().usual == pytest.approx(10 * weeks().bucket * 7 / 91)
    plain = weeks(marks={"complete_on": AS_OF})
    assert (plain.keys, plain.usual) == (("key_plain",), None)


def test_check_runs_are_dots_and_the_recent_ones_have_another_shape():
    strip = pay_days()
    assert [run.is_recent for run in strip.runs].count(True) == 6
    assert [(level.days, level.is_recent) for level in strip.levels] == [(8.0, False), (19.0, True)]
    assert strip.levels[0].last == strip.levels[1].first == strip.runs[-6].paid_on


def test_recent_runs_are_those_of_the_days_that_the_sentence_names():
    part, after = runs().head(1), runs().head(1)
    part = part.with_columns(paid_on=pl.lit(AS_OF - timedelta(days=40)))  # pays off no invoice: not counted
    after = after.with_columns(paid_on=pl.lit(AS_OF))
    strip = pay_days(check_run=pl.concat([runs(), part, after]))
    recent = [run.paid_on for run in strip.runs if run.is_recent]
    assert (len(recent), recent[0], recent[-1]) == (7, LATE["first_on"], LATE["last_on"])
    assert strip.runs[-1].paid_on == AS_OF


def test_open_overdue_invoices_are_marked_longest_first():
    strip = pay_days(invoice_state=owing(days=(45, 62, 10)))
    assert strip.overdue == (32, 15)
    assert "key_overdue" in strip.keys
    assert pay_days().overdue == ()


def sizes():
    before, since = releases(days=range(92, 500, 10), amount=1000), releases(days=range(2, 91, 9), amount=400)
    frames = {"order_release": pl.concat([before, since])}
    return charts.strip("size_shift", ("order_line",), frames, FELL, as_of=AS_OF)


def test_the_size_of_orders_is_shown_before_and_since_the_change():
    svg = drawn(sizes())
    assert sizes().table().columns.keys() == {"release_on", "lines", "amount"}
    assert svg.count('stroke="var(--warn)"') == svg.count('stroke="var(--accent)"') == 1  # the two middles
    assert svg.count('fill="var(--warn)"') == 10


def test_days_of_a_run_weigh_by_amount():
    assert weighted_days(Decimal(250), Decimal(100)) == 3  # halves away from zero
    assert weighted_days(Decimal(-250), Decimal(100)) == -3


def test_a_far_outlier_does_not_flatten_the_picture():
    far = runs().with_columns(
        amount_days=pl.when(pl.col("paid_on") == runs()["paid_on"].min())
        .then(pl.col("amount") * 900)
        .otherwise("amount_days")
        .cast(pl.Decimal(18, 4))
    )
    ticks = [int(text) for text in re.findall(r">(\d+)</text>", drawn(pay_days(check_run=far)))]
    assert max(ticks) < 100
    assert pay_days(check_run=far).beyond == 1
    assert "key_beyond" in pay_days(check_run=far).keys


def test_the_axis_of_days_reaches_an_invoice_open_for_long():
    strip = pay_days(invoice_state=owing(days=(75,)))
    assert strip.beyond == 0
    assert max(int(text) for text in re.findall(r">(\d+)</text>", drawn(strip))) >= 30


def test_nothing_to_draw_is_no_picture():
    none = releases(days=())
    assert charts.strip("gone_quiet", (), {"order_release": none}, SILENT, as_of=AS_OF) is None
    assert charts.strip("volume_shift", (), {"order_release": none}, FELL, as_of=AS_OF) is None
    assert charts.strip("paying_later", (), {"check_run": runs().clear()}, LATE, as_of=AS_OF) is None
    assert charts.strip("lots_shrinking", ("reject",), {}, {}, as_of=AS_OF) is None


def test_a_plug_in_gets_the_picture_of_the_tables_it_reads():
    frames = {"order_release": releases(), "check_run": runs()}
    assert charts.strip("my_signal", ("note", "order_line"), frames, {}, as_of=AS_OF).name == "weeks"
    assert charts.strip("my_signal", ("payment",), frames, {}, as_of=AS_OF).name == "pay_days"


def test_no_picture_reaches_back_more_than_three_years():
    old = releases(days=range(70, 4000, 30))
    strip = charts.strip("gone_quiet", (), {"order_release": old}, SILENT, as_of=AS_OF)
    assert strip.span.days == 3 * 52 * 7


def test_pictures_above_each_other_share_one_axis():
    one, other = (
        charts.Span(date(2013, 1, 1), date(2014, 1, 1)),
        charts.Span(date(2013, 6, 1), date(2014, 6, 1)),
    )
    assert charts.spanned([one, other]) == charts.Span(date(2013, 1, 1), date(2014, 6, 1))


@pytest.mark.parametrize("days", [40, 200, 500, 1092])
def test_an_axis_names_a_few_first_days_of_months(days):
    named = charts.Span(AS_OF - timedelta(days=days), AS_OF).named_days(4)
    assert 1 <= len(named) <= 4
    assert {day.day for day in named} == {1}

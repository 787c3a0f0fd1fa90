"""Which picture belongs to a signal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from burnish.charts import pay_days, rhythm, sizes, weeks
from burnish.charts.plot import Frames, Marks, Strip

Maker = Callable[[Frames, Marks, date], Strip | None]
OF_SIGNAL: Mapping[str, Maker] = {
    "gone_quiet": rhythm.of_customer,
    "volume_shift": weeks.of_customer,
    "paying_later": pay_days.of_customer,
    "size_shift": sizes.of_customer,
}
OF_TABLE: Mapping[str, Maker] = {"order_line": weeks.of_customer, "payment": pay_days.of_customer}


def strip(
    signal: str, sources: tuple[str, ...], frames: Frames, marks: Marks, *, as_of: date
) -> Strip | None:
    """The picture of one signal, or of the tables it reads when the signal has none of its own.

    `frames` are a customer's facts by table, `marks` the numbers and days of the sentence by name. None
    where there is nothing to draw.
    """
    maker = OF_SIGNAL.get(signal) or next((OF_TABLE[table] for table in sources if table in OF_TABLE), None)
    return None if maker is None else maker(frames, marks, as_of)

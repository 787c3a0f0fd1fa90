"""A made-up finisher with known truth, written out as the exports of an ordinary plating office.

Orders come from renewals of several laws on a working-day clock; nothing here is shared with the
detectors, so that finding what was planted proves something.
"""

from burnish.simulate.shop import demo_shop, truth_beside

__all__ = ["demo_shop", "truth_beside"]

"""A made-up finisher with known truth, written out as the exports of the programs that such a shop runs.

What happens is drawn in `making` as tables of a `World`; `systems` writes down what each program knows of it.
Nothing here is shared with the detectors, so that finding what was planted proves something.
"""

from burnish.simulate.plan import Plan, plan
from burnish.simulate.shops import simulate

__all__ = ["Plan", "plan", "simulate"]

"""How good Burnish is: walked through the past of a shop, held against what was planted in it.

`walk` repeats the pipeline's own code every four weeks; `scored` holds the alarms against the truth of a
made-up shop, or against what came next where there is none. Definitions: docs/methods/score.md.
"""

from burnish.score.ablation import ablated
from burnish.score.scoring import scored
from burnish.score.truth import Truth, read_truth
from burnish.score.walk import Asked, Walk, read_walk, walk

__all__ = ["Asked", "Truth", "Walk", "ablated", "read_truth", "read_walk", "scored", "walk"]

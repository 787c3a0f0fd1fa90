"""Replicas of a shop's own past: moving blocks of days, drawn with replacement.

A block keeps the clumps and pauses that single days would break (Künsch 1989). Each customer's
replica runs on its own *alive* clock: days of a block before its first or after its last event are
cut out, so that a customer who came late or left leaves no false pause between two blocks.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def stream(*key: str) -> np.random.Generator:
    """Random numbers that depend on nothing but `key`, whatever the row order or threads (D13)."""
    digest = hashlib.sha256("\0".join(key).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))


def block_starts(draws: np.random.Generator, *, replicas: int, days: int, block_days: int) -> Ints:
    """First days of the blocks that make up replicas of `days` days: replicas x blocks."""
    blocks = -(-days // block_days)
    last = max(days - block_days, 0)
    return draws.integers(0, last + 1, size=(replicas, blocks), dtype=np.int64)


@dataclass(frozen=True)
class Replicas:
    """Events of all replicas on their alive clocks.

    `day` and `group` are aligned, one per event, groups standing together in order of time;
    `source` is the place of the original event. `alive_days` has one length per group; a group is one
    replica of one customer.
    """

    day: Ints
    source: Ints
    group: Ints
    alive_days: Ints


def replicate(day: Ints, group: Ints, starts: Ints, *, block_days: int) -> Replicas:
    """Put the blocks beginning at `starts` (group x block) side by side.

    `day` are the events, sorted within `group`; row g of `starts` belongs to group number g, or,
    with more rows than groups, to group g modulo the number of groups (further replicas).
    """
    groups = int(group.max()) + 1
    bounds = np.searchsorted(group, np.arange(groups + 1))
    owner = np.arange(len(starts), dtype=np.int64) % groups
    first, last = day[bounds[:-1]][owner, None], day[bounds[1:] - 1][owner, None]
    alive_from = np.maximum(starts, first)
    alive_to = np.maximum(np.minimum(starts + block_days, last + 1), alive_from)
    lengths = alive_to - alive_from
    offset = np.cumsum(lengths, axis=1) - lengths
    span = np.int64(max(day.max(), starts.max()) + block_days + 1)
    key, row = group * span + day, owner[:, None] * span
    low, high = np.searchsorted(key, row + alive_from), np.searchsorted(key, row + alive_to)
    counts = (high - low).ravel()
    began = np.cumsum(counts) - counts
    source = np.arange(int(counts.sum()), dtype=np.int64) + np.repeat(low.ravel() - began, counts)
    placed = day[source] + np.repeat((offset - alive_from).ravel(), counts)
    rows = np.repeat(np.arange(len(starts), dtype=np.int64), (high - low).sum(axis=1))
    return Replicas(placed, source, rows, lengths.sum(axis=1))

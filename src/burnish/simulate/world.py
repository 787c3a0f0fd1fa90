"""What truly happened in the made-up shop, as tables; the exports are what its programs wrote down of it.

Numbers in the key columns are the world's own and mean nothing outside it, except `company` and `person`,
which `truth/` uses too. Money is US dollars with two decimals, days are the shop's, instants UTC.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from burnish.simulate.plan import Plan

KINDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "n": pl.Int64,
    "f": pl.Float64,
    "s": pl.String,
    "b": pl.Boolean,
    "d": pl.Date,
    "t": pl.Datetime("us"),
    "l": pl.List(pl.String),
}


def columns(text: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Columns written as name:kind; whole Numbers, Floats, Strings, Booleans, Days, insTants, Lists."""
    return {name: KINDS[kind] for name, kind in (each.split(":") for each in text.split())}


SCHEMAS = {
    # who --------------------------------------------------------------------------------------------------
    # One customer, or one plant of a group that orders for itself. `dba` is "" where there is none, `parent`
    # a company or null, `code` the ERP's customer code, `per_week` its true rate of orders.
    "company": columns(
        "company:n name:s dba:s code:s industry:s naics:s season:s street:s city:s region:s postal_code:s "
        "phone:s domain:s free_mail:b parent:n is_person:b rank:n terms:s terms_days:n credit_limit:f law:s "
        "per_week:f lot_usd:f starts_on:d ends_on:d process:s"
    ),
    # A ship-to of a company; the first is also where the bills go.
    "site": columns("site:n company:n label:s street:s city:s region:s postal_code:s"),
    "person": columns("person:n given:s family:s private_mail:s"),
    # A person working for a company; who changes jobs has several. role: buyer, engineer, quality, accounts
    # payable, owner, plant manager, or "mailbox" for a role mailbox such as ap@.
    "job": columns("person:n company:n role:s email:s phone:s from_on:d until_on:d"),
    # The shop's own people. role: inspector, sales, planner, engineer; who does not rotate stays on one line.
    "colleague": columns("colleague:n initials:s role:s from_on:d until_on:d rotates:b"),
    # what is ordered --------------------------------------------------------------------------------------
    # process: a code such as ZN_BARREL; basis EA, LB, C, M, LOT; material: the powder, paint or bath used.
    "part": columns(
        "part:n company:n number:s revision:s description:s process:s process_text:s spec_text:s oem:s "
        "weight_kg:f area_m2:f per_load:n price:f basis:s minimum_usd:f material:s supplier:s first_on:d"
    ),
    # entered_on: the day it was keyed in, later than received_on for late entries.
    "order": columns(
        "order:n company:n site:n order_no:s po_no:s received_on:d entered_on:d due_on:d is_blanket:b "
        "is_rush:b person:n"
    ),
    "line": columns(
        "line:n order:n line_no:n part:n quantity:n weight_kg:f price:f basis:s amount:f at_minimum:b"
    ),
    # what happens to it on the floor ------------------------------------------------------------------------
    "resource": columns("resource:n name:s family:s load_unit:s loads_per_hour:f shifts:n"),
    "capacity": columns("resource:n on:d hours_available:f"),
    # incoming: "" or the condition in which the parts came (RST, WLD, OIL, ALY).
    "lot": columns(
        "lot:n line:n lot_no:s resource:n started_on:d finished_on:d quantity:n loads:n hours:f material:s "
        "inspector:n incoming:s is_rework:b"
    ),
    "shipment": columns("shipment:n lot:n order:n company:n packlist:s on:d quantity:n weight_kg:f"),
    # found_at: receiving, in-process, final, customer. is_coded false: the code was never written down.
    "inspection": columns(
        "inspection:n lot:n company:n on:d inspected:n rejected:n defect:s defect_text:s found_at:s fault:s "
        "disposition:s inspector:n is_coded:b"
    ),
    # money ------------------------------------------------------------------------------------------------
    "invoice": columns("invoice:n number:s company:n order:n on:d entered_on:d due_on:d amount:f"),
    # One allocation of a check to one invoice.
    "payment": columns("payment:n check:n reference:s invoice:n company:n on:d entered_on:d amount:f"),
    "credit": columns("credit:n number:s company:n invoice:n on:d amount:f reason:s"),
    "dispute": columns("invoice:n company:n from_on:d until_on:d reason:s"),
    # what is asked and planned ------------------------------------------------------------------------------
    # outcome: won, lost, expired, or "" while it is open.
    "quote": columns(
        "quote:n number:s line_no:n company:n person:n on:d part_number:s description:s process:s "
        "process_text:s quantity:n price:f amount:f expires_on:d outcome:s outcome_on:d"
    ),
    # One row per stage that it went through, the latest last.
    "project": columns(
        "project:n company:n person:n on:d title:s process:s amount:f stage:s stage_on:d closed_on:d "
        "outcome:s"
    ),
    # attention ----------------------------------------------------------------------------------------------
    "campaign": columns("campaign:n sent_at:t name:s subject:s topic:s links:l"),
    # One act of one addressee: delivered, open, click, reply, forward, unsubscribe, bounce.
    "mail": columns("campaign:n person:n company:n email:s at:t act:s link:s is_human:b"),
    # One page seen: view, download, form. person, company null unless consented and known; consent granted,
    # denied.
    "visit": columns("visit:n session:n at:t person:n company:n page:s topic:s dwell_s:n act:s consent:s"),
    # platform: rss, atom, mastodon, bluesky; company null for others' posts.
    "post": columns("post:n company:n platform:s at:t url:s title:s text:s topic:s licence:s"),
    "note": columns("note:n company:n person:n at:t colleague:n text:s topic:s"),
    "show": columns("show:n name:s start_on:d end_on:d city:s"),
    "attendance": columns("show:n person:n company:n on:d how:s"),
    "consent": columns("person:n email:s at:t purpose:s state:s basis:s evidence:s"),
    # truth --------------------------------------------------------------------------------------------------
    # Something that happens to a customer (or to an industry, the subject) and means something. `nats`: the
    # information that its orders, payments or lots carry about it until 13 weeks after t1.
    "event": columns(
        "event:n kind:s company:n subject:s t0:d t50:d t1:d outcome:s outcome_on:d ends_on:d size:f unit:s "
        "nats:f is_sudden:b why:s"
    ),
    # Something that only looks like such an event; company null: all of them.
    "lookalike": columns("lookalike:n company:n looks_like:s from_on:d until_on:d explanation:s why:s"),
    # True effects on rejects and the like.
    "effect": columns("kind:s subject:s number:f unit:s"),
}

EVENT_KINDS = {  # what can happen -> unit of its size
    "stop": "orders a week",  # the customer's usual rate, which ends
    "fewer_orders": "%",  # of the orders that stay away at full effect
    "more_orders": "%",
    "smaller_lots": "%",
    "later_payment": "days",
    "distress": "%",  # fewer orders, later payment and smaller lots together, then half of it or less
    "more_rejects": "odds ratio",
    "pickier": "odds ratio",
    "process_drift": "% of the mix",
    "topic_interest": "times",
    "industry_slump": "%",
    "oem_program": "parts",
}


@dataclass(frozen=True)
class World:
    """One block of a made-up shop: a frame per table of SCHEMAS, each sorted by its first column or day."""

    plan: Plan
    tables: dict[str, pl.DataFrame]

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]

    def with_tables(self, **tables: pl.DataFrame) -> World:
        """The same world with tables added or replaced; each must have the columns of its schema."""
        return World(self.plan, self.tables | {name: fitted(name, rows) for name, rows in tables.items()})


def fitted(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with exactly the columns and types of a table. Raises polars' error where one is missing."""
    return rows.select(pl.col(column).cast(kind) for column, kind in SCHEMAS[name].items())


def empty(name: str) -> pl.DataFrame:
    """A table without rows."""
    return pl.DataFrame(schema=SCHEMAS[name])


def intensity(days: np.ndarray, *, t0: object, t1: object, ends_on: object = None) -> np.ndarray:
    """How far an event has gone on each day, 0 to 1: straight from t0 to t1, 0 again after `ends_on`."""
    start, full = np.datetime64(t0, "D"), np.datetime64(t1, "D")  # type: ignore[call-overload]
    span = max(int((full - start).astype(int)), 1)
    share = np.clip((days - start).astype("int64") / span, 0.0, 1.0)
    share = np.where(days >= full, 1.0, share)
    if ends_on is not None:
        share = np.where(days > np.datetime64(ends_on, "D"), 0.0, share)  # type: ignore[call-overload]
    return np.asarray(share)

"""What the shop writes and people read about: its processes and a few other things, each with its page."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.simulate.plan import Plan

SITES = {  # size -> the shop's name and the domain of its site
    "S": ("Ridge Powder", "ridgepowder.example"),
    "M": ("Lakeside Plating", "lakesideplating.example"),
    "L": ("Harbor Aero Finishing", "harboraero.example"),
}
PROCESSES = {  # code -> name on the site (DOMAIN 2.1)
    "ZN_RACK": "Rack zinc plating",
    "ZN_BARREL": "Barrel zinc plating",
    "ZN_MECH": "Mechanical zinc",
    "ZNNI": "Zinc-nickel",
    "ZN_FLAKE": "Zinc flake",
    "CAD": "Cadmium plating",
    "SN": "Tin plating",
    "CU": "Copper plating",
    "NI": "Nickel plating",
    "EN": "Electroless nickel",
    "NICR": "Decorative chrome",
    "HCR": "Hard chrome",
    "AN1": "Chromic anodize",
    "AN2": "Sulfuric anodize",
    "AN3": "Hardcoat anodize",
    "CHEM": "Chem film",
    "PASS": "Passivation",
    "EPOL": "Electropolish",
    "BOX": "Black oxide",
    "PHOS_ZN": "Zinc phosphate",
    "PHOS_MN": "Manganese phosphate",
    "IRONPHOS": "Iron phosphate",
    "ECOAT": "E-coat",
    "POWD": "Powder coating",
    "LIQ": "Liquid paint",
    "CARC": "CARC paint",
    "DFL": "Dry film lubricant",
    "BLAST": "Abrasive blasting",
    "PEEN": "Shot peening",
    "FPI": "Penetrant inspection",
}
OFFERED = {  # size -> processes with a page of their own; the last ones are asked for more than they are run
    "S": ("POWD", "BLAST", "LIQ", "IRONPHOS", "ECOAT", "ZN_RACK"),
    "M": ("ZN_BARREL", "ZN_RACK", "ZNNI", "PHOS_ZN", "PHOS_MN", "BOX", "ECOAT", "ZN_FLAKE"),
    "L": ("AN1", "AN2", "AN3", "CHEM", "PASS", "CAD", "EN", "LIQ", "ZNNI", "DFL", "FPI"),
}
OTHER = {  # topics that are no process -> page
    "lead times": "/lead-times",
    "quality": "/quality",
    "certification": "/certifications",
    "prices": "/news/prices",
    "holidays": "/news/holiday-hours",
    "shows": "/news/shows",
}


@dataclass(frozen=True)
class Topics:
    """The topics of one shop in a fixed order: its processes, then the other ones."""

    site: str
    codes: tuple[str, ...]
    processes: int

    def place(self, code: str) -> int:
        """Where a topic stands, -1 for a strange one."""
        return self.codes.index(code) if code in self.codes else -1


def topics(plan: Plan) -> Topics:
    """The topics of a plan's shop."""
    offered = OFFERED[plan.size]
    return Topics(SITES[plan.size][1], offered + tuple(OTHER), len(offered))


def named(code: str) -> str:
    """A topic as people write it."""
    return PROCESSES.get(code, code.replace("_", " ").capitalize())


def slug(code: str) -> str:
    """A topic's name as it stands in addresses."""
    return named(code).lower().replace(" ", "-")


def page(code: str) -> str:
    """The path of a topic's page."""
    return OTHER.get(code) or f"/processes/{slug(code)}"

import polars as pl

from burnish.identity.exact import customers

ORGANISATION = {"source": pl.String, "native_id": pl.String, "name": pl.String, "code": pl.String}
ORGANISATION |= {"industry": pl.String, "is_person": pl.Boolean}


def company(source: str, name: str, code: str | None = None, *, person: bool = False) -> dict:
    return {
        "source": source,
        "native_id": name,
        "name": name,
        "code": code,
        "industry": None,
        "is_person": person,
    }


def resolved(companies: list[dict], refs: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    organisation = pl.DataFrame(companies, schema=ORGANISATION)
    named = pl.DataFrame(refs, schema={"source": pl.String, "organisation_ref": pl.String}, orient="row")
    _, ref = customers(organisation, named)
    return {(source, name): id_ for source, name, id_ in ref.iter_rows()}


def test_a_code_and_a_name_of_one_record_are_one_customer() -> None:
    found = resolved([company("erp", "Acme Plating", "A-1")], [("erp", "A-1"), ("erp", "acme  plating")])
    assert len(set(found.values())) == 1


def test_the_same_code_in_two_systems_is_not_one_customer() -> None:
    found = resolved([], [("erp", "1001"), ("books", "1001")])
    assert len(set(found.values())) == 2


def test_the_same_full_name_in_two_systems_is_one_customer() -> None:
    found = resolved([], [("erp", "Acme Plating"), ("books", "ACME PLATING")])
    assert len(set(found.values())) == 1


def test_unrelated_records_change_no_id() -> None:
    refs = [("erp", "Acme Plating"), ("erp", "Birch Metals")]
    before = resolved([], refs)
    after = resolved([], [*refs, *(("erp", f"Other {n} Works") for n in range(40))])
    assert all(after[key] == id_ for key, id_ in before.items())


def test_a_private_customer_is_marked() -> None:
    organisation = pl.DataFrame([company("erp", "person 0a1b", person=True)], schema=ORGANISATION)
    customer, _ = customers(
        organisation, pl.DataFrame(schema={"source": pl.String, "organisation_ref": pl.String})
    )
    assert customer["is_person"].to_list() == [True]

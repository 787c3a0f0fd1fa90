import polars as pl

from burnish.identity.exact import customers

ORGANISATION = {
    "load_id": pl.String,
    "source": pl.String,
    "native_id": pl.String,
    "name": pl.String,
    "code": pl.String,
}
ORGANISATION |= {"industry": pl.String, "is_person": pl.Boolean}


def company(source: str, name: str, code: str | None = None, *, person: bool = False) -> dict:
    return {
        "load_id": "L000002",
        "source": source,
        "native_id": name,
        "name": name,
        "code": code,
        "industry": None,
        "is_person": person,
    }


REFS = {"source": pl.String, "organisation_ref": pl.String, "load_id": pl.String}


def resolved(companies: list[dict], refs: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    organisation = pl.DataFrame(companies, schema=ORGANISATION)
    named = pl.DataFrame([(*ref, "L000001") for ref in refs], schema=REFS, orient="row")
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
    customer, _ = customers(organisation, pl.DataFrame(schema=REFS))
    assert customer["is_person"].to_list() == [True]


def test_punctuation_does_not_make_two_customers() -> None:
    found = resolved([], [("erp", "Acme Fasteners, Inc."), ("erp", "Acme Fasteners Inc")])
    assert len(set(found.values())) == 1


def test_a_code_does_not_join_a_company_that_is_named_like_it() -> None:
    found = resolved([company("erp", "Birch Works", "ACME"), company("erp", "Acme")], [])
    assert found["erp", "Birch Works"] != found["erp", "Acme"]


def test_a_list_of_companies_added_later_renames_nobody() -> None:
    refs = [("erp", "Zeta Plating")]
    before = resolved([], refs)["erp", "Zeta Plating"]
    assert resolved([company("erp", "Zeta Plating", "A-1")], refs)["erp", "Zeta Plating"] == before

"""What programs say of who is who: other names, parents, merges, tax numbers, hosts, by real headings."""

from pathlib import Path
from zipfile import ZipFile

import agreed
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from burnish import intake
from burnish.pipeline import landed_rows
from burnish.privacy.scan import find_markers
from burnish.schema.tables import ADDED, CANONICAL, landed
from burnish.shop import Shop
from burnish.sources.naming import host, others, records
from burnish.sources.remasking import mask_landed
from burnish.store import loads
from shops import csv_file, new_shop

LISTS = {
    "hubspot companies.csv": (
        "Record ID,Company name,DBA,Create Date,Company Domain Name,Parent Company,Merged Company IDs",
        "40100,Halvorsen Valve Co.,,2024-01-03,https://www.HalVal.example/en/contact,,40155;40156",
        "40107,Pinecrest Hydraulics Inc,Pinecrest Supply,2024-01-16,pinhyd.example,Halvorsen Valve Co.,",
    ),
    "company_data.csv": (
        "id,is_deleted,property_name,property_createdate,property_industry,property_domain,property_hs_parent_company_id,property_hs_merged_object_ids",
        "7,false,Tidewater Fasteners LLC,2024-01-29,AEROSPACE,info@tidfas.example,8,5;6",
    ),
    "Account.csv": (
        "Id,IsDeleted,MasterRecordId,Name,Tradestyle,ParentId,BillingCity,AccountNumber,Website,CreatedDate",
        "0015g0000099991AAA,false,,Halvorsen Valve Co.,HV Fluidics,,Dayton,HALVAL,halval.example,2024-01-03",
        "0015g0000107910AAA,true,0015g0000099991AAA,Halvorson Valve,,,Dayton,HALVA2,,2024-01-16",
        "0015g0000115829AAA,false,,Halvorsen Valve - Fremont,,0015g0000099991AAA,Fremont,HALVA3,,2024-01-29",
    ),
    "xero contacts.csv": (
        "*ContactName,AccountNumber,EmailAddress,FirstName,LastName,PhoneNumber,TaxNumber,Website,LegalName",
        "Brightwell,BRIMAC,,,,,GB 365 4684 14,brimac.example,Brightwell Machining Limited",
    ),
    "xero_contact.csv": (
        "ContactID,ContactStatus,Name,IsCustomer,TaxNumber,MergedToContactID",
        "c-1,ARCHIVED,Brightwel,true,,c-2",
        "c-2,ACTIVE,Brightwell,true,GB 365 4684 14,",
    ),
    "Customer List.csv": (
        "Active Status,Customer,Company,Main Phone,Main Email,Bill to 1,Bill to 2,Resale Num,Account No.",
        "Active,Oakfield,Oakfield Stamping Corporation,,,Oakfield,1 Foundry Road,SR-100-55,OAK",
        "Active,Oakfield:Line 2,Oakfield Stamping Corporation,,,,,,",
        'Active,Marsh Steel,"Quux, Peter",,,Marsh Steel,2 Foundry Road,,MAR',
    ),
    "customer_data.csv": (
        "id,_fivetran_deleted,active,bill_with_parent,company_name,created_at,display_name,fully_qualified_name,job,parent_customer_id,print_on_check_name,resale_number,email",
        "10,FALSE,TRUE,FALSE,Acornwick Inc,2024-01-03,Acornwick,Acornwick,FALSE,,ACORNWICK INC.,R-77,",
        "11,FALSE,TRUE,TRUE,,2024-01-03,Fixtures,Acornwick:Fixtures,TRUE,10,,,",
    ),
    "res.partner.csv": (
        "id,name,is_company,parent_id,commercial_partner_id,vat,website,create_date",
        "31,Hazeldale,True,,Hazeldale,DE129273398,https://www.hazeldale.example,2024-01-03",
        "32,Hazeldale - Larkspur,True,Hazeldale,Hazeldale - Larkspur,,,2024-01-03",
    ),
    "erpnext customer.csv": (
        "name,customer_name,customer_type,customer_group,territory,tax_id,website",
        "CUST-1,Ferngate Tool,Company,Commercial,Midwest,36-4684141,FERNGATE.example/",
        '"Quux, Peter","Quux, Peter",Individual,Commercial,Midwest,123-45-6789,',
    ),
    "customers of jobboss.csv": (
        "customerCode,customerName,QBCustomerCode,termsCode,creditLimit,website,lastModDate",
        "FERN,Ferngate Tool,Ferngate Tool & Die,N30,1000,www.ferngate.example,2024-01-03T08:00:00Z",
    ),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("given")
    there = new_shop(folder / "shop")
    packed = folder / "lists.zip"
    with ZipFile(packed, "w") as archive:
        for name, lines in LISTS.items():
            archive.writestr(name, "\n".join(lines) + "\n")
    with intake.look(there, packed) as plan:
        intake.land(there, intake.confirmed(plan), progress=lambda name, rows: None)
    return there


@pytest.fixture(scope="module")
def companies(shop: Shop) -> dict[tuple[str, str], dict[str, str]]:
    """Every landed company by its list and name."""
    paths = loads.parquet_of(shop.landing, loads.all_loads(shop.landing), "organisation")
    rows = pl.concat([pl.DataFrame(pq.read_table(path)) for path in paths])
    return {(row["sheet"], row["name"]): row for row in rows.to_dicts()}


@pytest.mark.parametrize(
    ("sheet", "name", "said"),
    [
        (
            "hubspot companies.csv",
            "Halvorsen Valve Co.",
            {"merged_from": "40155; 40156", "domain": "halval.example"},
        ),
        (
            "hubspot companies.csv",
            "Pinecrest Hydraulics Inc",
            {"alias": "Pinecrest Supply", "parent_ref": "Halvorsen Valve Co.", "merged_from": None},
        ),
        (
            "company_data.csv",
            "Tidewater Fasteners LLC",
            {"merged_from": "5; 6", "parent_ref": "8", "domain": "tidfas.example"},
        ),
        ("Account.csv", "Halvorsen Valve Co.", {"alias": "HV Fluidics", "merged_into": None}),
        ("Account.csv", "Halvorson Valve", {"merged_into": "0015g0000099991AAA"}),
        ("Account.csv", "Halvorsen Valve - Fremont", {"parent_ref": "0015g0000099991AAA"}),
        ("xero contacts.csv", "Brightwell", {"alias": "Brightwell Machining Limited", "code": "BRIMAC"}),
        ("xero_contact.csv", "Brightwel", {"merged_into": "c-2", "code": "c-1"}),
        ("Customer List.csv", "Oakfield", {"alias": "Oakfield Stamping Corporation"}),
        ("customer_data.csv", "Acornwick", {"parent_ref": "10", "merged_into": "10", "code": "11"}),
        ("res.partner.csv", "Hazeldale", {"parent_ref": None, "merged_into": None}),
        ("res.partner.csv", "Hazeldale - Larkspur", {"parent_ref": "Hazeldale", "merged_into": None}),
        ("erpnext customer.csv", "Ferngate Tool", {"code": "CUST-1", "domain": "ferngate.example"}),
        ("customers of jobboss.csv", "Ferngate Tool", {"alias": "Ferngate Tool & Die", "code": "FERN"}),
    ],
)
def test_what_a_program_says_of_a_company_arrives(
    companies: dict[tuple[str, str], dict[str, str]], sheet: str, name: str, said: dict[str, str | None]
) -> None:
    row = companies[sheet, name]
    assert {column: row[column] for column in said} == said


def test_tax_numbers_and_names_of_persons_are_in_the_vault_only(shop: Shop) -> None:
    secret = [b"365 4684 14", b"SR-100-55", b"DE129273398", b"36-4684141", b"123-45-6789", b"R-77", b"Quux"]
    assert find_markers(shop.folder, secret) == []
    assert ("tax_id", "GB 365 4684 14") in kept(shop, "organisation", "brightwell")
    assert ("tax_id", "SR-100-55") in kept(shop, "organisation", "oakfield")
    assert ("tax_id", "DE129273398") in kept(shop, "organisation", "hazeldale")
    assert ("tax_id", "123-45-6789") in kept(shop, "organisation", "quux, peter")
    assert ("name", "Quux, Peter") in kept(shop, "customer", "quux, peter")


def kept(shop: Shop, of: str, key: str) -> set[tuple[str, str]]:
    """What the vault holds of one record: columns and values."""
    sources = {load.source for load in loads.all_loads(shop.landing)}
    ids = [shop.vault.person_ids(each, of, pa.array([key]))[0].as_py() for each in sorted(sources)]
    cells = shop.vault.values(ids)
    return set(zip(cells["column"].to_pylist(), cells["value"].to_pylist(), strict=True))


def test_a_private_customers_code_is_the_id_by_which_events_name_him(
    companies: dict[tuple[str, str], dict[str, str]],
) -> None:
    [row] = [row for (_, name), row in companies.items() if name.startswith("person ")]
    assert row["code"] == row["name"]
    assert row["native_id"].startswith("key ")


def test_another_name_that_is_a_persons_is_left_out(
    companies: dict[tuple[str, str], dict[str, str]],
) -> None:
    assert companies["Customer List.csv", "Marsh Steel"]["alias"] is None


def test_a_name_that_becomes_known_as_a_persons_later_leaves_the_companys_record(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    listed = csv_file(
        tmp_path,
        "customers.csv",
        ["Marsh Steel,Zo Markerson,Zo Markerson,Dayton,OH", "Zo Markerson Co,,,Dayton,OH"],
        header="Customer Name,DBA,Parent Company,City,State",
    )
    load = agreed.land(there, listed)
    people = csv_file(
        tmp_path, "people.csv", ["Zo Markerson,zo@mark.example,Marsh Steel"], header="Contact,Email,Company"
    )
    agreed.land(there, people)
    mask_landed(there.landing, there.vault)
    [marsh] = [
        row
        for row in agreed.rows(there, load.load_id, "organisation").to_pylist()
        if row["name"] == "Marsh Steel"
    ]
    assert marsh["alias"] is None
    assert marsh["parent_ref"].startswith("person ")


def test_contacts_merged_into_one_are_named_by_the_ids_that_their_own_list_gave_them(tmp_path: Path) -> None:
    there = new_shop(tmp_path / "shop")
    header = "id,_fivetran_deleted,property_email,property_firstname,property_hs_calculated_merged_vids"
    first = ["46897301,FALSE,old@mark.example,Zo,"]
    second = ["78971951,FALSE,zo@mark.example,Zo,76340251:1661707291575;46897301:1661707931852"]
    loaded = [
        agreed.land(
            there,
            csv_file(tmp_path, f"contact {number}.csv", lines, header=header),
            key=["id"],
            of_table="person",
        )
        for number, lines in enumerate((first, second))
    ]
    [gone], [left] = (agreed.rows(there, load.load_id, "person").to_pylist() for load in loaded)
    assert gone["person_id"] in left["merged_from"].split("; ")
    assert len(left["merged_from"].split("; ")) == 2
    assert find_markers(there.folder, [b"46897301", b"76340251"]) == []


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("Customer No,Customer Name,DBA,City,State", "C1,Acme Inc,Zenith,Dayton,OH", {"alias": "Zenith"}),
        ("Customer,Company,City,State,Phone", "Acme,Acme Holdings,Dayton,OH,1", {"alias": "Acme Holdings"}),
        (
            "Customer Name,Trading As,Legal Name,City,State",
            "Acme Inc,Zenith,Acme Incorporated Holdings,Dayton,OH",
            {"alias": "Zenith; Acme Incorporated Holdings"},
        ),
        ("Customer No,Customer Name,Bill To Customer,City", "C2,Acme Dayton,C1,Dayton", {"parent_ref": "C1"}),
        ("Customer No,Customer Name,Merged Into,City", "C2,Acme Dayton,C1,Dayton", {"merged_into": "C1"}),
        ("Customer No,Customer Name,EIN,City,State", "C2,Acme Dayton,36-4684141,Dayton,OH", {"code": "C2"}),
    ],
)
def test_a_list_of_customers_that_nobody_declared_is_read_alike(
    tmp_path: Path, header: str, row: str, said: dict[str, str]
) -> None:
    there = new_shop(tmp_path / "shop")
    load = agreed.land(
        there, csv_file(tmp_path, "customers.csv", [row, row.replace("Acme", "Bex")], header=header)
    )
    first = agreed.rows(there, load.load_id, "organisation").to_pylist()[0]
    assert {column: first[column] for column in said} == said
    assert find_markers(there.folder, [b"36-4684141"]) == []


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("https://www.Acme.example/shop?x=1", "acme.example"),
        ("WWW.ACME.EXAMPLE", "acme.example"),
        ("mailto:bob@acme.example", "acme.example"),
        ("acme.example, acme.test", "acme.example"),
        ("http://user:pw@acme.example:8080/", "acme.example"),
        ("bob@gmail.com", "gmail.com"),
        ("no site yet", "no site yet"),
        ("bob@home", None),
    ],
)
def test_a_web_or_mail_address_is_kept_as_its_bare_host(written: str, bare: str | None) -> None:
    assert host(written) == bare


def test_other_names_are_those_unlike_the_name_each_once() -> None:
    assert others("ACME, INC; Zenith ; zenith; n/a; Acme", "Acme Inc.") == "Zenith; Acme"
    assert others("Acme Inc", "Acme Inc") is None


@pytest.mark.parametrize(
    "written", ["12;13", "12:1661707291575; 13:1661707931852", '["12", "13"]', "[12,13]"]
)
def test_numbers_of_merged_records_are_read_in_every_way_they_are_written(written: str) -> None:
    assert records(written) == "12; 13"


@pytest.mark.parametrize("name", ["organisation", "person"])
def test_a_load_from_before_the_new_columns_is_read_with_them_empty(tmp_path: Path, name: str) -> None:
    schema = landed(CANONICAL[name]).schema
    before = pa.schema([column for column in schema if column.name not in ADDED])
    there = new_shop(tmp_path / "shop")
    paths = [there.landing / "before.parquet", there.landing / "now.parquet"]
    for path, of in zip(paths, (before, schema), strict=True):
        pq.write_table(pa.table([pa.nulls(1, column.type) for column in of], schema=of), path)
    with there.engine() as engine:
        both = landed_rows(engine, paths, CANONICAL[name]).to_pyarrow()
        alone = landed_rows(engine, paths[:1], CANONICAL[name]).to_pyarrow()
    assert (both.num_rows, alone.num_rows) == (2, 1)
    assert alone.schema.names == schema.names

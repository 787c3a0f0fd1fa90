"""A group of shops on Spark gets the pairs that one machine gets."""

from __future__ import annotations

import pytest
from identity_rows import company, trait

from burnish.identity.linking import compared
from burnish.identity.model import Model

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")  # PySpark's own, about Arrow and pandas
def test_pairs_and_evidence_are_equal_on_spark() -> None:
    sql = pytest.importorskip("pyspark.sql")
    builder = sql.SparkSession.builder.master("local[1]").appName("linking")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    rows, model = trait(*shop()), Model.shipped("company")
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        far = compared(rows, model, key="party_key", spark=session)
    finally:
        session.stop()
    here = compared(rows, model, key="party_key")
    assert here.pair.height > 10
    assert far.pair.equals(here.pair)
    assert far.evidence.equals(here.evidence)


def shop() -> list[dict[str, str | None]]:
    """Records between which most of what can be found is found."""
    about = {"phone": "a", "street": "s", "city": "Eastmoor", "post": "53801"}
    return [
        company(
            "erp:1", "Brambleton Tool & Die, Inc.", code="BRAM0001", domain="brambleton.example", **about
        ),
        company("erp:2", "Brambleton & Sons", code="BRAM0001-2", phone="a", street="s"),
        company("crm:1", "Brambleton Tool and Die", domain="brambletontooldie.example", city="Eastmoor"),
        company("crm:2", "Brambleton Tool & Die - Eastmoor", domain="brambleton.example"),
        company("log:1", "Brambelton Tool & Die", tax="t"),
        company("log:2", "Tool & Die Brambleton", tax="t"),
        company("log:3", "BTD", domain="brambletontooldie.example", city="Eastmoor"),
        company("erp:3", "Peñaluz Plating LLC", phone="b", post="53801", city="Eastmoor"),
        company("crm:3", "Penaluz Plating Corp.", domain="penaluz.example", city="Grand Alder"),
        company("log:4", "PEÑALUZ PLATNG"),
        company("log:5", "Peñaluz Machine", phone="b"),
        company("erp:6", "Precision Machine", city="Eastmoor"),
        company("crm:6", "Precision Machine Plant 2", city="Eastmoor"),
    ]

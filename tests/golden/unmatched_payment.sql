SELECT
  *
FROM (
  SELECT
    "t4"."customer_id",
    "t7"."invoice_ref",
    "t7"."occurred_on" AS "paid_on",
    CASE WHEN COALESCE("t7"."currency", 'USD') = 'USD' THEN "t7"."amount" ELSE NULL END AS "amount"
  FROM (
    SELECT
      *
    FROM "payment" AS "t0"
    WHERE
      "t0"."known_on" <= MAKE_DATE(2024, 4, 10)
      AND NOT (
        COALESCE("t0"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
      )
      AND "t0"."occurred_on" <= MAKE_DATE(2024, 4, 10)
  ) AS "t7"
  INNER JOIN (
    SELECT
      *
    FROM "customer_ref" AS "t1"
  ) AS "t4"
    ON "t7"."source" = "t4"."source"
    AND "t7"."organisation_ref" = "t4"."organisation_ref"
  ANTI JOIN (
    SELECT
      "t10"."customer_id",
      "t10"."invoice_ref",
      MIN("t10"."occurred_on") AS "invoiced_on",
      MAX("t10"."due_on") AS "due_on",
      CAST(COALESCE(SUM("t10"."shop_amount"), 0) AS DECIMAL(18, 4)) AS "amount"
    FROM (
      SELECT
        "t9"."source",
        "t9"."object",
        "t9"."native_id",
        "t9"."load_id",
        "t9"."file",
        "t9"."sheet",
        "t9"."line",
        "t9"."known_on",
        "t9"."superseded_on",
        "t9"."known_imputed",
        "t9"."occurred_on",
        "t9"."due_on",
        "t9"."organisation_ref",
        "t9"."number",
        "t9"."order_ref",
        "t9"."amount",
        "t9"."currency",
        "t9"."header_ref",
        "t9"."customer_id",
        "t9"."number" AS "invoice_ref",
        CASE WHEN COALESCE("t9"."currency", 'USD') = 'USD' THEN "t9"."amount" ELSE NULL END AS "shop_amount"
      FROM (
        SELECT
          "t8"."source",
          "t8"."object",
          "t8"."native_id",
          "t8"."load_id",
          "t8"."file",
          "t8"."sheet",
          "t8"."line",
          "t8"."known_on",
          "t8"."superseded_on",
          "t8"."known_imputed",
          "t8"."occurred_on",
          "t8"."due_on",
          "t8"."organisation_ref",
          "t8"."number",
          "t8"."order_ref",
          "t8"."amount",
          "t8"."currency",
          "t8"."header_ref",
          "t4"."customer_id"
        FROM (
          SELECT
            *
          FROM "invoice" AS "t2"
          WHERE
            "t2"."known_on" <= MAKE_DATE(2024, 4, 10)
            AND NOT (
              COALESCE("t2"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
            )
            AND "t2"."occurred_on" <= MAKE_DATE(2024, 4, 10)
        ) AS "t8"
        INNER JOIN (
          SELECT
            *
          FROM "customer_ref" AS "t1"
        ) AS "t4"
          ON "t8"."source" = "t4"."source"
          AND "t8"."organisation_ref" = "t4"."organisation_ref"
      ) AS "t9"
    ) AS "t10"
    GROUP BY
      1,
      2
  ) AS "t12"
    ON "t4"."customer_id" = "t12"."customer_id"
    AND "t7"."invoice_ref" = "t12"."invoice_ref"
) AS "t13"
ORDER BY
  "t13"."customer_id" ASC,
  "t13"."paid_on" ASC,
  "t13"."invoice_ref" ASC,
  "t13"."amount" ASC

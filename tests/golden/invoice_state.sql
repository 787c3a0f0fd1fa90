WITH "t13" AS (
  SELECT
    "t11"."customer_id",
    "t11"."invoice_ref",
    MIN("t11"."occurred_on") AS "invoiced_on",
    MAX("t11"."due_on") AS "due_on",
    CAST(COALESCE(SUM("t11"."shop_amount"), 0) AS DECIMAL(18, 4)) AS "amount"
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
        "t7"."source",
        "t7"."object",
        "t7"."native_id",
        "t7"."load_id",
        "t7"."file",
        "t7"."sheet",
        "t7"."line",
        "t7"."known_on",
        "t7"."superseded_on",
        "t7"."known_imputed",
        "t7"."occurred_on",
        "t7"."due_on",
        "t7"."organisation_ref",
        "t7"."number",
        "t7"."order_ref",
        "t7"."amount",
        "t7"."currency",
        "t7"."header_ref",
        "t4"."customer_id"
      FROM (
        SELECT
          *
        FROM "invoice" AS "t0"
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
    ) AS "t9"
  ) AS "t11"
  GROUP BY
    1,
    2
)
SELECT
  "t23"."customer_id",
  "t23"."invoice_ref",
  "t23"."invoiced_on",
  "t23"."due_on",
  "t23"."amount",
  COALESCE("t23"."paid", CAST(0 AS DECIMAL(18, 4))) AS "paid",
  COALESCE(
    "t23"."covered_on",
    CASE WHEN "t23"."unpriced" > 0 THEN "t23"."last_paid_on" ELSE CAST(NULL AS DATE) END
  ) AS "paid_on",
  "t23"."last_paid_on",
  CAST(CASE
    WHEN COALESCE(
      "t23"."covered_on",
      CASE WHEN "t23"."unpriced" > 0 THEN "t23"."last_paid_on" ELSE CAST(NULL AS DATE) END
    ) IS NULL
    THEN CAST("t23"."amount" - LEAST(
      GREATEST(
        COALESCE("t23"."paid", CAST(0 AS DECIMAL(18, 4))),
        LEAST("t23"."amount", CAST(0 AS DECIMAL(18, 4)))
      ),
      GREATEST("t23"."amount", CAST(0 AS DECIMAL(18, 4)))
    ) AS DECIMAL(28, 4))
    ELSE CAST(0 AS DECIMAL(18, 4))
  END AS DECIMAL(18, 4)) AS "open_amount"
FROM (
  SELECT
    "t16"."customer_id",
    "t16"."invoice_ref",
    "t16"."invoiced_on",
    "t16"."due_on",
    "t16"."amount",
    "t22"."of_customer",
    "t22"."of_ref",
    "t22"."paid",
    "t22"."covered_on",
    "t22"."last_paid_on",
    "t22"."unpriced"
  FROM "t13" AS "t16"
  LEFT OUTER JOIN (
    SELECT
      "t20"."customer_id" AS "of_customer",
      "t20"."invoice_ref" AS "of_ref",
      "t20"."paid",
      "t20"."covered_on",
      "t20"."last_paid_on",
      "t20"."unpriced"
    FROM (
      SELECT
        "t19"."customer_id",
        "t19"."invoice_ref",
        CAST(COALESCE(SUM("t19"."paid"), 0) AS DECIMAL(18, 4)) AS "paid",
        MIN("t19"."paid_on") FILTER(WHERE
          "t19"."settled" = "t19"."amount") AS "covered_on",
        MAX("t19"."paid_on") AS "last_paid_on",
        CAST(CAST(COALESCE(SUM("t19"."unpriced"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "unpriced"
      FROM (
        SELECT
          "t18"."customer_id",
          "t18"."invoice_ref",
          "t18"."paid_on",
          "t18"."paid",
          "t18"."unpriced",
          "t18"."invoiced_on",
          "t18"."due_on",
          "t18"."amount",
          LEAST(
            GREATEST(
              CAST(SUM("t18"."paid") OVER (
                PARTITION BY "t18"."customer_id", "t18"."invoice_ref"
                ORDER BY "t18"."paid_on" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
              ) AS DECIMAL(18, 4)),
              LEAST("t18"."amount", CAST(0 AS DECIMAL(18, 4)))
            ),
            GREATEST("t18"."amount", CAST(0 AS DECIMAL(18, 4)))
          ) AS "settled"
        FROM (
          SELECT
            "t14"."customer_id",
            "t14"."invoice_ref",
            "t14"."paid_on",
            "t14"."paid",
            "t14"."unpriced",
            "t17"."invoiced_on",
            "t17"."due_on",
            "t17"."amount"
          FROM (
            SELECT
              "t10"."customer_id",
              "t10"."invoice_ref",
              "t10"."paid_on",
              CAST(COALESCE(SUM("t10"."amount"), 0) AS DECIMAL(18, 4)) AS "paid",
              CAST(CAST(COALESCE(SUM(CAST("t10"."amount" IS NULL AS BIGINT)), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "unpriced"
            FROM (
              SELECT
                "t4"."customer_id",
                "t8"."invoice_ref",
                "t8"."occurred_on" AS "paid_on",
                CASE WHEN COALESCE("t8"."currency", 'USD') = 'USD' THEN "t8"."amount" ELSE NULL END AS "amount"
              FROM (
                SELECT
                  *
                FROM "payment" AS "t2"
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
            ) AS "t10"
            GROUP BY
              1,
              2,
              3
          ) AS "t14"
          INNER JOIN "t13" AS "t17"
            ON "t14"."customer_id" = "t17"."customer_id"
            AND "t14"."invoice_ref" = "t17"."invoice_ref"
        ) AS "t18"
      ) AS "t19"
      GROUP BY
        1,
        2
    ) AS "t20"
  ) AS "t22"
    ON "t16"."customer_id" = "t22"."of_customer"
    AND "t16"."invoice_ref" = "t22"."of_ref"
) AS "t23"
ORDER BY
  "t23"."customer_id" ASC,
  "t23"."invoice_ref" ASC

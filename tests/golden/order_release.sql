SELECT
  "t17"."customer_id",
  "t17"."release_on",
  "t17"."lines",
  "t17"."pieces",
  "t17"."weight_g",
  "t17"."area_cm2",
  "t17"."amount",
  "t17"."other_currency_lines",
  "t17"."blanket_lines"
FROM (
  SELECT
    "t16"."customer_id",
    "t16"."release_on",
    CAST(CAST(COALESCE(SUM("t16"."lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "lines",
    CAST(CAST(COALESCE(SUM("t16"."weight_g"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "weight_g",
    CAST(CAST(COALESCE(SUM("t16"."area_cm2"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "area_cm2",
    CAST(CAST(COALESCE(SUM("t16"."other_currency_lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "other_currency_lines",
    CAST(CAST(COALESCE(SUM("t16"."blanket_lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "blanket_lines",
    CAST(COALESCE(SUM("t16"."pieces"), 0) AS DECIMAL(18, 4)) AS "pieces",
    CAST(COALESCE(SUM("t16"."amount"), 0) AS DECIMAL(18, 4)) AS "amount"
  FROM (
    SELECT
      "t15"."customer_id",
      "t15"."po",
      "t15"."occurred_on",
      "t15"."lines",
      "t15"."weight_g",
      "t15"."area_cm2",
      "t15"."other_currency_lines",
      "t15"."blanket_lines",
      "t15"."pieces",
      "t15"."amount",
      "t15"."no",
      "t15"."opens_at",
      "t15"."block",
      CASE
        WHEN (
          "t15"."po" IS NULL
        ) OR (
          "t15"."no" IS NULL
        )
        THEN "t15"."occurred_on"
        ELSE MIN("t15"."occurred_on") OVER (
          PARTITION BY "t15"."customer_id", "t15"."po", "t15"."block"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        )
      END AS "release_on"
    FROM (
      SELECT
        "t14"."customer_id",
        "t14"."po",
        "t14"."occurred_on",
        "t14"."lines",
        "t14"."weight_g",
        "t14"."area_cm2",
        "t14"."other_currency_lines",
        "t14"."blanket_lines",
        "t14"."pieces",
        "t14"."amount",
        "t14"."no",
        "t14"."opens_at",
        "t14"."no" - (
          (
            "t14"."no" - MAX("t14"."opens_at") OVER (
              PARTITION BY "t14"."customer_id", "t14"."po"
              ORDER BY "t14"."occurred_on" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            )
          ) % 4
        ) AS "block"
      FROM (
        SELECT
          "t13"."customer_id",
          "t13"."po",
          "t13"."occurred_on",
          "t13"."lines",
          "t13"."weight_g",
          "t13"."area_cm2",
          "t13"."other_currency_lines",
          "t13"."blanket_lines",
          "t13"."pieces",
          "t13"."amount",
          "t13"."no",
          CASE
            WHEN COALESCE(
              (
                "t13"."no" - LAG("t13"."no") OVER (
                  PARTITION BY "t13"."customer_id", "t13"."po"
                  ORDER BY "t13"."occurred_on" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                )
              ) <= 3,
              FALSE
            )
            THEN CAST(NULL AS BIGINT)
            ELSE "t13"."no"
          END AS "opens_at"
        FROM (
          SELECT
            "t12".*
            EXCLUDE ("occurred_on_right")
          FROM (
            SELECT
              "t11"."customer_id",
              "t11"."po",
              "t11"."occurred_on",
              "t11"."lines",
              "t11"."weight_g",
              "t11"."area_cm2",
              "t11"."other_currency_lines",
              "t11"."blanket_lines",
              "t11"."pieces",
              "t11"."amount",
              "t5"."occurred_on" AS "occurred_on_right",
              "t5"."no"
            FROM (
              SELECT
                "t9"."customer_id",
                "t9"."po",
                "t9"."occurred_on",
                CAST(CAST(COALESCE(SUM("t9"."lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "lines",
                CAST(CAST(COALESCE(SUM("t9"."weight_g"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "weight_g",
                CAST(CAST(COALESCE(SUM("t9"."area_cm2"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "area_cm2",
                CAST(CAST(COALESCE(SUM("t9"."other_currency_lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "other_currency_lines",
                CAST(CAST(COALESCE(SUM("t9"."blanket_lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "blanket_lines",
                CAST(COALESCE(SUM("t9"."pieces"), 0) AS DECIMAL(18, 4)) AS "pieces",
                CAST(COALESCE(SUM("t9"."amount"), 0) AS DECIMAL(18, 4)) AS "amount"
              FROM (
                SELECT
                  "t6"."customer_id",
                  "t8"."occurred_on",
                  COALESCE("t8"."po_no", "t8"."order_no") AS "po",
                  1 AS "lines",
                  "t8"."quantity" AS "pieces",
                  CAST(CAST("t8"."weight_kg" * 1000 AS DECIMAL(22, 0)) AS BIGINT) - CASE
                    WHEN (
                      ABS(CAST("t8"."weight_kg" * 10000 AS BIGINT) % 10) = 5
                    )
                    AND (
                      (
                        CAST(CAST("t8"."weight_kg" * 1000 AS DECIMAL(22, 0)) AS BIGINT) % 2
                      ) <> 0
                    )
                    THEN CASE WHEN CAST("t8"."weight_kg" * 10000 AS BIGINT) > 0 THEN 1 ELSE -1 END
                    ELSE 0
                  END AS "weight_g",
                  CAST("t8"."area_m2" * 10000 AS BIGINT) AS "area_cm2",
                  CASE WHEN COALESCE("t8"."currency", 'USD') = 'USD' THEN "t8"."amount" ELSE NULL END AS "amount",
                  CAST(NOT (
                    COALESCE("t8"."currency", 'USD') = 'USD'
                  )
                  AND (
                    "t8"."amount" IS NOT NULL
                  ) AS BIGINT) AS "other_currency_lines",
                  CAST(COALESCE("t8"."is_blanket", FALSE) AS BIGINT) AS "blanket_lines"
                FROM (
                  SELECT
                    *
                  FROM "order_line" AS "t1"
                  WHERE
                    "t1"."known_on" <= MAKE_DATE(2024, 4, 10)
                    AND NOT (
                      COALESCE("t1"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
                    )
                    AND "t1"."occurred_on" <= MAKE_DATE(2024, 4, 10)
                ) AS "t8"
                INNER JOIN (
                  SELECT
                    *
                  FROM "customer_ref" AS "t2"
                ) AS "t6"
                  ON "t8"."source" = "t6"."source"
                  AND "t8"."organisation_ref" = "t6"."organisation_ref"
              ) AS "t9"
              GROUP BY
                1,
                2,
                3
            ) AS "t11"
            LEFT OUTER JOIN (
              SELECT
                "t0"."day" AS "occurred_on",
                "t0"."working_no" AS "no"
              FROM "working_day" AS "t0"
            ) AS "t5"
              ON "t11"."occurred_on" = "t5"."occurred_on"
          ) AS "t12"
        ) AS "t13"
      ) AS "t14"
    ) AS "t15"
  ) AS "t16"
  GROUP BY
    1,
    2
) AS "t17"
ORDER BY
  "t17"."customer_id" ASC,
  "t17"."release_on" ASC

WITH "t27" AS (
  SELECT
    "t9"."customer_id",
    "t19"."invoice_ref",
    "t19"."occurred_on" AS "paid_on",
    CASE
      WHEN COALESCE("t19"."currency", 'USD') = 'USD'
      THEN "t19"."amount"
      ELSE NULL
    END AS "amount"
  FROM (
    SELECT
      *
    FROM "payment" AS "t5"
    WHERE
      "t5"."known_on" <= MAKE_DATE(2024, 4, 10)
      AND NOT (
        COALESCE("t5"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
      )
      AND "t5"."occurred_on" <= MAKE_DATE(2024, 4, 10)
  ) AS "t19"
  INNER JOIN (
    SELECT
      *
    FROM "customer_ref" AS "t4"
  ) AS "t9"
    ON "t19"."source" = "t9"."source"
    AND "t19"."organisation_ref" = "t9"."organisation_ref"
), "t38" AS (
  SELECT
    "t31"."customer_id",
    "t31"."quote",
    MIN("t31"."occurred_on") AS "asked_on",
    MIN("t31"."outcome_on") FILTER(WHERE
      "t31"."outcome" IN ('won', 'win', 'closed won', 'accepted', 'ordered')) AS "won_on",
    MAX("t31"."outcome_on") FILTER(WHERE
      "t31"."outcome" IN ('lost', 'loss', 'closed lost', 'rejected', 'declined')) AS "any_lost_on"
  FROM (
    SELECT
      "t23"."source",
      "t23"."object",
      "t23"."native_id",
      "t23"."load_id",
      "t23"."file",
      "t23"."sheet",
      "t23"."line",
      "t23"."known_on",
      "t23"."superseded_on",
      "t23"."known_imputed",
      "t23"."occurred_on",
      "t23"."organisation_ref",
      "t23"."number",
      "t23"."part_ref",
      "t23"."process_text",
      "t23"."quantity",
      "t23"."amount",
      "t23"."currency",
      "t23"."expires_on",
      COALESCE(LOWER("t23"."outcome"), '') AS "outcome",
      "t23"."outcome_on",
      "t23"."customer_id",
      COALESCE("t23"."number", "t23"."native_id") AS "quote"
    FROM (
      SELECT
        "t21"."source",
        "t21"."object",
        "t21"."native_id",
        "t21"."load_id",
        "t21"."file",
        "t21"."sheet",
        "t21"."line",
        "t21"."known_on",
        "t21"."superseded_on",
        "t21"."known_imputed",
        "t21"."occurred_on",
        "t21"."organisation_ref",
        "t21"."number",
        "t21"."part_ref",
        "t21"."process_text",
        "t21"."quantity",
        "t21"."amount",
        "t21"."currency",
        "t21"."expires_on",
        "t21"."outcome",
        "t21"."outcome_on",
        "t9"."customer_id"
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
          "t7"."organisation_ref",
          "t7"."number",
          "t7"."part_ref",
          "t7"."process_text",
          "t7"."quantity",
          "t7"."amount",
          "t7"."currency",
          "t7"."expires_on",
          CASE
            WHEN "t7"."outcome_on" <= MAKE_DATE(2024, 4, 10)
            THEN "t7"."outcome"
            ELSE CAST(NULL AS TEXT)
          END AS "outcome",
          CASE
            WHEN "t7"."outcome_on" <= MAKE_DATE(2024, 4, 10)
            THEN "t7"."outcome_on"
            ELSE CAST(NULL AS DATE)
          END AS "outcome_on"
        FROM "quote" AS "t7"
        WHERE
          "t7"."known_on" <= MAKE_DATE(2024, 4, 10)
          AND NOT (
            COALESCE("t7"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
          )
          AND "t7"."occurred_on" <= MAKE_DATE(2024, 4, 10)
      ) AS "t21"
      INNER JOIN (
        SELECT
          *
        FROM "customer_ref" AS "t4"
      ) AS "t9"
        ON "t21"."source" = "t9"."source"
        AND "t21"."organisation_ref" = "t9"."organisation_ref"
    ) AS "t23"
  ) AS "t31"
  GROUP BY
    1,
    2
), "t40" AS (
  SELECT
    "t32"."customer_id",
    "t32"."invoice_ref",
    MIN("t32"."occurred_on") AS "invoiced_on",
    MAX("t32"."due_on") AS "due_on",
    CAST(COALESCE(SUM("t32"."shop_amount"), 0) AS DECIMAL(18, 4)) AS "amount"
  FROM (
    SELECT
      "t22"."source",
      "t22"."object",
      "t22"."native_id",
      "t22"."load_id",
      "t22"."file",
      "t22"."sheet",
      "t22"."line",
      "t22"."known_on",
      "t22"."superseded_on",
      "t22"."known_imputed",
      "t22"."occurred_on",
      "t22"."due_on",
      "t22"."organisation_ref",
      "t22"."number",
      "t22"."order_ref",
      "t22"."amount",
      "t22"."currency",
      "t22"."customer_id",
      "t22"."number" AS "invoice_ref",
      CASE
        WHEN COALESCE("t22"."currency", 'USD') = 'USD'
        THEN "t22"."amount"
        ELSE NULL
      END AS "shop_amount"
    FROM (
      SELECT
        "t20"."source",
        "t20"."object",
        "t20"."native_id",
        "t20"."load_id",
        "t20"."file",
        "t20"."sheet",
        "t20"."line",
        "t20"."known_on",
        "t20"."superseded_on",
        "t20"."known_imputed",
        "t20"."occurred_on",
        "t20"."due_on",
        "t20"."organisation_ref",
        "t20"."number",
        "t20"."order_ref",
        "t20"."amount",
        "t20"."currency",
        "t9"."customer_id"
      FROM (
        SELECT
          *
        FROM "invoice" AS "t6"
        WHERE
          "t6"."known_on" <= MAKE_DATE(2024, 4, 10)
          AND NOT (
            COALESCE("t6"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
          )
          AND "t6"."occurred_on" <= MAKE_DATE(2024, 4, 10)
      ) AS "t20"
      INNER JOIN (
        SELECT
          *
        FROM "customer_ref" AS "t4"
      ) AS "t9"
        ON "t20"."source" = "t9"."source"
        AND "t20"."organisation_ref" = "t9"."organisation_ref"
    ) AS "t22"
  ) AS "t32"
  GROUP BY
    1,
    2
), "t72" AS (
  SELECT
    "t63"."customer_id",
    "t63"."invoiced_on",
    "t63"."due_on",
    "t63"."paid_on",
    "t63"."settled" - COALESCE(
      LAG("t63"."settled") OVER (
        PARTITION BY "t63"."customer_id", "t63"."invoice_ref"
        ORDER BY "t63"."paid_on" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "amount"
  FROM (
    SELECT
      "t51"."customer_id",
      "t51"."invoice_ref",
      "t51"."paid_on",
      "t51"."paid",
      "t51"."invoiced_on",
      "t51"."due_on",
      "t51"."amount",
      LEAST(
        GREATEST(
          CAST(SUM("t51"."paid") OVER (
            PARTITION BY "t51"."customer_id", "t51"."invoice_ref"
            ORDER BY "t51"."paid_on" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS DECIMAL(18, 4)),
          LEAST("t51"."amount", CAST(0 AS DECIMAL(18, 4)))
        ),
        GREATEST("t51"."amount", CAST(0 AS DECIMAL(18, 4)))
      ) AS "settled"
    FROM (
      SELECT
        "t37"."customer_id",
        "t37"."invoice_ref",
        "t37"."paid_on",
        "t37"."paid",
        "t45"."invoiced_on",
        "t45"."due_on",
        "t45"."amount"
      FROM (
        SELECT
          "t29"."customer_id",
          "t29"."invoice_ref",
          "t29"."paid_on",
          CAST(COALESCE(SUM("t29"."amount"), 0) AS DECIMAL(18, 4)) AS "paid"
        FROM "t27" AS "t29"
        GROUP BY
          1,
          2,
          3
      ) AS "t37"
      INNER JOIN "t40" AS "t45"
        ON "t37"."customer_id" = "t45"."customer_id"
        AND "t37"."invoice_ref" = "t45"."invoice_ref"
    ) AS "t51"
  ) AS "t63"
), "t86" AS (
  SELECT
    "t85"."customer_id",
    "t85"."week",
    CAST(CAST(COALESCE(SUM("t85"."releases"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "releases",
    CAST(CAST(COALESCE(SUM("t85"."lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "lines",
    CAST(COALESCE(SUM("t85"."pieces"), 0) AS DECIMAL(18, 4)) AS "pieces",
    CAST(CAST(COALESCE(SUM("t85"."weight_g"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "weight_g",
    CAST(CAST(COALESCE(SUM("t85"."area_cm2"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "area_cm2",
    CAST(COALESCE(SUM("t85"."amount"), 0) AS DECIMAL(18, 4)) AS "amount",
    CAST(CAST(COALESCE(SUM("t85"."shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "shipments",
    CAST(CAST(COALESCE(SUM("t85"."late_shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "late_shipments",
    CAST(CAST(COALESCE(SUM("t85"."invoices"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "invoices",
    CAST(COALESCE(SUM("t85"."invoiced"), 0) AS DECIMAL(18, 4)) AS "invoiced",
    CAST(COALESCE(SUM("t85"."paid"), 0) AS DECIMAL(18, 4)) AS "paid",
    CAST(COALESCE(SUM("t85"."opened"), 0) AS DECIMAL(18, 4)) AS "opened",
    CAST(COALESCE(SUM("t85"."fell_due"), 0) AS DECIMAL(18, 4)) AS "fell_due",
    CAST(COALESCE(SUM("t85"."fell_due_days"), 0) AS DECIMAL(28, 4)) AS "fell_due_days",
    CAST(CAST(COALESCE(SUM("t85"."quotes_asked"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_asked",
    CAST(CAST(COALESCE(SUM("t85"."quotes_won"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_won",
    CAST(CAST(COALESCE(SUM("t85"."quotes_lost"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_lost"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t57"."customer_id",
            "t57"."week",
            CAST(0 AS BIGINT) AS "releases",
            CAST(0 AS BIGINT) AS "lines",
            CAST(0 AS DECIMAL(18, 4)) AS "pieces",
            CAST(0 AS BIGINT) AS "weight_g",
            CAST(0 AS BIGINT) AS "area_cm2",
            CAST(0 AS DECIMAL(18, 4)) AS "amount",
            CAST(0 AS BIGINT) AS "shipments",
            CAST(0 AS BIGINT) AS "late_shipments",
            CAST(0 AS BIGINT) AS "invoices",
            CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
            CAST(0 AS DECIMAL(18, 4)) AS "paid",
            CAST(0 AS DECIMAL(18, 4)) AS "opened",
            "t57"."fell_due",
            "t57"."fell_due_days",
            CAST(0 AS BIGINT) AS "quotes_asked",
            CAST(0 AS BIGINT) AS "quotes_won",
            CAST(0 AS BIGINT) AS "quotes_lost"
          FROM (
            SELECT
              "t54"."customer_id",
              "t54"."week",
              CAST(COALESCE(SUM("t54"."fell_due"), 0) AS DECIMAL(18, 4)) AS "fell_due",
              CAST(COALESCE(SUM("t54"."fell_due_days"), 0) AS DECIMAL(28, 4)) AS "fell_due_days"
            FROM (
              SELECT
                "t41"."customer_id",
                GREATEST("t41"."due_on", "t41"."invoiced_on") AS "on",
                "t41"."amount" AS "fell_due",
                "t41"."amount" * CAST(DATE_DIFF('DAY', MAKE_DATE(1970, 1, 5), "t41"."due_on") AS DECIMAL(6, 0)) AS "fell_due_days",
                CAST(CAST(DATE_TRUNC('WEEK', GREATEST("t41"."due_on", "t41"."invoiced_on")) AS TIMESTAMP) AS DATE) AS "week"
              FROM "t40" AS "t41"
              WHERE
                "t41"."due_on" IS NOT NULL
                AND GREATEST("t41"."due_on", "t41"."invoiced_on") <= MAKE_DATE(2024, 4, 10)
            ) AS "t54"
            GROUP BY
              1,
              2
          ) AS "t57"
        ) AS "t65"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t76"."customer_id",
            "t76"."week",
            CAST(0 AS BIGINT) AS "releases",
            CAST(0 AS BIGINT) AS "lines",
            CAST(0 AS DECIMAL(18, 4)) AS "pieces",
            CAST(0 AS BIGINT) AS "weight_g",
            CAST(0 AS BIGINT) AS "area_cm2",
            CAST(0 AS DECIMAL(18, 4)) AS "amount",
            CAST(0 AS BIGINT) AS "shipments",
            CAST(0 AS BIGINT) AS "late_shipments",
            CAST(0 AS BIGINT) AS "invoices",
            CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
            CAST(0 AS DECIMAL(18, 4)) AS "paid",
            CAST(0 AS DECIMAL(18, 4)) AS "opened",
            "t76"."fell_due",
            "t76"."fell_due_days",
            CAST(0 AS BIGINT) AS "quotes_asked",
            CAST(0 AS BIGINT) AS "quotes_won",
            CAST(0 AS BIGINT) AS "quotes_lost"
          FROM (
            SELECT
              "t74"."customer_id",
              "t74"."week",
              CAST(COALESCE(SUM("t74"."fell_due"), 0) AS DECIMAL(18, 4)) AS "fell_due",
              CAST(COALESCE(SUM("t74"."fell_due_days"), 0) AS DECIMAL(28, 4)) AS "fell_due_days"
            FROM (
              SELECT
                "t73"."customer_id",
                GREATEST("t73"."paid_on", "t73"."due_on", "t73"."invoiced_on") AS "on",
                -(
                  "t73"."amount"
                ) AS "fell_due",
                -(
                  "t73"."amount"
                ) * CAST(DATE_DIFF('DAY', MAKE_DATE(1970, 1, 5), "t73"."due_on") AS DECIMAL(6, 0)) AS "fell_due_days",
                CAST(CAST(DATE_TRUNC('WEEK', GREATEST("t73"."paid_on", "t73"."due_on", "t73"."invoiced_on")) AS TIMESTAMP) AS DATE) AS "week"
              FROM "t72" AS "t73"
              WHERE
                "t73"."due_on" IS NOT NULL
                AND GREATEST("t73"."paid_on", "t73"."due_on", "t73"."invoiced_on") <= MAKE_DATE(2024, 4, 10)
            ) AS "t74"
            GROUP BY
              1,
              2
          ) AS "t76"
        ) AS "t78"
      ) AS "t80"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t55"."customer_id",
            "t55"."week",
            CAST(0 AS BIGINT) AS "releases",
            CAST(0 AS BIGINT) AS "lines",
            CAST(0 AS DECIMAL(18, 4)) AS "pieces",
            CAST(0 AS BIGINT) AS "weight_g",
            CAST(0 AS BIGINT) AS "area_cm2",
            CAST(0 AS DECIMAL(18, 4)) AS "amount",
            CAST(0 AS BIGINT) AS "shipments",
            CAST(0 AS BIGINT) AS "late_shipments",
            CAST(0 AS BIGINT) AS "invoices",
            CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
            CAST(0 AS DECIMAL(18, 4)) AS "paid",
            CAST(0 AS DECIMAL(18, 4)) AS "opened",
            CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
            CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
            "t55"."quotes_asked",
            CAST(0 AS BIGINT) AS "quotes_won",
            CAST(0 AS BIGINT) AS "quotes_lost"
          FROM (
            SELECT
              "t48"."customer_id",
              "t48"."week",
              CAST(CAST(COALESCE(SUM("t48"."quotes_asked"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_asked"
            FROM (
              SELECT
                "t39"."customer_id",
                "t39"."asked_on" AS "on",
                1 AS "quotes_asked",
                CAST(CAST(DATE_TRUNC('WEEK', "t39"."asked_on") AS TIMESTAMP) AS DATE) AS "week"
              FROM "t38" AS "t39"
              WHERE
                "t39"."asked_on" <= MAKE_DATE(2024, 4, 10)
            ) AS "t48"
            GROUP BY
              1,
              2
          ) AS "t55"
        ) AS "t59"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t56"."customer_id",
            "t56"."week",
            CAST(0 AS BIGINT) AS "releases",
            CAST(0 AS BIGINT) AS "lines",
            CAST(0 AS DECIMAL(18, 4)) AS "pieces",
            CAST(0 AS BIGINT) AS "weight_g",
            CAST(0 AS BIGINT) AS "area_cm2",
            CAST(0 AS DECIMAL(18, 4)) AS "amount",
            CAST(0 AS BIGINT) AS "shipments",
            CAST(0 AS BIGINT) AS "late_shipments",
            CAST(0 AS BIGINT) AS "invoices",
            CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
            CAST(0 AS DECIMAL(18, 4)) AS "paid",
            CAST(0 AS DECIMAL(18, 4)) AS "opened",
            CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
            CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
            CAST(0 AS BIGINT) AS "quotes_asked",
            "t56"."quotes_won",
            CAST(0 AS BIGINT) AS "quotes_lost"
          FROM (
            SELECT
              "t49"."customer_id",
              "t49"."week",
              CAST(CAST(COALESCE(SUM("t49"."quotes_won"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_won"
            FROM (
              SELECT
                "t39"."customer_id",
                "t39"."won_on" AS "on",
                1 AS "quotes_won",
                CAST(CAST(DATE_TRUNC('WEEK', "t39"."won_on") AS TIMESTAMP) AS DATE) AS "week"
              FROM "t38" AS "t39"
              WHERE
                "t39"."won_on" <= MAKE_DATE(2024, 4, 10)
            ) AS "t49"
            GROUP BY
              1,
              2
          ) AS "t56"
        ) AS "t61"
      ) AS "t64"
    ) AS "t82"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t60"."customer_id",
            "t60"."week",
            CAST(0 AS BIGINT) AS "releases",
            CAST(0 AS BIGINT) AS "lines",
            CAST(0 AS DECIMAL(18, 4)) AS "pieces",
            CAST(0 AS BIGINT) AS "weight_g",
            CAST(0 AS BIGINT) AS "area_cm2",
            CAST(0 AS DECIMAL(18, 4)) AS "amount",
            CAST(0 AS BIGINT) AS "shipments",
            CAST(0 AS BIGINT) AS "late_shipments",
            CAST(0 AS BIGINT) AS "invoices",
            CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
            CAST(0 AS DECIMAL(18, 4)) AS "paid",
            CAST(0 AS DECIMAL(18, 4)) AS "opened",
            CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
            CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
            CAST(0 AS BIGINT) AS "quotes_asked",
            CAST(0 AS BIGINT) AS "quotes_won",
            "t60"."quotes_lost"
          FROM (
            SELECT
              "t52"."customer_id",
              "t52"."week",
              CAST(CAST(COALESCE(SUM("t52"."quotes_lost"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t39"."customer_id",
                CASE
                  WHEN "t39"."won_on" IS NULL
                  THEN "t39"."any_lost_on"
                  ELSE CAST(NULL AS DATE)
                END AS "on",
                1 AS "quotes_lost",
                CAST(CAST(DATE_TRUNC(
                  'WEEK',
                  CASE
                    WHEN "t39"."won_on" IS NULL
                    THEN "t39"."any_lost_on"
                    ELSE CAST(NULL AS DATE)
                  END
                ) AS TIMESTAMP) AS DATE) AS "week"
              FROM "t38" AS "t39"
              WHERE
                CASE
                  WHEN "t39"."won_on" IS NULL
                  THEN "t39"."any_lost_on"
                  ELSE CAST(NULL AS DATE)
                END <= MAKE_DATE(2024, 4, 10)
            ) AS "t52"
            GROUP BY
              1,
              2
          ) AS "t60"
        ) AS "t67"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t25"."customer_id",
              "t25"."week",
              "t25"."releases",
              CAST(0 AS BIGINT) AS "lines",
              CAST(0 AS DECIMAL(18, 4)) AS "pieces",
              CAST(0 AS BIGINT) AS "weight_g",
              CAST(0 AS BIGINT) AS "area_cm2",
              CAST(0 AS DECIMAL(18, 4)) AS "amount",
              CAST(0 AS BIGINT) AS "shipments",
              CAST(0 AS BIGINT) AS "late_shipments",
              CAST(0 AS BIGINT) AS "invoices",
              CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
              CAST(0 AS DECIMAL(18, 4)) AS "paid",
              CAST(0 AS DECIMAL(18, 4)) AS "opened",
              CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
              CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
              CAST(0 AS BIGINT) AS "quotes_asked",
              CAST(0 AS BIGINT) AS "quotes_won",
              CAST(0 AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t11"."customer_id",
                "t11"."week",
                CAST(CAST(COALESCE(SUM("t11"."releases"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "releases"
              FROM (
                SELECT
                  "t1"."customer_id",
                  "t1"."release_on" AS "on",
                  1 AS "releases",
                  CAST(CAST(DATE_TRUNC('WEEK', "t1"."release_on") AS TIMESTAMP) AS DATE) AS "week"
                FROM "order_release" AS "t1"
                WHERE
                  "t1"."release_on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t11"
              GROUP BY
                1,
                2
            ) AS "t25"
          ) AS "t30"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              "t62"."customer_id",
              "t62"."week",
              CAST(0 AS BIGINT) AS "releases",
              "t62"."lines",
              "t62"."pieces",
              "t62"."weight_g",
              "t62"."area_cm2",
              "t62"."amount",
              CAST(0 AS BIGINT) AS "shipments",
              CAST(0 AS BIGINT) AS "late_shipments",
              CAST(0 AS BIGINT) AS "invoices",
              CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
              CAST(0 AS DECIMAL(18, 4)) AS "paid",
              CAST(0 AS DECIMAL(18, 4)) AS "opened",
              CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
              CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
              CAST(0 AS BIGINT) AS "quotes_asked",
              CAST(0 AS BIGINT) AS "quotes_won",
              CAST(0 AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t53"."customer_id",
                "t53"."week",
                CAST(CAST(COALESCE(SUM("t53"."lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "lines",
                CAST(COALESCE(SUM("t53"."pieces"), 0) AS DECIMAL(18, 4)) AS "pieces",
                CAST(CAST(COALESCE(SUM("t53"."weight_g"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "weight_g",
                CAST(CAST(COALESCE(SUM("t53"."area_cm2"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "area_cm2",
                CAST(COALESCE(SUM("t53"."amount"), 0) AS DECIMAL(18, 4)) AS "amount"
              FROM (
                SELECT
                  "t43"."customer_id",
                  "t43"."occurred_on" AS "on",
                  "t43"."lines",
                  "t43"."pieces",
                  "t43"."weight_g",
                  "t43"."area_cm2",
                  "t43"."amount",
                  CAST(CAST(DATE_TRUNC('WEEK', "t43"."occurred_on") AS TIMESTAMP) AS DATE) AS "week"
                FROM (
                  SELECT
                    "t34"."customer_id",
                    "t34"."po",
                    "t34"."occurred_on",
                    CAST(CAST(COALESCE(SUM("t34"."lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "lines",
                    CAST(CAST(COALESCE(SUM("t34"."weight_g"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "weight_g",
                    CAST(CAST(COALESCE(SUM("t34"."area_cm2"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "area_cm2",
                    CAST(CAST(COALESCE(SUM("t34"."other_currency_lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "other_currency_lines",
                    CAST(CAST(COALESCE(SUM("t34"."blanket_lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "blanket_lines",
                    CAST(COALESCE(SUM("t34"."pieces"), 0) AS DECIMAL(18, 4)) AS "pieces",
                    CAST(COALESCE(SUM("t34"."amount"), 0) AS DECIMAL(18, 4)) AS "amount"
                  FROM (
                    SELECT
                      "t9"."customer_id",
                      "t18"."occurred_on",
                      COALESCE("t18"."po_no", "t18"."order_no") AS "po",
                      1 AS "lines",
                      "t18"."quantity" AS "pieces",
                      CAST(CAST("t18"."weight_kg" * 1000 AS DECIMAL(22, 0)) AS BIGINT) - CASE
                        WHEN (
                          ABS(CAST("t18"."weight_kg" * 10000 AS BIGINT) % 10) = 5
                        )
                        AND (
                          (
                            CAST(CAST("t18"."weight_kg" * 1000 AS DECIMAL(22, 0)) AS BIGINT) % 2
                          ) <> 0
                        )
                        THEN CASE WHEN CAST("t18"."weight_kg" * 10000 AS BIGINT) > 0 THEN 1 ELSE -1 END
                        ELSE 0
                      END AS "weight_g",
                      CAST("t18"."area_m2" * 10000 AS BIGINT) AS "area_cm2",
                      CASE
                        WHEN COALESCE("t18"."currency", 'USD') = 'USD'
                        THEN "t18"."amount"
                        ELSE NULL
                      END AS "amount",
                      CAST(NOT (
                        COALESCE("t18"."currency", 'USD') = 'USD'
                      )
                      AND (
                        "t18"."amount" IS NOT NULL
                      ) AS BIGINT) AS "other_currency_lines",
                      CAST(COALESCE("t18"."is_blanket", FALSE) AS BIGINT) AS "blanket_lines"
                    FROM (
                      SELECT
                        *
                      FROM "order_line" AS "t3"
                      WHERE
                        "t3"."known_on" <= MAKE_DATE(2024, 4, 10)
                        AND NOT (
                          COALESCE("t3"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
                        )
                        AND "t3"."occurred_on" <= MAKE_DATE(2024, 4, 10)
                    ) AS "t18"
                    INNER JOIN (
                      SELECT
                        *
                      FROM "customer_ref" AS "t4"
                    ) AS "t9"
                      ON "t18"."source" = "t9"."source"
                      AND "t18"."organisation_ref" = "t9"."organisation_ref"
                  ) AS "t34"
                  GROUP BY
                    1,
                    2,
                    3
                ) AS "t43"
                WHERE
                  "t43"."occurred_on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t53"
              GROUP BY
                1,
                2
            ) AS "t62"
          ) AS "t68"
        ) AS "t70"
      ) AS "t71"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t42"."customer_id",
              "t42"."week",
              CAST(0 AS BIGINT) AS "releases",
              CAST(0 AS BIGINT) AS "lines",
              CAST(0 AS DECIMAL(18, 4)) AS "pieces",
              CAST(0 AS BIGINT) AS "weight_g",
              CAST(0 AS BIGINT) AS "area_cm2",
              CAST(0 AS DECIMAL(18, 4)) AS "amount",
              "t42"."shipments",
              "t42"."late_shipments",
              CAST(0 AS BIGINT) AS "invoices",
              CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
              CAST(0 AS DECIMAL(18, 4)) AS "paid",
              CAST(0 AS DECIMAL(18, 4)) AS "opened",
              CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
              CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
              CAST(0 AS BIGINT) AS "quotes_asked",
              CAST(0 AS BIGINT) AS "quotes_won",
              CAST(0 AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t33"."customer_id",
                "t33"."week",
                CAST(CAST(COALESCE(SUM("t33"."shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "shipments",
                CAST(CAST(COALESCE(SUM("t33"."late_shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "late_shipments"
              FROM (
                SELECT
                  "t26"."customer_id",
                  "t26"."on",
                  "t26"."shipments",
                  "t26"."late_shipments",
                  CAST(CAST(DATE_TRUNC('WEEK', "t26"."on") AS TIMESTAMP) AS DATE) AS "week"
                FROM (
                  SELECT
                    "t9"."customer_id",
                    "t17"."occurred_on" AS "on",
                    1 AS "shipments",
                    CAST(COALESCE("t17"."occurred_on" > "t17"."due_on", FALSE) AS BIGINT) AS "late_shipments"
                  FROM (
                    SELECT
                      *
                    FROM "shipment" AS "t2"
                    WHERE
                      "t2"."known_on" <= MAKE_DATE(2024, 4, 10)
                      AND NOT (
                        COALESCE("t2"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
                      )
                      AND "t2"."occurred_on" <= MAKE_DATE(2024, 4, 10)
                  ) AS "t17"
                  INNER JOIN (
                    SELECT
                      *
                    FROM "customer_ref" AS "t4"
                  ) AS "t9"
                    ON "t17"."source" = "t9"."source"
                    AND "t17"."organisation_ref" = "t9"."organisation_ref"
                ) AS "t26"
                WHERE
                  "t26"."on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t33"
              GROUP BY
                1,
                2
            ) AS "t42"
          ) AS "t46"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              "t58"."customer_id",
              "t58"."week",
              CAST(0 AS BIGINT) AS "releases",
              CAST(0 AS BIGINT) AS "lines",
              CAST(0 AS DECIMAL(18, 4)) AS "pieces",
              CAST(0 AS BIGINT) AS "weight_g",
              CAST(0 AS BIGINT) AS "area_cm2",
              CAST(0 AS DECIMAL(18, 4)) AS "amount",
              CAST(0 AS BIGINT) AS "shipments",
              CAST(0 AS BIGINT) AS "late_shipments",
              "t58"."invoices",
              "t58"."invoiced",
              CAST(0 AS DECIMAL(18, 4)) AS "paid",
              "t58"."opened",
              CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
              CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
              CAST(0 AS BIGINT) AS "quotes_asked",
              CAST(0 AS BIGINT) AS "quotes_won",
              CAST(0 AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t50"."customer_id",
                "t50"."week",
                CAST(CAST(COALESCE(SUM("t50"."invoices"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "invoices",
                CAST(COALESCE(SUM("t50"."invoiced"), 0) AS DECIMAL(18, 4)) AS "invoiced",
                CAST(COALESCE(SUM("t50"."opened"), 0) AS DECIMAL(18, 4)) AS "opened"
              FROM (
                SELECT
                  "t41"."customer_id",
                  "t41"."invoiced_on" AS "on",
                  1 AS "invoices",
                  "t41"."amount" AS "invoiced",
                  "t41"."amount" AS "opened",
                  CAST(CAST(DATE_TRUNC('WEEK', "t41"."invoiced_on") AS TIMESTAMP) AS DATE) AS "week"
                FROM "t40" AS "t41"
                WHERE
                  "t41"."invoiced_on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t50"
              GROUP BY
                1,
                2
            ) AS "t58"
          ) AS "t66"
        ) AS "t69"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t44"."customer_id",
              "t44"."week",
              CAST(0 AS BIGINT) AS "releases",
              CAST(0 AS BIGINT) AS "lines",
              CAST(0 AS DECIMAL(18, 4)) AS "pieces",
              CAST(0 AS BIGINT) AS "weight_g",
              CAST(0 AS BIGINT) AS "area_cm2",
              CAST(0 AS DECIMAL(18, 4)) AS "amount",
              CAST(0 AS BIGINT) AS "shipments",
              CAST(0 AS BIGINT) AS "late_shipments",
              CAST(0 AS BIGINT) AS "invoices",
              CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
              "t44"."paid",
              CAST(0 AS DECIMAL(18, 4)) AS "opened",
              CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
              CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
              CAST(0 AS BIGINT) AS "quotes_asked",
              CAST(0 AS BIGINT) AS "quotes_won",
              CAST(0 AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t35"."customer_id",
                "t35"."week",
                CAST(COALESCE(SUM("t35"."paid"), 0) AS DECIMAL(18, 4)) AS "paid"
              FROM (
                SELECT
                  "t29"."customer_id",
                  "t29"."paid_on" AS "on",
                  "t29"."amount" AS "paid",
                  CAST(CAST(DATE_TRUNC('WEEK', "t29"."paid_on") AS TIMESTAMP) AS DATE) AS "week"
                FROM "t27" AS "t29"
                WHERE
                  "t29"."paid_on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t35"
              GROUP BY
                1,
                2
            ) AS "t44"
          ) AS "t47"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              "t77"."customer_id",
              "t77"."week",
              CAST(0 AS BIGINT) AS "releases",
              CAST(0 AS BIGINT) AS "lines",
              CAST(0 AS DECIMAL(18, 4)) AS "pieces",
              CAST(0 AS BIGINT) AS "weight_g",
              CAST(0 AS BIGINT) AS "area_cm2",
              CAST(0 AS DECIMAL(18, 4)) AS "amount",
              CAST(0 AS BIGINT) AS "shipments",
              CAST(0 AS BIGINT) AS "late_shipments",
              CAST(0 AS BIGINT) AS "invoices",
              CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
              CAST(0 AS DECIMAL(18, 4)) AS "paid",
              "t77"."opened",
              CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
              CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
              CAST(0 AS BIGINT) AS "quotes_asked",
              CAST(0 AS BIGINT) AS "quotes_won",
              CAST(0 AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t75"."customer_id",
                "t75"."week",
                CAST(COALESCE(SUM("t75"."opened"), 0) AS DECIMAL(18, 4)) AS "opened"
              FROM (
                SELECT
                  "t73"."customer_id",
                  GREATEST("t73"."paid_on", "t73"."invoiced_on") AS "on",
                  -(
                    "t73"."amount"
                  ) AS "opened",
                  CAST(CAST(DATE_TRUNC('WEEK', GREATEST("t73"."paid_on", "t73"."invoiced_on")) AS TIMESTAMP) AS DATE) AS "week"
                FROM "t72" AS "t73"
                WHERE
                  GREATEST("t73"."paid_on", "t73"."invoiced_on") <= MAKE_DATE(2024, 4, 10)
              ) AS "t75"
              GROUP BY
                1,
                2
            ) AS "t77"
          ) AS "t79"
        ) AS "t81"
      ) AS "t83"
    ) AS "t84"
  ) AS "t85"
  GROUP BY
    1,
    2
)
SELECT
  "t98"."customer_id",
  "t98"."week",
  "t98"."working_days",
  "t98"."releases",
  "t98"."lines",
  "t98"."pieces",
  "t98"."weight_g",
  "t98"."area_cm2",
  "t98"."amount",
  "t98"."shipments",
  "t98"."late_shipments",
  "t98"."invoices",
  "t98"."invoiced",
  "t98"."paid",
  "t98"."open_amount",
  CAST("t98"."overdue_amount_days" AS DECIMAL(18, 4)) AS "overdue_amount_days",
  "t98"."quotes_asked",
  "t98"."quotes_won",
  "t98"."quotes_lost"
FROM (
  SELECT
    "t97"."customer_id",
    "t97"."week",
    "t97"."working_days",
    "t97"."ends_on",
    "t97"."releases",
    "t97"."lines",
    "t97"."pieces",
    "t97"."weight_g",
    "t97"."area_cm2",
    "t97"."amount",
    "t97"."shipments",
    "t97"."late_shipments",
    "t97"."invoices",
    "t97"."invoiced",
    "t97"."paid",
    "t97"."opened",
    "t97"."fell_due",
    "t97"."fell_due_days",
    "t97"."quotes_asked",
    "t97"."quotes_won",
    "t97"."quotes_lost",
    CAST(SUM("t97"."opened") OVER (
      PARTITION BY "t97"."customer_id"
      ORDER BY "t97"."week" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS DECIMAL(18, 4)) AS "open_amount",
    (
      CAST(SUM("t97"."fell_due") OVER (
        PARTITION BY "t97"."customer_id"
        ORDER BY "t97"."week" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS DECIMAL(20, 4)) * CAST(DATE_DIFF('DAY', MAKE_DATE(1970, 1, 5), "t97"."ends_on") AS DECIMAL(6, 0))
    ) - CAST(SUM("t97"."fell_due_days") OVER (
      PARTITION BY "t97"."customer_id"
      ORDER BY "t97"."week" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS DECIMAL(28, 4)) AS "overdue_amount_days"
  FROM (
    SELECT
      "t96".*
      EXCLUDE ("of_customer", "in_week")
    FROM (
      SELECT
        "t95"."customer_id",
        "t95"."week",
        "t95"."working_days",
        "t95"."ends_on",
        "t95"."of_customer",
        "t95"."in_week",
        COALESCE("t95"."releases", CAST(0 AS BIGINT)) AS "releases",
        COALESCE("t95"."lines", CAST(0 AS BIGINT)) AS "lines",
        COALESCE("t95"."pieces", CAST(0 AS DECIMAL(18, 4))) AS "pieces",
        COALESCE("t95"."weight_g", CAST(0 AS BIGINT)) AS "weight_g",
        COALESCE("t95"."area_cm2", CAST(0 AS BIGINT)) AS "area_cm2",
        COALESCE("t95"."amount", CAST(0 AS DECIMAL(18, 4))) AS "amount",
        COALESCE("t95"."shipments", CAST(0 AS BIGINT)) AS "shipments",
        COALESCE("t95"."late_shipments", CAST(0 AS BIGINT)) AS "late_shipments",
        COALESCE("t95"."invoices", CAST(0 AS BIGINT)) AS "invoices",
        COALESCE("t95"."invoiced", CAST(0 AS DECIMAL(18, 4))) AS "invoiced",
        COALESCE("t95"."paid", CAST(0 AS DECIMAL(18, 4))) AS "paid",
        COALESCE("t95"."opened", CAST(0 AS DECIMAL(18, 4))) AS "opened",
        COALESCE("t95"."fell_due", CAST(0 AS DECIMAL(18, 4))) AS "fell_due",
        COALESCE("t95"."fell_due_days", CAST(0 AS DECIMAL(28, 4))) AS "fell_due_days",
        COALESCE("t95"."quotes_asked", CAST(0 AS BIGINT)) AS "quotes_asked",
        COALESCE("t95"."quotes_won", CAST(0 AS BIGINT)) AS "quotes_won",
        COALESCE("t95"."quotes_lost", CAST(0 AS BIGINT)) AS "quotes_lost"
      FROM (
        SELECT
          "t94"."customer_id",
          "t94"."week",
          "t94"."working_days",
          "t94"."ends_on",
          "t90"."of_customer",
          "t90"."in_week",
          "t90"."releases",
          "t90"."lines",
          "t90"."pieces",
          "t90"."weight_g",
          "t90"."area_cm2",
          "t90"."amount",
          "t90"."shipments",
          "t90"."late_shipments",
          "t90"."invoices",
          "t90"."invoiced",
          "t90"."paid",
          "t90"."opened",
          "t90"."fell_due",
          "t90"."fell_due_days",
          "t90"."quotes_asked",
          "t90"."quotes_won",
          "t90"."quotes_lost"
        FROM (
          SELECT
            "t92".*
            EXCLUDE ("since")
          FROM (
            SELECT
              "t91"."customer_id",
              "t91"."since",
              "t28"."week",
              "t28"."working_days",
              "t28"."ends_on"
            FROM (
              SELECT
                "t87"."customer_id",
                MIN("t87"."week") AS "since"
              FROM "t86" AS "t87"
              GROUP BY
                1
            ) AS "t91"
            INNER JOIN (
              SELECT
                "t10"."week",
                CAST(CAST(COALESCE(SUM("t10"."is_working"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "working_days",
                MAX("t10"."day") AS "ends_on"
              FROM (
                SELECT
                  "t0"."day",
                  "t0"."is_working",
                  "t0"."working_no",
                  CAST(CAST(DATE_TRUNC('WEEK', "t0"."day") AS TIMESTAMP) AS DATE) AS "week"
                FROM "working_day" AS "t0"
                WHERE
                  "t0"."day" <= MAKE_DATE(2024, 4, 10)
              ) AS "t10"
              GROUP BY
                1
            ) AS "t28"
              ON "t91"."since" <= "t28"."week"
          ) AS "t92"
        ) AS "t94"
        LEFT OUTER JOIN (
          SELECT
            "t87"."customer_id" AS "of_customer",
            "t87"."week" AS "in_week",
            "t87"."releases",
            "t87"."lines",
            "t87"."pieces",
            "t87"."weight_g",
            "t87"."area_cm2",
            "t87"."amount",
            "t87"."shipments",
            "t87"."late_shipments",
            "t87"."invoices",
            "t87"."invoiced",
            "t87"."paid",
            "t87"."opened",
            "t87"."fell_due",
            "t87"."fell_due_days",
            "t87"."quotes_asked",
            "t87"."quotes_won",
            "t87"."quotes_lost"
          FROM "t86" AS "t87"
        ) AS "t90"
          ON "t94"."customer_id" = "t90"."of_customer" AND "t94"."week" = "t90"."in_week"
      ) AS "t95"
    ) AS "t96"
  ) AS "t97"
) AS "t98"
ORDER BY
  "t98"."customer_id" ASC,
  "t98"."week" ASC

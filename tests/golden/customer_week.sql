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
), "t36" AS (
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
      "t23"."header_ref",
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
        "t21"."header_ref",
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
          END AS "outcome_on",
          "t7"."header_ref"
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
), "t39" AS (
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
      "t22"."header_ref",
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
        "t20"."header_ref",
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
), "t71" AS (
  SELECT
    "t64"."customer_id",
    "t64"."invoiced_on",
    "t64"."due_on",
    "t64"."paid_on",
    "t64"."settled" - COALESCE(
      LAG("t64"."settled") OVER (
        PARTITION BY "t64"."customer_id", "t64"."invoice_ref"
        ORDER BY "t64"."paid_on" ASC
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
      "t51"."unpriced",
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
        "t41"."customer_id",
        "t41"."invoice_ref",
        "t41"."paid_on",
        "t41"."paid",
        "t41"."unpriced",
        "t45"."invoiced_on",
        "t45"."due_on",
        "t45"."amount"
      FROM (
        SELECT
          "t29"."customer_id",
          "t29"."invoice_ref",
          "t29"."paid_on",
          CAST(COALESCE(SUM("t29"."amount"), 0) AS DECIMAL(18, 4)) AS "paid",
          CAST(CAST(COALESCE(SUM(CAST("t29"."amount" IS NULL AS BIGINT)), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "unpriced"
        FROM "t27" AS "t29"
        GROUP BY
          1,
          2,
          3
      ) AS "t41"
      INNER JOIN "t39" AS "t45"
        ON "t41"."customer_id" = "t45"."customer_id"
        AND "t41"."invoice_ref" = "t45"."invoice_ref"
    ) AS "t51"
  ) AS "t64"
), "t85" AS (
  SELECT
    "t84"."customer_id",
    "t84"."week",
    CAST(CAST(COALESCE(SUM("t84"."releases"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "releases",
    CAST(CAST(COALESCE(SUM("t84"."lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "lines",
    CAST(COALESCE(SUM("t84"."pieces"), 0) AS DECIMAL(18, 4)) AS "pieces",
    CAST(CAST(COALESCE(SUM("t84"."weight_g"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "weight_g",
    CAST(CAST(COALESCE(SUM("t84"."area_cm2"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "area_cm2",
    CAST(COALESCE(SUM("t84"."amount"), 0) AS DECIMAL(18, 4)) AS "amount",
    CAST(CAST(COALESCE(SUM("t84"."shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "shipments",
    CAST(CAST(COALESCE(SUM("t84"."late_shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "late_shipments",
    CAST(CAST(COALESCE(SUM("t84"."invoices"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "invoices",
    CAST(COALESCE(SUM("t84"."invoiced"), 0) AS DECIMAL(18, 4)) AS "invoiced",
    CAST(COALESCE(SUM("t84"."paid"), 0) AS DECIMAL(18, 4)) AS "paid",
    CAST(COALESCE(SUM("t84"."opened"), 0) AS DECIMAL(18, 4)) AS "opened",
    CAST(COALESCE(SUM("t84"."fell_due"), 0) AS DECIMAL(18, 4)) AS "fell_due",
    CAST(COALESCE(SUM("t84"."fell_due_days"), 0) AS DECIMAL(28, 4)) AS "fell_due_days",
    CAST(CAST(COALESCE(SUM("t84"."quotes_asked"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_asked",
    CAST(CAST(COALESCE(SUM("t84"."quotes_won"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_won",
    CAST(CAST(COALESCE(SUM("t84"."quotes_lost"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_lost"
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
            "t59"."customer_id",
            "t59"."week",
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
            "t59"."fell_due",
            "t59"."fell_due_days",
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
                "t42"."customer_id",
                GREATEST("t42"."due_on", "t42"."invoiced_on") AS "on",
                "t42"."amount" AS "fell_due",
                "t42"."amount" * CAST(DATE_DIFF('DAY', MAKE_DATE(1970, 1, 5), "t42"."due_on") AS DECIMAL(6, 0)) AS "fell_due_days",
                CAST(CAST(DATE_TRUNC('WEEK', GREATEST("t42"."due_on", "t42"."invoiced_on")) AS TIMESTAMP) AS DATE) AS "week"
              FROM "t39" AS "t42"
              WHERE
                "t42"."due_on" IS NOT NULL
                AND GREATEST("t42"."due_on", "t42"."invoiced_on") <= MAKE_DATE(2024, 4, 10)
            ) AS "t54"
            GROUP BY
              1,
              2
          ) AS "t59"
        ) AS "t66"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t75"."customer_id",
            "t75"."week",
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
            "t75"."fell_due",
            "t75"."fell_due_days",
            CAST(0 AS BIGINT) AS "quotes_asked",
            CAST(0 AS BIGINT) AS "quotes_won",
            CAST(0 AS BIGINT) AS "quotes_lost"
          FROM (
            SELECT
              "t73"."customer_id",
              "t73"."week",
              CAST(COALESCE(SUM("t73"."fell_due"), 0) AS DECIMAL(18, 4)) AS "fell_due",
              CAST(COALESCE(SUM("t73"."fell_due_days"), 0) AS DECIMAL(28, 4)) AS "fell_due_days"
            FROM (
              SELECT
                "t72"."customer_id",
                GREATEST("t72"."paid_on", "t72"."due_on", "t72"."invoiced_on") AS "on",
                -(
                  "t72"."amount"
                ) AS "fell_due",
                -(
                  "t72"."amount"
                ) * CAST(DATE_DIFF('DAY', MAKE_DATE(1970, 1, 5), "t72"."due_on") AS DECIMAL(6, 0)) AS "fell_due_days",
                CAST(CAST(DATE_TRUNC('WEEK', GREATEST("t72"."paid_on", "t72"."due_on", "t72"."invoiced_on")) AS TIMESTAMP) AS DATE) AS "week"
              FROM "t71" AS "t72"
              WHERE
                "t72"."due_on" IS NOT NULL
                AND GREATEST("t72"."paid_on", "t72"."due_on", "t72"."invoiced_on") <= MAKE_DATE(2024, 4, 10)
            ) AS "t73"
            GROUP BY
              1,
              2
          ) AS "t75"
        ) AS "t77"
      ) AS "t79"
      UNION ALL
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
            CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
            CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
            "t57"."quotes_asked",
            CAST(0 AS BIGINT) AS "quotes_won",
            CAST(0 AS BIGINT) AS "quotes_lost"
          FROM (
            SELECT
              "t48"."customer_id",
              "t48"."week",
              CAST(CAST(COALESCE(SUM("t48"."quotes_asked"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_asked"
            FROM (
              SELECT
                "t37"."customer_id",
                "t37"."asked_on" AS "on",
                1 AS "quotes_asked",
                CAST(CAST(DATE_TRUNC('WEEK', "t37"."asked_on") AS TIMESTAMP) AS DATE) AS "week"
              FROM "t36" AS "t37"
              WHERE
                "t37"."asked_on" <= MAKE_DATE(2024, 4, 10)
            ) AS "t48"
            GROUP BY
              1,
              2
          ) AS "t57"
        ) AS "t61"
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
            CAST(0 AS BIGINT) AS "invoices",
            CAST(0 AS DECIMAL(18, 4)) AS "invoiced",
            CAST(0 AS DECIMAL(18, 4)) AS "paid",
            CAST(0 AS DECIMAL(18, 4)) AS "opened",
            CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
            CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
            CAST(0 AS BIGINT) AS "quotes_asked",
            "t58"."quotes_won",
            CAST(0 AS BIGINT) AS "quotes_lost"
          FROM (
            SELECT
              "t49"."customer_id",
              "t49"."week",
              CAST(CAST(COALESCE(SUM("t49"."quotes_won"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_won"
            FROM (
              SELECT
                "t37"."customer_id",
                "t37"."won_on" AS "on",
                1 AS "quotes_won",
                CAST(CAST(DATE_TRUNC('WEEK', "t37"."won_on") AS TIMESTAMP) AS DATE) AS "week"
              FROM "t36" AS "t37"
              WHERE
                "t37"."won_on" <= MAKE_DATE(2024, 4, 10)
            ) AS "t49"
            GROUP BY
              1,
              2
          ) AS "t58"
        ) AS "t63"
      ) AS "t65"
    ) AS "t81"
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
            "t62"."customer_id",
            "t62"."week",
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
            "t62"."quotes_lost"
          FROM (
            SELECT
              "t52"."customer_id",
              "t52"."week",
              CAST(CAST(COALESCE(SUM("t52"."quotes_lost"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t37"."customer_id",
                CASE
                  WHEN "t37"."won_on" IS NULL
                  THEN "t37"."any_lost_on"
                  ELSE CAST(NULL AS DATE)
                END AS "on",
                1 AS "quotes_lost",
                CAST(CAST(DATE_TRUNC(
                  'WEEK',
                  CASE
                    WHEN "t37"."won_on" IS NULL
                    THEN "t37"."any_lost_on"
                    ELSE CAST(NULL AS DATE)
                  END
                ) AS TIMESTAMP) AS DATE) AS "week"
              FROM "t36" AS "t37"
              WHERE
                CASE
                  WHEN "t37"."won_on" IS NULL
                  THEN "t37"."any_lost_on"
                  ELSE CAST(NULL AS DATE)
                END <= MAKE_DATE(2024, 4, 10)
            ) AS "t52"
            GROUP BY
              1,
              2
          ) AS "t62"
        ) AS "t68"
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
              "t53"."customer_id",
              "t53"."week",
              CAST(0 AS BIGINT) AS "releases",
              "t53"."lines",
              "t53"."pieces",
              "t53"."weight_g",
              "t53"."area_cm2",
              "t53"."amount",
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
                "t40"."customer_id",
                "t40"."week",
                CAST(CAST(COALESCE(SUM("t40"."lines"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "lines",
                CAST(COALESCE(SUM("t40"."pieces"), 0) AS DECIMAL(18, 4)) AS "pieces",
                CAST(CAST(COALESCE(SUM("t40"."weight_g"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "weight_g",
                CAST(CAST(COALESCE(SUM("t40"."area_cm2"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "area_cm2",
                CAST(COALESCE(SUM("t40"."amount"), 0) AS DECIMAL(18, 4)) AS "amount"
              FROM (
                SELECT
                  "t33"."customer_id",
                  "t33"."occurred_on" AS "on",
                  "t33"."lines",
                  "t33"."pieces",
                  "t33"."weight_g",
                  "t33"."area_cm2",
                  "t33"."amount",
                  CAST(CAST(DATE_TRUNC('WEEK', "t33"."occurred_on") AS TIMESTAMP) AS DATE) AS "week"
                FROM (
                  SELECT
                    "t9"."customer_id",
                    "t17"."occurred_on",
                    COALESCE("t17"."po_no", "t17"."order_no") AS "po",
                    1 AS "lines",
                    "t17"."quantity" AS "pieces",
                    CAST(CAST("t17"."weight_kg" * 1000 AS DECIMAL(22, 0)) AS BIGINT) - CASE
                      WHEN (
                        ABS(CAST("t17"."weight_kg" * 10000 AS BIGINT) % 10) = 5
                      )
                      AND (
                        (
                          CAST(CAST("t17"."weight_kg" * 1000 AS DECIMAL(22, 0)) AS BIGINT) % 2
                        ) <> 0
                      )
                      THEN CASE WHEN CAST("t17"."weight_kg" * 10000 AS BIGINT) > 0 THEN 1 ELSE -1 END
                      ELSE 0
                    END AS "weight_g",
                    CAST("t17"."area_m2" * 10000 AS BIGINT) AS "area_cm2",
                    CASE
                      WHEN COALESCE("t17"."currency", 'USD') = 'USD'
                      THEN "t17"."amount"
                      ELSE NULL
                    END AS "amount",
                    CAST(NOT (
                      COALESCE("t17"."currency", 'USD') = 'USD'
                    )
                    AND (
                      "t17"."amount" IS NOT NULL
                    ) AS BIGINT) AS "other_currency_lines",
                    CAST(COALESCE("t17"."is_blanket", FALSE) AS BIGINT) AS "blanket_lines"
                  FROM (
                    SELECT
                      *
                    FROM "order_line" AS "t2"
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
                ) AS "t33"
                WHERE
                  "t33"."occurred_on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t40"
              GROUP BY
                1,
                2
            ) AS "t53"
          ) AS "t55"
        ) AS "t56"
      ) AS "t70"
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
              "t43"."customer_id",
              "t43"."week",
              CAST(0 AS BIGINT) AS "releases",
              CAST(0 AS BIGINT) AS "lines",
              CAST(0 AS DECIMAL(18, 4)) AS "pieces",
              CAST(0 AS BIGINT) AS "weight_g",
              CAST(0 AS BIGINT) AS "area_cm2",
              CAST(0 AS DECIMAL(18, 4)) AS "amount",
              "t43"."shipments",
              "t43"."late_shipments",
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
                "t34"."customer_id",
                "t34"."week",
                CAST(CAST(COALESCE(SUM("t34"."shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "shipments",
                CAST(CAST(COALESCE(SUM("t34"."late_shipments"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "late_shipments"
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
                    "t18"."occurred_on" AS "on",
                    1 AS "shipments",
                    CAST(COALESCE("t18"."occurred_on" > "t18"."due_on", FALSE) AS BIGINT) AS "late_shipments"
                  FROM (
                    SELECT
                      *
                    FROM "shipment" AS "t3"
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
                ) AS "t26"
                WHERE
                  "t26"."on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t34"
              GROUP BY
                1,
                2
            ) AS "t43"
          ) AS "t46"
          UNION ALL
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
              "t60"."invoices",
              "t60"."invoiced",
              CAST(0 AS DECIMAL(18, 4)) AS "paid",
              "t60"."opened",
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
                  "t42"."customer_id",
                  "t42"."invoiced_on" AS "on",
                  1 AS "invoices",
                  "t42"."amount" AS "invoiced",
                  "t42"."amount" AS "opened",
                  CAST(CAST(DATE_TRUNC('WEEK', "t42"."invoiced_on") AS TIMESTAMP) AS DATE) AS "week"
                FROM "t39" AS "t42"
                WHERE
                  "t42"."invoiced_on" <= MAKE_DATE(2024, 4, 10)
              ) AS "t50"
              GROUP BY
                1,
                2
            ) AS "t60"
          ) AS "t67"
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
              "t76"."opened",
              CAST(0 AS DECIMAL(18, 4)) AS "fell_due",
              CAST(0 AS DECIMAL(28, 4)) AS "fell_due_days",
              CAST(0 AS BIGINT) AS "quotes_asked",
              CAST(0 AS BIGINT) AS "quotes_won",
              CAST(0 AS BIGINT) AS "quotes_lost"
            FROM (
              SELECT
                "t74"."customer_id",
                "t74"."week",
                CAST(COALESCE(SUM("t74"."opened"), 0) AS DECIMAL(18, 4)) AS "opened"
              FROM (
                SELECT
                  "t72"."customer_id",
                  GREATEST("t72"."paid_on", "t72"."invoiced_on") AS "on",
                  -(
                    "t72"."amount"
                  ) AS "opened",
                  CAST(CAST(DATE_TRUNC('WEEK', GREATEST("t72"."paid_on", "t72"."invoiced_on")) AS TIMESTAMP) AS DATE) AS "week"
                FROM "t71" AS "t72"
                WHERE
                  GREATEST("t72"."paid_on", "t72"."invoiced_on") <= MAKE_DATE(2024, 4, 10)
              ) AS "t74"
              GROUP BY
                1,
                2
            ) AS "t76"
          ) AS "t78"
        ) AS "t80"
      ) AS "t82"
    ) AS "t83"
  ) AS "t84"
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
      EXCLUDE ("in_week")
    FROM (
      SELECT
        "t95".*
        EXCLUDE ("of_customer")
      FROM (
        SELECT
          "t94"."customer_id",
          "t94"."week",
          "t94"."working_days",
          "t94"."ends_on",
          "t94"."of_customer",
          "t94"."in_week",
          COALESCE("t94"."releases", CAST(0 AS BIGINT)) AS "releases",
          COALESCE("t94"."lines", CAST(0 AS BIGINT)) AS "lines",
          COALESCE("t94"."pieces", CAST(0 AS DECIMAL(18, 4))) AS "pieces",
          COALESCE("t94"."weight_g", CAST(0 AS BIGINT)) AS "weight_g",
          COALESCE("t94"."area_cm2", CAST(0 AS BIGINT)) AS "area_cm2",
          COALESCE("t94"."amount", CAST(0 AS DECIMAL(18, 4))) AS "amount",
          COALESCE("t94"."shipments", CAST(0 AS BIGINT)) AS "shipments",
          COALESCE("t94"."late_shipments", CAST(0 AS BIGINT)) AS "late_shipments",
          COALESCE("t94"."invoices", CAST(0 AS BIGINT)) AS "invoices",
          COALESCE("t94"."invoiced", CAST(0 AS DECIMAL(18, 4))) AS "invoiced",
          COALESCE("t94"."paid", CAST(0 AS DECIMAL(18, 4))) AS "paid",
          COALESCE("t94"."opened", CAST(0 AS DECIMAL(18, 4))) AS "opened",
          COALESCE("t94"."fell_due", CAST(0 AS DECIMAL(18, 4))) AS "fell_due",
          COALESCE("t94"."fell_due_days", CAST(0 AS DECIMAL(28, 4))) AS "fell_due_days",
          COALESCE("t94"."quotes_asked", CAST(0 AS BIGINT)) AS "quotes_asked",
          COALESCE("t94"."quotes_won", CAST(0 AS BIGINT)) AS "quotes_won",
          COALESCE("t94"."quotes_lost", CAST(0 AS BIGINT)) AS "quotes_lost"
        FROM (
          SELECT
            "t93"."customer_id",
            "t93"."week",
            "t93"."working_days",
            "t93"."ends_on",
            "t89"."of_customer",
            "t89"."in_week",
            "t89"."releases",
            "t89"."lines",
            "t89"."pieces",
            "t89"."weight_g",
            "t89"."area_cm2",
            "t89"."amount",
            "t89"."shipments",
            "t89"."late_shipments",
            "t89"."invoices",
            "t89"."invoiced",
            "t89"."paid",
            "t89"."opened",
            "t89"."fell_due",
            "t89"."fell_due_days",
            "t89"."quotes_asked",
            "t89"."quotes_won",
            "t89"."quotes_lost"
          FROM (
            SELECT
              "t91".*
              EXCLUDE ("since")
            FROM (
              SELECT
                "t90"."customer_id",
                "t90"."since",
                "t28"."week",
                "t28"."working_days",
                "t28"."ends_on"
              FROM (
                SELECT
                  "t86"."customer_id",
                  MIN("t86"."week") AS "since"
                FROM "t85" AS "t86"
                GROUP BY
                  1
              ) AS "t90"
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
                ON "t90"."since" <= "t28"."week"
            ) AS "t91"
          ) AS "t93"
          LEFT OUTER JOIN (
            SELECT
              "t86"."customer_id" AS "of_customer",
              "t86"."week" AS "in_week",
              "t86"."releases",
              "t86"."lines",
              "t86"."pieces",
              "t86"."weight_g",
              "t86"."area_cm2",
              "t86"."amount",
              "t86"."shipments",
              "t86"."late_shipments",
              "t86"."invoices",
              "t86"."invoiced",
              "t86"."paid",
              "t86"."opened",
              "t86"."fell_due",
              "t86"."fell_due_days",
              "t86"."quotes_asked",
              "t86"."quotes_won",
              "t86"."quotes_lost"
            FROM "t85" AS "t86"
          ) AS "t89"
            ON "t93"."customer_id" = "t89"."of_customer" AND "t93"."week" = "t89"."in_week"
        ) AS "t94"
      ) AS "t95"
    ) AS "t96"
  ) AS "t97"
) AS "t98"
ORDER BY
  "t98"."customer_id" ASC,
  "t98"."week" ASC

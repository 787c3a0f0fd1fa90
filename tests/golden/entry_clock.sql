WITH "t15" AS (
  SELECT
    "t10"."occurred_on",
    "t10"."stated_on",
    CASE
      WHEN "t10"."first_stated_on" = "t10"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t10"."occurred_on", "t10"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM (
    SELECT
      "t5"."source",
      "t5"."object",
      "t5"."native_id",
      MAX("t5"."occurred_on") FILTER(WHERE
        (
          "t5"."known_on" <= MAKE_DATE(2024, 4, 10)
        )
        AND NOT (
          COALESCE("t5"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
        )
        AND (
          "t5"."occurred_on" <= MAKE_DATE(2024, 4, 10)
        )) AS "occurred_on",
      MIN("t5"."known_on") AS "first_on",
      MIN("t5"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t5"."known_imputed", TRUE)
        )) AS "first_stated_on",
      MAX("t5"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t5"."known_imputed", TRUE)
        )) AS "stated_on"
    FROM (
      SELECT
        *
      FROM "payment" AS "t0"
      WHERE
        "t0"."known_on" <= MAKE_DATE(2024, 4, 10)
    ) AS "t5"
    GROUP BY
      1,
      2,
      3
  ) AS "t10"
  WHERE
    "t10"."occurred_on" IS NOT NULL
), "t16" AS (
  SELECT
    "t11"."occurred_on",
    "t11"."stated_on",
    CASE
      WHEN "t11"."first_stated_on" = "t11"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t11"."occurred_on", "t11"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM (
    SELECT
      "t6"."source",
      "t6"."object",
      "t6"."native_id",
      MAX("t6"."occurred_on") FILTER(WHERE
        (
          "t6"."known_on" <= MAKE_DATE(2024, 4, 10)
        )
        AND NOT (
          COALESCE("t6"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
        )
        AND (
          "t6"."occurred_on" <= MAKE_DATE(2024, 4, 10)
        )) AS "occurred_on",
      MIN("t6"."known_on") AS "first_on",
      MIN("t6"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t6"."known_imputed", TRUE)
        )) AS "first_stated_on",
      MAX("t6"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t6"."known_imputed", TRUE)
        )) AS "stated_on"
    FROM (
      SELECT
        *
      FROM "quote" AS "t1"
      WHERE
        "t1"."known_on" <= MAKE_DATE(2024, 4, 10)
    ) AS "t6"
    GROUP BY
      1,
      2,
      3
  ) AS "t11"
  WHERE
    "t11"."occurred_on" IS NOT NULL
), "t17" AS (
  SELECT
    "t12"."occurred_on",
    "t12"."stated_on",
    CASE
      WHEN "t12"."first_stated_on" = "t12"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t12"."occurred_on", "t12"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM (
    SELECT
      "t7"."source",
      "t7"."object",
      "t7"."native_id",
      MAX("t7"."occurred_on") FILTER(WHERE
        (
          "t7"."known_on" <= MAKE_DATE(2024, 4, 10)
        )
        AND NOT (
          COALESCE("t7"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
        )
        AND (
          "t7"."occurred_on" <= MAKE_DATE(2024, 4, 10)
        )) AS "occurred_on",
      MIN("t7"."known_on") AS "first_on",
      MIN("t7"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t7"."known_imputed", TRUE)
        )) AS "first_stated_on",
      MAX("t7"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t7"."known_imputed", TRUE)
        )) AS "stated_on"
    FROM (
      SELECT
        *
      FROM "shipment" AS "t2"
      WHERE
        "t2"."known_on" <= MAKE_DATE(2024, 4, 10)
    ) AS "t7"
    GROUP BY
      1,
      2,
      3
  ) AS "t12"
  WHERE
    "t12"."occurred_on" IS NOT NULL
), "t18" AS (
  SELECT
    "t13"."occurred_on",
    "t13"."stated_on",
    CASE
      WHEN "t13"."first_stated_on" = "t13"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t13"."occurred_on", "t13"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM (
    SELECT
      "t8"."source",
      "t8"."object",
      "t8"."native_id",
      MAX("t8"."occurred_on") FILTER(WHERE
        (
          "t8"."known_on" <= MAKE_DATE(2024, 4, 10)
        )
        AND NOT (
          COALESCE("t8"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
        )
        AND (
          "t8"."occurred_on" <= MAKE_DATE(2024, 4, 10)
        )) AS "occurred_on",
      MIN("t8"."known_on") AS "first_on",
      MIN("t8"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t8"."known_imputed", TRUE)
        )) AS "first_stated_on",
      MAX("t8"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t8"."known_imputed", TRUE)
        )) AS "stated_on"
    FROM (
      SELECT
        *
      FROM "invoice" AS "t3"
      WHERE
        "t3"."known_on" <= MAKE_DATE(2024, 4, 10)
    ) AS "t8"
    GROUP BY
      1,
      2,
      3
  ) AS "t13"
  WHERE
    "t13"."occurred_on" IS NOT NULL
), "t19" AS (
  SELECT
    "t14"."occurred_on",
    "t14"."stated_on",
    CASE
      WHEN "t14"."first_stated_on" = "t14"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t14"."occurred_on", "t14"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM (
    SELECT
      "t9"."source",
      "t9"."object",
      "t9"."native_id",
      MAX("t9"."occurred_on") FILTER(WHERE
        (
          "t9"."known_on" <= MAKE_DATE(2024, 4, 10)
        )
        AND NOT (
          COALESCE("t9"."superseded_on" <= MAKE_DATE(2024, 4, 10), FALSE)
        )
        AND (
          "t9"."occurred_on" <= MAKE_DATE(2024, 4, 10)
        )) AS "occurred_on",
      MIN("t9"."known_on") AS "first_on",
      MIN("t9"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t9"."known_imputed", TRUE)
        )) AS "first_stated_on",
      MAX("t9"."known_on") FILTER(WHERE
        NOT (
          COALESCE("t9"."known_imputed", TRUE)
        )) AS "stated_on"
    FROM (
      SELECT
        *
      FROM "order_line" AS "t4"
      WHERE
        "t4"."known_on" <= MAKE_DATE(2024, 4, 10)
    ) AS "t9"
    GROUP BY
      1,
      2,
      3
  ) AS "t14"
  WHERE
    "t14"."occurred_on" IS NOT NULL
), "t35" AS (
  SELECT
    "t25"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t15" AS "t20"
    WHERE
      "t20"."lag_days" IS NOT NULL
  ) AS "t25"
  GROUP BY
    1
), "t37" AS (
  SELECT
    "t26"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t16" AS "t21"
    WHERE
      "t21"."lag_days" IS NOT NULL
  ) AS "t26"
  GROUP BY
    1
), "t39" AS (
  SELECT
    "t27"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t17" AS "t22"
    WHERE
      "t22"."lag_days" IS NOT NULL
  ) AS "t27"
  GROUP BY
    1
), "t41" AS (
  SELECT
    "t28"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t18" AS "t23"
    WHERE
      "t23"."lag_days" IS NOT NULL
  ) AS "t28"
  GROUP BY
    1
), "t43" AS (
  SELECT
    "t29"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t19" AS "t24"
    WHERE
      "t24"."lag_days" IS NOT NULL
  ) AS "t29"
  GROUP BY
    1
)
SELECT
  "t98"."table",
  "t98"."first_on",
  "t98"."last_on",
  "t98"."complete_on",
  "t98"."lag_days",
  "t98"."stated",
  "t98"."rows"
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t36"."first_on",
        "t36"."last_on",
        "t36"."stated",
        "t36"."rows",
        'payment' AS "table",
        COALESCE("t85"."lag_days", 0) AS "lag_days",
        CAST(CAST("t36"."newest" - TO_DAYS(COALESCE("t85"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
      FROM (
        SELECT
          MIN("t20"."occurred_on") AS "first_on",
          MAX("t20"."occurred_on") AS "last_on",
          GREATEST(MAX("t20"."occurred_on"), MAX("t20"."stated_on")) AS "newest",
          COUNT("t20"."lag_days") AS "stated",
          COUNT(*) AS "rows"
        FROM "t15" AS "t20"
      ) AS "t36"
      CROSS JOIN (
        SELECT
          MIN("t75"."lag_days") AS "lag_days"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t55"."lag_days",
              "t55"."n",
              "t55"."kept",
              "t65"."whole"
            FROM (
              SELECT
                "t45"."lag_days",
                "t45"."n",
                SUM("t45"."n") OVER (ORDER BY "t45"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
              FROM "t35" AS "t45"
            ) AS "t55"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t45"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
              FROM "t35" AS "t45"
            ) AS "t65"
          ) AS "t70"
          WHERE
            (
              "t70"."kept" * 100
            ) >= (
              "t70"."whole" * 98
            )
        ) AS "t75"
      ) AS "t85"
    ) AS "t90"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t38"."first_on",
        "t38"."last_on",
        "t38"."stated",
        "t38"."rows",
        'quote' AS "table",
        COALESCE("t86"."lag_days", 0) AS "lag_days",
        CAST(CAST("t38"."newest" - TO_DAYS(COALESCE("t86"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
      FROM (
        SELECT
          MIN("t21"."occurred_on") AS "first_on",
          MAX("t21"."occurred_on") AS "last_on",
          GREATEST(MAX("t21"."occurred_on"), MAX("t21"."stated_on")) AS "newest",
          COUNT("t21"."lag_days") AS "stated",
          COUNT(*) AS "rows"
        FROM "t16" AS "t21"
      ) AS "t38"
      CROSS JOIN (
        SELECT
          MIN("t76"."lag_days") AS "lag_days"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t56"."lag_days",
              "t56"."n",
              "t56"."kept",
              "t66"."whole"
            FROM (
              SELECT
                "t46"."lag_days",
                "t46"."n",
                SUM("t46"."n") OVER (ORDER BY "t46"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
              FROM "t37" AS "t46"
            ) AS "t56"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t46"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
              FROM "t37" AS "t46"
            ) AS "t66"
          ) AS "t71"
          WHERE
            (
              "t71"."kept" * 100
            ) >= (
              "t71"."whole" * 98
            )
        ) AS "t76"
      ) AS "t86"
    ) AS "t91"
  ) AS "t95"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t40"."first_on",
        "t40"."last_on",
        "t40"."stated",
        "t40"."rows",
        'shipment' AS "table",
        COALESCE("t87"."lag_days", 0) AS "lag_days",
        CAST(CAST("t40"."newest" - TO_DAYS(COALESCE("t87"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
      FROM (
        SELECT
          MIN("t22"."occurred_on") AS "first_on",
          MAX("t22"."occurred_on") AS "last_on",
          GREATEST(MAX("t22"."occurred_on"), MAX("t22"."stated_on")) AS "newest",
          COUNT("t22"."lag_days") AS "stated",
          COUNT(*) AS "rows"
        FROM "t17" AS "t22"
      ) AS "t40"
      CROSS JOIN (
        SELECT
          MIN("t77"."lag_days") AS "lag_days"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t57"."lag_days",
              "t57"."n",
              "t57"."kept",
              "t67"."whole"
            FROM (
              SELECT
                "t47"."lag_days",
                "t47"."n",
                SUM("t47"."n") OVER (ORDER BY "t47"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
              FROM "t39" AS "t47"
            ) AS "t57"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t47"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
              FROM "t39" AS "t47"
            ) AS "t67"
          ) AS "t72"
          WHERE
            (
              "t72"."kept" * 100
            ) >= (
              "t72"."whole" * 98
            )
        ) AS "t77"
      ) AS "t87"
    ) AS "t92"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t42"."first_on",
          "t42"."last_on",
          "t42"."stated",
          "t42"."rows",
          'invoice' AS "table",
          COALESCE("t88"."lag_days", 0) AS "lag_days",
          CAST(CAST("t42"."newest" - TO_DAYS(COALESCE("t88"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
        FROM (
          SELECT
            MIN("t23"."occurred_on") AS "first_on",
            MAX("t23"."occurred_on") AS "last_on",
            GREATEST(MAX("t23"."occurred_on"), MAX("t23"."stated_on")) AS "newest",
            COUNT("t23"."lag_days") AS "stated",
            COUNT(*) AS "rows"
          FROM "t18" AS "t23"
        ) AS "t42"
        CROSS JOIN (
          SELECT
            MIN("t78"."lag_days") AS "lag_days"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t58"."lag_days",
                "t58"."n",
                "t58"."kept",
                "t68"."whole"
              FROM (
                SELECT
                  "t48"."lag_days",
                  "t48"."n",
                  SUM("t48"."n") OVER (ORDER BY "t48"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
                FROM "t41" AS "t48"
              ) AS "t58"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t48"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
                FROM "t41" AS "t48"
              ) AS "t68"
            ) AS "t73"
            WHERE
              (
                "t73"."kept" * 100
              ) >= (
                "t73"."whole" * 98
              )
          ) AS "t78"
        ) AS "t88"
      ) AS "t93"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t44"."first_on",
          "t44"."last_on",
          "t44"."stated",
          "t44"."rows",
          'order_line' AS "table",
          COALESCE("t89"."lag_days", 0) AS "lag_days",
          CAST(CAST("t44"."newest" - TO_DAYS(COALESCE("t89"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
        FROM (
          SELECT
            MIN("t24"."occurred_on") AS "first_on",
            MAX("t24"."occurred_on") AS "last_on",
            GREATEST(MAX("t24"."occurred_on"), MAX("t24"."stated_on")) AS "newest",
            COUNT("t24"."lag_days") AS "stated",
            COUNT(*) AS "rows"
          FROM "t19" AS "t24"
        ) AS "t44"
        CROSS JOIN (
          SELECT
            MIN("t79"."lag_days") AS "lag_days"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t59"."lag_days",
                "t59"."n",
                "t59"."kept",
                "t69"."whole"
              FROM (
                SELECT
                  "t49"."lag_days",
                  "t49"."n",
                  SUM("t49"."n") OVER (ORDER BY "t49"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
                FROM "t43" AS "t49"
              ) AS "t59"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t49"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
                FROM "t43" AS "t49"
              ) AS "t69"
            ) AS "t74"
            WHERE
              (
                "t74"."kept" * 100
              ) >= (
                "t74"."whole" * 98
              )
          ) AS "t79"
        ) AS "t89"
      ) AS "t94"
    ) AS "t96"
  ) AS "t97"
) AS "t98"
ORDER BY
  "t98"."table" ASC

WITH "t10" AS (
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
), "t11" AS (
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
), "t12" AS (
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
), "t13" AS (
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
), "t14" AS (
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
), "t20" AS (
  SELECT
    "t15"."occurred_on",
    "t15"."stated_on",
    CASE
      WHEN "t15"."first_stated_on" = "t15"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t15"."occurred_on", "t15"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM "t10" AS "t15"
  WHERE
    "t15"."occurred_on" IS NOT NULL
), "t22" AS (
  SELECT
    "t16"."occurred_on",
    "t16"."stated_on",
    CASE
      WHEN "t16"."first_stated_on" = "t16"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t16"."occurred_on", "t16"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM "t11" AS "t16"
  WHERE
    "t16"."occurred_on" IS NOT NULL
), "t24" AS (
  SELECT
    "t17"."occurred_on",
    "t17"."stated_on",
    CASE
      WHEN "t17"."first_stated_on" = "t17"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t17"."occurred_on", "t17"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM "t12" AS "t17"
  WHERE
    "t17"."occurred_on" IS NOT NULL
), "t26" AS (
  SELECT
    "t18"."occurred_on",
    "t18"."stated_on",
    CASE
      WHEN "t18"."first_stated_on" = "t18"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t18"."occurred_on", "t18"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM "t13" AS "t18"
  WHERE
    "t18"."occurred_on" IS NOT NULL
), "t28" AS (
  SELECT
    "t19"."occurred_on",
    "t19"."stated_on",
    CASE
      WHEN "t19"."first_stated_on" = "t19"."first_on"
      THEN GREATEST(DATE_DIFF('DAY', "t19"."occurred_on", "t19"."first_on"), 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "lag_days"
  FROM "t14" AS "t19"
  WHERE
    "t19"."occurred_on" IS NOT NULL
), "t35" AS (
  SELECT
    "t21"."stated_on" AS "occurred_on",
    COUNT(*) AS "n"
  FROM (
    SELECT
      "t15"."occurred_on",
      "t15"."stated_on",
      CASE
        WHEN "t15"."first_stated_on" = "t15"."first_on"
        THEN GREATEST(DATE_DIFF('DAY', "t15"."occurred_on", "t15"."first_on"), 0)
        ELSE CAST(NULL AS BIGINT)
      END AS "lag_days"
    FROM "t10" AS "t15"
    WHERE
      "t15"."occurred_on" IS NOT NULL AND "t15"."stated_on" IS NOT NULL
  ) AS "t21"
  GROUP BY
    1
), "t36" AS (
  SELECT
    "t23"."stated_on" AS "occurred_on",
    COUNT(*) AS "n"
  FROM (
    SELECT
      "t16"."occurred_on",
      "t16"."stated_on",
      CASE
        WHEN "t16"."first_stated_on" = "t16"."first_on"
        THEN GREATEST(DATE_DIFF('DAY', "t16"."occurred_on", "t16"."first_on"), 0)
        ELSE CAST(NULL AS BIGINT)
      END AS "lag_days"
    FROM "t11" AS "t16"
    WHERE
      "t16"."occurred_on" IS NOT NULL AND "t16"."stated_on" IS NOT NULL
  ) AS "t23"
  GROUP BY
    1
), "t37" AS (
  SELECT
    "t25"."stated_on" AS "occurred_on",
    COUNT(*) AS "n"
  FROM (
    SELECT
      "t17"."occurred_on",
      "t17"."stated_on",
      CASE
        WHEN "t17"."first_stated_on" = "t17"."first_on"
        THEN GREATEST(DATE_DIFF('DAY', "t17"."occurred_on", "t17"."first_on"), 0)
        ELSE CAST(NULL AS BIGINT)
      END AS "lag_days"
    FROM "t12" AS "t17"
    WHERE
      "t17"."occurred_on" IS NOT NULL AND "t17"."stated_on" IS NOT NULL
  ) AS "t25"
  GROUP BY
    1
), "t38" AS (
  SELECT
    "t27"."stated_on" AS "occurred_on",
    COUNT(*) AS "n"
  FROM (
    SELECT
      "t18"."occurred_on",
      "t18"."stated_on",
      CASE
        WHEN "t18"."first_stated_on" = "t18"."first_on"
        THEN GREATEST(DATE_DIFF('DAY', "t18"."occurred_on", "t18"."first_on"), 0)
        ELSE CAST(NULL AS BIGINT)
      END AS "lag_days"
    FROM "t13" AS "t18"
    WHERE
      "t18"."occurred_on" IS NOT NULL AND "t18"."stated_on" IS NOT NULL
  ) AS "t27"
  GROUP BY
    1
), "t39" AS (
  SELECT
    "t29"."stated_on" AS "occurred_on",
    COUNT(*) AS "n"
  FROM (
    SELECT
      "t19"."occurred_on",
      "t19"."stated_on",
      CASE
        WHEN "t19"."first_stated_on" = "t19"."first_on"
        THEN GREATEST(DATE_DIFF('DAY', "t19"."occurred_on", "t19"."first_on"), 0)
        ELSE CAST(NULL AS BIGINT)
      END AS "lag_days"
    FROM "t14" AS "t19"
    WHERE
      "t19"."occurred_on" IS NOT NULL AND "t19"."stated_on" IS NOT NULL
  ) AS "t29"
  GROUP BY
    1
), "t40" AS (
  SELECT
    "t30"."occurred_on",
    COUNT(*) AS "n"
  FROM "t20" AS "t30"
  GROUP BY
    1
), "t42" AS (
  SELECT
    "t31"."occurred_on",
    COUNT(*) AS "n"
  FROM "t22" AS "t31"
  GROUP BY
    1
), "t44" AS (
  SELECT
    "t32"."occurred_on",
    COUNT(*) AS "n"
  FROM "t24" AS "t32"
  GROUP BY
    1
), "t46" AS (
  SELECT
    "t33"."occurred_on",
    COUNT(*) AS "n"
  FROM "t26" AS "t33"
  GROUP BY
    1
), "t48" AS (
  SELECT
    "t34"."occurred_on",
    COUNT(*) AS "n"
  FROM "t28" AS "t34"
  GROUP BY
    1
), "t70" AS (
  SELECT
    "t52"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t20" AS "t30"
    WHERE
      "t30"."lag_days" IS NOT NULL
  ) AS "t52"
  GROUP BY
    1
), "t71" AS (
  SELECT
    "t55"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t22" AS "t31"
    WHERE
      "t31"."lag_days" IS NOT NULL
  ) AS "t55"
  GROUP BY
    1
), "t72" AS (
  SELECT
    "t58"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t24" AS "t32"
    WHERE
      "t32"."lag_days" IS NOT NULL
  ) AS "t58"
  GROUP BY
    1
), "t73" AS (
  SELECT
    "t61"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t26" AS "t33"
    WHERE
      "t33"."lag_days" IS NOT NULL
  ) AS "t61"
  GROUP BY
    1
), "t74" AS (
  SELECT
    "t64"."lag_days",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "t28" AS "t34"
    WHERE
      "t34"."lag_days" IS NOT NULL
  ) AS "t64"
  GROUP BY
    1
)
SELECT
  "t208"."table",
  "t208"."first_on",
  "t208"."last_on",
  "t208"."complete_on",
  "t208"."lag_days",
  "t208"."stated",
  "t208"."rows"
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t65"."first_on",
        "t65"."last_on",
        "t65"."stated",
        "t65"."rows",
        'payment' AS "table",
        COALESCE("t195"."lag_days", 0) AS "lag_days",
        CAST(CAST(GREATEST("t185"."steady_occurred_on", "t176"."steady_stated_on") - TO_DAYS(COALESCE("t195"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
      FROM (
        SELECT
          MIN("t30"."occurred_on") AS "first_on",
          MAX("t30"."occurred_on") AS "last_on",
          COUNT("t30"."lag_days") AS "stated",
          COUNT(*) AS "rows"
        FROM "t20" AS "t30"
      ) AS "t65"
      CROSS JOIN (
        SELECT
          MIN("t165"."lag_days") AS "lag_days"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t125"."lag_days",
              "t125"."n",
              "t125"."kept",
              "t145"."whole"
            FROM (
              SELECT
                "t75"."lag_days",
                "t75"."n",
                SUM("t75"."n") OVER (ORDER BY "t75"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
              FROM "t70" AS "t75"
            ) AS "t125"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t75"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
              FROM "t70" AS "t75"
            ) AS "t145"
          ) AS "t150"
          WHERE
            (
              "t150"."kept" * 100
            ) >= (
              "t150"."whole" * 98
            )
        ) AS "t165"
      ) AS "t195"
      CROSS JOIN (
        SELECT
          MAX("t160"."occurred_on") AS "steady_occurred_on"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t110"."occurred_on",
              "t110"."n",
              "t110"."held",
              "t111"."rows",
              "t111"."days"
            FROM (
              SELECT
                "t50"."occurred_on",
                "t50"."n",
                CAST(CAST(SUM("t50"."n") OVER (
                  ORDER BY "t50"."occurred_on" ASC
                  RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
              FROM "t40" AS "t50"
            ) AS "t110"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t50"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                GREATEST(DATE_DIFF('DAY', MIN("t50"."occurred_on"), MAX("t50"."occurred_on")) + 1, 28) AS "days"
              FROM "t40" AS "t50"
            ) AS "t111"
          ) AS "t135"
          WHERE
            (
              "t135"."held" * "t135"."days" * 10
            ) >= (
              "t135"."rows" * 28
            )
            AND NOT (
              (
                "t135"."held" < 2
              )
              AND (
                (
                  "t135"."rows" * 28
                ) >= (
                  "t135"."days" * 2
                )
              )
            )
        ) AS "t160"
      ) AS "t185"
      CROSS JOIN (
        SELECT
          MAX("t155"."occurred_on") AS "steady_stated_on"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t92"."occurred_on",
              "t92"."n",
              "t92"."held",
              "t93"."rows",
              "t93"."days"
            FROM (
              SELECT
                "t41"."occurred_on",
                "t41"."n",
                CAST(CAST(SUM("t41"."n") OVER (
                  ORDER BY "t41"."occurred_on" ASC
                  RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
              FROM "t35" AS "t41"
            ) AS "t92"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t41"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                GREATEST(DATE_DIFF('DAY', MIN("t41"."occurred_on"), MAX("t41"."occurred_on")) + 1, 28) AS "days"
              FROM "t35" AS "t41"
            ) AS "t93"
          ) AS "t126"
          WHERE
            (
              "t126"."held" * "t126"."days" * 10
            ) >= (
              "t126"."rows" * 28
            )
            AND NOT (
              (
                "t126"."held" < 2
              )
              AND (
                (
                  "t126"."rows" * 28
                ) >= (
                  "t126"."days" * 2
                )
              )
            )
        ) AS "t155"
      ) AS "t176"
    ) AS "t200"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t66"."first_on",
        "t66"."last_on",
        "t66"."stated",
        "t66"."rows",
        'quote' AS "table",
        COALESCE("t196"."lag_days", 0) AS "lag_days",
        CAST(CAST(GREATEST("t187"."steady_occurred_on", "t178"."steady_stated_on") - TO_DAYS(COALESCE("t196"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
      FROM (
        SELECT
          MIN("t31"."occurred_on") AS "first_on",
          MAX("t31"."occurred_on") AS "last_on",
          COUNT("t31"."lag_days") AS "stated",
          COUNT(*) AS "rows"
        FROM "t22" AS "t31"
      ) AS "t66"
      CROSS JOIN (
        SELECT
          MIN("t166"."lag_days") AS "lag_days"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t127"."lag_days",
              "t127"."n",
              "t127"."kept",
              "t146"."whole"
            FROM (
              SELECT
                "t76"."lag_days",
                "t76"."n",
                SUM("t76"."n") OVER (ORDER BY "t76"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
              FROM "t71" AS "t76"
            ) AS "t127"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t76"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
              FROM "t71" AS "t76"
            ) AS "t146"
          ) AS "t151"
          WHERE
            (
              "t151"."kept" * 100
            ) >= (
              "t151"."whole" * 98
            )
        ) AS "t166"
      ) AS "t196"
      CROSS JOIN (
        SELECT
          MAX("t161"."occurred_on") AS "steady_occurred_on"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t113"."occurred_on",
              "t113"."n",
              "t113"."held",
              "t114"."rows",
              "t114"."days"
            FROM (
              SELECT
                "t53"."occurred_on",
                "t53"."n",
                CAST(CAST(SUM("t53"."n") OVER (
                  ORDER BY "t53"."occurred_on" ASC
                  RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
              FROM "t42" AS "t53"
            ) AS "t113"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t53"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                GREATEST(DATE_DIFF('DAY', MIN("t53"."occurred_on"), MAX("t53"."occurred_on")) + 1, 28) AS "days"
              FROM "t42" AS "t53"
            ) AS "t114"
          ) AS "t137"
          WHERE
            (
              "t137"."held" * "t137"."days" * 10
            ) >= (
              "t137"."rows" * 28
            )
            AND NOT (
              (
                "t137"."held" < 2
              )
              AND (
                (
                  "t137"."rows" * 28
                ) >= (
                  "t137"."days" * 2
                )
              )
            )
        ) AS "t161"
      ) AS "t187"
      CROSS JOIN (
        SELECT
          MAX("t156"."occurred_on") AS "steady_stated_on"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t96"."occurred_on",
              "t96"."n",
              "t96"."held",
              "t97"."rows",
              "t97"."days"
            FROM (
              SELECT
                "t43"."occurred_on",
                "t43"."n",
                CAST(CAST(SUM("t43"."n") OVER (
                  ORDER BY "t43"."occurred_on" ASC
                  RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
              FROM "t36" AS "t43"
            ) AS "t96"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t43"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                GREATEST(DATE_DIFF('DAY', MIN("t43"."occurred_on"), MAX("t43"."occurred_on")) + 1, 28) AS "days"
              FROM "t36" AS "t43"
            ) AS "t97"
          ) AS "t128"
          WHERE
            (
              "t128"."held" * "t128"."days" * 10
            ) >= (
              "t128"."rows" * 28
            )
            AND NOT (
              (
                "t128"."held" < 2
              )
              AND (
                (
                  "t128"."rows" * 28
                ) >= (
                  "t128"."days" * 2
                )
              )
            )
        ) AS "t156"
      ) AS "t178"
    ) AS "t201"
  ) AS "t205"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t67"."first_on",
        "t67"."last_on",
        "t67"."stated",
        "t67"."rows",
        'shipment' AS "table",
        COALESCE("t197"."lag_days", 0) AS "lag_days",
        CAST(CAST(GREATEST("t189"."steady_occurred_on", "t180"."steady_stated_on") - TO_DAYS(COALESCE("t197"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
      FROM (
        SELECT
          MIN("t32"."occurred_on") AS "first_on",
          MAX("t32"."occurred_on") AS "last_on",
          COUNT("t32"."lag_days") AS "stated",
          COUNT(*) AS "rows"
        FROM "t24" AS "t32"
      ) AS "t67"
      CROSS JOIN (
        SELECT
          MIN("t167"."lag_days") AS "lag_days"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t129"."lag_days",
              "t129"."n",
              "t129"."kept",
              "t147"."whole"
            FROM (
              SELECT
                "t77"."lag_days",
                "t77"."n",
                SUM("t77"."n") OVER (ORDER BY "t77"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
              FROM "t72" AS "t77"
            ) AS "t129"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t77"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
              FROM "t72" AS "t77"
            ) AS "t147"
          ) AS "t152"
          WHERE
            (
              "t152"."kept" * 100
            ) >= (
              "t152"."whole" * 98
            )
        ) AS "t167"
      ) AS "t197"
      CROSS JOIN (
        SELECT
          MAX("t162"."occurred_on") AS "steady_occurred_on"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t116"."occurred_on",
              "t116"."n",
              "t116"."held",
              "t117"."rows",
              "t117"."days"
            FROM (
              SELECT
                "t56"."occurred_on",
                "t56"."n",
                CAST(CAST(SUM("t56"."n") OVER (
                  ORDER BY "t56"."occurred_on" ASC
                  RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
              FROM "t44" AS "t56"
            ) AS "t116"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t56"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                GREATEST(DATE_DIFF('DAY', MIN("t56"."occurred_on"), MAX("t56"."occurred_on")) + 1, 28) AS "days"
              FROM "t44" AS "t56"
            ) AS "t117"
          ) AS "t139"
          WHERE
            (
              "t139"."held" * "t139"."days" * 10
            ) >= (
              "t139"."rows" * 28
            )
            AND NOT (
              (
                "t139"."held" < 2
              )
              AND (
                (
                  "t139"."rows" * 28
                ) >= (
                  "t139"."days" * 2
                )
              )
            )
        ) AS "t162"
      ) AS "t189"
      CROSS JOIN (
        SELECT
          MAX("t157"."occurred_on") AS "steady_stated_on"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t100"."occurred_on",
              "t100"."n",
              "t100"."held",
              "t101"."rows",
              "t101"."days"
            FROM (
              SELECT
                "t45"."occurred_on",
                "t45"."n",
                CAST(CAST(SUM("t45"."n") OVER (
                  ORDER BY "t45"."occurred_on" ASC
                  RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
              FROM "t37" AS "t45"
            ) AS "t100"
            CROSS JOIN (
              SELECT
                CAST(CAST(COALESCE(SUM("t45"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                GREATEST(DATE_DIFF('DAY', MIN("t45"."occurred_on"), MAX("t45"."occurred_on")) + 1, 28) AS "days"
              FROM "t37" AS "t45"
            ) AS "t101"
          ) AS "t130"
          WHERE
            (
              "t130"."held" * "t130"."days" * 10
            ) >= (
              "t130"."rows" * 28
            )
            AND NOT (
              (
                "t130"."held" < 2
              )
              AND (
                (
                  "t130"."rows" * 28
                ) >= (
                  "t130"."days" * 2
                )
              )
            )
        ) AS "t157"
      ) AS "t180"
    ) AS "t202"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t68"."first_on",
          "t68"."last_on",
          "t68"."stated",
          "t68"."rows",
          'invoice' AS "table",
          COALESCE("t198"."lag_days", 0) AS "lag_days",
          CAST(CAST(GREATEST("t191"."steady_occurred_on", "t182"."steady_stated_on") - TO_DAYS(COALESCE("t198"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
        FROM (
          SELECT
            MIN("t33"."occurred_on") AS "first_on",
            MAX("t33"."occurred_on") AS "last_on",
            COUNT("t33"."lag_days") AS "stated",
            COUNT(*) AS "rows"
          FROM "t26" AS "t33"
        ) AS "t68"
        CROSS JOIN (
          SELECT
            MIN("t168"."lag_days") AS "lag_days"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t131"."lag_days",
                "t131"."n",
                "t131"."kept",
                "t148"."whole"
              FROM (
                SELECT
                  "t78"."lag_days",
                  "t78"."n",
                  SUM("t78"."n") OVER (ORDER BY "t78"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
                FROM "t73" AS "t78"
              ) AS "t131"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t78"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
                FROM "t73" AS "t78"
              ) AS "t148"
            ) AS "t153"
            WHERE
              (
                "t153"."kept" * 100
              ) >= (
                "t153"."whole" * 98
              )
          ) AS "t168"
        ) AS "t198"
        CROSS JOIN (
          SELECT
            MAX("t163"."occurred_on") AS "steady_occurred_on"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t119"."occurred_on",
                "t119"."n",
                "t119"."held",
                "t120"."rows",
                "t120"."days"
              FROM (
                SELECT
                  "t59"."occurred_on",
                  "t59"."n",
                  CAST(CAST(SUM("t59"."n") OVER (
                    ORDER BY "t59"."occurred_on" ASC
                    RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                  ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
                FROM "t46" AS "t59"
              ) AS "t119"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t59"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                  GREATEST(DATE_DIFF('DAY', MIN("t59"."occurred_on"), MAX("t59"."occurred_on")) + 1, 28) AS "days"
                FROM "t46" AS "t59"
              ) AS "t120"
            ) AS "t141"
            WHERE
              (
                "t141"."held" * "t141"."days" * 10
              ) >= (
                "t141"."rows" * 28
              )
              AND NOT (
                (
                  "t141"."held" < 2
                )
                AND (
                  (
                    "t141"."rows" * 28
                  ) >= (
                    "t141"."days" * 2
                  )
                )
              )
          ) AS "t163"
        ) AS "t191"
        CROSS JOIN (
          SELECT
            MAX("t158"."occurred_on") AS "steady_stated_on"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t104"."occurred_on",
                "t104"."n",
                "t104"."held",
                "t105"."rows",
                "t105"."days"
              FROM (
                SELECT
                  "t47"."occurred_on",
                  "t47"."n",
                  CAST(CAST(SUM("t47"."n") OVER (
                    ORDER BY "t47"."occurred_on" ASC
                    RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                  ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
                FROM "t38" AS "t47"
              ) AS "t104"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t47"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                  GREATEST(DATE_DIFF('DAY', MIN("t47"."occurred_on"), MAX("t47"."occurred_on")) + 1, 28) AS "days"
                FROM "t38" AS "t47"
              ) AS "t105"
            ) AS "t132"
            WHERE
              (
                "t132"."held" * "t132"."days" * 10
              ) >= (
                "t132"."rows" * 28
              )
              AND NOT (
                (
                  "t132"."held" < 2
                )
                AND (
                  (
                    "t132"."rows" * 28
                  ) >= (
                    "t132"."days" * 2
                  )
                )
              )
          ) AS "t158"
        ) AS "t182"
      ) AS "t203"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t69"."first_on",
          "t69"."last_on",
          "t69"."stated",
          "t69"."rows",
          'order_line' AS "table",
          COALESCE("t199"."lag_days", 0) AS "lag_days",
          CAST(CAST(GREATEST("t193"."steady_occurred_on", "t184"."steady_stated_on") - TO_DAYS(COALESCE("t199"."lag_days", 0)) AS TIMESTAMP) AS DATE) AS "complete_on"
        FROM (
          SELECT
            MIN("t34"."occurred_on") AS "first_on",
            MAX("t34"."occurred_on") AS "last_on",
            COUNT("t34"."lag_days") AS "stated",
            COUNT(*) AS "rows"
          FROM "t28" AS "t34"
        ) AS "t69"
        CROSS JOIN (
          SELECT
            MIN("t169"."lag_days") AS "lag_days"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t133"."lag_days",
                "t133"."n",
                "t133"."kept",
                "t149"."whole"
              FROM (
                SELECT
                  "t79"."lag_days",
                  "t79"."n",
                  SUM("t79"."n") OVER (ORDER BY "t79"."lag_days" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "kept"
                FROM "t74" AS "t79"
              ) AS "t133"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t79"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "whole"
                FROM "t74" AS "t79"
              ) AS "t149"
            ) AS "t154"
            WHERE
              (
                "t154"."kept" * 100
              ) >= (
                "t154"."whole" * 98
              )
          ) AS "t169"
        ) AS "t199"
        CROSS JOIN (
          SELECT
            MAX("t164"."occurred_on") AS "steady_occurred_on"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t122"."occurred_on",
                "t122"."n",
                "t122"."held",
                "t123"."rows",
                "t123"."days"
              FROM (
                SELECT
                  "t62"."occurred_on",
                  "t62"."n",
                  CAST(CAST(SUM("t62"."n") OVER (
                    ORDER BY "t62"."occurred_on" ASC
                    RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                  ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
                FROM "t48" AS "t62"
              ) AS "t122"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t62"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                  GREATEST(DATE_DIFF('DAY', MIN("t62"."occurred_on"), MAX("t62"."occurred_on")) + 1, 28) AS "days"
                FROM "t48" AS "t62"
              ) AS "t123"
            ) AS "t143"
            WHERE
              (
                "t143"."held" * "t143"."days" * 10
              ) >= (
                "t143"."rows" * 28
              )
              AND NOT (
                (
                  "t143"."held" < 2
                )
                AND (
                  (
                    "t143"."rows" * 28
                  ) >= (
                    "t143"."days" * 2
                  )
                )
              )
          ) AS "t164"
        ) AS "t193"
        CROSS JOIN (
          SELECT
            MAX("t159"."occurred_on") AS "steady_stated_on"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t108"."occurred_on",
                "t108"."n",
                "t108"."held",
                "t109"."rows",
                "t109"."days"
              FROM (
                SELECT
                  "t49"."occurred_on",
                  "t49"."n",
                  CAST(CAST(SUM("t49"."n") OVER (
                    ORDER BY "t49"."occurred_on" ASC
                    RANGE BETWEEN INTERVAL '27' DAY preceding AND INTERVAL '0' DAY following
                  ) AS DECIMAL(38, 0)) AS BIGINT) AS "held"
                FROM "t39" AS "t49"
              ) AS "t108"
              CROSS JOIN (
                SELECT
                  CAST(CAST(COALESCE(SUM("t49"."n"), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "rows",
                  GREATEST(DATE_DIFF('DAY', MIN("t49"."occurred_on"), MAX("t49"."occurred_on")) + 1, 28) AS "days"
                FROM "t39" AS "t49"
              ) AS "t109"
            ) AS "t134"
            WHERE
              (
                "t134"."held" * "t134"."days" * 10
              ) >= (
                "t134"."rows" * 28
              )
              AND NOT (
                (
                  "t134"."held" < 2
                )
                AND (
                  (
                    "t134"."rows" * 28
                  ) >= (
                    "t134"."days" * 2
                  )
                )
              )
          ) AS "t159"
        ) AS "t184"
      ) AS "t204"
    ) AS "t206"
  ) AS "t207"
) AS "t208"
ORDER BY
  "t208"."table" ASC

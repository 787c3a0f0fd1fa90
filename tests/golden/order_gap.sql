SELECT
  "t18"."customer_id",
  "t18"."gap_no",
  "t18"."opened_on",
  "t18"."closed_on",
  DATE_DIFF('DAY', "t18"."opened_on", "t18"."until") AS "gap_days",
  "t18"."ended_no" - "t18"."opened_no" AS "gap_working_days",
  "t18"."blanket_lines"
FROM (
  SELECT
    "t17".*
    EXCLUDE ("until_right")
  FROM (
    SELECT
      "t16"."customer_id",
      "t16"."blanket_lines",
      "t16"."gap_no",
      "t16"."opened_on",
      "t16"."closed_on",
      "t16"."complete_on",
      "t16"."until",
      "t16"."opened_no",
      "t5"."until" AS "until_right",
      "t5"."ended_no"
    FROM (
      SELECT
        "t14".*
        EXCLUDE ("opened_on_right")
      FROM (
        SELECT
          "t13"."customer_id",
          "t13"."blanket_lines",
          "t13"."gap_no",
          "t13"."opened_on",
          "t13"."closed_on",
          "t13"."complete_on",
          "t13"."until",
          "t6"."opened_on" AS "opened_on_right",
          "t6"."opened_no"
        FROM (
          SELECT
            "t11"."customer_id",
            "t11"."blanket_lines",
            "t11"."gap_no",
            "t11"."opened_on",
            "t11"."closed_on",
            "t11"."complete_on",
            COALESCE("t11"."closed_on", GREATEST("t11"."complete_on", "t11"."opened_on")) AS "until"
          FROM (
            SELECT
              "t10"."customer_id",
              "t10"."blanket_lines",
              "t10"."gap_no",
              "t10"."opened_on",
              "t10"."closed_on",
              "t8"."complete_on"
            FROM (
              SELECT
                "t1"."customer_id",
                "t1"."blanket_lines",
                CAST(CAST(ROW_NUMBER() OVER (
                  PARTITION BY "t1"."customer_id"
                  ORDER BY "t1"."release_on" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) - 1 AS DECIMAL(38, 0)) AS BIGINT) + 1 AS "gap_no",
                "t1"."release_on" AS "opened_on",
                LEAD("t1"."release_on") OVER (
                  PARTITION BY "t1"."customer_id"
                  ORDER BY "t1"."release_on" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) AS "closed_on"
              FROM "order_release" AS "t1"
            ) AS "t10"
            CROSS JOIN (
              SELECT
                "t2"."complete_on"
              FROM "entry_clock" AS "t2"
              WHERE
                "t2"."table" = 'order_line'
            ) AS "t8"
          ) AS "t11"
        ) AS "t13"
        LEFT OUTER JOIN (
          SELECT
            "t0"."day" AS "opened_on",
            "t0"."working_no" AS "opened_no"
          FROM "working_day" AS "t0"
        ) AS "t6"
          ON "t13"."opened_on" = "t6"."opened_on"
      ) AS "t14"
    ) AS "t16"
    LEFT OUTER JOIN (
      SELECT
        "t0"."day" AS "until",
        "t0"."working_no" AS "ended_no"
      FROM "working_day" AS "t0"
    ) AS "t5"
      ON "t16"."until" = "t5"."until"
  ) AS "t17"
) AS "t18"
ORDER BY
  "t18"."customer_id" ASC,
  "t18"."gap_no" ASC

SELECT
  *
FROM (
  SELECT
    "t0"."customer_id",
    "t0"."paid_on",
    COUNT(*) AS "payments",
    CAST(CAST(COALESCE(SUM(CAST(COALESCE("t0"."days_beyond_terms" > 0, FALSE) AS BIGINT)), 0) AS DECIMAL(38, 0)) AS BIGINT) AS "late_payments",
    CAST(COALESCE(SUM("t0"."amount"), 0) AS DECIMAL(18, 4)) AS "amount",
    CAST(COALESCE(SUM("t0"."amount" * CAST("t0"."days_beyond_terms" AS DECIMAL(6, 0))), 0) AS DECIMAL(18, 4)) AS "amount_days"
  FROM "payment_lag" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
ORDER BY
  "t1"."customer_id" ASC,
  "t1"."paid_on" ASC

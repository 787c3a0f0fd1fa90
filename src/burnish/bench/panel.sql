-- The tables of src/burnish/features as a person would write them for DuckDB, to measure ours against.
-- One statement per table, named in the line above it. Inputs: order_line, shipment, invoice, payment, quote,
-- customer_ref, working_day, entry_clock, and the tables made before. Shop currency USD; {day} is a DATE literal.

-- name: order_release
WITH line AS (
  SELECT r.customer_id, l.occurred_on, coalesce(l.po_no, l.order_no) AS po, l.quantity,
    (round_even(l.weight_kg * 1000, 0))::BIGINT AS weight_g, (l.area_m2 * 10000)::BIGINT AS area_cm2,
    CASE WHEN coalesce(l.currency, 'USD') = 'USD' THEN l.amount END AS amount,
    coalesce(l.currency, 'USD') <> 'USD' AND l.amount IS NOT NULL AS is_foreign, l.is_blanket
  FROM order_line l JOIN customer_ref r USING (source, organisation_ref)
), po_day AS (
  SELECT customer_id, po, occurred_on, count(*) AS lines, sum(quantity) AS pieces, sum(weight_g) AS weight_g,
    sum(area_cm2) AS area_cm2, sum(amount) AS amount, count(*) FILTER (is_foreign) AS foreign_lines,
    count(*) FILTER (is_blanket) AS blanket_lines
  FROM line GROUP BY ALL
), step AS (
  SELECT p.*, w.working_no AS no,
    no - lag(no) OVER (PARTITION BY customer_id, po ORDER BY occurred_on) AS step
  FROM po_day p LEFT JOIN working_day w ON w.day = p.occurred_on
), run AS (
  SELECT *, max(CASE WHEN step <= 3 THEN NULL ELSE no END)
    OVER (PARTITION BY customer_id, po ORDER BY occurred_on ROWS UNBOUNDED PRECEDING) AS opened
  FROM step
), started AS (
  SELECT *, CASE WHEN po IS NULL OR no IS NULL THEN occurred_on
    ELSE min(occurred_on) OVER (PARTITION BY customer_id, po, no - (no - opened) % 4) END AS release_on
  FROM run
)
SELECT customer_id, release_on, sum(lines)::BIGINT AS lines, coalesce(sum(pieces), 0)::DECIMAL(18, 4) AS pieces,
  coalesce(sum(weight_g), 0)::BIGINT AS weight_g, coalesce(sum(area_cm2), 0)::BIGINT AS area_cm2,
  coalesce(sum(amount), 0)::DECIMAL(18, 4) AS amount, sum(foreign_lines)::BIGINT AS other_currency_lines,
  sum(blanket_lines)::BIGINT AS blanket_lines
FROM started GROUP BY ALL ORDER BY customer_id, release_on;

-- name: order_gap
WITH gap AS (
  SELECT customer_id, row_number() OVER w AS gap_no, release_on AS opened_on, lead(release_on) OVER w AS closed_on,
    coalesce(closed_on, greatest(complete_on, release_on)) AS until, blanket_lines
  FROM order_release, (SELECT complete_on FROM entry_clock WHERE "table" = 'order_line')
  WINDOW w AS (PARTITION BY customer_id ORDER BY release_on)
)
SELECT customer_id, gap_no, opened_on, closed_on, date_diff('day', opened_on, until) AS gap_days,
  e.working_no - o.working_no AS gap_working_days, blanket_lines
FROM gap LEFT JOIN working_day o ON o.day = opened_on LEFT JOIN working_day e ON e.day = until
ORDER BY customer_id, gap_no;

-- name: payment_lag
WITH bill AS (
  SELECT customer_id, number AS invoice_ref, min(occurred_on) AS invoiced_on, max(due_on) AS due_on
  FROM invoice JOIN customer_ref USING (source, organisation_ref) GROUP BY ALL
)
SELECT customer_id, invoice_ref, invoiced_on, due_on, p.occurred_on AS paid_on,
  CASE WHEN coalesce(currency, 'USD') = 'USD' THEN p.amount END AS amount,
  date_diff('day', invoiced_on, paid_on) AS days_to_pay, date_diff('day', due_on, paid_on) AS days_beyond_terms
FROM payment p JOIN customer_ref USING (source, organisation_ref) JOIN bill USING (customer_id, invoice_ref)
ORDER BY ALL;

-- name: customer_week
WITH ordered AS (
  SELECT customer_id, date_trunc('week', occurred_on)::DATE AS week, count(*) AS lines, sum(quantity) AS pieces,
    sum(round_even(weight_kg * 1000, 0)::BIGINT) AS weight_g, sum((area_m2 * 10000)::BIGINT) AS area_cm2,
    sum(amount) FILTER (coalesce(currency, 'USD') = 'USD') AS amount
  FROM order_line JOIN customer_ref USING (source, organisation_ref) WHERE occurred_on <= {day} GROUP BY ALL
), released AS (
  SELECT customer_id, date_trunc('week', release_on)::DATE AS week, count(*) AS releases
  FROM order_release WHERE release_on <= {day} GROUP BY ALL
), shipped AS (
  SELECT customer_id, date_trunc('week', occurred_on)::DATE AS week, count(*) AS shipments,
    count(*) FILTER (occurred_on > due_on) AS late_shipments
  FROM shipment JOIN customer_ref USING (source, organisation_ref) WHERE occurred_on <= {day} GROUP BY ALL
), bill AS (
  SELECT customer_id, number, min(occurred_on) AS invoiced_on, max(due_on) AS due_on,
    coalesce(sum(amount) FILTER (coalesce(currency, 'USD') = 'USD'), 0) AS amount
  FROM invoice JOIN customer_ref USING (source, organisation_ref) GROUP BY ALL
), money_in AS (
  SELECT customer_id, invoice_ref, occurred_on AS paid_on,
    CASE WHEN coalesce(currency, 'USD') = 'USD' THEN amount END AS amount
  FROM payment JOIN customer_ref USING (source, organisation_ref)
), so_far AS (
  SELECT customer_id, invoice_ref, paid_on,
    sum(coalesce(sum(amount), 0)) OVER (PARTITION BY customer_id, invoice_ref ORDER BY paid_on) AS paid
  FROM money_in GROUP BY customer_id, invoice_ref, paid_on
), capped AS (
  SELECT s.customer_id, s.invoice_ref, paid_on, invoiced_on, due_on,
    least(greatest(paid, least(b.amount, 0)), greatest(b.amount, 0)) AS settled
  FROM so_far s JOIN bill b ON b.customer_id = s.customer_id AND b.number = s.invoice_ref
), settled AS (
  SELECT customer_id, paid_on, invoiced_on, due_on,
    settled - lag(settled, 1, 0) OVER (PARTITION BY customer_id, invoice_ref ORDER BY paid_on) AS amount
  FROM capped
), change AS (
  SELECT customer_id, invoiced_on AS day, 1 AS invoices, amount AS invoiced, 0 AS paid, amount AS opened,
    0 AS fell_due, 0 AS fell_due_days FROM bill
  UNION ALL SELECT customer_id, paid_on, 0, 0, amount, 0, 0, 0 FROM money_in
  UNION ALL SELECT customer_id, greatest(paid_on, invoiced_on), 0, 0, 0, -amount, 0, 0 FROM settled
  UNION ALL SELECT customer_id, greatest(due_on, invoiced_on), 0, 0, 0, 0, amount,
    amount * date_diff('day', DATE '1970-01-05', due_on)::DECIMAL(6, 0) FROM bill WHERE due_on IS NOT NULL
  UNION ALL SELECT customer_id, greatest(paid_on, due_on, invoiced_on), 0, 0, 0, 0, -amount,
    -amount * date_diff('day', DATE '1970-01-05', due_on)::DECIMAL(6, 0) FROM settled WHERE due_on IS NOT NULL
), billed AS (
  SELECT customer_id, date_trunc('week', day)::DATE AS week, sum(invoices) AS invoices, sum(invoiced) AS invoiced,
    sum(paid) AS paid, sum(opened) AS opened, sum(fell_due) AS fell_due, sum(fell_due_days) AS fell_due_days
  FROM change WHERE day <= {day} GROUP BY ALL
), quoted AS (
  SELECT customer_id, coalesce(number, native_id) AS quote, min(occurred_on) AS asked_on,
    min(outcome_on) FILTER (lower(outcome) IN ('won', 'win', 'closed won', 'accepted', 'ordered')) AS won_on,
    max(outcome_on) FILTER (lower(outcome) IN ('lost', 'loss', 'closed lost', 'rejected', 'declined')) AS lost_on
  FROM quote JOIN customer_ref USING (source, organisation_ref) GROUP BY ALL
), decided AS (
  SELECT customer_id, asked_on AS day, 1 AS asked, 0 AS won, 0 AS lost FROM quoted
  UNION ALL SELECT customer_id, won_on, 0, 1, 0 FROM quoted
  UNION ALL SELECT customer_id, lost_on, 0, 0, 1 FROM quoted WHERE won_on IS NULL
), quotes AS (
  SELECT customer_id, date_trunc('week', day)::DATE AS week, sum(asked) AS asked, sum(won) AS won, sum(lost) AS lost
  FROM decided WHERE day <= {day} GROUP BY ALL
), since AS (
  SELECT customer_id, min(week) AS since FROM (
    SELECT customer_id, week FROM ordered UNION ALL SELECT customer_id, week FROM released
    UNION ALL SELECT customer_id, week FROM shipped UNION ALL SELECT customer_id, week FROM billed
    UNION ALL SELECT customer_id, week FROM quotes) GROUP BY ALL
), weeks AS (
  SELECT date_trunc('week', day)::DATE AS week, sum(is_working)::BIGINT AS working_days, max(day) AS ends_on
  FROM working_day WHERE day <= {day} GROUP BY ALL
)
SELECT s.customer_id, w.week, working_days, coalesce(releases, 0) AS releases, coalesce(lines, 0) AS lines,
  coalesce(pieces, 0)::DECIMAL(18, 4) AS pieces, coalesce(weight_g, 0)::BIGINT AS weight_g,
  coalesce(area_cm2, 0)::BIGINT AS area_cm2, coalesce(amount, 0)::DECIMAL(18, 4) AS amount,
  coalesce(shipments, 0) AS shipments, coalesce(late_shipments, 0) AS late_shipments,
  coalesce(invoices, 0)::BIGINT AS invoices, coalesce(invoiced, 0)::DECIMAL(18, 4) AS invoiced,
  coalesce(paid, 0)::DECIMAL(18, 4) AS paid,
  coalesce(sum(opened) OVER up_to, 0)::DECIMAL(18, 4) AS open_amount,
  (coalesce(sum(fell_due) OVER up_to, 0)::DECIMAL(20, 4)
    * date_diff('day', DATE '1970-01-05', ends_on)::DECIMAL(6, 0)
    - coalesce(sum(fell_due_days) OVER up_to, 0)::DECIMAL(28, 4))::DECIMAL(18, 4) AS overdue_amount_days,
  coalesce(asked, 0)::BIGINT AS quotes_asked, coalesce(won, 0)::BIGINT AS quotes_won,
  coalesce(lost, 0)::BIGINT AS quotes_lost
FROM since s JOIN weeks w ON w.week >= s.since
LEFT JOIN ordered o ON o.customer_id = s.customer_id AND o.week = w.week
LEFT JOIN released r ON r.customer_id = s.customer_id AND r.week = w.week
LEFT JOIN shipped h ON h.customer_id = s.customer_id AND h.week = w.week
LEFT JOIN billed b ON b.customer_id = s.customer_id AND b.week = w.week
LEFT JOIN quotes q ON q.customer_id = s.customer_id AND q.week = w.week
WINDOW up_to AS (PARTITION BY s.customer_id ORDER BY w.week ROWS UNBOUNDED PRECEDING)
ORDER BY s.customer_id, w.week;

"""What is sold, what is in stock, what customers owe, and who of them is about to leave."""

from __future__ import annotations

from relevo.insight.alerts.metrics.metric import BRANCHES, Metric

# The last whole days of a branch, by its own calendar, against the mean of the same weekdays in the ninety days before.
# Days before the first sale are no days without sales.
SALES_DROP = Metric(
    name="sales_drop",
    unit="percent",
    subject="branch",
    comparison="above",
    window=1440,
    sampled=True,
    source='SELECT EXISTS (SELECT 1 FROM sales."order") AS there',
    sql=f"""
        WITH {BRANCHES}, period AS MATERIALIZED (
            SELECT id, timezone, currency, (%(now)s AT TIME ZONE timezone)::date AS today,
                   greatest(1, round(%(minutes)s / 1440.0))::int AS days FROM branch
        ), sold AS MATERIALIZED (
            SELECT period.id, (o.placed_at AT TIME ZONE timezone)::date AS day, sum(o.net) AS net
            FROM period JOIN sales."order" AS o ON o.branch_id = period.id AND o.currency = period.currency
                AND o.status = 'placed' AND o.placed_at < today::timestamp AT TIME ZONE timezone
                AND o.placed_at >= (today - days - 90)::timestamp AT TIME ZONE timezone
            GROUP BY 1, 2
        ), opened AS MATERIALIZED (
            SELECT id, min(day) AS day FROM sold GROUP BY id
        ), usual AS MATERIALIZED (
            SELECT period.id, extract(isodow FROM past.day) AS weekday, count(*) AS samples,
                   avg(coalesce(net, 0)) AS net
            FROM period JOIN opened ON opened.id = period.id
            CROSS JOIN LATERAL generate_series(
                greatest(opened.day, today - days - 90), today - days - 1, interval '1 day') AS past (day)
            LEFT JOIN sold ON sold.id = period.id AND sold.day = past.day::date GROUP BY 1, 2
        ), compared AS MATERIALIZED (
            SELECT period.id, period.currency, min(today) - 1 AS last, count(lately.day) AS days,
                   coalesce(sum(sold.net), 0) AS net, coalesce(sum(usual.net), 0) AS usual,
                   min(coalesce(usual.samples, 0)) AS samples
            FROM period CROSS JOIN LATERAL generate_series(today - days, today - 1, interval '1 day') AS lately (day)
            LEFT JOIN sold ON sold.id = period.id AND sold.day = lately.day::date
            LEFT JOIN usual ON usual.id = period.id AND usual.weekday = extract(isodow FROM lately.day) GROUP BY 1, 2
        )
        SELECT id::text AS subject, id AS branch_id,
               CASE WHEN samples >= %(minimum)s AND usual > 0 THEN 100 * (1 - net / usual)::float END AS value,
               jsonb_build_object('sold', round(net, 2)::text, 'usual', round(usual, 2)::text, 'currency', currency,
                   'day', last, 'days', days, 'samples', samples) AS context
        FROM compared
    """,
)

# What the inventory said within the window; what is older is not known.
STOCK = Metric(
    name="stock",
    unit="units",
    subject="product",
    comparison="below",
    window=7 * 1440,
    filters=frozenset({"branches", "categories"}),
    source="SELECT EXISTS (SELECT 1 FROM sales.stock_cache WHERE at >= %(since)s) AS there",
    sql="""
        SELECT product.id || ':' || known.branch_id AS subject, known.branch_id, known.quantity::float AS value,
               jsonb_build_object('product_id', product.id, 'code', product.code, 'product', product.name,
                   'unit', product.unit, 'known_at', known.at) AS context
        FROM sales.stock_cache AS known JOIN sales.product ON product.id = known.product_id
        WHERE product.active AND known.at >= %(since)s
          AND (%(branches)s::uuid[] IS NULL OR known.branch_id = ANY(%(branches)s))
          AND (%(categories)s::text[] IS NULL OR product.category = ANY(%(categories)s))
    """,
)

# A customer has no branch; the last one they wrote to is told.
PAYMENT_OVERDUE = Metric(
    name="payment_overdue",
    unit="days",
    subject="payment",
    comparison="above",
    filters=frozenset({"branches", "tiers"}),
    source="SELECT EXISTS (SELECT 1 FROM crm.payment) AS there",
    sql="""
        SELECT payment.id::text AS subject, latest.branch_id,
               extract(epoch FROM %(now)s - payment.due_at) / 86400 AS value,
               jsonb_build_object('payment_id', payment.id, 'reference', payment.reference,
                   'amount', payment.amount::text, 'currency', payment.currency, 'due_at', payment.due_at,
                   'customer_id', customer.id, 'customer', customer.name, 'tier', customer.tier,
                   'conversation_id', latest.id) AS context
        FROM crm.payment JOIN crm.customer ON customer.id = payment.customer_id
        LEFT JOIN LATERAL (
            SELECT id, branch_id FROM inbox.conversation WHERE customer_id = customer.id ORDER BY opened_at DESC LIMIT 1
        ) AS latest ON true
        WHERE payment.paid_at IS NULL AND payment.due_at < %(now)s
          AND (%(branches)s::uuid[] IS NULL OR latest.branch_id = ANY(%(branches)s))
          AND (%(tiers)s::text[] IS NULL OR customer.tier = ANY(%(tiers)s))
    """,
)

CHURN_RISK = Metric(
    name="churn_risk",
    unit="percent",
    subject="customer",
    comparison="above",
    filters=frozenset({"branches", "tiers"}),
    source="SELECT EXISTS (SELECT 1 FROM crm.churn_risk) AS there",
    sql="""
        SELECT customer.id::text AS subject, risk.branch_id, 100 * risk.probability AS value,
               jsonb_build_object('customer_id', customer.id, 'customer', customer.name, 'tier', customer.tier,
                   'level', risk.level, 'expected_days', risk.expected_days, 'known_at', risk.at) AS context
        FROM crm.churn_risk AS risk JOIN crm.customer ON customer.id = risk.customer_id
        WHERE (%(branches)s::uuid[] IS NULL OR risk.branch_id = ANY(%(branches)s))
          AND (%(tiers)s::text[] IS NULL OR customer.tier = ANY(%(tiers)s))
    """,
)

METRICS = (SALES_DROP, STOCK, PAYMENT_OVERDUE, CHURN_RISK)

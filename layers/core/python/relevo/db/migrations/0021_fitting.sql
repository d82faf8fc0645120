-- What a product fits is found by one entry of the index.

-- A tag more: what a product fits as one (t: make, model, year; an empty model or year fits every one), so that a
-- search of a part for a vehicle of a year is one entry of the index and no look at each product's `fits`.
CREATE OR REPLACE FUNCTION sales.product_words(
    code text, name text, brand text, category text, description text, fits jsonb
)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('pg_catalog.spanish', inbox.folded(name)), 'A')
    || setweight(to_tsvector('pg_catalog.spanish', inbox.folded(concat_ws(' ', brand, category))), 'B')
    || setweight(to_tsvector('pg_catalog.spanish', coalesce(inbox.folded((
        SELECT string_agg(concat_ws(' ', fit ->> 'make', fit ->> 'model'), ' ') FROM jsonb_array_elements(fits) AS fit)), '')), 'C')
    || setweight(to_tsvector('pg_catalog.spanish', inbox.folded(left(description, 4000))), 'D')
    || array_to_tsvector(ARRAY(
        SELECT lower(sales.code_key(code)) WHERE sales.code_key(code) <> ''
        UNION SELECT '~1' WHERE get_byte(decode(md5(code), 'hex'), 0) < 32
        UNION SELECT '~0' WHERE get_byte(decode(md5(code), 'hex'), 0) < 4
        UNION SELECT tag FROM jsonb_array_elements(fits) AS fit,
            LATERAL (SELECT inbox.folded(fit ->> 'make') AS make, inbox.folded(coalesce(fit ->> 'model', '')) AS model) AS vehicle,
            LATERAL (SELECT (fit ->> 'year_from')::int AS first, (fit ->> 'year_to')::int AS last) AS made,
            LATERAL (
                SELECT year::text FROM generate_series(first, least(last, first + 60)) AS year
                UNION ALL SELECT '' WHERE first IS NULL
            ) AS years (year),
            LATERAL unnest(ARRAY[
                'm:' || make, 'o:' || model, 'v:' || make || ':' || model, 'y:' || year,
                't:' || make || ':' || model || ':' || year
            ]) AS tag
    ));
ALTER TABLE sales.product
    ALTER COLUMN search SET EXPRESSION AS (sales.product_words(code, name, brand, category, description, fits));

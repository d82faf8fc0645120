-- What the company sells: products, the words they are found by, what branches have in stock.

CREATE SCHEMA IF NOT EXISTS sales;

-- A code as people type it: capital letters and digits, nothing between them.
CREATE FUNCTION sales.code_key(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(upper(code), '[^[:alnum:]]', '', 'g');

-- A key as a camera sees it: letters that look alike are one.
CREATE FUNCTION sales.code_shape(key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(key, 'OQDILSBZG', '000115826');

-- Besides its words a product carries tags: the vehicles it fits (m: make, o: model, v: both, y: year; an empty model
-- fits all of the make), and for one in eight ~1, for one in sixty-four ~0, so that a search of a word that half the
-- catalogue has need not read half the catalogue. Words weigh by where they stand: code and name, brand and category,
-- vehicles, description.
CREATE FUNCTION sales.product_words(code text, name text, brand text, category text, description text, fits jsonb)
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
            LATERAL unnest(ARRAY['m:' || make, 'o:' || model, 'v:' || make || ':' || model]) AS tag
        UNION SELECT 'y:' || year FROM jsonb_array_elements(fits) AS fit,
            generate_series((fit ->> 'year_from')::int, least((fit ->> 'year_to')::int, (fit ->> 'year_from')::int + 60)) AS year
        UNION SELECT 'y:' FROM jsonb_array_elements(fits) AS fit WHERE fit ->> 'year_from' IS NULL
    ));

-- `images` are links, the first is shown first. `fits` are [{make, model, year_from, year_to}], both years or none.
-- `digest` is of the row of the last import; a change by hand empties it, so that the next import counts.
CREATE TABLE sales.product (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    code_key text NOT NULL GENERATED ALWAYS AS (sales.code_key(code)) STORED,
    code_shape text NOT NULL GENERATED ALWAYS AS (sales.code_shape(sales.code_key(code))) STORED,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    brand text,
    category text,
    price numeric(14, 2) NOT NULL CHECK (price >= 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    unit text NOT NULL,
    images text[] NOT NULL DEFAULT '{}' CHECK (cardinality(images) <= 10),
    fits jsonb NOT NULL DEFAULT '[]',
    active boolean NOT NULL DEFAULT true,
    digest text,
    search tsvector NOT NULL GENERATED ALWAYS AS (sales.product_words(code, name, brand, category, description, fits)) STORED,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX product_key ON sales.product (code_key text_pattern_ops);
CREATE INDEX product_shape ON sales.product (code_shape);
CREATE INDEX product_search ON sales.product USING gin (search);

CREATE TABLE sales.product_change (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES sales.product ON DELETE CASCADE,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX product_change_product ON sales.product_change (product_id, id);

-- Every word of the catalogue, to tell what a mistyped one means: `near` is what remains of its beginning without one
-- or two of its letters; words a typo apart share one of these.
CREATE TABLE sales.word (
    word text PRIMARY KEY,
    stems text[] NOT NULL,
    near text[] NOT NULL
);
CREATE INDEX word_beginning ON sales.word (word text_pattern_ops);
CREATE INDEX word_stems ON sales.word USING gin (stems);
CREATE INDEX word_near ON sales.word USING gin (near);

-- What the inventory last answered, for as long as it counts as known.
CREATE TABLE sales.stock_cache (
    product_id uuid NOT NULL REFERENCES sales.product ON DELETE CASCADE,
    branch_id uuid NOT NULL REFERENCES inbox.branch ON DELETE CASCADE,
    quantity numeric(14, 3) NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (product_id, branch_id)
);

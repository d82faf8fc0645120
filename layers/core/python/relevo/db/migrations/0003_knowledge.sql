-- What the company knows: articles, what each is asked, the model that finds them, and every turn of the bot.
CREATE SCHEMA knowledge;
CREATE EXTENSION IF NOT EXISTS vector;

CREATE FUNCTION knowledge.dictionary(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE language
    WHEN 'es' THEN 'spanish'::regconfig
    WHEN 'en' THEN 'english'::regconfig
    WHEN 'pt' THEN 'portuguese'::regconfig
    ELSE 'simple'::regconfig
END;

-- One language of an article; its translations share the slug and the head. `head` is set while it is published and
-- fitted: 640 weights, a bias and the coordinate that gives every head one length, so that the nearest answers best.
CREATE TABLE knowledge.article (
    id uuid PRIMARY KEY,
    slug text NOT NULL,
    language text NOT NULL,
    category text NOT NULL DEFAULT 'general',
    title text NOT NULL,
    body text NOT NULL,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'archived')),
    version int NOT NULL DEFAULT 1,
    head halfvec(642),
    tsv tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector(knowledge.dictionary(language), title), 'A')
        || setweight(to_tsvector(knowledge.dictionary(language), body), 'B')
    ) STORED,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    published_at timestamptz,
    UNIQUE (slug, language)
);
CREATE INDEX article_tsv ON knowledge.article USING gin (tsv) WITH (fastupdate = off);
CREATE INDEX article_head ON knowledge.article USING hnsw (head halfvec_ip_ops);
CREATE INDEX article_status ON knowledge.article (status, updated_at DESC, id);

-- What leads to an article: the questions people ask, its title, and the passages of its body.
-- `embedding` is the raw sentence vector of `embedding_model`; `vector` is where the current model puts the text.
CREATE TABLE knowledge.article_question (
    id uuid PRIMARY KEY,
    article_id uuid NOT NULL REFERENCES knowledge.article ON DELETE CASCADE,
    kind text NOT NULL DEFAULT 'question' CHECK (kind IN ('question', 'title', 'passage')),
    language text NOT NULL,
    text text NOT NULL,
    embedding halfvec STORAGE EXTERNAL,
    embedding_model text,
    vector halfvec(640) STORAGE MAIN,
    tsv tsvector NOT NULL GENERATED ALWAYS AS (
        CASE kind WHEN 'question' THEN to_tsvector(knowledge.dictionary(language), text) ELSE ''::tsvector END
    ) STORED
);
CREATE INDEX article_question_article ON knowledge.article_question (article_id);
CREATE INDEX article_question_tsv ON knowledge.article_question USING gin (tsv) WITH (fastupdate = off);

CREATE TABLE knowledge.article_change (
    id uuid PRIMARY KEY,
    article_id uuid NOT NULL REFERENCES knowledge.article ON DELETE CASCADE,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX article_change_article ON knowledge.article_change (article_id, at DESC);

-- An article as it read at each version.
CREATE TABLE knowledge.article_version (
    article_id uuid NOT NULL REFERENCES knowledge.article ON DELETE CASCADE,
    version int NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    questions jsonb NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (article_id, version)
);

-- The fitted model, newest last: how a text becomes 384 numbers and a score a probability.
CREATE TABLE knowledge.model (
    id uuid PRIMARY KEY,
    embedding_model text NOT NULL,
    articles int NOT NULL,
    questions int NOT NULL,
    body bytea NOT NULL,
    fitted_at timestamptz NOT NULL
);

-- What the bot was asked and did, and why.
CREATE TABLE knowledge.chatbot_turn (
    id uuid PRIMARY KEY,
    conversation_id uuid REFERENCES inbox.conversation ON DELETE CASCADE,
    ticket_id uuid,
    question text NOT NULL,
    answer text NOT NULL,
    article_id uuid REFERENCES knowledge.article ON DELETE SET NULL,
    evidence jsonb NOT NULL DEFAULT '[]',
    confidence double precision NOT NULL,
    decision text NOT NULL,
    reason text NOT NULL,
    cost numeric NOT NULL DEFAULT 0,
    model text,
    created_at timestamptz NOT NULL
);
CREATE INDEX chatbot_turn_conversation ON knowledge.chatbot_turn (conversation_id, id DESC);
CREATE INDEX chatbot_turn_at ON knowledge.chatbot_turn (created_at);
CREATE INDEX chatbot_turn_article ON knowledge.chatbot_turn (article_id);

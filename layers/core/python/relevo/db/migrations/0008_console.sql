-- What agents see and write in the console: notes, drafts, read marks, templates, summaries, and a search.

-- A note is a message among colleagues: it stands in the conversation and has no way out of it.
ALTER TABLE inbox.message
    DROP CONSTRAINT message_direction_check,
    DROP CONSTRAINT message_status_check,
    ADD CONSTRAINT message_direction_check CHECK (direction IN ('in', 'out', 'note')),
    ADD CONSTRAINT message_status_check CHECK (status IN
        ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled', 'noted')),
    ADD CONSTRAINT message_note_check CHECK ((direction = 'note') = (status = 'noted')),
    ADD author_user_id uuid,
    ADD client_id uuid,
    ADD mentions uuid[] NOT NULL DEFAULT '{}';

-- The id an author's own client gave a message: the same again is the same message.
CREATE TABLE inbox.client_message (
    conversation_id uuid NOT NULL REFERENCES inbox.conversation ON DELETE CASCADE,
    client_id uuid NOT NULL,
    message_id uuid NOT NULL,
    PRIMARY KEY (conversation_id, client_id)
);

-- How far somebody has read a conversation; it only moves forward.
CREATE TABLE inbox.read_mark (
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL REFERENCES inbox.conversation ON DELETE CASCADE,
    message_id uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
);

CREATE TABLE inbox.note_receipt (
    message_id uuid NOT NULL,
    user_id uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (message_id, user_id)
);

CREATE TABLE inbox.draft (
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL REFERENCES inbox.conversation ON DELETE CASCADE,
    text text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
);

-- A colleague is told of a mention in their console, and gets there by it.
ALTER TABLE platform.notification ADD conversation_id uuid;

-- What Meta approved to be sent outside the customer-service window: {{1}}, {{2}}… in `body` are filled at sending.
-- Templates belong to the portfolio, as Meta keeps them with the business account.
CREATE TABLE inbox.message_template (
    id uuid PRIMARY KEY,
    channel text NOT NULL DEFAULT 'whatsapp',
    portfolio text NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    category text NOT NULL CHECK (category IN ('utility', 'marketing', 'authentication')),
    body text NOT NULL,
    parameters int NOT NULL CHECK (parameters >= 0),
    active boolean NOT NULL DEFAULT true,
    updated_at timestamptz NOT NULL,
    UNIQUE (channel, portfolio, name, language)
);

-- The latest summary of a conversation, and up to which message it reaches.
CREATE TABLE inbox.summary (
    conversation_id uuid PRIMARY KEY REFERENCES inbox.conversation ON DELETE CASCADE,
    body jsonb NOT NULL,
    kind text NOT NULL CHECK (kind IN ('model', 'extractive')),
    upto_message_id uuid,
    made_at timestamptz NOT NULL
);

-- Boxes are read newest first within a branch, a channel and an owner; a closed conversation moves no more.
ALTER TABLE inbox.conversation ADD channel text;
UPDATE inbox.conversation AS c SET channel = a.channel FROM inbox.channel_account AS a WHERE a.id = c.channel_account_id;
ALTER TABLE inbox.conversation ALTER channel SET NOT NULL;
COMMENT ON COLUMN inbox.conversation.channel IS 'its account''s, which never changes';

CREATE FUNCTION inbox.set_channel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.channel := (SELECT channel FROM inbox.channel_account WHERE id = NEW.channel_account_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER set_channel BEFORE INSERT ON inbox.conversation FOR EACH ROW EXECUTE FUNCTION inbox.set_channel();

DROP INDEX inbox.conversation_recent;
CREATE INDEX conversation_box ON inbox.conversation (branch_id, channel, owner, last_message_at DESC, id DESC) WHERE state = 'open';
CREATE INDEX conversation_closed ON inbox.conversation (branch_id, channel, last_message_at DESC, id DESC) WHERE state = 'closed';

-- From the few unfinished tickets of a priority to their conversations.
CREATE INDEX ticket_conversation_priority ON desk.ticket (priority, conversation_id)
    WHERE conversation_id IS NOT NULL AND status IN ('open', 'in_progress', 'waiting');

-- Search. What people wrote (not what the bot repeats from the articles) and whom a conversation is with, as words of
-- their own table: a message's row changes with every status, and an index over its text would be written each time.
-- As tickets are (desk.search_windows), entries are found by windows of time that widen until a page is full.
CREATE TABLE inbox.search_entry (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL,
    words tsvector NOT NULL
);
COMMENT ON COLUMN inbox.search_entry.id IS 'the message, or the conversation for whom it is with; both begin with their time';
CREATE INDEX search_entry_words ON inbox.search_entry USING gin (words) WITH (gin_pending_list_limit = 512);

-- Letters as people type them in a hurry: lower case, without accents.
CREATE FUNCTION inbox.folded(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(words), 'áàâãäåéèêëíìîïóòôõöúùûüñçý', 'aaaaaaeeeeiiiiooooouuuuncy');

-- 2^9 seconds, then eight times as long at each level up to four years.
CREATE FUNCTION inbox.search_windows(at timestamptz) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT '~' || level || ':' || (extract(epoch FROM at)::bigint >> (9 + 3 * level)) FROM generate_series(0, 6) AS level
);

CREATE FUNCTION inbox.words_of(said text, at timestamptz) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('pg_catalog.spanish', inbox.folded(left(said, 4000)))
    || to_tsvector('pg_catalog.english', inbox.folded(left(said, 4000)))
    || array_to_tsvector(inbox.search_windows(at));

-- Whom: the beginnings of every name from three letters on (n:cam, n:cami…), and every four digits of a phone (t:5730, t:7300…).
CREATE FUNCTION inbox.words_for_person(names text, phones text, at timestamptz) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(inbox.search_windows(at) || ARRAY(
    SELECT 'n:' || left(word, length) FROM regexp_split_to_table(inbox.folded(names), '[^[:alnum:]]+') AS word,
        generate_series(least(3, length(word)), least(length(word), 12)) AS length WHERE word <> ''
    UNION
    SELECT 't:' || substr(digits, start, 4) FROM regexp_split_to_table(phones, '[^0-9]+') AS digits,
        generate_series(1, length(digits) - 3) AS start
));

CREATE FUNCTION inbox.index_person(conversation uuid) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO inbox.search_entry (id, conversation_id, words)
    SELECT c.id, c.id, inbox.words_for_person(
        concat_ws(' ', u.name, u.company, i.profile_name, i.username), concat_ws(' ', u.phone, i.phone), c.opened_at)
    FROM inbox.conversation AS c JOIN crm.customer AS u ON u.id = c.customer_id JOIN inbox.identity AS i ON i.id = c.identity_id
    WHERE c.id = conversation
    ON CONFLICT (id) DO UPDATE SET words = excluded.words
$$;

CREATE FUNCTION inbox.index_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO inbox.search_entry (id, conversation_id, words)
    VALUES (NEW.id, NEW.conversation_id,
            CASE WHEN NEW.deleted_at IS NULL THEN inbox.words_of(NEW.text, NEW.stored_at) ELSE ''::tsvector END)
    ON CONFLICT (id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$;

CREATE FUNCTION inbox.index_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inbox.index_person(NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION inbox.index_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inbox.index_person(id) FROM inbox.conversation WHERE customer_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION inbox.index_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inbox.index_person(id) FROM inbox.conversation WHERE identity_id = NEW.id AND customer_id = NEW.customer_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER message_words AFTER INSERT OR UPDATE OF text, deleted_at ON inbox.message
    FOR EACH ROW WHEN (NEW.text IS NOT NULL AND NEW.author <> 'bot') EXECUTE FUNCTION inbox.index_message();
CREATE TRIGGER conversation_words AFTER INSERT ON inbox.conversation
    FOR EACH ROW EXECUTE FUNCTION inbox.index_conversation();
CREATE TRIGGER customer_words AFTER UPDATE OF name, company, phone ON crm.customer
    FOR EACH ROW EXECUTE FUNCTION inbox.index_customer();
CREATE TRIGGER identity_words AFTER UPDATE OF phone, profile_name, username ON inbox.identity
    FOR EACH ROW EXECUTE FUNCTION inbox.index_identity();

INSERT INTO inbox.search_entry (id, conversation_id, words)
    SELECT id, conversation_id, inbox.words_of(text, stored_at) FROM inbox.message
    WHERE text IS NOT NULL AND author <> 'bot' AND deleted_at IS NULL;
SELECT inbox.index_person(id) FROM inbox.conversation;

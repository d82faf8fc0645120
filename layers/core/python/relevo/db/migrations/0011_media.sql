-- Files customers send are fetched, kept and read.

-- `sha256` is what the channel declared until the file is there, then its content's, in hexadecimal; `mime_type` likewise.
-- `next_try_at` is when the file may be fetched (again); empty is at once. `reason` says why it never will be.
ALTER TABLE inbox.attachment
    ADD COLUMN reason text,
    ADD COLUMN attempts int NOT NULL DEFAULT 0,
    ADD COLUMN next_try_at timestamptz,
    ADD COLUMN ready_at timestamptz,
    ADD COLUMN read_at timestamptz;

-- What stands in a picture, by the hash of its content: the same picture is read once, whoever sends it.
-- `reason` says why nothing could be read of it; `words` are [{text, confidence, box: [left, top, width, height]}].
CREATE TABLE inbox.reading (
    sha256 text PRIMARY KEY,
    verdict text NOT NULL CHECK (verdict IN ('told', 'asked', 'none')),
    reason text,
    vin text,
    decoded jsonb,
    confidence real NOT NULL,
    text text NOT NULL,
    words jsonb NOT NULL,
    codes jsonb NOT NULL DEFAULT '[]',
    seen jsonb NOT NULL,
    readers text[] NOT NULL,
    milliseconds int NOT NULL,
    at timestamptz NOT NULL
);

-- What people say stands there: the customer by a button, an agent by writing it. An empty `vin` means: not that one.
CREATE TABLE inbox.reading_correction (
    id uuid PRIMARY KEY,
    attachment_id uuid NOT NULL REFERENCES inbox.attachment,
    read text,
    vin text,
    decoded jsonb,
    actor text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX reading_correction_attachment ON inbox.reading_correction (attachment_id, id DESC);

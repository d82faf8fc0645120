-- Who reads a picture's content now, so that copies of it that arrive together are read once. Gone when it is read;
-- a reader that died leaves its row until `until`.
CREATE TABLE inbox.reading_claim (
    sha256 text PRIMARY KEY,
    until timestamptz NOT NULL
);

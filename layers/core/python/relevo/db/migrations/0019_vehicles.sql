-- What a decoder told of a VIN beyond what the number tells by itself; `{}`: it does not know the number either.
CREATE TABLE inbox.vehicle (
    vin text PRIMARY KEY,
    decoded jsonb NOT NULL,
    at timestamptz NOT NULL
);

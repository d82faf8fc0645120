-- Work that falls on a day of the company: who claims the day does it, so that it is done once.

CREATE TABLE platform.scheduled_run (
    name text NOT NULL,
    day date NOT NULL,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (name, day)
);

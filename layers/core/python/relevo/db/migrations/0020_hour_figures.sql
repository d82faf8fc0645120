-- Sums over a month of hours come off the index alone: without the counts in it, the table is read whole once it holds
-- some months, and the dashboard would grow with what is stored.
ALTER TABLE insight.hour_figure DROP CONSTRAINT hour_figure_pkey;
ALTER TABLE insight.hour_figure ADD PRIMARY KEY (metric, hour, branch_id, begun) INCLUDE (count);

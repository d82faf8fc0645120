import { Box, Button, Skeleton, Stack } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { type CSSProperties, Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { Empty, FailedToLoad } from "../shell/states";
import classes from "./Panes.module.css";

interface PanesProps {
  list: ReactNode;
  /** Pixels. */
  listWidth: number;
  /** Whether something is open: on a phone it is seen instead of the list. */
  open: boolean;
  children: ReactNode;
}

/** A list on the left, and on the right what is open of it. */
export function Panes({ list, listWidth, open, children }: PanesProps) {
  const width = { "--list-width": `${String(listWidth)}px` } as CSSProperties;
  return (
    <div className={classes.panes} style={width} data-open={open || undefined}>
      {list}
      <div className={classes.open}>{children}</div>
    </div>
  );
}

/** The left pane: what narrows the list, and the list, which scrolls below it. */
export function ListPane({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.list} aria-label={label}>
      <Box p="md" pb="sm">
        {head}
      </Box>
      <div className={classes.scroll}>{children}</div>
    </section>
  );
}

interface FoundProps<Item> {
  query: UseInfiniteQueryResult<InfiniteData<{ items: Item[] }>>;
  empty: { icon: ReactNode; title: string; hint: string };
  children: (item: Item) => ReactNode;
}

/** What was found, page by page, or why there is nothing. */
export function Found<Item extends { id: string }>({ query, empty, children }: FoundProps<Item>) {
  const { t } = useTranslation("page");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  if (data === undefined)
    return error === null ? <Skeletons /> : <FailedToLoad error={error} retry={() => void refetch()} />;
  const items = data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Empty {...empty} />;
  return (
    <>
      {items.map((item) => (
        <Fragment key={item.id}>{children(item)}</Fragment>
      ))}
      {hasNextPage && (
        <Button
          fullWidth
          variant="subtle"
          size="xs"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("loadMore")}
        </Button>
      )}
    </>
  );
}

/** A line of the list, which opens what it stands for. */
export function FoundLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <NavLink to={to} className={classes.item}>
      {children}
    </NavLink>
  );
}

function Skeletons() {
  return (
    <Stack gap={10} p="md" aria-hidden>
      {Array.from({ length: 8 }, (_, place) => (
        <Skeleton key={place} h={42} />
      ))}
    </Stack>
  );
}

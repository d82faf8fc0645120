import { Button, Skeleton } from "@mantine/core";
import { IconInbox, IconSearchOff } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { Empty, FailedToLoad } from "../../shell/states";
import classes from "../Inbox.module.css";
import type { Filters } from "../lists";
import { useConversations } from "../queries";
import { ConversationRow, ROW_HEIGHT } from "./ConversationRow";

/** The conversations of the list; only what can be seen is on the page, however long it is. */
export function ConversationList({ filters, open }: { filters: Filters; open: string | undefined }) {
  const { t } = useTranslation("inbox");
  const { search } = useLocation();
  const query = useConversations(filters);
  const scroller = useRef<HTMLDivElement>(null);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler memoizes here
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;

  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && last >= items.length - 10)
      void fetchNextPage();
  }, [last, items.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  useListKeys(scroller, (from, step) => {
    const at = items.findIndex((item) => item.id === (from ?? open));
    const to = Math.min(items.length - 1, Math.max(0, at + step));
    rows.scrollToIndex(to);
    return items[to]?.id;
  });

  if (query.isPending) return <RowSkeletons />;
  if (query.isError && items.length === 0)
    return <FailedToLoad error={query.error} retry={() => void query.refetch()} />;
  if (items.length === 0) return <NothingHere filters={filters} />;
  return (
    <div ref={scroller} className={classes.rows}>
      <ul style={{ height: rows.getTotalSize() }} className={classes.rowList}>
        {visible.map((row) => {
          const item = items[row.index];
          return item === undefined ? null : (
            <li
              key={row.key}
              className={classes.rowPlace}
              style={{ transform: `translateY(${String(row.start)}px)` }}
              aria-setsize={hasNextPage ? -1 : items.length}
              aria-posinset={row.index + 1}
            >
              <ConversationRow item={item} open={item.id === open} search={search} />
            </li>
          );
        })}
      </ul>
      {isFetchNextPageError && (
        <Button size="compact-xs" variant="light" fullWidth onClick={() => void fetchNextPage()}>
          {t("list.moreFailed")}
        </Button>
      )}
    </div>
  );
}

/** j, k and the arrows move the focus from row to row. */
function useListKeys(
  scroller: React.RefObject<HTMLDivElement | null>,
  step: (from: string | undefined, by: number) => string | undefined,
): void {
  const latest = useRef(step);
  useEffect(() => {
    latest.current = step;
  });
  useEffect(() => {
    function move(event: Event) {
      const rows = scroller.current;
      if (rows === null) return;
      const focused = rows.contains(document.activeElement)
        ? (document.activeElement as HTMLElement).dataset.conversation
        : undefined;
      const to = latest.current(focused, (event as CustomEvent<number>).detail);
      // The row is on the page once the list has scrolled to it.
      requestAnimationFrame(() =>
        rows.querySelector<HTMLElement>(`[data-conversation="${to ?? ""}"]`)?.focus(),
      );
    }
    window.addEventListener("inbox:move", move);
    return () => window.removeEventListener("inbox:move", move);
  }, [scroller]);
}

function RowSkeletons() {
  return (
    <div className={classes.rows} aria-busy="true">
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className={classes.row} style={{ height: ROW_HEIGHT }}>
          <Skeleton circle height={36} />
          <div style={{ flex: 1 }}>
            <Skeleton height={11} width="60%" mt={4} />
            <Skeleton height={10} width="90%" mt={10} />
            <Skeleton height={10} width="40%" mt={10} />
          </div>
        </div>
      ))}
    </div>
  );
}

function NothingHere({ filters }: { filters: Filters }) {
  const { t } = useTranslation("inbox");
  if (filters.q !== "")
    return (
      <Empty
        icon={<IconSearchOff size={20} aria-hidden />}
        title={t("list.nothingFound")}
        hint={t("list.nothingFoundHint")}
      />
    );
  return (
    <Empty
      icon={<IconInbox size={20} aria-hidden />}
      title={t(`list.empty.${filters.box}.title`)}
      hint={t(`list.empty.${filters.box}.hint`)}
    />
  );
}

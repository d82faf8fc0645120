import { Skeleton, Stack, Table } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FailedToLoad } from "../shell/states";
import classes from "./People.module.css";

interface Props<Item> {
  query: UseQueryResult<Item[]>;
  columns: string[];
  /** What is shown where there is nothing. */
  empty: ReactNode;
  row: (item: Item) => ReactNode;
  /** Which of them are shown. */
  only?: (item: Item) => boolean;
}

/** A table of what a query answers, or why there is none. */
export function Listing<Item>({ query, columns, empty, row, only }: Props<Item>) {
  const { data, error, refetch } = query;
  if (data === undefined) {
    return error === null ? <Skeletons /> : <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  const shown = only === undefined ? data : data.filter(only);
  if (shown.length === 0) return empty;
  return (
    <div className={classes.table}>
      <Table verticalSpacing={9} horizontalSpacing="md" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, place) => (
              <Table.Th key={place} fz="xs" c="dimmed" fw={550} style={{ whiteSpace: "nowrap" }}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{shown.map(row)}</Table.Tbody>
      </Table>
    </div>
  );
}

function Skeletons() {
  return (
    <Stack gap={10} aria-hidden>
      {Array.from({ length: 5 }, (_, place) => (
        <Skeleton key={place} h={44} />
      ))}
    </Stack>
  );
}

import { Badge, Button, Group, Skeleton, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { AuditLine } from "../../api/desk";
import { keys } from "../../api/queries";
import { useFormats } from "../../page/formats";
import { useActorName } from "../../people/actors";
import { Empty, FailedToLoad } from "../../shell/states";

const COLUMNS = ["at", "actor", "action", "subject", "outcome", "detail"];
const PAGE = 50;

/** Who was let in, who was refused what, and who changed what others may do. */
export function Audit() {
  const { t } = useTranslation(["settings", "page"]);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useAudit();
  const lines = data?.pages.flatMap((page) => page.items);
  if (lines === undefined) {
    return error === null ? (
      <Skeleton h={300} />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  if (lines.length === 0) {
    return <Empty icon={<IconShieldCheck size={22} aria-hidden />} title={t("audit.empty")} />;
  }
  return (
    <>
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing={7} fz="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {COLUMNS.map((column) => (
                <Table.Th key={column} fz="xs" c="dimmed" fw={550}>
                  {t(`audit.columns.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map((line, place) => (
              <Line key={place} line={line} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Group justify="center" mt="md">
          <Button variant="light" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("page:loadMore")}
          </Button>
        </Group>
      )}
    </>
  );
}

function useAudit() {
  return useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/auth/audit", { params: { query: { limit: PAGE, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

function Line({ line }: { line: AuditLine }) {
  const { t } = useTranslation("settings");
  const { dateTime } = useFormats();
  const actor = useActorName();
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <time dateTime={line.at}>{dateTime(line.at)}</time>
      </Table.Td>
      <Table.Td>{actor(line.actor, line.actor_name)}</Table.Td>
      <Table.Td>{t(`audit.actions.${line.action}`, { defaultValue: line.action })}</Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }} title={line.subject ?? undefined}>
        {line.subject !== null &&
          shortened(line.subject.startsWith("user:") ? actor(line.subject, line.subject_name) : line.subject)}
      </Table.Td>
      <Table.Td>
        <Badge
          variant="light"
          color={line.outcome === "allowed" ? "teal" : "red"}
          tt="none"
          fw={500}
          miw="max-content"
          styles={{ label: { color: "var(--mantine-color-text)" } }}
        >
          {t(`audit.outcomes.${line.outcome}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {Object.entries(line.detail)
            .map(
              ([name, value]) =>
                `${name}: ${shortened(typeof value === "string" ? value : JSON.stringify(value))}`,
            )
            .join(" · ")}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

const ID = /[0-9a-f]{8}-[0-9a-f-]{19}([0-9a-f]{8})/g;

/** Ids by their end, which tells them apart; the whole is in the title. */
function shortened(text: string): string {
  return text.replace(ID, "…$1");
}

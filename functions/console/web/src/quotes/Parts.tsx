import {
  ActionIcon,
  Anchor,
  Badge,
  Group,
  Paper,
  Skeleton,
  Table,
  Text,
  Timeline,
  Title,
} from "@mantine/core";
import { IconArrowLeft, IconMessages } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { regional } from "../page/formats";
import { Page } from "../page/Page";
import { useActorName } from "../people/actors";
import { useBranches } from "../people/lists";
import { useReason } from "../people/reasons";
import { money } from "../products/money";
import { useMe } from "../session/session";
import { RelativeTime } from "../time/Times";
import type { QuoteLine, SaleChange } from "./queries";
import classes from "./Quotes.module.css";

/** The head of a sale's page, with the way back to its list. */
export function SalePage(props: {
  back: string;
  title: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation("page");
  const { back, ...rest } = props;
  const before = (
    <ActionIcon component={Link} to={back} aria-label={t("back")}>
      <IconArrowLeft size={18} aria-hidden />
    </ActionIcon>
  );
  return <Page before={before} {...rest} />;
}

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md">
      <Title order={2} fz="md" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

export function PageSkeleton() {
  return (
    <div className={classes.columns} aria-hidden>
      <Skeleton h={260} />
      <Skeleton h={200} />
    </div>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === "" || children === false) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The lines of a quote or order at the prices they were offered at. */
export function Lines({ lines, currency }: { lines: QuoteLine[]; currency: string }) {
  const { t, i18n } = useTranslation("quotes");
  return (
    <div className={classes.scroll}>
      <Table verticalSpacing={7} horizontalSpacing="sm" miw={480}>
        <Table.Thead>
          <Table.Tr>
            {["product", "quantity", "price", "discount", "total"].map((column) => (
              <Table.Th
                key={column}
                fz="xs"
                c="dimmed"
                fw={550}
                className={column === "product" ? undefined : classes.amount}
              >
                {t(`lines.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                <Anchor component={Link} to={`/products/${line.product_id}`} size="sm" c="inherit">
                  {line.name}
                </Anchor>
                <Group gap={6}>
                  <Text size="xs" c="dimmed">
                    {line.code}
                  </Text>
                  {!line.stock.confirmed && (
                    <Badge size="xs" variant="light" color="yellow" tt="none" className={classes.badge}>
                      {t("lines.unconfirmed")}
                    </Badge>
                  )}
                </Group>
              </Table.Td>
              <Table.Td className={classes.amount}>
                {Number(line.quantity).toLocaleString(regional(i18n.language))}
              </Table.Td>
              <Table.Td className={classes.amount}>
                {money(line.unit_price, currency, i18n.language)}
              </Table.Td>
              <Table.Td className={classes.amount}>
                {Number(line.discount_percent) === 0 ? "–" : `${String(Number(line.discount_percent))} %`}
              </Table.Td>
              <Table.Td className={classes.amount}>{money(line.total, currency, i18n.language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What the parts of a sale's history are about, newest first. */
export function SaleHistory({ history }: { history: SaleChange[] }) {
  const { t } = useTranslation("quotes");
  const actor = useActorName();
  const why = useReason();
  return (
    <Timeline bulletSize={12} lineWidth={2}>
      {history.toReversed().map((change, place) => (
        <Timeline.Item key={history.length - place} lh={1.45} mt={place === 0 ? undefined : "md"}>
          <Text size="sm" fw={550}>
            {wordsOf(change, t)}
          </Text>
          <Text size="xs" c="dimmed" component="div">
            {actor(change.actor, change.actor_name)} · <RelativeTime at={change.at} />
          </Text>
          {change.reason !== null && change.reason !== "" && (
            <Text size="xs" style={{ overflowWrap: "anywhere" }}>
              {why(change.reason)}
            </Text>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function wordsOf({ field, old, new: now }: SaleChange, t: (key: string) => string): string {
  if (field === "requested") return t(now === true ? "history.requested" : "history.returned");
  if (old === null && now === "draft") return t("history.written");
  return t(`states.${String(now)}`);
}

/** Who and where: the customer with their conversation, agent and branch. */
export function Sides(props: {
  sale: {
    customer: { name: string | null };
    conversation_id: string | null;
    agent: { name: string | null } | null;
    branch_id: string;
  };
}) {
  const { t } = useTranslation("quotes");
  const { can } = useMe();
  const branches = useBranches().data ?? [];
  const { customer, conversation_id: conversation, agent, branch_id: branch } = props.sale;
  return (
    <>
      <Fact name={t("facts.customer")}>{customer.name ?? t("unnamed")}</Fact>
      <Fact name={t("facts.conversation")}>
        {conversation !== null && can("conversations:read") && (
          <Anchor component={Link} to={`/inbox/${conversation}`} size="sm">
            <IconMessages size={14} aria-hidden /> {t("facts.open")}
          </Anchor>
        )}
      </Fact>
      <Fact name={t("facts.agent")}>{agent?.name ?? t("noAgent")}</Fact>
      <Fact name={t("facts.branch")}>{branches.find(({ id }) => id === branch)?.name}</Fact>
    </>
  );
}

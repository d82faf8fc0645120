import { Badge, Button, Code, Group, Table, Text, Tooltip } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey } from "../../api/desk";
import { keys } from "../../api/queries";
import { Confirm } from "../../page/Confirm";
import { useFormats } from "../../page/formats";
import { ShownOnce } from "../../page/ShownOnce";
import { Empty } from "../../shell/states";
import { RelativeTime } from "../../time/Times";
import { useNow } from "../../time/useNow";
import { useChange } from "../changes";
import { Listing } from "../Listing";
import classes from "../People.module.css";
import { Toolbar } from "../Toolbar";
import { KeyForm } from "./KeyForm";
import { revokeKey, useKeys } from "./queries";

const SHOWN_SCOPES = 2;

/** Keys by which other programs use the API. */
export function Keys() {
  const { t } = useTranslation("people");
  const query = useKeys();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);
  const columns = ["key", "scopes", "created", "expires", "lastUsed"].map((column) =>
    t(`keys.columns.${column}`),
  );
  return (
    <>
      <Toolbar add={{ label: t("keys.new"), open: () => setMaking(true) }} />
      <Listing
        query={query}
        columns={[...columns, ""]}
        empty={
          <Empty
            icon={<IconKey size={22} aria-hidden />}
            title={t("keys.empty.title")}
            hint={t("keys.empty.hint")}
          />
        }
        row={(key) => <Row key={key.prefix} apiKey={key} />}
      />
      {making && <KeyForm made={setMade} close={() => setMaking(false)} />}
      <ShownOnce
        secret={made?.token ?? null}
        title={t("keys.tokenTitle", { name: made?.name })}
        hint={t("keys.tokenHint")}
        close={() => setMade(null)}
      />
    </>
  );
}

function Row({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation(["people", "page"]);
  const { day } = useFormats();
  const now = useNow();
  const { prefix, name, scopes, created_at, expires_at, revoked_at, last_used_at } = apiKey;
  const expired = expires_at !== null && Date.parse(expires_at) < now;
  const dead = revoked_at !== null || expired;
  return (
    <Table.Tr className={dead ? classes.faded : undefined}>
      <Table.Td>
        <Text size="sm" fw={550}>
          {name}
        </Text>
        <Code fz="xs">{prefix}…</Code>
      </Table.Td>
      <Table.Td>
        <Scopes scopes={scopes} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{day(created_at)}</Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        {expires_at === null ? t("keys.never") : day(expires_at)}
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        {last_used_at === null ? t("page:never") : <RelativeTime at={last_used_at} />}
      </Table.Td>
      <Table.Td ta="right">
        {dead ? (
          <Badge className={classes.badge} variant="light" color="gray" tt="none" fw={500}>
            {t(revoked_at !== null ? "keys.revoked" : "keys.expired")}
          </Badge>
        ) : (
          <Revoke apiKey={apiKey} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Scopes({ scopes }: { scopes: string[] }) {
  const { t } = useTranslation("people");
  const names = scopes.map((scope) => t(`permissions.${scope}`, { nsSeparator: false, defaultValue: scope }));
  const more = names.slice(SHOWN_SCOPES);
  return (
    <Group gap={6}>
      <Text size="sm">{names.slice(0, SHOWN_SCOPES).join(", ")}</Text>
      {more.length > 0 && (
        <Tooltip label={more.join(", ")} multiline maw={320}>
          <Text size="xs" c="dimmed" tabIndex={0}>
            {t("keys.scopesMore", { count: more.length })}
          </Text>
        </Tooltip>
      )}
    </Group>
  );
}

function Revoke({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation("people");
  const [asking, setAsking] = useState(false);
  const revoke = useChange({
    call: () => revokeKey(apiKey.prefix),
    stale: [keys.apiKeys],
    said: t("keys.revokedNow"),
  });
  return (
    <>
      <Button size="compact-xs" variant="subtle" color="red" onClick={() => setAsking(true)}>
        {t("keys.revoke")}
      </Button>
      <Confirm
        opened={asking}
        title={t("keys.revokeTitle", { name: apiKey.name })}
        verb={t("keys.revoke")}
        busy={revoke.isPending}
        confirm={() => revoke.mutate(undefined, { onSettled: () => setAsking(false) })}
        close={() => setAsking(false)}
      >
        {t("keys.revokeWhat")}
      </Confirm>
    </>
  );
}

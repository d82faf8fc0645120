import { Alert, Badge, Button, Group, NumberInput, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "../page/Confirm";
import { useFormats } from "../page/formats";
import { Toolbar } from "../people/Toolbar";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { AccountForm } from "./AccountForm";
import { NAMES, NetworkIcon } from "./Badges";
import { type Account, useAccounts, useRemove, useWeekly } from "./queries";

/** Where the company publishes, whether it can, and until when. */
export function Accounts() {
  const { t } = useTranslation("social");
  const { can } = useMe();
  const { data: accounts, error, refetch } = useAccounts();
  const [edited, setEdited] = useState<Account | "new" | null>(null);
  const connects = can("settings:manage");
  if (accounts === undefined) {
    return error === null ? (
      <Skeleton h={260} aria-hidden />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  return (
    <section aria-label={t("tabs.accounts")}>
      {connects && <Toolbar add={{ label: t("accounts.connect"), open: () => setEdited("new") }} />}
      {accounts.length === 0 && (
        <Empty
          icon={<IconPlugConnected size={22} aria-hidden />}
          title={t("accounts.empty")}
          hint={t("accounts.emptyHint")}
        />
      )}
      <Stack>
        {accounts.map((account) => (
          <AccountCard
            key={account.id}
            account={account}
            connect={connects ? () => setEdited(account) : null}
          />
        ))}
      </Stack>
      {edited !== null && (
        <AccountForm account={edited === "new" ? null : edited} close={() => setEdited(null)} />
      )}
    </section>
  );
}

function AccountCard({ account, connect }: { account: Account; connect: (() => void) | null }) {
  const { t } = useTranslation("social");
  const { day } = useFormats();
  const { can } = useMe();
  const [removing, setRemoving] = useState(false);
  const remove = useRemove(t("accounts.removed"));
  return (
    <Paper component="article" aria-label={account.name} withBorder p="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap="sm" wrap="nowrap">
          <NetworkIcon network={account.network} size={22} />
          <div>
            <Title order={2} fz="md">
              {account.name}
            </Title>
            <Text size="xs" c="dimmed">
              {NAMES[account.network]} · {account.external_id}
            </Text>
          </div>
        </Group>
        <Badge color={account.state === "active" ? "teal" : "red"} variant="light">
          {t(`accounts.state.${account.state}`)}
        </Badge>
      </Group>
      {account.state === "reconnect" && (
        <Alert color="red" mt="sm" title={t("accounts.reconnectTitle")}>
          {account.reason}
        </Alert>
      )}
      {account.state === "active" && account.ends_soon && account.token_expires_at !== null && (
        <Alert color="yellow" mt="sm">
          {t(connect === null ? "accounts.endsSoonForOthers" : "accounts.endsSoon", {
            day: day(account.token_expires_at),
          })}
        </Alert>
      )}
      <Group mt="sm" gap="sm" align="flex-end" justify="space-between">
        <Weekly account={account} readOnly={!can("social:approve")} />
        {connect !== null && (
          <Group gap="xs">
            <Button size="xs" variant="subtle" color="red" onClick={() => setRemoving(true)}>
              {t("accounts.remove")}
            </Button>
            <Button size="xs" variant="default" onClick={connect}>
              {t("accounts.again")}
            </Button>
          </Group>
        )}
      </Group>
      <Confirm
        opened={removing}
        title={t("accounts.removeTitle", { name: account.name })}
        verb={t("accounts.remove")}
        busy={remove.isPending}
        confirm={() => remove.mutate(account.id, { onSuccess: () => setRemoving(false) })}
        close={() => setRemoving(false)}
      >
        {t("accounts.removeWhat")}
      </Confirm>
    </Paper>
  );
}

/** How many posts a week the plan keeps times for. */
function Weekly({ account, readOnly }: { account: Account; readOnly: boolean }) {
  const { t } = useTranslation("social");
  const weekly = useWeekly(t("accounts.weeklySaved"));
  const [wanted, setWanted] = useState<number | string>(account.weekly);
  return (
    <Group gap="xs" align="flex-end">
      <NumberInput
        size="xs"
        w={190}
        label={t("accounts.weekly")}
        min={0}
        max={21}
        allowDecimal={false}
        readOnly={readOnly}
        value={wanted}
        onChange={setWanted}
      />
      {!readOnly && Number(wanted) !== account.weekly && wanted !== "" && (
        <Button
          size="xs"
          variant="default"
          loading={weekly.isPending}
          onClick={() => weekly.mutate({ id: account.id, weekly: Number(wanted) })}
        >
          {t("accounts.keep")}
        </Button>
      )}
    </Group>
  );
}

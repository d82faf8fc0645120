import { Badge, Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { IconArrowRight, IconDots, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Account, Branch } from "../../api/desk";
import { keys } from "../../api/queries";
import { Confirm } from "../../page/Confirm";
import { useChange } from "../changes";
import { useBranches } from "../lists";
import classes from "../People.module.css";
import { NumberForm } from "./NumberForm";

/** The numbers that lead to a branch: what comes in over them is the branch's. */
export function Numbers({ branch, editable }: { branch: Branch; editable: boolean }) {
  const { t } = useTranslation("people");
  const [adding, setAdding] = useState(false);
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Title order={3} fz="sm" fw={550}>
          {t("branches.numbers")}
        </Title>
        {editable && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t("branches.addNumber")}
          </Button>
        )}
      </Group>
      {branch.accounts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("branches.noNumbers")}
        </Text>
      )}
      <Stack gap={4}>
        {branch.accounts.map((account) => (
          <NumberRow key={account.id} account={account} branch={branch} editable={editable} />
        ))}
      </Stack>
      {adding && <NumberForm branch={branch} close={() => setAdding(false)} />}
    </div>
  );
}

interface RowProps {
  account: Account;
  branch: Branch;
  editable: boolean;
}

function NumberRow({ account, branch, editable }: RowProps) {
  const { t } = useTranslation(["people", "page"]);
  const others = (useBranches().data ?? []).filter(({ id }) => id !== branch.id);
  const [target, setTarget] = useState<Branch | null>(null);
  const number = account.display_number ?? account.external_id;
  const path = { branch_id: branch.id, account_id: account.id };
  const change = useChange({
    call: (body: { branch_id?: string; active?: boolean }) =>
      answer(api.PATCH("/api/branches/{branch_id}/accounts/{account_id}", { params: { path }, body })),
    stale: [keys.branches],
    said: target === null ? t("branches.saved") : t("branches.moved", { number, branch: target.name }),
  });
  return (
    <Group gap="sm" wrap="nowrap" mih={34}>
      <Badge className={classes.badge} variant="light" color="gray" tt="none" fw={500}>
        {t(`page:channels.${account.channel}`)}
      </Badge>
      <Text size="sm" fw={550} style={{ whiteSpace: "nowrap" }}>
        {number}
      </Text>
      <Text size="xs" c="dimmed" truncate flex={1}>
        {[
          account.display_number === null ? null : account.external_id,
          account.active ? null : t("branches.inactive"),
        ]
          .filter((each) => each !== null)
          .join(" · ")}
      </Text>
      {editable && (
        <Menu position="bottom-end" width={250}>
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={`${t("page:actions")}: ${number}`}
            >
              <IconDots size={16} aria-hidden />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.length > 0 && <Menu.Label>{t("branches.move")}</Menu.Label>}
            {others.map((other) => (
              <Menu.Item
                key={other.id}
                leftSection={<IconArrowRight size={14} aria-hidden />}
                onClick={() => setTarget(other)}
              >
                {other.name}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => change.mutate({ active: !account.active })}>
              {t(account.active ? "branches.deactivate" : "branches.activate")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Confirm
        opened={target !== null}
        title={t("branches.moveTitle", { number, branch: target?.name })}
        verb={t("branches.move")}
        busy={change.isPending}
        confirm={() => change.mutate({ branch_id: target?.id }, { onSettled: () => setTarget(null) })}
        close={() => setTarget(null)}
      >
        {t("branches.moveWhat", { branch: target?.name })}
      </Confirm>
    </Group>
  );
}

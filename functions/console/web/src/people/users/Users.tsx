import { ActionIcon, Badge, Menu, Table, Text } from "@mantine/core";
import { IconDots, IconKey, IconPencil, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "../../api/desk";
import { keys } from "../../api/queries";
import { Confirm } from "../../page/Confirm";
import { ShownOnce } from "../../page/ShownOnce";
import { useMe } from "../../session/session";
import { Empty } from "../../shell/states";
import { RelativeTime } from "../../time/Times";
import { useChange } from "../changes";
import { Listing } from "../Listing";
import { useBranches } from "../lists";
import classes from "../People.module.css";
import { Toolbar } from "../Toolbar";
import { changeUser, resetPassword, useUsers } from "./queries";
import { UserForm } from "./UserForm";

interface Handed {
  name: string;
  password: string;
}

/** Who may sign in, and what they may do. */
export function Users() {
  const { t } = useTranslation(["people", "page"]);
  const query = useUsers();
  const [edited, setEdited] = useState<User | "new" | null>(null);
  const [handed, setHanded] = useState<Handed | null>(null);
  const columns = ["user", "role", "branches", "lastLogin", "state"].map((column) =>
    t(`users.columns.${column}`),
  );
  return (
    <>
      <Toolbar add={{ label: t("users.new"), open: () => setEdited("new") }} />
      <Listing
        query={query}
        columns={[...columns, ""]}
        empty={<Empty title={t("page:none")} />}
        row={(user) => <Row key={user.id} user={user} edit={() => setEdited(user)} hand={setHanded} />}
      />
      {edited !== null && (
        <UserForm user={edited === "new" ? null : edited} hand={setHanded} close={() => setEdited(null)} />
      )}
      <ShownOnce
        secret={handed?.password ?? null}
        title={t("users.passwordTitle", { name: handed?.name })}
        hint={t("users.passwordHint")}
        close={() => setHanded(null)}
      />
    </>
  );
}

interface RowProps {
  user: User;
  edit: () => void;
  hand: (handed: Handed) => void;
}

function Row({ user, edit, hand }: RowProps) {
  const { t } = useTranslation(["people", "page"]);
  const { me } = useMe();
  const branches = useBranches().data ?? [];
  const names = user.branches?.map((id) => branches.find((branch) => branch.id === id)?.name ?? "–");
  return (
    <Table.Tr className={user.active ? undefined : classes.faded}>
      <Table.Td>
        <Text size="sm" fw={550}>
          {user.name}
          {user.id === me.id && ` (${t("users.you")})`}
        </Text>
        <Text size="xs" c="dimmed">
          {user.email}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge className={classes.badge} variant="light" color="teal" tt="none" fw={500}>
          {t(`roles.${user.role}`)}
        </Badge>
      </Table.Td>
      <Table.Td>{names === undefined ? t("users.allBranches") : names.join(", ")}</Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        {user.last_login_at === null ? t("page:never") : <RelativeTime at={user.last_login_at} />}
      </Table.Td>
      <Table.Td>{t(user.active ? "users.active" : "users.inactive")}</Table.Td>
      <Table.Td ta="right">
        <Actions user={user} edit={edit} hand={hand} />
      </Table.Td>
    </Table.Tr>
  );
}

function Actions({ user, edit, hand }: RowProps) {
  const { t } = useTranslation(["people", "page"]);
  const { me } = useMe();
  const [asking, setAsking] = useState<"reset" | "deactivate" | null>(null);
  const done = () => setAsking(null);
  const activity = useChange({
    call: (active: boolean) => changeUser(user.id, { active }),
    stale: [keys.users],
    said: t("users.saved"),
  });
  const reset = useChange({ call: () => resetPassword(user.id), stale: [keys.users] });
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={`${t("page:actions")}: ${user.name}`}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={15} aria-hidden />} onClick={edit}>
            {t("page:edit")}
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={15} aria-hidden />} onClick={() => setAsking("reset")}>
            {t("users.reset")}
          </Menu.Item>
          {!user.active && (
            <Menu.Item
              leftSection={<IconUserCheck size={15} aria-hidden />}
              onClick={() => activity.mutate(true)}
            >
              {t("users.activate")}
            </Menu.Item>
          )}
          {user.active && user.id !== me.id && (
            <Menu.Item
              color="red"
              leftSection={<IconUserOff size={15} aria-hidden />}
              onClick={() => setAsking("deactivate")}
            >
              {t("users.deactivate")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asking === "deactivate"}
        title={t("users.deactivateTitle", { name: user.name })}
        verb={t("users.deactivate")}
        busy={activity.isPending}
        confirm={() => activity.mutate(false, { onSettled: done })}
        close={done}
      >
        {t("users.deactivateWhat")}
      </Confirm>
      <Confirm
        opened={asking === "reset"}
        title={t("users.resetTitle", { name: user.name })}
        verb={t("users.reset")}
        busy={reset.isPending}
        confirm={() =>
          reset.mutate(undefined, {
            onSuccess: ({ password }) => hand({ name: user.name, password }),
            onSettled: done,
          })
        }
        close={done}
      >
        {t("users.resetWhat")}
      </Confirm>
    </>
  );
}

import { List, MultiSelect, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Role, User, UserIn } from "../../api/desk";
import { keys } from "../../api/queries";
import { useMe } from "../../session/session";
import { besideFields, optionsOf, useChange, useNeeded } from "../changes";
import { FormModal } from "../FormModal";
import { useBranches } from "../lists";
import permissionsOf from "../roles.json";
import { changeUser, createUser } from "./queries";

interface Props {
  user: User | null;
  hand: (handed: { name: string; password: string }) => void;
  close: () => void;
}

export function UserForm({ user, hand, close }: Props) {
  const { t } = useTranslation("people");
  const branches = useBranches().data ?? [];
  const needed = useNeeded();
  const form = useForm({
    initialValues: {
      email: user?.email ?? "",
      name: user?.name ?? "",
      role: user?.role ?? ("agent" as Role),
      branches: user?.branches ?? [],
    },
    validate: { email: needed, name: needed },
  });
  const save = useChange({
    call: (values: UserIn) => put(user, values),
    stale: [keys.users, keys.agents],
    said: t(user === null ? "users.created" : "users.saved"),
  });
  function submit(values: typeof form.values) {
    const asked = { ...values, branches: values.branches.length === 0 ? null : values.branches };
    save.mutate(asked, {
      onSuccess: (password) => {
        close();
        if (password !== null) hand({ name: values.name, password });
      },
      onError: besideFields(form.setErrors),
    });
  }
  return (
    <FormModal
      title={user === null ? t("users.new") : t("users.edit", { name: user.name })}
      busy={save.isPending}
      close={close}
      submit={form.onSubmit(submit)}
    >
      <TextInput
        label={t("users.form.email")}
        type="email"
        withAsterisk
        disabled={user !== null}
        data-autofocus={user === null || undefined}
        {...form.getInputProps("email")}
      />
      <TextInput label={t("users.form.name")} withAsterisk {...form.getInputProps("name")} />
      <RoleChoice {...form.getInputProps("role")} />
      <MultiSelect
        label={t("users.form.branches")}
        description={t("users.form.branchesHint")}
        data={optionsOf(branches)}
        clearable
        {...form.getInputProps("branches")}
      />
    </FormModal>
  );
}

/** The roles one may give, each with what it lets people do: nobody gives more than they have. */
function RoleChoice({ value, onChange }: { value?: Role; onChange?: (role: string) => void }) {
  const { t } = useTranslation("people");
  const { me } = useMe();
  const roles = (Object.keys(permissionsOf) as Role[]).filter((role) =>
    permissionsOf[role].every((permission) => me.permissions.includes(permission)),
  );
  const allowed = value === undefined ? [] : permissionsOf[value];
  return (
    <div>
      <Radio.Group label={t("users.form.role")} value={value} onChange={onChange}>
        <Stack gap={6} mt={4}>
          {roles.map((role) => (
            <Radio key={role} value={role} label={t(`roles.${role}`)} description={t(`roleHints.${role}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <details style={{ marginTop: 8 }}>
        <summary style={{ cursor: "pointer", fontSize: "var(--mantine-font-size-sm)" }}>
          {t("users.form.permissions")}
        </summary>
        <List size="xs" mt={4} c="dimmed">
          {allowed.map((permission) => (
            <List.Item key={permission}>
              <Text span size="xs">
                {t(`permissions.${permission}`, { nsSeparator: false, defaultValue: permission })}
              </Text>
            </List.Item>
          ))}
        </List>
      </details>
    </div>
  );
}

/** Keeps a user; answers with the password of a new one. */
async function put(user: User | null, values: UserIn): Promise<string | null> {
  if (user === null) return (await createUser(values)).password;
  await changeUser(user.id, { name: values.name, role: values.role, branches: values.branches });
  return null;
}

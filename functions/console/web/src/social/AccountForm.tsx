import { PasswordInput, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { besideFields, useNeeded } from "../people/changes";
import { FormModal } from "../people/FormModal";
import { NAMES } from "./Badges";
import { type Account, type Network, useConnect } from "./queries";

function valuesOf(account: Account | null) {
  return {
    network: account?.network ?? ("instagram" as Network),
    external_id: account?.external_id ?? "",
    name: account?.name ?? "",
    access_token: "",
    expires_at: "",
    refresh_token: "",
    client_key: "",
    client_secret: "",
  };
}
type Values = ReturnType<typeof valuesOf>;

/** Takes up an account, or connects it again with a new token. */
export function AccountForm({ account, close }: { account: Account | null; close: () => void }) {
  const { t } = useTranslation("social");
  const needed = useNeeded();
  const form = useForm<Values>({
    initialValues: valuesOf(account),
    validate: { external_id: needed, name: needed, access_token: needed },
  });
  const connect = useConnect(t("accounts.connected"));
  const tiktok = form.values.network === "tiktok";
  return (
    <FormModal
      title={account === null ? t("accounts.connect") : t("accounts.againTitle", { name: account.name })}
      busy={connect.isPending}
      close={close}
      submit={form.onSubmit((values) =>
        connect.mutate(asked(values), { onSuccess: close, onError: besideFields(form.setErrors) }),
      )}
    >
      <Select
        label={t("accounts.form.network")}
        allowDeselect={false}
        disabled={account !== null}
        data={Object.entries(NAMES).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps("network")}
      />
      <TextInput
        label={t("accounts.form.externalId")}
        description={t(`accounts.form.externalIdHint.${form.values.network}`)}
        withAsterisk
        disabled={account !== null}
        {...form.getInputProps("external_id")}
      />
      <TextInput label={t("accounts.form.name")} withAsterisk {...form.getInputProps("name")} />
      <PasswordInput
        label={t("accounts.form.token")}
        description={t("accounts.form.tokenHint")}
        withAsterisk
        autoComplete="off"
        {...form.getInputProps("access_token")}
      />
      <TextInput
        type="datetime-local"
        label={t("accounts.form.expires")}
        description={t("accounts.form.expiresHint")}
        {...form.getInputProps("expires_at")}
      />
      {tiktok && (
        <>
          <Text size="xs" c="dimmed">
            {t("accounts.form.tiktokHint")}
          </Text>
          <PasswordInput
            label={t("accounts.form.refreshToken")}
            autoComplete="off"
            {...form.getInputProps("refresh_token")}
          />
          <TextInput
            label={t("accounts.form.clientKey")}
            autoComplete="off"
            {...form.getInputProps("client_key")}
          />
          <PasswordInput
            label={t("accounts.form.clientSecret")}
            autoComplete="off"
            {...form.getInputProps("client_secret")}
          />
        </>
      )}
    </FormModal>
  );
}

function asked({ network, external_id, name, access_token, expires_at, ...tiktok }: Values) {
  const filled = Object.fromEntries(Object.entries(tiktok).filter(([, value]) => value.trim() !== ""));
  return {
    network,
    external_id: external_id.trim(),
    name: name.trim(),
    access_token: access_token.trim(),
    expires_at: expires_at === "" ? null : new Date(expires_at).toISOString(),
    ...filled,
  };
}

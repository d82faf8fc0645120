import "@mantine/dates/styles.css";
import "dayjs/locale/es";
import { MultiSelect, TextInput } from "@mantine/core";
import { DateInput } from "@mantine/dates";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { keys } from "../../api/queries";
import { useMe } from "../../session/session";
import { besideFields, useChange, useNeeded } from "../changes";
import { FormModal } from "../FormModal";
import { createKey } from "./queries";

interface Props {
  made: (made: { name: string; token: string }) => void;
  close: () => void;
}

export function KeyForm({ made, close }: Props) {
  const { t, i18n } = useTranslation(["people", "page"]);
  const { me } = useMe();
  const needed = useNeeded();
  const form = useForm({
    initialValues: { name: "", scopes: [] as string[], expires: null as string | null },
    validate: { name: needed, scopes: (scopes) => (scopes.length === 0 ? t("page:required") : null) },
  });
  const create = useChange({
    call: ({ name, scopes, expires }: typeof form.values) =>
      createKey({ name: name.trim(), scopes, expires_at: expires === null ? null : endOf(expires) }),
    stale: [keys.apiKeys],
  });
  return (
    <FormModal
      title={t("keys.new")}
      busy={create.isPending}
      close={close}
      submit={form.onSubmit((values) =>
        create.mutate(values, {
          onSuccess: ({ key, token }) => {
            close();
            made({ name: key.name, token });
          },
          onError: besideFields(form.setErrors),
        }),
      )}
    >
      <TextInput
        label={t("keys.form.name")}
        description={t("keys.form.nameHint")}
        withAsterisk
        data-autofocus
        {...form.getInputProps("name")}
      />
      <MultiSelect
        label={t("keys.form.scopes")}
        description={t("keys.form.scopesHint")}
        withAsterisk
        searchable
        clearable
        data={me.permissions.map((value) => ({
          value,
          label: t(`permissions.${value}`, { nsSeparator: false, defaultValue: value }),
        }))}
        {...form.getInputProps("scopes")}
      />
      <DateInput
        label={t("keys.form.expires")}
        description={t("keys.form.expiresHint")}
        locale={i18n.language}
        valueFormat="D MMM YYYY"
        minDate={new Date()}
        clearable
        {...form.getInputProps("expires")}
      />
    </FormModal>
  );
}

/** The last moment of a day where the person sits. */
function endOf(day: string): string {
  return new Date(`${day.slice(0, 10)}T23:59:59`).toISOString();
}

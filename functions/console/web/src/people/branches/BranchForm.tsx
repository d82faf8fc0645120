import { Group, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Branch } from "../../api/desk";
import { keys } from "../../api/queries";
import { besideFields, useChange, useNeeded } from "../changes";
import { FormModal } from "../FormModal";

const ZONES = Intl.supportedValuesOf("timeZone");
const CURRENCY = /^[A-Z]{3}$/;

function valuesOf(branch: Branch | null) {
  return {
    name: branch?.name ?? "",
    code: branch?.code ?? "",
    timezone: branch?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    language: branch?.language ?? "es",
    currency: branch?.currency ?? "MXN",
  };
}
type Values = ReturnType<typeof valuesOf>;

export function BranchForm({ branch, close }: { branch: Branch | null; close: () => void }) {
  const { t } = useTranslation(["people", "page"]);
  const needed = useNeeded();
  const form = useForm<Values>({
    initialValues: valuesOf(branch),
    validate: {
      name: needed,
      code: needed,
      timezone: needed,
      currency: (value) => (CURRENCY.test(value) ? null : t("branches.form.currencyHint")),
    },
  });
  const save = useChange({
    call: (values: Values) => put(branch, values),
    stale: [keys.branches],
    said: t(branch === null ? "branches.created" : "branches.saved"),
  });
  return (
    <FormModal
      title={branch === null ? t("branches.new") : t("branches.edit", { name: branch.name })}
      busy={save.isPending}
      close={close}
      submit={form.onSubmit((values) =>
        save.mutate(values, { onSuccess: close, onError: besideFields(form.setErrors) }),
      )}
    >
      <TextInput
        label={t("branches.form.name")}
        withAsterisk
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput
        label={t("branches.form.code")}
        description={t("branches.form.codeHint")}
        withAsterisk
        disabled={branch !== null}
        {...form.getInputProps("code")}
      />
      <Select
        label={t("branches.form.timezone")}
        data={ZONES.includes(form.values.timezone) ? ZONES : [form.values.timezone, ...ZONES]}
        searchable
        limit={100}
        allowDeselect={false}
        {...form.getInputProps("timezone")}
      />
      <Group grow align="flex-start">
        <Select
          label={t("branches.form.language")}
          data={["es", "en", "pt"].map((value) => ({ value, label: t(`page:languages.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("language")}
        />
        <TextInput label={t("branches.form.currency")} maxLength={3} {...form.getInputProps("currency")} />
      </Group>
    </FormModal>
  );
}

function put(branch: Branch | null, { code, ...values }: Values): Promise<Branch> {
  if (branch === null) return answer(api.POST("/api/branches", { body: { code, ...values } }));
  return answer(
    api.PATCH("/api/branches/{branch_id}", { params: { path: { branch_id: branch.id } }, body: values }),
  );
}

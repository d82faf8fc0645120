import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Branch } from "../../api/desk";
import { keys } from "../../api/queries";
import { besideFields, useChange, useNeeded } from "../changes";
import { FormModal } from "../FormModal";

const CHANNELS = ["whatsapp", "messenger", "instagram"] as const;
type Channel = (typeof CHANNELS)[number];

export function NumberForm({ branch, close }: { branch: Branch; close: () => void }) {
  const { t } = useTranslation(["people", "page"]);
  const needed = useNeeded();
  const form = useForm({
    initialValues: { channel: "whatsapp" as Channel, external_id: "", display_number: "" },
    validate: { external_id: needed },
  });
  const add = useChange({
    call: ({ channel, external_id, display_number }: typeof form.values) =>
      answer(
        api.POST("/api/branches/{branch_id}/accounts", {
          params: { path: { branch_id: branch.id } },
          body: { channel, external_id: external_id.trim(), display_number: display_number.trim() || null },
        }),
      ),
    stale: [keys.branches],
    said: t("branches.added"),
  });
  return (
    <FormModal
      title={`${t("branches.addNumber")} · ${branch.name}`}
      busy={add.isPending}
      close={close}
      submit={form.onSubmit((values) =>
        add.mutate(values, { onSuccess: close, onError: besideFields(form.setErrors) }),
      )}
    >
      <Select
        label={t("branches.form.channel")}
        data={CHANNELS.map((value) => ({ value, label: t(`page:channels.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("channel")}
      />
      <TextInput
        label={t("branches.form.externalId")}
        description={t("branches.form.externalIdHint")}
        withAsterisk
        data-autofocus
        {...form.getInputProps("external_id")}
      />
      <TextInput label={t("branches.form.displayNumber")} {...form.getInputProps("display_number")} />
    </FormModal>
  );
}

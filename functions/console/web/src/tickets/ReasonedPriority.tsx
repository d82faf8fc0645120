import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Priority } from "../api/desk";

interface Props {
  /** The priority chosen, null while none is. */
  priority: Priority | null;
  change: (reason: string) => void;
  close: () => void;
}

/** A priority set by hand outlives the automatic one: it says why. */
export function ReasonedPriority({ priority, change, close }: Props) {
  const { t } = useTranslation(["tickets", "page", "shell"]);
  const form = useForm({
    initialValues: { reason: "" },
    validate: { reason: (value) => (value.trim() === "" ? t("page:required") : null) },
  });
  function submit({ reason }: { reason: string }) {
    change(reason.trim());
    form.reset();
    close();
  }
  return (
    <Modal
      opened={priority !== null}
      onClose={close}
      title={t("actions.changePriority", { priority: t(`priorities.${priority ?? "medium"}`) })}
    >
      <form onSubmit={form.onSubmit(submit)}>
        <Stack>
          <TextInput
            label={t("actions.reason")}
            description={t("actions.reasonHint")}
            data-autofocus
            {...form.getInputProps("reason")}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("shell:cancel")}
            </Button>
            <Button type="submit">{t("shell:save")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

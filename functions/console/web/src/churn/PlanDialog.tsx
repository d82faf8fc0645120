import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../page/formats";
import { tellDone, tellFailure } from "../page/tell";
import { type Risk, useStartPlan } from "./queries";

/** What to do to keep a customer: the recommended actions, of which some may be left out. */
export function PlanDialog({ risk, close }: { risk: Risk; close: () => void }) {
  const { t } = useTranslation(["churn", "shell"]);
  const { number } = useFormats();
  const [chosen, setChosen] = useState(risk.actions.map(({ code }) => code as string));
  const start = useStartPlan();
  function submit() {
    const actions = risk.actions.map(({ code }) => code).filter((code) => chosen.includes(code));
    // The row goes over to its ticket as soon as there is one, and takes this dialog with it.
    start.mutateAsync({ customer: risk.customer_id, actions }).then((plan) => {
      tellDone(t("plan.started", { number: plan.ticket_number }));
      close();
    }, tellFailure);
  }
  return (
    <Modal
      opened
      onClose={close}
      title={t("plan.title", { name: risk.customer_name ?? t("nameless") })}
      closeButtonProps={{ "aria-label": t("shell:close") }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t("plan.hint")}
        </Text>
        {risk.actions.length === 0 && <Text size="sm">{t("plan.nothing")}</Text>}
        <Checkbox.Group value={chosen} onChange={setChosen} aria-label={t("plan.actions")}>
          <Stack gap="sm">
            {risk.actions.map((action) => (
              <Checkbox
                key={action.code}
                value={action.code}
                label={action.text}
                description={t("plan.effect", { points: number(Math.round(100 * action.effect)) })}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("shell:cancel")}
          </Button>
          <Button onClick={submit} loading={start.isPending} disabled={chosen.length === 0}>
            {t("plan.start")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

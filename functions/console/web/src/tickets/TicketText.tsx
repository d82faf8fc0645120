import { ActionIcon, Button, Group, Paper, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "../api/desk";
import { useMe } from "../session/session";
import { useChangeTicket } from "./queries";
import classes from "./Tickets.module.css";

/** What the customer asks, to be read, and put right by those who may. */
export function TicketText({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("tickets");
  const { can } = useMe();
  const [editing, setEditing] = useState(false);
  return (
    <Paper component="section" withBorder p="md">
      <Group justify="space-between" mb={8}>
        <Title order={2} fz="sm">
          {t("page.description")}
        </Title>
        {can("tickets:edit") && ticket.status !== "closed" && !editing && (
          <ActionIcon aria-label={t("page.editText")} onClick={() => setEditing(true)}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        )}
      </Group>
      {editing ? (
        <TextForm ticket={ticket} close={() => setEditing(false)} />
      ) : (
        <Text size="md" className={classes.prose}>
          {ticket.description}
        </Text>
      )}
    </Paper>
  );
}

function TextForm({ ticket, close }: { ticket: Ticket; close: () => void }) {
  const { t } = useTranslation(["tickets", "page", "shell"]);
  const change = useChangeTicket(ticket.id);
  const needed = (value: string) => (value.trim() === "" ? t("page:required") : null);
  const form = useForm({
    initialValues: { subject: ticket.subject, description: ticket.description },
    validate: { subject: needed, description: needed },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values, { onSuccess: close }))}>
      <Stack gap="sm">
        <TextInput label={t("form.subject")} data-autofocus {...form.getInputProps("subject")} />
        <Textarea label={t("form.description")} autosize minRows={4} {...form.getInputProps("description")} />
        <Group justify="flex-end">
          <Button size="xs" variant="default" onClick={close}>
            {t("shell:cancel")}
          </Button>
          <Button size="xs" type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            {t("shell:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

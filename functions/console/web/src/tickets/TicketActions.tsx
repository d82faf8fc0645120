import { ActionIcon, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconRotate, IconTrash, IconUserPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Ticket } from "../api/desk";
import { Confirm } from "../page/Confirm";
import { tellDone } from "../page/tell";
import { useMe } from "../session/session";
import { useChangeTicket, useDeleteTicket } from "./queries";

/** What one may do with the whole ticket, as far as its status lets one. */
export function TicketActions({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("tickets");
  const { me, can } = useMe();
  const change = useChangeTicket(ticket.id);
  const [closing, closeDialog] = useDisclosure();
  const editable = can("tickets:edit") && ticket.status !== "closed";
  const finished = ticket.status === "resolved";
  const agent = me.agent;
  return (
    <>
      {editable && agent !== null && ticket.agent_id !== agent.id && !finished && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconUserPlus size={14} aria-hidden />}
          onClick={() => change.mutate({ agent_id: agent.id })}
        >
          {t("actions.take")}
        </Button>
      )}
      {editable && finished && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRotate size={14} aria-hidden />}
          onClick={() => change.mutate({ status: "open" })}
        >
          {t("actions.reopen")}
        </Button>
      )}
      {editable && (
        <Button size="xs" variant="default" onClick={closeDialog.open}>
          {t("actions.close")}
        </Button>
      )}
      {editable && !finished && (
        <Button
          size="xs"
          leftSection={<IconCheck size={14} aria-hidden />}
          loading={change.isPending}
          onClick={() => change.mutate({ status: "resolved" })}
        >
          {t("actions.resolve")}
        </Button>
      )}
      {can("tickets:delete") && ticket.deleted_at === null && <DeleteTicket ticket={ticket} />}
      <Confirm
        opened={closing}
        title={t("actions.closeTitle", { number: ticket.number })}
        verb={t("actions.close")}
        busy={change.isPending}
        confirm={() => change.mutate({ status: "closed" }, { onSuccess: closeDialog.close })}
        close={closeDialog.close}
      >
        {t("actions.closeWhat")}
      </Confirm>
    </>
  );
}

function DeleteTicket({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation("tickets");
  const navigate = useNavigate();
  const remove = useDeleteTicket(ticket.id);
  const [asking, dialog] = useDisclosure();
  return (
    <>
      <ActionIcon size={30} color="red" aria-label={t("actions.delete")} onClick={dialog.open}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
      <Confirm
        opened={asking}
        title={t("actions.deleteTitle", { number: ticket.number })}
        verb={t("actions.delete")}
        busy={remove.isPending}
        confirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              tellDone(t("actions.deleted"));
              void navigate("/tickets", { replace: true });
            },
          })
        }
        close={dialog.close}
      >
        {t("actions.deleteWhat")}
      </Confirm>
    </>
  );
}

import { Select, Stack, TagsInput, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Priority, TicketStatus } from "../api/desk";
import type { Ticket, TicketPatch } from "../api/desk";
import { useFormats } from "../page/formats";
import { useAgents, useBranches, useDepartments } from "../people/lists";
import { useMe } from "../session/session";
import { CategoryInput } from "./CategoryInput";
import { ReasonedPriority } from "./ReasonedPriority";
import { useChangeTicket } from "./queries";
import classes from "./Tickets.module.css";
import { useCategoryName, useChoices } from "./words";

const UNFINISHED: TicketStatus[] = ["open", "in_progress", "waiting"];

/** A ticket's data; those who may change it choose, and each choice is kept at once. */
export function Fields({ ticket }: { ticket: Ticket }) {
  const { can } = useMe();
  const editable = can("tickets:edit") && ticket.status !== "closed";
  return (
    <Stack gap="sm">
      {editable && <Choices key={ticket.updated_at} ticket={ticket} />}
      <Facts ticket={ticket} all={!editable} />
    </Stack>
  );
}

function Choices({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation(["tickets", "page"]);
  const change = useChangeTicket(ticket.id);
  const choices = useChoices();
  const agents = useAgents().data ?? [];
  const departments = useDepartments().data ?? [];
  const branches = useBranches().data ?? [];
  const [priority, setPriority] = useState<Priority | null>(null);
  const put = (body: TicketPatch) => change.mutate(body);
  // What a person settled stays so until it is cleared; what the rules chose is theirs to clear.
  function settled(field: string) {
    const byHand = ticket.by_hand.includes(field);
    return { clearable: byHand, allowDeselect: false, description: byHand ? t("page.byHand") : undefined };
  }
  return (
    <>
      {UNFINISHED.includes(ticket.status) && (
        <Select
          size="xs"
          label={t("columns.status")}
          data={choices.status.filter(({ value }) => (UNFINISHED as string[]).includes(value))}
          value={ticket.status}
          allowDeselect={false}
          onChange={(status) => put({ status: status as TicketStatus })}
        />
      )}
      <Select
        size="xs"
        label={t("columns.priority")}
        placeholder={t("noPriority")}
        data={choices.priority}
        value={ticket.priority}
        {...settled("priority")}
        onChange={(chosen) => (chosen === null ? put({ priority: null }) : setPriority(chosen as Priority))}
      />
      <Select
        size="xs"
        label={t("columns.agent")}
        placeholder={t("unassigned")}
        data={options(agents)}
        value={ticket.agent_id}
        searchable
        {...settled("agent_id")}
        clearable
        onChange={(agent_id) => put({ agent_id })}
      />
      <Select
        size="xs"
        label={t("page.department")}
        placeholder="–"
        data={options(departments)}
        value={ticket.department_id}
        {...settled("department_id")}
        onChange={(department_id) => put({ department_id })}
      />
      <Select
        size="xs"
        label={t("page:branch")}
        placeholder="–"
        data={options(branches)}
        value={ticket.branch_id}
        clearable
        onChange={(branch_id) => put({ branch_id })}
      />
      <CategoryInput
        size="xs"
        label={t("columns.category")}
        category={ticket.category}
        put={(category) => put({ category })}
      />
      <TagsInput
        size="xs"
        label={t("form.tags")}
        defaultValue={ticket.tags}
        maxTags={20}
        onChange={(tags) => put({ tags })}
      />
      <ReasonedPriority
        priority={priority}
        close={() => setPriority(null)}
        change={(reason) => put({ priority: priority ?? undefined, reason })}
      />
    </>
  );
}

function Facts({ ticket, all }: { ticket: Ticket; all: boolean }) {
  const { t } = useTranslation(["tickets", "page"]);
  const { dateTime, number } = useFormats();
  const named = useCategoryName();
  const when = (at: string | null) => (at === null ? t("page.pending") : dateTime(at));
  const chosen: [string, ReactNode][] = [
    [t("columns.agent"), ticket.agent?.name ?? t("unassigned")],
    [t("page.department"), ticket.department?.name ?? "–"],
    [t("page:branch"), ticket.branch?.name ?? "–"],
    [t("columns.category"), named(ticket.category)],
    [t("form.tags"), ticket.tags.map(named).join(", ") || "–"],
  ];
  const facts: [string, ReactNode][] = [
    [t("page.customer"), ticket.customer.name ?? t("unnamed")],
    ...(all ? chosen : []),
    [t("form.source"), t(`page:channels.${ticket.source}`)],
    ...(ticket.language === null
      ? []
      : [[t("page:language"), t(`page:languages.${ticket.language}`)] as [string, ReactNode]]),
    [t("page.escalation"), number(ticket.escalation_level)],
    [t("page.created"), dateTime(ticket.created_at)],
    [t("page.firstResponse"), when(ticket.first_response_at)],
    [t("page.resolved"), when(ticket.resolved_at)],
    ...(ticket.closed_at === null
      ? []
      : [[t("page.closed"), dateTime(ticket.closed_at)] as [string, ReactNode]]),
  ];
  return (
    <>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {ticket.status === "closed" && (
        <Text size="xs" c="dimmed">
          {t("page.finished")}
        </Text>
      )}
    </>
  );
}

function options(things: { id: string; name: string }[]): { value: string; label: string }[] {
  return things.map(({ id, name }) => ({ value: id, label: name }));
}

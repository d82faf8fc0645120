import { Button, Checkbox, Group, Modal, SegmentedControl, Select, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Agent, Conversation } from "../../api/contract";
import { keys } from "../../api/queries";
import { tellDone, tellFailure } from "../../page/tell";
import { useAgentsOf, useBranches, useDepartments } from "../../people/lists";
import { QuoteForm } from "../../quotes/QuoteForm";
import type { Ownership } from "./useOwnership";

export type DialogName = "transfer" | "close" | "escalate" | "quote";

interface Props {
  conversation: Conversation;
  ownership: Ownership;
  onClose: () => void;
}

/** The dialog that was asked for, if any. */
export function OwnershipDialog({ name, ...props }: Props & { name: DialogName | null }) {
  const { t } = useTranslation("inbox");
  return (
    <Modal
      opened={name !== null}
      onClose={props.onClose}
      title={name === null ? "" : t(`dialogs.${name}.title`)}
      closeButtonProps={{ "aria-label": t("shell:close") }}
    >
      {name === "transfer" && <TransferForm {...props} />}
      {name === "close" && <CloseForm {...props} />}
      {name === "escalate" && <EscalateForm {...props} />}
      {name === "quote" && <QuoteForm conversation={props.conversation} onClose={props.onClose} />}
    </Modal>
  );
}

type Target = "agent" | "department" | "branch";

function TransferForm({ conversation, ownership, onClose }: Props) {
  const { t } = useTranslation("inbox");
  const [target, setTarget] = useState<Target>("agent");
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const choices = useTargets(target, conversation);

  function submit() {
    if (chosen === null) return;
    void ownership
      .transfer({ [`${target}_id`]: chosen, ...(note.trim() !== "" && { note: note.trim() }) })
      .then(onClose, () => undefined); // What went wrong was told where the ownership is changed.
  }

  return (
    <Form
      onSubmit={submit}
      onCancel={onClose}
      busy={ownership.busy}
      ready={chosen !== null}
      label={t("dialogs.transfer.do")}
    >
      <SegmentedControl
        fullWidth
        aria-label={t("dialogs.transfer.to")}
        value={target}
        onChange={(value) => {
          setTarget(value as Target);
          setChosen(null);
        }}
        data={(["agent", "department", "branch"] as const).map((value) => ({
          value,
          label: t(`dialogs.transfer.${value}`),
        }))}
      />
      <Select
        searchable
        data-autofocus
        label={t(`dialogs.transfer.${target}`)}
        placeholder={t("dialogs.transfer.choose")}
        nothingFoundMessage={t("dialogs.transfer.nobody")}
        data={choices}
        value={chosen}
        onChange={setChosen}
      />
      <Textarea
        label={t("dialogs.transfer.note")}
        description={t("dialogs.transfer.noteHint")}
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Form>
  );
}

function useTargets(target: Target, conversation: Conversation) {
  const { t } = useTranslation("inbox");
  const agents = useAgentsOf(conversation.branch?.id ?? null);
  const branches = useBranches();
  const departments = useDepartments();
  if (target === "department")
    return (departments.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  if (target === "branch")
    return (branches.data ?? [])
      .filter((branch) => branch.id !== conversation.branch?.id)
      .map(({ id, name }) => ({ value: id, label: name }));
  return (agents.data ?? [])
    .filter((agent) => agent.id !== conversation.owner.agent?.id)
    .toSorted((a, b) => Number(b.available && b.online) - Number(a.available && a.online))
    .map((agent) => ({
      value: agent.id,
      // Nothing new is given to who is away.
      disabled: !agent.available,
      label: `${agent.name} · ${t(here(agent))} · ${String(agent.open_conversations)}/${String(agent.max_conversations)}`,
    }));
}

function here(agent: Agent): `agent.${"here" | "offline" | "away"}` {
  if (!agent.available) return "agent.away";
  return agent.online ? "agent.here" : "agent.offline";
}

function CloseForm({ conversation, onClose }: Props) {
  const { t } = useTranslation("inbox");
  const [reason, setReason] = useState("");
  const [resolve, setResolve] = useState(true);
  const close = useConversationChange(conversation.id, onClose, t("dialogs.close.done"), () =>
    answer(
      api.POST("/api/conversations/{conversation_id}/close", {
        params: { path: { conversation_id: conversation.id } },
        body: { resolve_ticket: resolve, ...(reason.trim() !== "" && { reason: reason.trim() }) },
      }),
    ),
  );
  return (
    <Form
      onSubmit={() => close.mutate()}
      onCancel={onClose}
      busy={close.isPending}
      label={t("dialogs.close.do")}
    >
      <Textarea
        data-autofocus
        label={t("dialogs.close.reason")}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {conversation.ticket !== null && (
        <Checkbox
          label={t("dialogs.close.resolve", { number: conversation.ticket.number })}
          checked={resolve}
          onChange={(event) => setResolve(event.currentTarget.checked)}
        />
      )}
    </Form>
  );
}

function EscalateForm({ conversation, onClose }: Props) {
  const { t } = useTranslation("inbox");
  const [reason, setReason] = useState("");
  const escalate = useConversationChange(conversation.id, onClose, t("dialogs.escalate.done"), () =>
    answer(
      api.POST("/api/conversations/{conversation_id}/escalate", {
        params: { path: { conversation_id: conversation.id } },
        body: { reason: reason.trim() },
      }),
    ),
  );
  return (
    <Form
      onSubmit={() => escalate.mutate()}
      onCancel={onClose}
      busy={escalate.isPending}
      ready={reason.trim() !== ""}
      label={t("dialogs.escalate.do")}
    >
      <Textarea
        data-autofocus
        required
        label={t("dialogs.escalate.reason")}
        description={t("dialogs.escalate.hint")}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Form>
  );
}

function useConversationChange(
  id: string,
  onDone: () => void,
  done: string,
  call: () => Promise<Conversation>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: (now) => {
      queries.setQueryData(keys.conversation(id), now);
      void queries.invalidateQueries({ queryKey: keys.conversations });
      void queries.invalidateQueries({ queryKey: keys.counts });
      tellDone(done);
      onDone();
    },
    onError: tellFailure,
  });
}

interface FormProps {
  onSubmit: () => void;
  onCancel: () => void;
  busy: boolean;
  ready?: boolean;
  label: string;
  children: ReactNode;
}

function Form({ onSubmit, onCancel, busy, ready = true, label, children }: FormProps) {
  const { t } = useTranslation("shell");
  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) onSubmit();
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={busy} disabled={!ready}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

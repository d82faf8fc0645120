import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "../../api/contract";
import { problemText } from "../../api/words";
import { tellFailure } from "../../page/tell";
import { useMe } from "../../session/session";
import { useNow } from "../../time/useNow";
import classes from "../Inbox.module.css";
import type { Ownership } from "../ownership/useOwnership";
import { NoteBox } from "./NoteBox";
import { type Refused, useOutbox } from "./outbox";
import { ReplyBox } from "./ReplyBox";
import { sendingNow } from "./sending";
import { WindowClock } from "./WindowClock";
import { useDraft } from "./useDraft";
import { useSeen } from "./useSeen";
import { useTypingSignal } from "./useTypingSignal";

interface Props {
  conversation: Conversation;
  ownership: Ownership;
  replyTo: Message | null;
  onReplyTo: (message: Message | null) => void;
}

type Mode = "reply" | "note";

/** Where one writes to the customer, or to the colleagues. */
export function Composer({ conversation, ownership, replyTo, onReplyTo }: Props) {
  const { t } = useTranslation("inbox");
  const { can } = useMe();
  const now = useNow();
  const outbox = useOutbox();
  const seen = useSeen(conversation.id);
  const { typed } = useTypingSignal(conversation.id);
  const [mode, setMode] = useMode();
  const [text, setText, unsaved] = useDraft(conversation);
  const [note, setNote] = useState("");
  const [refused, setRefused] = useState<Refused | null>(null);
  const writes = can("conversations:write");
  const sending = sendingNow(conversation, { writes, held: ownership.held }, now);

  function send(body: { text?: string; template?: { id: string; parameters: string[] } }, shown: string) {
    const message = { ...body, ...(replyTo !== null && { reply_to: replyTo.id }), seen: seen() };
    if (body.text !== undefined) setText("");
    onReplyTo(null);
    void outbox.send({ conversation: conversation.id, shown, note: null, body: message }).then(settle);
  }

  function settle(ended: Refused | null) {
    if (ended === null) return;
    if (ended.problem.kind === "newer-message") return setRefused(ended);
    // Nothing that was written is lost: it goes back where it was written.
    if (ended.pending.body.template === undefined) setText(ended.pending.body.text ?? "");
    tellFailure(ended.problem);
  }

  function sendNote(mentions: string[]) {
    const shown = note.trim();
    setNote("");
    void outbox
      .send({ conversation: conversation.id, shown, note: { mentions }, body: { text: shown, seen: null } })
      .then((ended) => {
        if (ended === null) return;
        setNote(shown);
        tellFailure(ended.problem);
      });
  }

  if (sending === "readonly") return null;
  return (
    <section className={classes.composer} data-mode={mode} aria-label={t("composer.label")}>
      <Group justify="space-between" gap="xs" wrap="nowrap" mb={6}>
        <SegmentedControl
          size="xs"
          value={mode}
          onChange={(value) => setMode(value as Mode)}
          aria-label={t("composer.mode")}
          data={[
            { value: "reply", label: t("composer.reply") },
            { value: "note", label: t("composer.note") },
          ]}
        />
        <Group gap="sm" wrap="nowrap">
          {unsaved && (
            <Text size="xs" c="orange">
              {t("composer.unsaved")}
            </Text>
          )}
          {conversation.window_until !== null && conversation.state === "open" && (
            <WindowClock until={conversation.window_until} />
          )}
        </Group>
      </Group>
      {mode === "note" ? (
        <NoteBox text={note} change={setNote} send={sendNote} typed={ownership.mine ? typed : undefined} />
      ) : (
        <ReplyBox
          conversation={conversation}
          ownership={ownership}
          sending={sending}
          text={text}
          change={setText}
          send={send}
          replyTo={replyTo}
          onReplyTo={onReplyTo}
        />
      )}
      <NewerMessage
        refused={refused}
        onSend={(one) => {
          setRefused(null);
          void outbox.retry(one.pending, { confirm: true }).then(settle);
        }}
        onEdit={(one) => {
          setRefused(null);
          if (one.pending.body.template === undefined) setText(one.pending.shown);
        }}
      />
    </section>
  );
}

/** What one writes, which `r`, `n` and replying to a message choose too. */
function useMode(): [Mode, (mode: Mode) => void] {
  const [mode, setMode] = useState<Mode>("reply");
  useEffect(() => {
    function write(event: Event) {
      // The box is to be there, and focused, before the next key is pressed: here keys are commands, there they are words.
      flushSync(() => setMode((event as CustomEvent<Mode>).detail));
      document.querySelector<HTMLElement>("[data-composer]")?.focus();
    }
    window.addEventListener("inbox:write", write);
    return () => window.removeEventListener("inbox:write", write);
  }, []);
  return [mode, setMode];
}

interface NewerProps {
  refused: Refused | null;
  onSend: (refused: Refused) => void;
  onEdit: (refused: Refused) => void;
}

/** The customer wrote something its author had not seen: it is shown before anything is sent. */
function NewerMessage({ refused, onSend, onEdit }: NewerProps) {
  const { t } = useTranslation("inbox");
  if (refused === null) return null;
  const newer = refused.problem.members.message as Message | undefined;
  return (
    <Modal opened onClose={() => onEdit(refused)} title={t("newer.title")}>
      <Stack>
        <Alert color="blue" title={t("newer.wrote")}>
          {newer?.text ?? problemText(refused.problem)}
        </Alert>
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t("newer.yours")}
          </Text>
          <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
            {refused.pending.shown}
          </Text>
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onSend(refused)}>
            {t("newer.send")}
          </Button>
          <Button onClick={() => onEdit(refused)} data-autofocus>
            {t("newer.edit")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

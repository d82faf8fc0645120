import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "../../api/contract";
import { tellRefusal } from "../../page/tell";
import { useMe } from "../../session/session";
import { useNow } from "../../time/useNow";
import classes from "../Inbox.module.css";
import type { Ownership } from "../ownership/useOwnership";
import { NoteBox } from "./NoteBox";
import type { Pending } from "./outbox";
import { ReplyBox } from "./ReplyBox";
import { sendingNow } from "./sending";
import { WindowClock } from "./WindowClock";
import { useDraft, useNoteDraft } from "./useDraft";
import { useOutbox, usePending } from "./useOutbox";
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
  const [note, setNote] = useNoteDraft(conversation.id);
  const asked = usePending(conversation.id).find((one) => one.question !== null);
  const here = useHere();
  const writes = can("conversations:write");
  const sending = sendingNow(conversation, { writes, held: ownership.held }, now);

  function send(body: { text?: string; template?: { id: string; parameters: string[] } }, shown: string) {
    const message = { ...body, ...(replyTo !== null && { reply_to: replyTo.id }), seen: seen() };
    if (body.text !== undefined) setText("");
    onReplyTo(null);
    void outbox.send({ conversation: conversation.id, shown, note: null, body: message }).then(settle);
  }

  function sendNote(mentions: string[]) {
    const shown = note.trim();
    setNote("");
    const written = { conversation: conversation.id, shown, note: { mentions }, body: { text: shown } };
    void outbox.send(written).then(settle);
  }

  /** What was refused goes back where it was written, if that is still before its author; else it stays in the thread. */
  function settle(unsent: Pending | null) {
    if (unsent === null || unsent.failure === null || !unsent.refused || !here.current) return;
    tellRefusal(unsent.failure);
    takeBack(unsent);
  }

  function takeBack(unsent: Pending) {
    outbox.discard(unsent);
    if (unsent.body.template !== undefined) return;
    const put = unsent.note === null ? setText : setNote;
    put((begun) => (begun === "" ? unsent.shown : `${unsent.shown}\n${begun}`));
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
      {asked !== undefined && (
        <Confirmation
          asked={asked}
          onSend={() => void outbox.retry(asked, { confirm: true }).then(settle)}
          onEdit={() => takeBack(asked)}
        />
      )}
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

/** Whether the box is still before its author. */
function useHere() {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return here;
}

interface ConfirmationProps {
  asked: Pending;
  onSend: () => void;
  onEdit: () => void;
}

/** The customer wrote what its author had not seen, or a colleague is writing: that is shown before anything is sent. */
function Confirmation({ asked, onSend, onEdit }: ConfirmationProps) {
  const { t } = useTranslation("inbox");
  const locked = asked.question?.kind === "locked";
  const told = asked.question?.told ?? "";
  return (
    <Modal opened onClose={onEdit} title={t(locked ? "colleague.title" : "newer.title")}>
      <Stack>
        <Alert color={locked ? "orange" : "blue"} title={locked ? undefined : t("newer.wrote")}>
          {locked ? t("colleague.writes", { name: told }) : told || t("kinds.other")}
        </Alert>
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t("newer.yours")}
          </Text>
          <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
            {asked.shown}
          </Text>
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onSend}>
            {t("newer.send")}
          </Button>
          <Button onClick={onEdit} data-autofocus>
            {t("newer.edit")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

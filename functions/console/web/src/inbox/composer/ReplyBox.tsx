import { ActionIcon, Button, CloseButton, Group, Text, Textarea, Tooltip } from "@mantine/core";
import { IconHandStop, IconLock, IconSend2, IconTemplate } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "../../api/contract";
import classes from "../Inbox.module.css";
import type { Ownership } from "../ownership/useOwnership";
import type { Sending } from "./sending";
import { TemplatePicker } from "./TemplatePicker";
import { useTypingSignal } from "./useTypingSignal";

const LONGEST = 4096;

interface Props {
  conversation: Conversation;
  ownership: Ownership;
  sending: Sending;
  text: string;
  change: (text: string) => void;
  send: (body: { text?: string; template?: { id: string; parameters: string[] } }, shown: string) => void;
  replyTo: Message | null;
  onReplyTo: (message: Message | null) => void;
}

/** What goes to the customer, and what keeps it from going. */
export function ReplyBox({
  conversation,
  ownership,
  sending,
  text,
  change,
  send,
  replyTo,
  onReplyTo,
}: Props) {
  const { t } = useTranslation("inbox");
  const [picking, setPicking] = useState(false);
  const { typed, stopped, lock } = useTypingSignal(conversation.id);
  const ready = sending === "free" && text.trim() !== "" && text.length <= LONGEST;

  function submit() {
    if (!ready) return;
    stopped();
    send({ text: text.trim() }, text.trim());
  }

  function onKey(event: KeyboardEvent<HTMLElement>) {
    if (event.key === "Escape") event.currentTarget.blur();
    // While a syllable is being composed, Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  }

  return (
    <>
      {sending !== "free" && (
        <Obstacle
          conversation={conversation}
          ownership={ownership}
          sending={sending}
          onPick={() => setPicking(true)}
        />
      )}
      {lock !== null && (
        <Text size="xs" c="orange" className={classes.lock} role="status">
          <IconLock size={13} aria-hidden /> {t("composer.locked", { name: lock.name })}
        </Text>
      )}
      {replyTo !== null && (
        <Group gap={4} wrap="nowrap" className={classes.replying}>
          <Text size="xs" lineClamp={1} flex={1}>
            {t("composer.replyingTo", { text: replyTo.text ?? t("kinds.other") })}
          </Text>
          <CloseButton size="xs" aria-label={t("composer.noReply")} onClick={() => onReplyTo(null)} />
        </Group>
      )}
      {(sending === "free" || (sending === "held" && text !== "")) && (
        <div className={classes.writeRow}>
          <Textarea
            data-composer
            flex={1}
            autosize
            minRows={2}
            maxRows={9}
            disabled={sending !== "free"}
            aria-label={t("composer.text", { name: conversation.customer.name })}
            placeholder={t(placeholderOf(conversation, ownership))}
            value={text}
            onChange={(event) => {
              change(event.currentTarget.value);
              typed();
            }}
            onBlur={stopped}
            onKeyDown={onKey}
            error={
              text.length > LONGEST ? t("composer.tooLong", { count: text.length - LONGEST }) : undefined
            }
          />
          <Tools
            onPick={() => setPicking(true)}
            onSend={submit}
            ready={ready}
            whatsApp={conversation.channel === "whatsapp"}
          />
        </div>
      )}
      {picking && (
        <TemplatePicker
          conversation={conversation}
          onClose={() => setPicking(false)}
          onSend={(template, shown) => {
            setPicking(false);
            send({ template }, shown);
          }}
        />
      )}
    </>
  );
}

/** Whoever does not hold it is told that the first word takes it. */
function placeholderOf(conversation: Conversation, ownership: Ownership): string {
  if (ownership.mine) return "composer.placeholder";
  return conversation.owner.kind === "bot" ? "composer.placeholderBot" : "composer.placeholderQueue";
}

interface ToolsProps {
  onPick: () => void;
  onSend: () => void;
  ready: boolean;
  whatsApp: boolean;
}

function Tools({ onPick, onSend, ready, whatsApp }: ToolsProps) {
  const { t } = useTranslation("inbox");
  return (
    <div className={classes.writeTools}>
      {whatsApp && (
        <Tooltip label={t("composer.template")}>
          <ActionIcon size="lg" aria-label={t("composer.template")} onClick={onPick}>
            <IconTemplate size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <Tooltip label={t("composer.sendKeys")}>
        <ActionIcon
          size="lg"
          variant="filled"
          color="teal"
          aria-label={t("composer.send")}
          aria-disabled={!ready}
          data-disabled={!ready || undefined}
          onClick={onSend}
        >
          <IconSend2 size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

interface ObstacleProps {
  conversation: Conversation;
  ownership: Ownership;
  sending: Sending;
  onPick: () => void;
}

/** Why nothing can be written freely, and the way on where there is one. */
function Obstacle({ conversation, ownership, sending, onPick }: ObstacleProps) {
  const { t } = useTranslation("inbox");
  const name = conversation.owner.agent?.name ?? "";
  return (
    <div className={classes.obstacle} role="status">
      <Text size="sm" flex={1}>
        {sending === "none"
          ? (conversation.send_reason ?? t("composer.obstacle.none"))
          : t(`composer.obstacle.${sending}`, { name })}
      </Text>
      {sending === "held" && ownership.mayTake && (
        <Button
          size="compact-sm"
          variant="light"
          loading={ownership.busy}
          onClick={ownership.take}
          leftSection={<IconHandStop size={14} aria-hidden />}
        >
          {t("actions.takeOver")}
        </Button>
      )}
      {sending === "template" && (
        <Button size="compact-sm" onClick={onPick} leftSection={<IconTemplate size={14} aria-hidden />}>
          {t("composer.chooseTemplate")}
        </Button>
      )}
    </div>
  );
}

import { Group, Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "../api/contract";
import { useLive } from "../realtime/useLive";
import { FailedToLoad } from "../shell/states";
import { useTitle } from "../shell/useTitle";
import { Composer } from "./composer/Composer";
import { Details } from "./details/Details";
import { HelpOverlay } from "./HelpOverlay";
import classes from "./Inbox.module.css";
import { type DialogName, OwnershipDialog } from "./ownership/dialogs";
import { useOwnership } from "./ownership/useOwnership";
import { useConversation, useMessages } from "./queries";
import { ConversationHeader } from "./thread/ConversationHeader";
import { MessageList } from "./thread/MessageList";
import { useShortcuts } from "./useShortcuts";

interface Props {
  id: string;
  details: boolean;
  onDetails: (shown: boolean) => void;
  help: boolean;
  onHelp: (shown: boolean) => void;
  onBack: () => void;
}

/** The middle and right columns: one conversation. */
export function Chat({ id, ...props }: Props) {
  const query = useConversation(id);
  // Asked for at once, not only when the conversation itself is there.
  useMessages(id);
  if (query.isPending) return <ChatSkeleton />;
  if (query.data === undefined)
    return (
      <div className={classes.chat}>
        <FailedToLoad error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  return <Opened conversation={query.data} {...props} />;
}

function Opened({
  conversation,
  details,
  onDetails,
  help,
  onHelp,
  onBack,
}: Omit<Props, "id"> & { conversation: Conversation }) {
  const { t } = useTranslation("inbox");
  const live = useLive();
  const ownership = useOwnership(conversation);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [replyTo, setReplyTo] = useState<Message | null>(null);
  const { id, presence } = conversation;
  useTitle(conversation.customer.name);

  useEffect(() => live.watch(id), [live, id]);
  useEffect(() => live.note(id, presence), [live, id, presence]);
  useShortcuts({
    take: () => ownership.mayTake && ownership.take(),
    giveToBot: () => ownership.mayGiveToBot && ownership.giveToBot(),
    close: () => ownership.mayClose && setDialog("close"),
    help: () => onHelp(true),
    back: onBack,
  });

  return (
    <>
      <section className={classes.chat} aria-label={t("thread.with", { name: conversation.customer.name })}>
        <ConversationHeader
          conversation={conversation}
          ownership={ownership}
          ask={setDialog}
          onBack={onBack}
          onDetails={() => onDetails(!details)}
        />
        <MessageList
          conversation={conversation}
          onReply={(message) => {
            setReplyTo(message);
            window.dispatchEvent(new CustomEvent("inbox:write", { detail: "reply" }));
          }}
        />
        <Composer
          conversation={conversation}
          ownership={ownership}
          replyTo={replyTo}
          onReplyTo={setReplyTo}
        />
      </section>
      {details && (
        <Details
          conversation={conversation}
          ownership={ownership}
          ask={setDialog}
          onClose={() => onDetails(false)}
        />
      )}
      <OwnershipDialog
        name={dialog}
        conversation={conversation}
        ownership={ownership}
        onClose={() => setDialog(null)}
      />
      <HelpOverlay opened={help} onClose={() => onHelp(false)} />
    </>
  );
}

function ChatSkeleton() {
  return (
    <div className={classes.chat} aria-busy="true">
      <Group className={classes.head}>
        <Skeleton height={36} width={220} />
      </Group>
    </div>
  );
}

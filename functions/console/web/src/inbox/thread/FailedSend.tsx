import { Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { Message } from "../../api/contract";
import { keys } from "../../api/queries";
import { tellFailure } from "../../page/tell";
import { useMe } from "../../session/session";
import classes from "../Inbox.module.css";
import { changed, type Thread } from "../thread";

/** Why the channel did not take a message, and another try. */
export function FailedSend({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const { can } = useMe();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/conversations/{conversation_id}/messages/{message_id}/retry", {
          params: { path: { conversation_id: message.conversation_id, message_id: message.id } },
        }),
      ),
    onSuccess: (now) =>
      queries.setQueryData<Thread>(
        keys.messages(message.conversation_id),
        (thread) => thread && changed(thread, now),
      ),
    onError: tellFailure,
  });
  return (
    <div className={classes.failed} role="alert">
      <Text size="xs" c="error">
        {t(message.status === "unknown" ? "message.unknown" : "message.failed")}
        {message.error?.detail ? ` ${message.error.detail}` : ""}
      </Text>
      {can("conversations:write") && (
        <Button
          size="compact-xs"
          variant="light"
          color="red"
          loading={retry.isPending}
          onClick={() => retry.mutate()}
          leftSection={<IconRefresh size={12} aria-hidden />}
        >
          {t("shell:retry")}
        </Button>
      )}
    </div>
  );
}

import { Button, Group, Text } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { clockTime } from "../../time/intl";
import type { Pending } from "../composer/outbox";
import { useOutbox } from "../composer/useOutbox";
import classes from "../Inbox.module.css";

/** A message that was written here and is not yet known to have arrived at the server. */
export function PendingBubble({ pending }: { pending: Pending }) {
  const { t, i18n } = useTranslation("inbox");
  const outbox = useOutbox();
  return (
    <article className={classes.bubbleRow} data-direction={pending.note ? "note" : "out"} data-author="agent">
      <div className={classes.bubble} data-pending>
        <div className={classes.text}>{pending.shown}</div>
        <footer className={classes.bubbleFoot}>
          <time>{clockTime(pending.at, i18n.language)}</time>
          <IconClock size={14} role="img" aria-label={t("status.sending")} />
        </footer>
      </div>
      {pending.failure !== null && (
        <div className={classes.failed} role="alert">
          <Text size="xs" c="error">
            {pending.failure}
          </Text>
          <Group gap={4}>
            <Button size="compact-xs" variant="light" color="red" onClick={() => void outbox.retry(pending)}>
              {t("shell:retry")}
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => outbox.discard(pending)}>
              {t("message.discard")}
            </Button>
          </Group>
        </div>
      )}
    </article>
  );
}

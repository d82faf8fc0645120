import { Anchor, Text } from "@mantine/core";
import { IconFileTypePdf } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Message } from "../../api/contract";
import { useMe } from "../../session/session";
import classes from "../Inbox.module.css";

/** The paper a message of ours carries: a quote's, or its order's receipt. */
export function Paper({ message }: { message: Message }) {
  const { can } = useMe();
  const { filename, quote_id: quote } = message.content as { filename?: string; quote_id?: string };
  if (message.direction !== "out" || message.kind !== "document" || filename === undefined) return null;
  return (
    <div className={classes.attachment}>
      <IconFileTypePdf size={26} stroke={1.4} aria-hidden />
      {quote !== undefined && can("quotes:read") ? (
        <Anchor component={Link} to={`/sales/quotes/${quote}`} size="sm">
          {filename}
        </Anchor>
      ) : (
        <Text size="sm">{filename}</Text>
      )}
    </div>
  );
}

/** The buttons a customer can answer a message of ours with. */
export function Buttons({ message }: { message: Message }) {
  const { t } = useTranslation("inbox");
  const { buttons = [] } = message.content as { buttons?: { id: string; title: string }[] };
  if (message.direction !== "out" || buttons.length === 0) return null;
  return (
    <ul className={classes.buttons} aria-label={t("message.buttons")}>
      {buttons.map(({ id, title }) => (
        <li key={id}>{title}</li>
      ))}
    </ul>
  );
}

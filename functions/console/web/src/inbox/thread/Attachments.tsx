import { Anchor, Text } from "@mantine/core";
import {
  IconFile,
  IconFileMusic,
  IconFileTypePdf,
  IconPhoto,
  IconSticker,
  IconVideo,
  type TablerIcon,
} from "@tabler/icons-react";
import { createElement } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment, Message } from "../../api/contract";
import classes from "../Inbox.module.css";
import { Picture } from "../pictures/Picture";
import { ReadingCard } from "../pictures/ReadingCard";
import { useLink } from "../pictures/queries";

/** What a message carries beside its words, as far as it has been fetched from the channel. */
export function Attachments({ message }: { message: Message }) {
  return message.attachments.map((attachment) => (
    <div key={attachment.id}>
      {isShown(attachment) ? (
        <Picture attachment={attachment} />
      ) : (
        <Placeholder attachment={attachment} kind={message.kind} />
      )}
      {attachment.reading !== null && (
        <ReadingCard
          attachment={attachment}
          reading={attachment.reading}
          conversation={message.conversation_id}
        />
      )}
    </div>
  ));
}

const SHOWN = ["image/jpeg", "image/png", "image/webp", "image/gif"];

function isShown({ state, mime_type }: Attachment): boolean {
  return state === "ready" && SHOWN.includes(mime_type ?? "");
}

function Placeholder({ attachment, kind }: { attachment: Attachment; kind: string }) {
  const { t } = useTranslation(["inbox", "pictures"]);
  const { data: link } = useLink(attachment);
  return (
    <div className={classes.attachment}>
      {createElement(iconOf(attachment.mime_type ?? "", kind), {
        size: 26,
        stroke: 1.4,
        "aria-hidden": true,
      })}
      <div>
        <Text size="sm" fw={500}>
          {attachment.filename ?? t(`kinds.${kind}`, { defaultValue: t("kinds.other") })}
        </Text>
        <Text size="xs" c="dimmed">
          {[attachment.mime_type, t(`attachment.${attachment.state}`, { defaultValue: "" })]
            .filter(Boolean)
            .join(" · ")}
        </Text>
        {attachment.reason !== null && (
          <Text size="xs">
            {t(`pictures:failed.${attachment.reason}`, { defaultValue: t("pictures:failed.other") })}
          </Text>
        )}
        {link !== undefined && (
          <Anchor href={link.url} target="_blank" rel="noreferrer" size="xs">
            {t("pictures:open")}
          </Anchor>
        )}
      </div>
    </div>
  );
}

function iconOf(mimeType: string, kind: string): TablerIcon {
  if (kind === "sticker") return IconSticker;
  if (mimeType.startsWith("image/")) return IconPhoto;
  if (mimeType.startsWith("video/")) return IconVideo;
  if (mimeType.startsWith("audio/")) return IconFileMusic;
  return mimeType === "application/pdf" ? IconFileTypePdf : IconFile;
}

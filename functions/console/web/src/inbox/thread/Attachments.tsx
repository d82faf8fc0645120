import { Text } from "@mantine/core";
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

/** What a message carries beside its words, as far as it has been fetched from the channel. */
export function Attachments({ message }: { message: Message }) {
  return message.attachments.map((attachment) => (
    <Placeholder key={attachment.id} attachment={attachment} kind={message.kind} />
  ));
}

function Placeholder({ attachment, kind }: { attachment: Attachment; kind: string }) {
  const { t } = useTranslation("inbox");
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

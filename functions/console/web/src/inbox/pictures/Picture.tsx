import { Anchor, Image, Modal, Skeleton, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Attachment } from "../../api/contract";
import classes from "./Pictures.module.css";
import { useLink } from "./queries";

/** A picture in the thread; a click shows it large. */
export function Picture({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation("pictures");
  const [large, { open, close }] = useDisclosure(false);
  const { data: link } = useLink(attachment);
  if (link === undefined) return <Skeleton className={classes.waiting} aria-label={t("loading")} />;
  return (
    <>
      <UnstyledButton onClick={open} aria-label={t("enlarge")} className={classes.thumbnail}>
        <Image src={link.url} alt={t("photo")} className={classes.small} />
      </UnstyledButton>
      <Modal opened={large} onClose={close} size="auto" centered title={t("photo")}>
        <Image src={link.url} alt={t("photo")} className={classes.large} />
        <Anchor href={link.url} target="_blank" rel="noreferrer" size="sm">
          {t("original")}
        </Anchor>
      </Modal>
    </>
  );
}

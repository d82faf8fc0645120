import { ActionIcon } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

export function BackToSocial() {
  const { t } = useTranslation("shell");
  return (
    <ActionIcon component={Link} to="/social" aria-label={t("back")}>
      <IconArrowLeft size={18} aria-hidden />
    </ActionIcon>
  );
}

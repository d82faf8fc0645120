import { Button } from "@mantine/core";
import { IconMap2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Empty } from "./states";

export function NotFound() {
  const { t } = useTranslation("shell");
  return (
    <Empty icon={<IconMap2 size={22} aria-hidden />} title={t("notFound.title")} hint={t("notFound.hint")}>
      <Button component={Link} to="/inbox" size="xs" variant="light" mt="xs">
        {t("notFound.home")}
      </Button>
    </Empty>
  );
}

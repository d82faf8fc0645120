import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "./states";

/** Keeps a screen that failed from taking the others with it. */
export class Crashes extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const { t } = useTranslation("shell");
  return (
    <Empty icon={<IconAlertTriangle size={22} aria-hidden />} title={t("crashed.title")}>
      <Button size="xs" variant="light" mt="xs" onClick={() => window.location.reload()}>
        {t("crashed.reload")}
      </Button>
    </Empty>
  );
}

import { Indicator, Popover, VisuallyHidden } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import shell from "../shell/Shell.module.css";
import { Loading } from "../shell/states";
import { useNotices } from "./notices";

const NoticeList = lazy(() => import("./NoticeList"));

/** How much one was told and has not read, and the list of it. */
export function Bell() {
  const { t } = useTranslation("shell");
  const [open, setOpen] = useState(false);
  const unread = useNotices().data?.pages[0]?.unread ?? 0;
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="right-end"
      width={340}
      shadow="md"
      trapFocus
      withinPortal
    >
      <Popover.Target>
        <button
          type="button"
          className={`mantine-focus-auto ${shell.link} ${shell.switch}`}
          onClick={() => setOpen(!open)}
        >
          <Indicator
            label={unread > 99 ? "99+" : unread}
            disabled={unread === 0}
            size={16}
            color="red.8"
            offset={2}
            inline
            aria-hidden
          >
            <IconBell size={20} stroke={1.7} aria-hidden />
          </Indicator>
          <span className={shell.label} aria-hidden>
            {t("notices.short")}
          </span>
          <VisuallyHidden>
            {unread === 0 ? t("notices.short") : t("notices.unread", { count: unread })}
          </VisuallyHidden>
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("notices.title")}>
        <Suspense fallback={<Loading />}>
          <NoticeList onDone={() => setOpen(false)} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}

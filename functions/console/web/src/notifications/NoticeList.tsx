import { Button, ScrollArea, Skeleton, Text, UnstyledButton } from "@mantine/core";
import { IconBellCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Notice } from "../api/contract";
import { Empty, FailedToLoad } from "../shell/states";
import { RelativeTime } from "../time/Times";
import classes from "./Notices.module.css";
import { placeOf, useNotices, useReadNotice } from "./notices";

/** What one was told, newest first. Opening one reads it and goes to what it is about. */
export default function NoticeList({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const notices = useNotices();
  const read = useReadNotice();

  function open(notice: Notice) {
    if (notice.read_at === null) read.mutate(notice);
    const place = placeOf(notice);
    if (place !== null) void navigate(place);
    onDone();
  }

  if (notices.isPending) return <Skeleton height={160} />;
  if (notices.isError) return <FailedToLoad error={notices.error} retry={() => void notices.refetch()} />;
  const items = notices.data.pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <Empty icon={<IconBellCheck size={20} />} title={t("notices.none")} hint={t("notices.noneHint")} />
    );
  return (
    <>
      <Text className={classes.title}>{t("notices.title")}</Text>
      <ScrollArea.Autosize mah="min(60vh, 480px)" type="auto">
        <ul className={classes.list}>
          {items.map((notice) => (
            <li key={notice.id}>
              <UnstyledButton
                className={classes.notice}
                data-unread={notice.read_at === null || undefined}
                onClick={() => open(notice)}
              >
                <span className={classes.subject}>{notice.subject}</span>
                <span className={classes.text}>{notice.text}</span>
                <span className={classes.at}>
                  {t(`notices.kinds.${notice.kind}`, { defaultValue: notice.kind })} ·{" "}
                  <RelativeTime at={notice.at} />
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
        {notices.hasNextPage && (
          <Button
            fullWidth
            variant="subtle"
            size="xs"
            loading={notices.isFetchingNextPage}
            onClick={() => void notices.fetchNextPage()}
          >
            {t("more")}
          </Button>
        )}
      </ScrollArea.Autosize>
    </>
  );
}

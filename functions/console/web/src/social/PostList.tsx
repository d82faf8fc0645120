import { Button, Chip, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconPhoto, IconTextCaption, IconVideo } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Empty, FailedToLoad } from "../shell/states";
import { NetworkIcons, StatusBadge } from "./Badges";
import { type PostItem, STATUSES, type Status, usePosts } from "./queries";
import classes from "./Social.module.css";
import { usePlanTimes } from "./zone";

/** Every post, the newest first, narrowed by what has become of it. */
export function PostList() {
  const { t } = useTranslation("social");
  const [statuses, setStatuses] = useState<Status[]>([]);
  return (
    <section aria-label={t("tabs.posts")}>
      <Chip.Group multiple value={statuses} onChange={(chosen) => setStatuses(chosen as Status[])}>
        <Group gap={6} mb="md">
          {STATUSES.map((status) => (
            <Chip key={status} value={status} size="xs">
              {t(`status.${status}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Found statuses={statuses} />
    </section>
  );
}

function Found({ statuses }: { statuses: Status[] }) {
  const { t } = useTranslation(["social", "page"]);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePosts(statuses);
  if (data === undefined) {
    return error === null ? <Skeletons /> : <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  const posts = data.pages.flatMap((page) => page.items);
  if (posts.length === 0) {
    return (
      <Empty
        icon={<IconPhoto size={22} aria-hidden />}
        title={t(statuses.length > 0 ? "empty.filtered" : "empty.title")}
        hint={t(statuses.length > 0 ? "empty.filteredHint" : "empty.hint")}
      />
    );
  }
  return (
    <>
      <div className={classes.rows}>
        {posts.map((post) => (
          <Row key={post.id} post={post} />
        ))}
      </div>
      {hasNextPage && (
        <Button
          mt="sm"
          variant="subtle"
          size="xs"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t("page:loadMore")}
        </Button>
      )}
    </>
  );
}

function Row({ post }: { post: PostItem }) {
  const { t } = useTranslation("social");
  const { dateTime } = usePlanTimes();
  const time = post.publish_at ?? post.changed_at;
  return (
    <Link to={`/social/post/${post.id}`} className={classes.row}>
      <Thumb post={post} />
      <div>
        <Text size="sm" fw={550} truncate>
          {post.text.split("\n")[0] || t(`kind.${post.kind}`)}
        </Text>
        <Text size="xs" c="dimmed">
          {t(post.publish_at === null ? "list.changed" : `list.${post.status}`, {
            at: dateTime(time),
            defaultValue: dateTime(time),
          })}
        </Text>
      </div>
      <Group gap="sm" wrap="nowrap">
        <NetworkIcons publications={post.publications} />
        <StatusBadge status={post.status} />
      </Group>
    </Link>
  );
}

function Thumb({ post }: { post: PostItem }) {
  const [first] = post.media;
  if (first?.kind === "image" && first.url !== null) {
    return <img src={first.url} alt="" className={classes.thumb} loading="lazy" />;
  }
  const Icon = first?.kind === "video" ? IconVideo : IconTextCaption;
  return (
    <span className={classes.thumb}>
      <Icon size={20} aria-hidden />
    </span>
  );
}

function Skeletons() {
  return (
    <Stack gap={10} aria-hidden>
      {Array.from({ length: 6 }, (_, place) => (
        <Skeleton key={place} h={68} />
      ))}
    </Stack>
  );
}

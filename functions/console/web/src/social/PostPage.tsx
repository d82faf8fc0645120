import { Alert, Group, Skeleton, Text } from "@mantine/core";
import { IconPhotoOff, IconPhotoSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ApiProblem } from "../api/client";
import { Page } from "../page/Page";
import { tellDone } from "../page/tell";
import { useMe } from "../session/session";
import { Empty, FailedToLoad } from "../shell/states";
import { BackToSocial } from "./BackToSocial";
import { StatusBadge } from "./Badges";
import { Editor } from "./Editor";
import { History } from "./History";
import { PostActions } from "./PostActions";
import { Publications } from "./Publications";
import { type Post, usePost } from "./queries";
import { usePlanTimes } from "./zone";

export function PostPage({ id }: { id: string }) {
  const { t } = useTranslation("social");
  const { data: post, error, refetch } = usePost(id);
  if (error instanceof ApiProblem && error.status === 404) {
    return <Empty icon={<IconPhotoOff size={22} aria-hidden />} title={t("notFound")} />;
  }
  if (post === undefined) {
    return error === null ? (
      <Skeleton h={320} m="md" aria-hidden />
    ) : (
      <FailedToLoad error={error} retry={() => void refetch()} />
    );
  }
  return <Shown post={post} />;
}

function Shown({ post }: { post: Post }) {
  const { t } = useTranslation("social");
  const { dateTime } = usePlanTimes();
  const { can } = useMe();
  const [query] = useSearchParams();
  const editable =
    can("social:write") && ["draft", "review", "approved", "scheduled", "failed"].includes(post.status);
  const untouched = post.publications.every(({ state }) => state !== "published" && state !== "unknown");
  return (
    <Page
      title={post.text.split("\n")[0]?.slice(0, 60) || t(`kind.${post.kind}`)}
      before={<BackToSocial />}
      subtitle={
        <Group gap="xs" mt={4}>
          <StatusBadge status={post.status} />
          <Text size="xs">
            {t(`kind.${post.kind}`)}
            {post.publish_at !== null && ` · ${dateTime(post.publish_at)}`}
            {post.generated && ` · ${t("generated")}`}
          </Text>
        </Group>
      }
      actions={<PostActions post={post} suggested={query.get("at")} />}
    >
      {post.illustration === "requested" && (
        <Alert mb="md" icon={<IconPhotoSearch size={18} aria-hidden />} role="status">
          {t("illustration.requested")}
        </Alert>
      )}
      {post.illustration === "failed" && (
        <Alert mb="md" color="yellow">
          {t("illustration.failed")}
        </Alert>
      )}
      <Publications post={post} />
      <Editor
        key={contentOf(post)}
        post={post}
        readOnly={!editable || !untouched}
        onKept={() => tellDone(t("editor.saved"))}
      />
      <History post={post} />
    </Page>
  );
}

/** The same while nobody has changed the content: what somebody is writing is not lost to a change of its state. */
function contentOf({ text, media, publications, purpose }: Post): string {
  return JSON.stringify([
    text,
    purpose,
    media.map(({ id }) => id),
    publications.map((each) => [each.account_id, each.text]),
  ]);
}

import { ActionIcon, Drawer, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconBookOff } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ApiProblem } from "../api/client";
import { Page } from "../page/Page";
import { Empty, FailedToLoad, Loading } from "../shell/states";
import { ArticleActions } from "./ArticleActions";
import { ArticleEditor } from "./ArticleEditor";
import { useArticle } from "./queries";
import { StateBadge } from "./StateBadge";
import { TryIt } from "./TryIt";

// Comparing texts is code of its own, fetched when somebody wants to see a comparison.
const Versions = lazy(() => import("./Versions"));

export function ArticlePage({ id }: { id: string }) {
  const { t } = useTranslation(["articles", "page"]);
  const { data: article, error, refetch } = useArticle(id);
  const [versions, versionsPanel] = useDisclosure();
  const [trying, tryPanel] = useDisclosure();
  if (error instanceof ApiProblem && error.status === 404) {
    return <Empty icon={<IconBookOff size={22} aria-hidden />} title={t("notFound")} />;
  }
  if (article === undefined) {
    return error === null ? <EditorSkeleton /> : <FailedToLoad error={error} retry={() => void refetch()} />;
  }
  return (
    <Page
      narrow
      title={article.title}
      before={<BackToList />}
      subtitle={
        <Group gap="xs" mt={4}>
          <StateBadge article={article} />
          <Text size="xs">
            {t(`page:languages.${article.language}`)} · {article.slug} ·{" "}
            {t("version", { version: article.version })}
          </Text>
        </Group>
      }
      actions={<ArticleActions article={article} showVersions={versionsPanel.open} tryIt={tryPanel.open} />}
    >
      <ArticleEditor key={`${article.id} ${String(article.version)}`} article={article} />
      <Drawer
        opened={versions}
        onClose={versionsPanel.close}
        position="right"
        size="lg"
        title={t("versions.title")}
      >
        <Suspense fallback={<Loading />}>
          <Versions article={article} close={versionsPanel.close} />
        </Suspense>
      </Drawer>
      <Drawer opened={trying} onClose={tryPanel.close} position="right" size="md" title={t("try.title")}>
        <TryIt language={article.language} />
      </Drawer>
    </Page>
  );
}

export function BackToList() {
  const { t } = useTranslation("page");
  return (
    <ActionIcon component={Link} to="/articles" hiddenFrom="md" aria-label={t("back")}>
      <IconArrowLeft size={18} aria-hidden />
    </ActionIcon>
  );
}

function EditorSkeleton() {
  return (
    <Stack p="xl" aria-hidden>
      <Skeleton h={26} w="50%" />
      <Skeleton h={36} />
      <Skeleton h={180} />
      <Skeleton h={140} />
    </Stack>
  );
}

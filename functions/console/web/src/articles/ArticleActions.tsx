import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArchive, IconHistory, IconMessageQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Article } from "../api/desk";
import { Confirm } from "../page/Confirm";
import { tellDone, tellFailure } from "../page/tell";
import { useMe } from "../session/session";
import { dropDraft } from "./drafts";
import { useArticleChanges } from "./queries";

interface Props {
  article: Article;
  showVersions: () => void;
  tryIt: () => void;
}

export function ArticleActions({ article, showVersions, tryIt }: Props) {
  const { t } = useTranslation("articles");
  const { can } = useMe();
  const { save } = useArticleChanges();
  const published = article.status === "published";
  // What stands unsaved in the editor stays unsaved: the text goes as it was last kept.
  function publish() {
    const { id, title, body, category, questions, version } = article;
    save.mutate(
      { id, title, body, category, questions, version, publish: !published },
      {
        onSuccess: () => tellDone(t(published ? "actions.unpublished" : "actions.published")),
        onError: tellFailure,
      },
    );
  }
  return (
    <>
      <Tooltip label={t("actions.try")}>
        <ActionIcon size={30} aria-label={t("actions.try")} onClick={tryIt}>
          <IconMessageQuestion size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t("actions.versions")}>
        <ActionIcon size={30} aria-label={t("actions.versions")} onClick={showVersions}>
          <IconHistory size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {can("articles:write") && (
        <>
          {article.status !== "archived" && <Archive article={article} />}
          {article.status !== "archived" && (
            <Button
              size="xs"
              variant={published ? "default" : "filled"}
              loading={save.isPending}
              onClick={publish}
            >
              {t(published ? "actions.unpublish" : "actions.publish")}
            </Button>
          )}
        </>
      )}
    </>
  );
}

function Archive({ article }: { article: Article }) {
  const { t } = useTranslation("articles");
  const navigate = useNavigate();
  const { archive } = useArticleChanges();
  const [asking, dialog] = useDisclosure();
  return (
    <>
      <Tooltip label={t("actions.archive")}>
        <ActionIcon size={30} color="red" aria-label={t("actions.archive")} onClick={dialog.open}>
          <IconArchive size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Confirm
        opened={asking}
        title={t("actions.archiveTitle", { title: article.title })}
        verb={t("actions.archive")}
        busy={archive.isPending}
        confirm={() =>
          archive.mutate(article.id, {
            onSuccess: () => {
              dropDraft(article.id);
              tellDone(t("actions.archived"));
              void navigate("/articles", { replace: true });
            },
          })
        }
        close={dialog.close}
      >
        {t("actions.archiveWhat")}
      </Confirm>
    </>
  );
}

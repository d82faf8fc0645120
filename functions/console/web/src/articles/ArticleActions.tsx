import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHistory, IconMessageQuestion, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { Article } from "../api/desk";
import { Confirm } from "../page/Confirm";
import { tellDone } from "../page/tell";
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
  const { setStatus } = useArticleChanges();
  const published = article.status === "published";
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
          <DeleteArticle article={article} />
          <Button
            size="xs"
            variant={published ? "default" : "filled"}
            loading={setStatus.isPending}
            onClick={() =>
              setStatus.mutate(
                { id: article.id, status: published ? "draft" : "published" },
                { onSuccess: () => tellDone(t(published ? "actions.unpublished" : "actions.published")) },
              )
            }
          >
            {t(published ? "actions.unpublish" : "actions.publish")}
          </Button>
        </>
      )}
    </>
  );
}

function DeleteArticle({ article }: { article: Article }) {
  const { t } = useTranslation("articles");
  const navigate = useNavigate();
  const { remove } = useArticleChanges();
  const [asking, dialog] = useDisclosure();
  return (
    <>
      <Tooltip label={t("actions.delete")}>
        <ActionIcon size={30} color="red" aria-label={t("actions.delete")} onClick={dialog.open}>
          <IconTrash size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Confirm
        opened={asking}
        title={t("actions.deleteTitle", { title: article.title })}
        verb={t("actions.delete")}
        busy={remove.isPending}
        confirm={() =>
          remove.mutate(article.id, {
            onSuccess: () => {
              dropDraft(article.id);
              tellDone(t("actions.deleted"));
              void navigate("/articles", { replace: true });
            },
          })
        }
        close={dialog.close}
      >
        {t("actions.deleteWhat")}
      </Confirm>
    </>
  );
}

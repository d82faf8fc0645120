import { Alert, Button, Group, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Article } from "../api/desk";
import { ApiProblem } from "../api/client";
import { keys } from "../api/queries";
import { problemText } from "../api/words";
import { tellDone } from "../page/tell";
import { useMe } from "../session/session";
import { ArticleFields } from "./ArticleFields";
import { draftOf, dropDraft, keepDraft, questionsIn, type Written } from "./drafts";
import { useArticleChanges } from "./queries";

/** An article being put right; each saving is a version. */
export function ArticleEditor({ article }: { article: Article }) {
  const { t } = useTranslation(["articles", "page", "shell"]);
  const { can } = useMe();
  const { save } = useArticleChanges();
  const editable = can("articles:write") && article.status !== "archived";
  const needed = (value: string) => (value.trim() === "" ? t("page:required") : null);
  const saved = writtenOf(article);
  const form = useForm<Written>({
    initialValues: draftOf(article.id) ?? saved,
    validate: { title: needed, body: needed },
    onValuesChange: (values) => keepDraft(article.id, values),
  });
  const changed = (Object.keys(saved) as (keyof Written)[]).some(
    (field) => form.values[field] !== saved[field],
  );
  useLeavingAsks(changed);

  function keep({ title, body, questions, category }: Written) {
    save.mutate(
      {
        id: article.id,
        title: title.trim(),
        body: body.trim(),
        questions: questionsIn(questions),
        category,
        version: article.version,
      },
      {
        onSuccess: ({ version }) => {
          dropDraft(article.id);
          tellDone(t("actions.saved", { version }));
        },
      },
    );
  }

  function discard() {
    form.setValues(saved);
    dropDraft(article.id);
  }

  return (
    <form onSubmit={form.onSubmit(keep)}>
      {article.status === "archived" && (
        <Alert color="yellow" mb="md">
          {t("archivedHint")}
        </Alert>
      )}
      <ArticleFields form={form} readOnly={!editable} />
      {save.isError && <NotSaved error={save.error} />}
      {editable && (
        <Group justify="flex-end" mt="lg" mih={36}>
          {changed && (
            <>
              <Text size="xs" c="dimmed">
                {t("form.unsaved")}
              </Text>
              <Button variant="default" onClick={discard}>
                {t("form.discard")}
              </Button>
            </>
          )}
          <Button type="submit" disabled={!changed} loading={save.isPending}>
            {t("shell:save")}
          </Button>
        </Group>
      )}
    </form>
  );
}

/** Why a text was not kept; where a colleague was faster, a way to have both. */
function NotSaved({ error }: { error: Error }) {
  const { t } = useTranslation("articles");
  const queries = useQueryClient();
  if (!(error instanceof ApiProblem) || error.kind !== "newer-version") {
    return (
      <Alert color="red" mt="md" role="alert">
        {problemText(error)}
      </Alert>
    );
  }
  return (
    <Alert color="yellow" mt="md" role="alert" title={t("newer.title", { version: error.members.version })}>
      {t("newer.hint")}
      <Button
        size="xs"
        variant="default"
        mt="sm"
        display="block"
        onClick={() => void queries.invalidateQueries({ queryKey: keys.articles })}
      >
        {t("newer.load")}
      </Button>
    </Alert>
  );
}

function writtenOf(article: Article): Written {
  const { title, body, questions, category } = article;
  return { title, body, questions: questions.join("\n"), category };
}

/** The browser asks before a page with unsaved text is left. */
function useLeavingAsks(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [unsaved]);
}

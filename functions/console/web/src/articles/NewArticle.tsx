import { Alert, Button, Group, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { ApiProblem } from "../api/client";
import type { ArticleLanguage } from "../api/desk";
import { problemText } from "../api/words";
import { Page } from "../page/Page";
import { tellDone } from "../page/tell";
import { ArticleFields } from "./ArticleFields";
import { BackToList } from "./ArticlePage";
import { questionsIn, type Written } from "./drafts";
import { useArticleChanges } from "./queries";

const SLUG = /^([a-z0-9]+(-[a-z0-9]+)*)?$/;
const NOTHING: Written = { title: "", body: "", questions: "", category: "general" };

export function NewArticle() {
  const { t, i18n } = useTranslation(["articles", "page", "shell"]);
  const navigate = useNavigate();
  const { create } = useArticleChanges();
  const needed = (value: string) => (value.trim() === "" ? t("page:required") : null);
  const form = useForm<Written>({ initialValues: NOTHING, validate: { title: needed, body: needed } });
  const [language, setLanguage] = useState(i18n.language as ArticleLanguage);
  const [slug, setSlug] = useState("");
  const slugIsBad = !SLUG.test(slug);

  function write({ title, body, questions, category }: Written, publish: boolean) {
    if (slugIsBad) return;
    const asked = { title: title.trim(), body: body.trim(), questions: questionsIn(questions), category };
    create.mutate(
      { ...asked, language, publish, ...(slug === "" ? {} : { slug }) },
      {
        onSuccess: ({ id }) => {
          tellDone(t("actions.created"));
          void navigate(`/articles/${id}`, { replace: true });
        },
        onError: (error) => {
          if (error instanceof ApiProblem) form.setErrors(error.fields);
        },
      },
    );
  }

  return (
    <Page narrow title={t("new")} before={<BackToList />}>
      <form onSubmit={form.onSubmit((values) => write(values, false))}>
        <ArticleFields form={form}>
          <Group grow align="flex-start">
            <Select
              label={t("page:language")}
              allowDeselect={false}
              data={["es", "en", "pt"].map((value) => ({ value, label: t(`page:languages.${value}`) }))}
              value={language}
              onChange={(chosen) => setLanguage(chosen as ArticleLanguage)}
            />
            <TextInput
              label={t("form.slug")}
              description={t("form.slugHint")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              error={slugIsBad && t("form.slugBad")}
              value={slug}
              onChange={(event) => setSlug(event.currentTarget.value.trim())}
            />
          </Group>
        </ArticleFields>
        {create.isError && (
          <Alert color="red" mt="md" role="alert">
            {problemText(create.error)}
          </Alert>
        )}
        <Group justify="flex-end" mt="lg">
          <Button type="submit" variant="default" loading={create.isPending}>
            {t("shell:save")}
          </Button>
          <Button loading={create.isPending} onClick={() => form.onSubmit((values) => write(values, true))()}>
            {t("actions.saveAndPublish")}
          </Button>
        </Group>
      </form>
    </Page>
  );
}

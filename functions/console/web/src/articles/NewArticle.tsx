import { Alert, Button, Group, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { ApiProblem } from "../api/client";
import { problemText } from "../api/words";
import { Page } from "../page/Page";
import { tellDone } from "../page/tell";
import { ArticleFields } from "./ArticleFields";
import { BackToList } from "./ArticlePage";
import { questionsIn, type Written } from "./drafts";
import { useArticleChanges } from "./queries";

interface Values extends Written {
  language: string;
  slug: string;
}
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function NewArticle() {
  const { t, i18n } = useTranslation(["articles", "page", "shell"]);
  const navigate = useNavigate();
  const { create } = useArticleChanges();
  const needed = (value: string) => (value.trim() === "" ? t("page:required") : null);
  const form = useForm<Values>({
    initialValues: {
      title: "",
      body: "",
      questions: "",
      category: "general",
      language: i18n.language,
      slug: "",
    },
    validate: {
      title: needed,
      body: needed,
      slug: (value, { title }) => (SLUG.test(value || slugOf(title)) ? null : t("form.slugBad")),
    },
  });

  function write(values: Values, publish: boolean) {
    const { title, body, questions, category, language, slug } = values;
    create.mutate(
      {
        title: title.trim(),
        body: body.trim(),
        questions: questionsIn(questions),
        category,
        language,
        slug: slug || slugOf(title),
        publish,
      },
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
              {...form.getInputProps("language")}
            />
            <TextInput
              label={t("form.slug")}
              description={t("form.slugHint")}
              placeholder={slugOf(form.values.title)}
              inputWrapperOrder={["label", "input", "description", "error"]}
              {...form.getInputProps("slug")}
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

/** A title in the letters an identifier may have: `Cómo pagar` is `como-pagar`. */
function slugOf(title: string): string {
  return title
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);
}

import { Stack, Text, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CategoryInput } from "../tickets/CategoryInput";
import { questionsIn, type Written } from "./drafts";

interface Props {
  form: UseFormReturnType<Written>;
  readOnly?: boolean;
  /** What only a new article has. */
  children?: ReactNode;
}

/** The text of an article, what leads to it, and its place. */
export function ArticleFields({ form, readOnly, children }: Props) {
  const { t } = useTranslation("articles");
  return (
    <Stack gap="md">
      <TextInput
        label={t("form.title")}
        maxLength={200}
        readOnly={readOnly}
        {...form.getInputProps("title")}
      />
      {children}
      <Textarea
        label={t("form.body")}
        description={t("form.bodyHint")}
        autosize
        minRows={7}
        maxRows={24}
        readOnly={readOnly}
        {...form.getInputProps("body")}
      />
      <div>
        <Textarea
          label={t("form.questions")}
          description={t("form.questionsHint")}
          autosize
          minRows={5}
          maxRows={20}
          readOnly={readOnly}
          {...form.getInputProps("questions")}
        />
        <Text size="xs" c="dimmed" ta="right" mt={4}>
          {t("form.questionsCount", { count: questionsIn(form.values.questions).length })}
        </Text>
      </div>
      <CategoryInput
        label={t("form.category")}
        maw={300}
        readOnly={readOnly}
        category={form.values.category}
        put={(category) => form.setFieldValue("category", category)}
      />
    </Stack>
  );
}

import { Group, MultiSelect, Select, TagsInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { besideFields, optionsOf } from "../people/changes";
import { FormModal } from "../people/FormModal";
import { useBranches } from "../people/lists";
import { tellFailure } from "../page/tell";
import { ApiProblem } from "../api/client";
import { CATEGORIES, useCategoryName } from "../tickets/words";
import { KINDS, type ReportIn, type ReportKind, useRequestReport } from "./queries";
import { bodyOf, faultsOf, scalesOf, type Values } from "./asking";

const START: Values = {
  kind: "weekly",
  scale: "week",
  first: "",
  last: "",
  branch: null,
  categories: [],
  language: "es",
  recipients: [],
};

/** Asks for a report; it is made while one looks on, or elsewhere. */
export function NewReport({ close, made }: { close: () => void; made: (id: string) => void }) {
  const { t, i18n } = useTranslation(["reports", "page"]);
  const named = useCategoryName();
  const branches = useBranches().data ?? [];
  const request = useRequestReport();
  const form = useForm<Values>({
    initialValues: { ...START, language: i18n.language === "en" ? "en" : "es" },
    validate: (values) => faultsOf(values, t("form.needed"), t("form.order")),
  });
  const { kind, scale } = form.values;
  const scales = scalesOf(kind);

  function send(values: Values) {
    request.mutate(bodyOf(values) as ReportIn, {
      onSuccess: ({ id }) => made(id),
      onError: (error) => {
        besideFields(form.setErrors)(error);
        if (!(error instanceof ApiProblem) || Object.keys(error.fields).length === 0) tellFailure(error);
      },
    });
  }

  return (
    <FormModal
      title={t("new")}
      verb={t("form.ask")}
      busy={request.isPending}
      close={close}
      submit={form.onSubmit(send)}
    >
      <Select
        label={t("kind")}
        description={t(`about.${kind}`)}
        data={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        allowDeselect={false}
        data-autofocus
        value={kind}
        onChange={(value) => {
          const chosen = value as ReportKind;
          form.setValues({ kind: chosen, scale: scalesOf(chosen)[0] });
        }}
      />
      {scales.length > 1 && (
        <Select
          label={t("form.scale")}
          data={scales.map((value) => ({ value, label: t(`scales.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("scale")}
        />
      )}
      {scale === "days" ? (
        <Group grow align="flex-start">
          <TextInput type="date" label={t("form.first")} withAsterisk {...form.getInputProps("first")} />
          <TextInput type="date" label={t("form.last")} withAsterisk {...form.getInputProps("last")} />
        </Group>
      ) : (
        <TextInput
          type="date"
          label={t("form.of")}
          description={t("form.ofHint")}
          {...form.getInputProps("first")}
        />
      )}
      {branches.length > 1 && (
        <Select
          label={t("page:branch")}
          placeholder={t("page:allBranches")}
          data={optionsOf(branches)}
          clearable
          {...form.getInputProps("branch")}
        />
      )}
      <MultiSelect
        label={t("form.categories")}
        placeholder={form.values.categories.length === 0 ? t("form.allCategories") : undefined}
        withAsterisk={kind === "problem"}
        data={CATEGORIES.map((value) => ({ value, label: named(value) }))}
        clearable
        {...form.getInputProps("categories")}
      />
      <Select
        label={t("page:language")}
        data={["es", "en"].map((value) => ({ value, label: t(`page:languages.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("language")}
      />
      <TagsInput
        label={t("form.recipients")}
        description={t("form.recipientsHint")}
        placeholder={form.values.recipients.length === 0 ? "direccion@empresa.mx" : undefined}
        splitChars={[",", " ", ";"]}
        acceptValueOnBlur
        {...form.getInputProps("recipients")}
      />
      <Text size="xs" c="dimmed">
        {t("form.note")}
      </Text>
    </FormModal>
  );
}

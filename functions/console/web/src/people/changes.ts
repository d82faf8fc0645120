import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/client";
import { tellDone, tellFailure } from "../page/tell";

interface Change<Variables, Answer> {
  call: (variables: Variables) => Promise<Answer>;
  /** Keys of what is read anew afterwards. */
  stale: readonly (readonly unknown[])[];
  /** What people are told when it is done. */
  said?: string;
}

/** A change of one of the lists: told, and the lists it touches read anew. */
export function useChange<Variables, Answer>({ call, stale, said }: Change<Variables, Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: async () => {
      if (said !== undefined) tellDone(said);
      await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
    onError: (error) => {
      // What is wrong with single fields stands beside them.
      if (!(error instanceof ApiProblem) || Object.keys(error.fields).length === 0) tellFailure(error);
    },
  });
}

/** Puts what the API says of single fields beside them. */
export function besideFields(setErrors: (errors: Record<string, string>) => void): (error: unknown) => void {
  return (error) => {
    if (error instanceof ApiProblem) setErrors(error.fields);
  };
}

export function useNeeded(): (value: string | null) => string | null {
  const { t } = useTranslation("page");
  return (value) => (value === null || value.trim() === "" ? t("required") : null);
}

export function optionsOf(things: { id: string; name: string }[]): { value: string; label: string }[] {
  return things.map(({ id, name }) => ({ value: id, label: name }));
}

import i18next from "i18next";
import { ApiProblem, NETWORK } from "./problem";

/** What a person is told of a failed call: in our words where we have some, in the server's otherwise. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiProblem)) return i18next.t("shell:problem.unforeseen");
  if (error.kind === NETWORK) return i18next.t("shell:problem.network");
  const known = `shell:problem.${error.kind}`;
  return i18next.exists(known) ? i18next.t(known) : error.message;
}

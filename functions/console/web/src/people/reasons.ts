import { useTranslation } from "react-i18next";

/** The product's own reasons, as histories keep them, and what to call them. */
export const REASONS: Readonly<Record<string, string>> = {
  taken: "taken",
  released: "released",
  assigned: "assigned",
  transferred: "transferred",
  answered: "answered",
  "given to the bot": "givenToBot",
  "first in the queue": "firstInQueue",
  "nobody acted for five minutes": "idle",
  "nobody answered in time": "late",
  "answered by a person": "answeredByPerson",
  "answered from the phone app": "answeredOnPhone",
  "closed by a person": "closedByPerson",
  "its ticket was taken up again": "ticketAgain",
  "its ticket is resolved": "ticketResolved",
  "its ticket is closed": "ticketClosed",
  "the customer asked for a person": "askedForPerson",
  urgent: "urgent",
  "nothing the bot can read": "unreadable",
  "the same message came again and again": "repeated",
  "too many turns of the bot": "tooManyTurns",
  "back on what people attended to": "backAgain",
  "no article answers this with enough confidence": "noArticle",
  "the same article did not help the first time": "sameArticle",
  "the model found no support in the articles": "noSupport",
  "the customer accepted it": "accepted",
  "the customer refused it": "refused",
  revised: "revised",
  "the conversation is closed": "conversationClosed",
  "the customer wrote more than 24 hours ago; only a template may be sent": "windowClosed",
};

/** Why something was done, in the reader's language; what people wrote themselves stays as they wrote it. */
export function useReason(): (reason: string) => string {
  const { t } = useTranslation("page");
  return (reason) => {
    const name = REASONS[reason];
    return name === undefined ? reason : t(`reasons.${name}`);
  };
}

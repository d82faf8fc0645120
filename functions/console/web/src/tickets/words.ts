import { useTranslation } from "react-i18next";
import type { Priority, TicketStatus } from "../api/desk";

export const STATUSES: TicketStatus[] = ["open", "in_progress", "waiting", "resolved", "closed"];
export const PRIORITIES: Priority[] = ["critical", "urgent", "high", "medium", "low"];
export const SOURCES = ["whatsapp", "messenger", "instagram", "web", "email", "phone", "chat", "api"];

/** The categories the product itself gives; a company's own are words like any other. */
export const CATEGORIES = [
  "general",
  "billing",
  "technical",
  "security",
  "account",
  "shipping",
  "returns",
  "sales",
  "appointment",
  "complaint",
  "retention",
];

export const STATUS_COLORS: Record<TicketStatus, string> = {
  open: "blue",
  in_progress: "teal",
  waiting: "yellow",
  resolved: "green",
  closed: "gray",
};
export const PRIORITY_COLORS: Record<Priority, string> = {
  critical: "red",
  urgent: "orange",
  high: "yellow",
  medium: "blue",
  low: "gray",
};

/** The name of a category or tag: ours where we gave it, the word itself where the company did. */
export function useCategoryName(): (category: string) => string {
  const { t } = useTranslation("tickets");
  return (category) => t(`categories.${category}`, { defaultValue: category });
}

interface Choice {
  value: string;
  label: string;
}

/** What can be chosen of a ticket's plain fields, in the language of the screen. */
export function useChoices(): Record<"status" | "priority" | "category" | "source", Choice[]> {
  const { t } = useTranslation(["tickets", "page"]);
  return {
    status: STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) })),
    priority: PRIORITIES.map((value) => ({ value, label: t(`priorities.${value}`) })),
    category: CATEGORIES.map((value) => ({ value, label: t(`categories.${value}`) })),
    source: SOURCES.map((value) => ({ value, label: t(`page:channels.${value}`) })),
  };
}

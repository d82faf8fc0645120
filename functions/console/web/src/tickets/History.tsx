import { Text, Timeline } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Change } from "../api/desk";
import { useFormats } from "../page/formats";
import { useActorName } from "../people/actors";
import { useReason } from "../people/reasons";
import { useAgents, useBranches, useDepartments } from "../people/lists";
import { RelativeTime } from "../time/Times";
import { together } from "./deeds";
import { useCategoryName } from "./words";

const REWRITTEN = ["subject", "description"];

/** What happened to a ticket, newest first, what was done at once standing together. */
export function History({ history }: { history: Change[] }) {
  const { t } = useTranslation("tickets");
  const actor = useActorName();
  const why = useReason();
  if (history.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("page.historyNone")}
      </Text>
    );
  }
  return (
    <Timeline bulletSize={12} lineWidth={2}>
      {together(history).map((changes, place) => {
        const [first] = changes;
        return (
          <Timeline.Item
            key={`${first.at}${first.actor}${first.field}`}
            lh={1.45}
            mt={place === 0 ? undefined : "md"}
          >
            <Text size="sm" fw={550} component="div">
              {actor(first.actor, first.actor_name)}{" "}
              <Text span size="xs" c="dimmed">
                · <RelativeTime at={first.at} />
              </Text>
            </Text>
            {changes.map((change) => (
              <Text key={change.field} size="sm" style={{ overflowWrap: "anywhere" }}>
                <Sentence change={change} />
              </Text>
            ))}
            {first.reason !== null && first.reason !== "" && (
              <Text size="xs" c="dimmed">
                {why(first.reason)}
              </Text>
            )}
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}

function Sentence({ change }: { change: Change }) {
  const { t } = useTranslation("tickets");
  const shown = useShownValue();
  const field = t(`fields.${change.field}`, { defaultValue: change.field });
  const old = shown(change.field, change.old);
  const fresh = shown(change.field, change.new);
  if (change.field === "status" && change.old === null) return t("change.opened");
  if (change.field === "message") return t("change.message", { text: fresh });
  if (change.field === "first_response_at") return t("change.answered");
  if (REWRITTEN.includes(change.field)) return t("change.rewrote", { field });
  if (fresh === "") return t("change.cleared", { field, old });
  return old === ""
    ? t("change.set", { field, new: fresh })
    : t("change.changed", { field, old, new: fresh });
}

/** A field's value as people know it: names for ids, words for codes. */
function useShownValue(): (field: string, value: unknown) => string {
  const { t } = useTranslation(["tickets", "page"]);
  const { dateTime } = useFormats();
  const category = useCategoryName();
  const agents = useAgents().data ?? [];
  const departments = useDepartments().data ?? [];
  const branches = useBranches().data ?? [];
  const things = [...agents, ...departments, ...branches];
  const kinds: Record<string, (value: string) => string> = {
    status: (value) => t(`statuses.${value}`, { defaultValue: value }),
    priority: (value) => t(`priorities.${value}`, { defaultValue: value }),
    category,
    language: (value) => t(`page:languages.${value}`, { defaultValue: value }),
    tags: category,
    deleted_at: dateTime,
  };
  return (field, value) => {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value))
      return value.map((each) => kinds[field]?.(String(each)) ?? String(each)).join(", ");
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    if (field.endsWith("_id")) return things.find(({ id }) => id === text)?.name ?? text.slice(0, 8);
    return kinds[field]?.(text) ?? text;
  };
}

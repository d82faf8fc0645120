import { useTranslation } from "react-i18next";
import { useMe } from "../session/session";
import { useAgents } from "./lists";

/** Who did something, for people: `user:<id>`, `key:<prefix>` or one of the product's own parts. */
export function useActorName(): (actor: string, known?: string | null) => string {
  const { t } = useTranslation("page");
  const { me } = useMe();
  const agents = useAgents().data ?? [];
  return (actor, known) => {
    if (typeof known === "string" && known !== "") return known;
    const [kind = "", id = ""] = actor.split(":", 2);
    if (kind === "key") return t("actors.key", { prefix: id });
    if (kind !== "user") return t(`actors.${actor}`, { defaultValue: actor });
    if (id === me.id) return me.name;
    return agents.find(({ user_id }) => user_id === id)?.name ?? t("actors.somebody");
  };
}

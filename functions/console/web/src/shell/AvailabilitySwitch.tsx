import { notifications } from "@mantine/notifications";
import { IconMoonStars, IconUserCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import { problemText } from "../api/words";
import { useSession } from "../session/session";
import classes from "./Shell.module.css";

/** Whether conversations are given to me by themselves. */
export function AvailabilitySwitch() {
  const { t } = useTranslation("shell");
  const { me, changed } = useSession();
  const agent = me?.agent ?? null;
  const change = useMutation({
    mutationFn: (available: boolean) =>
      answer(api.PUT("/api/agents/me/availability", { body: { available } })),
    onSuccess: (_, available) => changed({ agent: agent && { ...agent, available } }),
    onError: (error) => notifications.show({ color: "red", message: problemText(error) }),
  });
  if (agent === null) return null;
  const shown = change.isPending ? change.variables : agent.available;
  const Icon = shown ? IconUserCheck : IconMoonStars;
  return (
    <button
      type="button"
      role="switch"
      aria-checked={shown}
      title={t(shown ? "availability.goAway" : "availability.goAvailable")}
      className={`mantine-focus-auto ${classes.link} ${classes.switch}`}
      onClick={() => change.mutate(!shown)}
      disabled={change.isPending}
      data-on={shown || undefined}
    >
      <Icon size={20} stroke={1.7} aria-hidden />
      <span className={classes.label}>{t(shown ? "availability.available" : "availability.away")}</span>
    </button>
  );
}

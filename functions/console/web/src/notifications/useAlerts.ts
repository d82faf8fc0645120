import { useLocalStorage } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useFeedEvents } from "../realtime/useLive";
import { useMe } from "../session/session";
import { type Alert, Alerts } from "./alerts";
import { chime } from "./chime";

/** Whether a sound is wanted with what is new; off until somebody wants it. */
export function useSoundChoice() {
  return useLocalStorage({ key: "relevo-sound", defaultValue: false, getInitialValueInEffect: false });
}

/** Tells who is not looking: by the browser where that was allowed, and by a number before the tab's title. */
export function useAlerts(): void {
  const { t } = useTranslation("shell");
  const { me } = useMe();
  const navigate = useNavigate();
  const [sound] = useSoundChoice();
  const alerts = useRef<Alerts>(null);
  const missed = useRef(0);

  useEffect(() => {
    alerts.current = new Alerts(me.agent?.id ?? null);
  }, [me.agent?.id]);

  useEffect(() => {
    const seen = () => {
      if (document.visibilityState !== "visible") return;
      missed.current = 0;
      document.title = document.title.replace(/^\(\d+\) /, "");
    };
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, []);

  function show(alert: Alert) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const shown = new Notification(t(`alerts.${alert.kind}`, { name: alert.name }), {
      body: alert.text ?? undefined,
      icon: "/console/icon.svg",
      // One for each conversation, however often it speaks up.
      tag: alert.conversation,
    });
    shown.onclick = () => {
      window.focus();
      void navigate(`/inbox/${alert.conversation}`);
      shown.close();
    };
  }

  useFeedEvents((event) => {
    const alert = alerts.current?.of(event) ?? null;
    if (alert === null) return;
    // What one has open before one's eyes needs no sound.
    if (sound && !window.location.pathname.endsWith(alert.conversation)) chime();
    if (document.visibilityState === "visible") return;
    missed.current += 1;
    document.title = `(${String(missed.current)}) ${document.title.replace(/^\(\d+\) /, "")}`;
    show(alert);
  });
}

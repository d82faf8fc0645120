import { useLocalStorage } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { answer, api } from "../api/client";
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

  async function show(alert: Alert) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const { title, body } = await wordsOf(alert);
    const shown = new Notification(title, {
      body,
      icon: "/console/icon.svg",
      // One for each conversation and each alert, however often it speaks up.
      tag: alert.about,
    });
    shown.onclick = () => {
      window.focus();
      void navigate(alert.place);
      shown.close();
    };
  }

  async function wordsOf(alert: Alert): Promise<{ title: string; body?: string }> {
    if (alert.kind !== "found")
      return { title: t(`alerts.${alert.kind}`, { name: alert.name }), body: alert.text ?? undefined };
    const path = { alert_id: alert.about };
    const found = await answer(api.GET("/api/alerts/{alert_id}", { params: { path } }));
    return { title: found.alert.title, body: found.alert.text };
  }

  useFeedEvents((event) => {
    const alert = alerts.current?.of(event) ?? null;
    if (alert === null) return;
    // What one has open before one's eyes needs no sound.
    if (sound && !window.location.pathname.endsWith(alert.about)) chime();
    if (document.visibilityState === "visible") return;
    missed.current += 1;
    document.title = `(${String(missed.current)}) ${document.title.replace(/^\(\d+\) /, "")}`;
    show(alert).catch(() => undefined); // the bell and the list tell it too
  });
}

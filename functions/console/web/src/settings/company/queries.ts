import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "../../api/client";
import type { SettingIn } from "../../api/desk";
import { keys } from "../../api/queries";

export function useSettings() {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: [...keys.settings, "list", i18n.language],
    queryFn: () => answer(api.GET("/api/settings")),
    select: ({ items }) => items,
  });
}

export function useChangeSetting() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SettingIn) => answer(api.PATCH("/api/settings", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.settings }),
  });
}

export function useSettingHistory(key: string) {
  return useQuery({
    queryKey: [...keys.settings, "history", key],
    queryFn: () => answer(api.GET("/api/settings/{key}/history", { params: { path: { key } } })),
    select: ({ items }) => items,
  });
}

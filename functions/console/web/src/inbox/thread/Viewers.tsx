import { Avatar, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { usePresence } from "../../realtime/useLive";
import { useMe } from "../../session/session";

/** The colleagues who look at the same conversation. */
export function Viewers({ conversation }: { conversation: string }) {
  const { t } = useTranslation("inbox");
  const { me } = useMe();
  const present = usePresence(conversation);
  const others = [
    ...new Map(
      present.flatMap(({ user }) => (user !== null && user.id !== me.id ? [[user.id, user] as const] : [])),
    ).values(),
  ];
  if (others.length === 0) return null;
  return (
    <Avatar.Group
      spacing="xs"
      role="group"
      aria-label={t("viewers", { names: others.map((o) => o.name).join(", ") })}
    >
      {others.slice(0, 3).map((user) => (
        <Tooltip key={user.id} label={t("viewing", { name: user.name })}>
          <Avatar size={24} radius="xl" name={user.name} color="initials" />
        </Tooltip>
      ))}
      {others.length > 3 && (
        <Avatar size={24} radius="xl">
          +{others.length - 3}
        </Avatar>
      )}
    </Avatar.Group>
  );
}

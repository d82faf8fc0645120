import { Badge, Group } from "@mantine/core";
import { IconBrandFacebook, IconBrandInstagram, IconBrandTiktok } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Network, Publication, Status } from "./queries";

const ICONS = { instagram: IconBrandInstagram, facebook: IconBrandFacebook, tiktok: IconBrandTiktok };
export const NAMES: Record<Network, string> = {
  instagram: "Instagram",
  facebook: "Facebook",
  tiktok: "TikTok",
};
const COLOURS: Record<Status, string> = {
  draft: "gray",
  review: "yellow",
  approved: "cyan",
  scheduled: "blue",
  published: "teal",
  failed: "red",
  cancelled: "gray",
};
const STATES: Record<Publication["state"], string> = {
  planned: "gray",
  due: "blue",
  held: "orange",
  published: "teal",
  failed: "red",
  unknown: "orange",
  cancelled: "gray",
};

export function NetworkIcon({ network, size = 16 }: { network: Network; size?: number }) {
  const Icon = ICONS[network];
  return <Icon size={size} role="img" aria-label={NAMES[network]} />;
}

/** The networks a post goes to, each once. */
export function NetworkIcons({ publications, size }: { publications: Publication[]; size?: number }) {
  const networks = [...new Set(publications.map(({ network }) => network))];
  return (
    <Group gap={3} wrap="nowrap">
      {networks.map((network) => (
        <NetworkIcon key={network} network={network} size={size} />
      ))}
    </Group>
  );
}

export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation("social");
  return (
    <Badge color={COLOURS[status]} variant="light" miw="max-content">
      {t(`status.${status}`)}
    </Badge>
  );
}

export function StateBadge({ state, step }: Pick<Publication, "state" | "step">) {
  const { t } = useTranslation("social");
  return (
    <Badge color={STATES[state]} variant="light" miw="max-content">
      {t(state === "due" && step !== "start" ? "state.moving" : `state.${state}`)}
    </Badge>
  );
}

import {
  IconAlertTriangle,
  IconFlame,
  IconInfoCircle,
  IconUrgent,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Severity } from "./queries";

export const SEVERITIES: readonly Severity[] = ["emergency", "critical", "warning", "info"];

export const COLORS: Record<Severity, string> = {
  info: "blue",
  warning: "yellow",
  critical: "orange",
  emergency: "red",
};

export const ICONS: Record<Severity, TablerIcon> = {
  info: IconInfoCircle,
  warning: IconAlertTriangle,
  critical: IconFlame,
  emergency: IconUrgent,
};

import {
  IconAlertTriangle,
  IconBook2,
  IconChartBar,
  IconHeartHandshake,
  IconInbox,
  IconPackage,
  IconReceipt,
  IconReportAnalytics,
  IconSettings,
  IconSpeakerphone,
  IconTicket,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";

/** The sections of the console, and what one must be allowed to see each. */
export const SCREENS: { path: string; permission: string | null; icon: TablerIcon }[] = [
  { path: "inbox", permission: "conversations:read", icon: IconInbox },
  { path: "dashboard", permission: "stats:read", icon: IconChartBar },
  { path: "alerts", permission: "alerts:read", icon: IconAlertTriangle },
  { path: "tickets", permission: "tickets:read", icon: IconTicket },
  { path: "articles", permission: "articles:read", icon: IconBook2 },
  { path: "products", permission: "products:read", icon: IconPackage },
  { path: "sales", permission: "quotes:read", icon: IconReceipt },
  { path: "reports", permission: "reports:read", icon: IconReportAnalytics },
  { path: "churn", permission: "analytics:read", icon: IconHeartHandshake },
  { path: "social", permission: "social:read", icon: IconSpeakerphone },
  { path: "people", permission: "agents:read", icon: IconUsers },
  { path: "settings", permission: null, icon: IconSettings },
];

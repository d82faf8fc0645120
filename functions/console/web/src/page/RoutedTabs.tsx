import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Page.module.css";
import { Navigate, useNavigate, useParams } from "react-router";

export interface TabOf {
  name: string;
  label: string;
  icon?: ReactNode;
  content: ReactNode;
}

/** Tabs whose names are the last part of the address (`<screen>/*`), so that each can be linked to. */
export function RoutedTabs({ root, tabs }: { root: string; tabs: TabOf[] }) {
  const navigate = useNavigate();
  const open = useParams()["*"]?.split("/")[0] ?? "";
  const first = tabs[0]?.name ?? "";
  if (!tabs.some((tab) => tab.name === open)) return <Navigate to={`${root}/${first}`} replace />;
  return (
    <Tabs value={open} onChange={(name) => void navigate(`${root}/${name ?? first}`)} keepMounted={false}>
      <Tabs.List mb="lg" className={classes.tabs}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.name} value={tab.name} leftSection={tab.icon}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.name} value={tab.name}>
          {tab.content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

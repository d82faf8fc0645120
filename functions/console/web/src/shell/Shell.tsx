import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation } from "react-router";
import { useAlerts } from "../notifications/useAlerts";
import { FinderKey } from "../spotlight/FinderKey";
import { RealtimeProvider } from "../realtime/RealtimeProvider";
import { Crashes } from "./Crashes";
import { NavigationRail } from "./NavigationRail";
import classes from "./Shell.module.css";
import { Loading } from "./states";

/** The frame of every screen: the rail on the left (below, on a phone) and the screen beside it. */
export function Shell() {
  const { t } = useTranslation("shell");
  const screen = useLocation().pathname.split("/")[1];
  return (
    <RealtimeProvider>
      <div className={classes.shell}>
        <a className={classes.skip} href="#content">
          {t("skipToContent")}
        </a>
        <Background />
        <NavigationRail />
        <main id="content" className={classes.content} tabIndex={-1}>
          <Crashes key={screen}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </Crashes>
        </main>
      </div>
    </RealtimeProvider>
  );
}

/** What goes on whichever screen is shown. */
function Background() {
  useAlerts();
  return <FinderKey />;
}

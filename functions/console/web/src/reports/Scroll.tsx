import type { ReactNode } from "react";
import classes from "./Reports.module.css";

/** What may be wider than its place: it scrolls by itself, also from the keyboard. */
export function Scroll({ children }: { children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- who cannot point must reach what is beside
    <div className={classes.scroll} tabIndex={0}>
      {children}
    </div>
  );
}

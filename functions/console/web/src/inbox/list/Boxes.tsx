import { useTranslation } from "react-i18next";
import type { Box, Counts } from "../../api/contract";
import classes from "../Inbox.module.css";
import { useCounts } from "../queries";

const SHOWN: (keyof Counts)[] = ["mine", "unassigned", "bot", "waiting", "all"];

/** The boxes with how many conversations lie in each. */
export function Boxes({ box, change }: { box: Box; change: (box: Box) => void }) {
  const { t } = useTranslation("inbox");
  const counts = useCounts();
  return (
    <div className={classes.boxes} role="group" aria-label={t("boxes.label")}>
      {SHOWN.map((each) => (
        <button
          key={each}
          type="button"
          className={`mantine-focus-auto ${classes.box}`}
          aria-pressed={box === each}
          onClick={() => change(each)}
        >
          {t(`boxes.${each}`)}
          <span className={classes.count}>{shown(counts.data?.[each])}</span>
        </button>
      ))}
    </div>
  );
}

function shown(count: number | undefined): string {
  if (count === undefined) return "·";
  return count > 99 ? "99+" : String(count);
}

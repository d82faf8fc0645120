import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";

const Finder = lazy(() => import("./Finder"));

/** Fetches the finder when it is first asked for. */
export function FinderKey() {
  const [wanted, setWanted] = useState(false);
  useHotkeys([["mod+K", () => setWanted(true)]], []);
  return (
    wanted && (
      <Suspense fallback={null}>
        <Finder onClose={() => setWanted(false)} />
      </Suspense>
    )
  );
}

import { useEffect, useState } from "react";

/** The time in milliseconds, told again every `every` milliseconds, so that what is written of it stays true. */
export function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(clock);
  }, [every]);
  return now;
}

import { useCallback, useSyncExternalStore } from "react";

/** One clock a rhythm for the whole page, ticking only while somebody looks at it. */
class Clock {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  now: number;

  constructor(private readonly everyMs: number) {
    this.now = this.rounded();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) {
      this.now = this.rounded();
      this.timer = setInterval(() => this.tick(), this.everyMs);
    }
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearInterval(this.timer);
    };
  };

  private tick(): void {
    this.now = this.rounded();
    this.listeners.forEach((tell) => tell());
  }

  private rounded(): number {
    return Math.floor(Date.now() / 1000) * 1000;
  }
}

const clocks = { second: new Clock(1000), minute: new Clock(20_000) };

/** Now, in milliseconds, again and again: each second, or often enough for minutes. */
export function useNow(rhythm: keyof typeof clocks = "minute"): number {
  const clock = clocks[rhythm];
  return useSyncExternalStore(
    clock.subscribe,
    useCallback(() => clock.now, [clock]),
  );
}

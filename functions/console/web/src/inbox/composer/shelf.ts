import type { Pending, Shelf } from "./outbox";

/** What is older was written for a day that is over. */
const KEPT_MS = 24 * 3_600_000;

type Locks = Pick<LockManager, "request">;

/**
 * A page's part of the browser's storage, which outlives the page. While the page is there it holds a lock of the browser
 * by its name; who is given that lock knows that the page is gone.
 */
export class BrowserShelf implements Shelf {
  private readonly page = crypto.randomUUID();
  private readonly prefix: string;

  constructor(
    user: string,
    private readonly storage: Storage = localStorage,
    private readonly locks: Locks | undefined = navigator.locks,
  ) {
    this.prefix = `relevo-unsent:${user}:`;
    void this.locks?.request(this.prefix + this.page, () => new Promise(() => undefined));
  }

  keep(all: Pending[]): void {
    const name = this.prefix + this.page;
    if (all.length === 0) this.storage.removeItem(name);
    else this.storage.setItem(name, JSON.stringify(all));
  }

  left(tell: (left: Pending[]) => void): void {
    for (const name of Object.keys(this.storage)) {
      if (!name.startsWith(this.prefix) || name === this.prefix + this.page) continue;
      const take = () => {
        const left = JSON.parse(this.storage.getItem(name) ?? "[]") as Pending[];
        this.storage.removeItem(name);
        const ofToday = left.filter((one) => Date.now() - one.at < KEPT_MS);
        if (ofToday.length > 0) tell(ofToday);
      };
      if (this.locks === undefined) take();
      else void this.locks.request(name, take);
    }
  }
}

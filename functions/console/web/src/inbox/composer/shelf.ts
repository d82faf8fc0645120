import type { Pending, Shelf } from "./outbox";

/** What is older was written for a day that is over. */
const KEPT_MS = 24 * 3_600_000;

type Locks = Pick<LockManager, "request" | "query">;

/**
 * A page's part of the browser's storage, which outlives the page. While the page is there it holds a lock of the browser
 * by its name; what stands under a name whose lock nobody holds was left by a page that is gone.
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

  async left(): Promise<Pending[]> {
    const held = new Set((await this.locks?.query())?.held?.map(({ name }) => name));
    const left: Pending[] = [];
    for (const name of Object.keys(this.storage)) {
      if (!name.startsWith(this.prefix) || name === this.prefix + this.page || held.has(name)) continue;
      left.push(...(JSON.parse(this.storage.getItem(name) ?? "[]") as Pending[]));
      this.storage.removeItem(name);
    }
    return left.filter((one) => Date.now() - one.at < KEPT_MS).sort((a, b) => a.at - b.at);
  }
}

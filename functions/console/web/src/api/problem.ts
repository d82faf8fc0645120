/** A refusal of the API (problem details, RFC 9457), or the network that did not carry the call. */
export class ApiProblem extends Error {
  /** The last part of the problem's `type`: `lost-race`, `window-closed`… `network` when nothing was answered. */
  readonly kind: string;
  /** The HTTP status, 0 when nothing was answered. */
  readonly status: number;
  /** Whatever else the problem says: `owner`, `message`, `errors`… */
  readonly members: Readonly<Record<string, unknown>>;
  /** Seconds to wait before trying again, when the answer says so. */
  readonly retryAfter: number | null;

  constructor(status: number, members: Record<string, unknown>, retryAfter: number | null = null) {
    const detail = members.detail ?? members.message;
    super(typeof detail === "string" ? detail : `HTTP ${String(status)}`);
    this.name = "ApiProblem";
    this.status = status;
    this.kind = kindOf(status, members.type);
    this.members = members;
    this.retryAfter = retryAfter;
  }

  /** What the API says of single fields: `{field: detail}`, the field by the last part of its pointer. */
  get fields(): Record<string, string> {
    const errors = Array.isArray(this.members.errors)
      ? (this.members.errors as Record<string, string>[])
      : [];
    return Object.fromEntries(
      errors.map((e) => [
        (e.pointer ?? e.parameter ?? e.header ?? "").split("/").pop() ?? "",
        e.detail ?? "",
      ]),
    );
  }

  /** True where the same call may succeed a little later. */
  get passing(): boolean {
    return this.kind === "network" || this.status === 429 || this.status >= 500;
  }
}

export const NETWORK = "network";

function kindOf(status: number, type: unknown): string {
  if (status === 0) return NETWORK;
  return typeof type === "string" && type !== "about:blank" ? (type.split(":").pop() ?? "") : String(status);
}

/** The problem an answer that is no success tells of. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const members = body !== null && typeof body === "object" ? (body as Record<string, unknown>) : {};
  const seconds = Number(response.headers.get("retry-after"));
  return new ApiProblem(response.status, members, seconds > 0 ? seconds : null);
}

import type {
  Operation,
  Agent,
  ApiKey,
  AuditEntry,
  Box,
  Branch,
  Conversation,
  ConversationItem,
  Counts,
  Dashboard,
  Department,
  FeedPage,
  HistoryEntry,
  Language,
  LedgerStep,
  Me,
  Message,
  MessageIn,
  Notice,
  Owner,
  Page,
  Session,
  SocketTicket,
  Summary,
  Template,
  User,
  UserIn,
} from "./contract";

type Id = { path: { conversation_id: string } };
type Nothing = undefined;

export interface paths {
  "/api/auth/login": { post: Operation<Session, { body: { email: string; password: string } }> };
  "/api/auth/refresh": { post: Operation<Session> };
  "/api/auth/logout": { post: Operation<Nothing> };
  "/api/auth/me": {
    get: Operation<Me>;
    patch: Operation<Me, { body: { language?: Language; name?: string } }>;
  };
  "/api/auth/password": { post: Operation<Nothing, { body: { current: string; new: string } }> };
  "/api/auth/socket-ticket": { post: Operation<SocketTicket> };
  "/api/auth/users": {
    get: Operation<Page<User>>;
    post: Operation<{ user: User; password: string }, { body: UserIn }>;
  };
  "/api/auth/users/{user_id}": {
    patch: Operation<
      User,
      { path: { user_id: string }; body: Partial<Omit<UserIn, "email">> & { active?: boolean } }
    >;
  };
  "/api/auth/keys": {
    get: Operation<Page<ApiKey>>;
    post: Operation<
      { key: ApiKey; token: string },
      { body: { name: string; scopes: string[]; expires_at?: string | null } }
    >;
  };
  "/api/auth/keys/{prefix}": { delete: Operation<Nothing, { path: { prefix: string } }> };
  "/api/auth/audit": { get: Operation<Page<AuditEntry>, { query: { cursor?: string } }> };

  "/api/conversations": {
    get: Operation<
      Page<ConversationItem>,
      {
        query: {
          box?: Box;
          branch?: string;
          channel?: string;
          priority?: string;
          q?: string;
          cursor?: string;
          limit?: number;
        };
      }
    >;
  };
  "/api/conversations/counts": { get: Operation<Counts> };
  "/api/conversations/templates": { get: Operation<{ items: Template[] }, { query: { account: string } }> };
  "/api/conversations/{conversation_id}": { get: Operation<Conversation, Id> };
  "/api/conversations/{conversation_id}/messages": {
    get: Operation<Page<Message>, Id & { query: { before?: string; after?: string; limit?: number } }>;
    post: Operation<Message, Id & { body: MessageIn }>;
  };
  "/api/conversations/{conversation_id}/messages/{message_id}/retry": {
    post: Operation<Message, { path: { conversation_id: string; message_id: string } }>;
  };
  "/api/conversations/{conversation_id}/messages/{message_id}/ledger": {
    get: Operation<{ steps: LedgerStep[] }, { path: { conversation_id: string; message_id: string } }>;
  };
  "/api/conversations/{conversation_id}/notes": {
    post: Operation<Message, Id & { body: { text: string; mentions: string[]; client_id: string } }>;
  };
  "/api/conversations/{conversation_id}/read": {
    post: Operation<Nothing, Id & { body: { message_id: string } }>;
  };
  "/api/conversations/{conversation_id}/draft": { put: Operation<Nothing, Id & { body: { text: string } }> };
  "/api/conversations/{conversation_id}/history": { get: Operation<{ items: HistoryEntry[] }, Id> };
  "/api/conversations/{conversation_id}/summary": { post: Operation<Summary, Id> };
  "/api/conversations/{conversation_id}/take": { post: Operation<Owner, Id & { body: { version: number } }> };
  "/api/conversations/{conversation_id}/release": {
    post: Operation<Owner, Id & { body: { version: number } }>;
  };
  "/api/conversations/{conversation_id}/give-to-bot": {
    post: Operation<Owner, Id & { body: { version: number } }>;
  };
  "/api/conversations/{conversation_id}/assign": {
    post: Operation<Owner, Id & { body: { agent_id: string; version: number } }>;
  };
  "/api/conversations/{conversation_id}/transfer": {
    post: Operation<
      Owner,
      Id & {
        body: {
          agent_id?: string;
          department_id?: string;
          branch_id?: string;
          version: number;
          note?: string;
        };
      }
    >;
  };
  "/api/conversations/{conversation_id}/close": {
    post: Operation<Conversation, Id & { body: { reason?: string; resolve_ticket?: boolean } }>;
  };
  "/api/conversations/{conversation_id}/escalate": {
    post: Operation<Conversation, Id & { body: { reason: string } }>;
  };

  "/api/agents": { get: Operation<{ items: Agent[] }, { query: { branch?: string } }> };
  "/api/agents/me/availability": { put: Operation<unknown, { body: { available: boolean } }> };
  "/api/branches": { get: Operation<{ items: Branch[] }> };
  "/api/departments": { get: Operation<{ items: Department[] }> };

  "/api/events": {
    get: Operation<FeedPage, { query: { after?: string; branch?: string; limit?: number } }>;
  };
  "/api/support/dashboard": { get: Operation<Dashboard, { query: { branch?: string; period?: string } }> };
  "/api/notifications": { get: Operation<Page<Notice>, { query: { unread?: boolean } }> };
  "/api/notifications/{notification_id}/read": {
    post: Operation<Nothing, { path: { notification_id: string } }>;
  };
}

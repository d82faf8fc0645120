// What the page knows: people, numbers, and conversations made from the stream of events.

const FORWARD = ['sent', 'delivered', 'read']
const began = Date.now() / 1000

export const state = {
  branches: [], customers: [], branch: null, customer: null, conversations: new Map(), rules: [], entries: [],
}

export const keyOf = (customer) => customer.phone ?? customer.user_id

export function conversation(number, customerKey) {
  const key = `${number}|${customerKey}`
  if (!state.conversations.has(key)) {
    state.conversations.set(key, { key, number, customerKey, messages: [], byId: new Map(), typingUntil: 0, unread: 0 })
  }
  return state.conversations.get(key)
}

export const open = () => conversation(state.branch?.phone_number_id, state.customer && keyOf(state.customer))

export function forget() {
  state.conversations.clear()
  state.entries = []
  state.rules = []
}

// Whom a send is for: `to` is a phone or a user id, and the page knows a person by the phone where there is one.
function recipient(to) {
  const known = state.customers.find((customer) => customer.phone === to || customer.user_id === to)
  return known ? keyOf(known) : to
}

function find(id) {
  for (const chat of state.conversations.values()) if (chat.byId.has(id)) return [chat, chat.byId.get(id)]
  return []
}

function add(chat, message) {
  if (message.kind === 'reaction') {
    const target = chat.byId.get(message.block.message_id)
    if (target) target.reactions = { ...target.reactions, [message.mine ? 'mine' : 'theirs']: message.block.emoji ?? '' }
    return
  }
  chat.messages.push(message)
  chat.byId.set(message.id, message)
}

const EVENTS = {
  inbound(event) {
    const chat = conversation(event.number, keyOf(event.customer))
    const { type: kind, context } = event.message
    add(chat, { id: event.id, mine: true, kind, block: event.message[kind], at: event.at, state: 'sending', replyTo: context?.id })
    return chat
  },
  accepted(event) {
    const [chat, message] = find(event.id)
    if (message?.state === 'sending') Object.assign(message, event.status === 200 ? { state: 'accepted' } : { state: 'refused', code: event.status })
    return chat
  },
  outbound(event) {
    const chat = conversation(event.phone_number_id, recipient(event.to))
    chat.typingUntil = 0
    add(chat, { id: event.id, mine: false, kind: event.kind, block: event.body[event.kind], at: event.at, state: 'taken', replyTo: event.body.context?.message_id })
    if (chat !== open() && event.kind !== 'reaction' && event.at > began) chat.unread += 1
    return chat
  },
  status(event) {
    const [chat, message] = find(event.id)
    if (message && (event.status === 'failed' || FORWARD.indexOf(event.status) > FORWARD.indexOf(message.state))) {
      Object.assign(message, { state: event.status, code: event.code })
    }
    return chat
  },
  read(event) {
    const [chat, message] = find(event.id)
    if (!message) return undefined
    for (const earlier of chat.messages.slice(0, chat.messages.indexOf(message) + 1)) {
      if (earlier.mine && earlier.state !== 'refused') earlier.state = 'read'
    }
    if (event.typing) chat.typingUntil = event.at + 25
    return chat
  },
  rules(event) {
    state.rules = event.rules
  },
}

// Take an event in; the conversation it changed, if it changed one.
export function take(event) {
  if (['webhook', 'outbound', 'refused', 'timeout', 'read'].includes(event.type)) {
    state.entries.push(event)
    if (state.entries.length > 300) state.entries.shift()
  }
  return EVENTS[event.type]?.(event)
}

// The phone: one conversation as the customer sees it.

import { $, el, formatted, icon, keyed } from './dom.js'
import { open, state } from './store.js'
import { current, t, time } from './texts.js'

const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🙏']
let typingTimer

export const initials = (name) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0].toUpperCase()).join('')

// `act` does what the customer does; `quote` begins a reply.
export function render({ act, quote, choose }) {
  const chat = state.branch && state.customer ? open() : null
  if (!chat) return
  chat.unread = 0
  $('company').textContent = state.branch.name
  $('company-avatar').textContent = initials(state.branch.name.replace(/^(Sucursal|Branch)\s+/i, ''))
  $('me').textContent = state.customer.name
  $('hints').hidden = chat.messages.length > 0
  presence(chat)
  const log = $('log')
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80 || log.dataset.chat !== chat.key
  log.dataset.chat = chat.key
  keyed(log, rows(chat, { act, quote, choose }), ROW)
  if (atEnd) log.scrollTop = log.scrollHeight
}

const ROW = { key: (row) => row.key, state: (row) => [row.state, current()], make: (row) => row.make() }

// What the log shows, top to bottom; each row says what it depends on.
function rows(chat, actions) {
  const { name } = state.customer
  const branch = state.branch.name
  if (!chat.messages.length) {
    return [{ key: 'welcome', state: [name, branch], make: () => el('p', { class: 'welcome' }, t('empty', { name, branch })) }]
  }
  const pressed = new Map(chat.messages.filter((later) => later.mine && later.kind === 'interactive').map((later) => [later.replyTo, later]))
  const made = [{ key: 'day', make: () => el('p', { class: 'day' }, t('today')) }]
  chat.messages.forEach((message, n) => {
    const first = chat.messages[n - 1]?.mine !== message.mine
    const answer = pressed.get(message.id)
    made.push({
      key: message.id, state: [message.state, message.code, message.reactions, first, answer?.id],
      make: () => bubble(chat, message, { first, answer, ...actions }),
    })
  })
  const dots = () => el('div', { class: 'bubble theirs dots', 'aria-label': t('typing') }, el('i'), el('i'), el('i'))
  if (isTyping(chat)) made.push({ key: 'typing', make: dots })
  return made
}

const isTyping = (chat) => chat.typingUntil > Date.now() / 1000

function presence(chat) {
  clearTimeout(typingTimer)
  const typing = isTyping(chat)
  $('presence').textContent = typing ? t('typing') : state.branch.display
  $('presence').className = typing ? 'typing' : ''
  if (typing) typingTimer = setTimeout(() => document.dispatchEvent(new Event('redraw')), chat.typingUntil * 1000 - Date.now())
}

function bubble(chat, message, actions) {
  const side = message.mine ? 'mine' : 'theirs'
  const quoted = message.replyTo && chat.byId.get(message.replyTo)
  const bad = ['failed', 'refused'].includes(message.state)
  const body = el('div', { class: `bubble ${side} ${message.kind} ${actions.first ? 'first' : ''} ${bad ? 'bad' : ''}`, dataset: { id: message.id } },
    quoted && el('blockquote', {}, summary(quoted)),
    ...content(message),
    el('p', { class: 'meta' }, el('time', {}, time(message.at)), tick(message)),
    reactions(message))
  const row = el('div', { class: `row ${side}` }, body, !message.mine && tools(message, actions))
  const buttons = message.kind === 'interactive' && !message.mine ? answers(message, actions) : null
  return buttons ? el('div', { class: 'turn' }, row, buttons) : row
}

const TICKS = { sending: 'wait', accepted: 'one', taken: 'one', sent: 'one', delivered: 'two', read: 'two', failed: 'fault', refused: 'fault' }

function tick(message) {
  const said = { taken: 'sent', failed: 'failed', refused: 'refused' }[message.state] ?? message.state
  const words = t(said, { code: message.code ?? '', status: message.code || t('noAnswer') })
  const mark = el('span', { class: `tick ${message.state}`, title: words }, icon(TICKS[message.state]), el('span', { class: 'hidden' }, words))
  return ['failed', 'refused'].includes(message.state) ? el('span', { class: 'why' }, mark, words) : mark
}

function reactions(message) {
  const shown = Object.values(message.reactions ?? {}).filter(Boolean)
  return shown.length ? el('span', { class: 'reactions' }, ...shown) : null
}

function tools(message, { act, quote }) {
  const picker = el('span', { class: 'picker', hidden: true }, ...EMOJI.map((emoji) =>
    el('button', { type: 'button', onclick: () => act({ kind: 'reaction', message_id: message.id, emoji: message.reactions?.mine === emoji ? '' : emoji }) }, emoji)))
  return el('span', { class: 'tools' },
    el('button', { type: 'button', class: 'ghost icon', title: t('react'), 'aria-label': t('react'), onclick: () => { picker.hidden = !picker.hidden } }, '☺'),
    el('button', { type: 'button', class: 'ghost icon', title: t('reply'), 'aria-label': t('reply'), onclick: () => quote(message) }, icon('reply')), picker)
}

function answers(message, { act, choose, answer: used }) {
  const { action, type } = message.block
  const made = type === 'button'
    ? action.buttons.map(({ reply }) => el('button', {
      type: 'button', disabled: Boolean(used), class: used?.block.button_reply?.id === reply.id ? 'chosen' : '',
      onclick: () => act({ kind: 'button_reply', id: reply.id, title: reply.title }, message.id),
    }, icon('reply'), reply.title))
    : [el('button', { type: 'button', disabled: Boolean(used), onclick: () => choose(message) }, icon('list'), action.button ?? t('seeOptions'))]
  return el('div', { class: 'answers' }, ...made)
}

// ------------------------------------------------------------------------------------------------ what a bubble holds

const file = (block) => block.link ?? `/simulator/files/${block.id}`
const local = (block) => Boolean(block.id) || String(block.link).startsWith(`${location.origin}/`)

const CONTENT = {
  text: ({ body }) => [el('p', { class: 'words' }, formatted(body))],
  image: (block) => [local(block) ? el('img', { src: file(block), alt: block.caption ?? t('photo'), loading: 'lazy' }) : link(block), caption(block)],
  sticker: (block) => [local(block) ? el('img', { src: file(block), alt: t('sticker') }) : link(block)],
  video: (block) => [local(block) ? el('video', { src: file(block), controls: true }) : link(block), caption(block)],
  audio: (block) => [local(block) ? el('audio', { src: file(block), controls: true, 'aria-label': t('voiceNote') }) : link(block)],
  document: (block) => [el('a', { class: 'file', href: file(block), target: '_blank', rel: 'noreferrer' }, icon('document'), el('span', {}, block.filename ?? t('file'))), caption(block)],
  location: ({ latitude, longitude, name, address }) => [el('div', { class: 'map' }, icon('location')),
    el('p', { class: 'words' }, el('strong', {}, name ?? t('place')), el('br'), address ?? `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`)],
  template: ({ name, components = [] }) => [el('p', { class: 'label' }, `${t('template')} · ${name}`),
    ...components.map((part) => el('p', { class: 'words' }, (part.parameters ?? []).map((value) => value.text).join(' · ')))],
  interactive: (block) => {
    const pressed = block.button_reply ?? block.list_reply
    if (pressed) return [el('p', { class: 'words' }, pressed.title), pressed.description && el('p', { class: 'small' }, pressed.description)]
    return [block.header?.text && el('p', { class: 'words' }, el('strong', {}, block.header.text)),
      el('p', { class: 'words' }, formatted(block.body.text)), block.footer && el('p', { class: 'small' }, block.footer.text)]
  },
}

const link = (block) => el('a', { href: block.link, target: '_blank', rel: 'noreferrer' }, block.link)
const caption = (block) => block.caption && el('p', { class: 'words' }, formatted(block.caption))

const content = (message) => (CONTENT[message.kind] ?? ((block) => [el('pre', {}, JSON.stringify(block))]))(message.block).filter(Boolean)

// One line of a message, for quotes and the list of traffic.
export function summary({ kind, block = {} }) {
  const words = { text: block.body, interactive: block.button_reply?.title ?? block.list_reply?.title ?? block.body?.text, template: block.name, reaction: block.emoji, document: block.filename }[kind]
  const names = { image: 'photo', audio: 'voiceNote', video: 'video', document: 'file', location: 'place', sticker: 'sticker', template: 'template' }
  return words ?? block.caption ?? (names[kind] ? t(names[kind]) : kind)
}

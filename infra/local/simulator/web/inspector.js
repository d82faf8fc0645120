// The side panel: what went over the wire, and faults to make.

import { $, el, keyed } from './dom.js'
import { state } from './store.js'
import { current, t, time } from './texts.js'
import { summary } from './chat.js'

const RULES = [
  ['130429', { kind: 'error', http_status: 429, code: 130429, title: 'Rate limit hit', retry_after: 2 }],
  ['131056', { kind: 'error', http_status: 400, code: 131056, title: 'Pair rate limit hit' }],
  ['131047', { kind: 'error', http_status: 400, code: 131047, title: 'Re-engagement message' }],
  ['131026', { kind: 'error', http_status: 400, code: 131026, title: 'Message undeliverable' }],
  ['500', { kind: 'error', http_status: 500, code: 131000, title: 'Something went wrong' }],
  ['190', { kind: 'error', http_status: 401, code: 190, title: 'Access token has expired' }],
  ['timeout_sent', { kind: 'timeout', accepted: true }],
  ['timeout_lost', { kind: 'timeout', accepted: false }],
  ['fail', { kind: 'fail', code: 131026, title: 'Message undeliverable' }],
  ['duplicate', { kind: 'duplicate' }],
  ['reorder', { kind: 'reorder' }],
]

function told(event) {
  const value = event.payload.entry[0].changes[0].value
  const [message] = value.messages ?? []
  if (message) return ['in', t('customerWrote', { what: summary({ kind: message.type, block: message[message.type] }) })]
  const [status] = value.statuses ?? []
  return ['state', t('statusOf', { what: status ? t(status.status, { code: status.errors?.[0]?.code ?? '' }) : '' })]
}

const DESCRIBE = {
  webhook: (event) => [...told(event), event.status || '—', event.status === 200, { payload: event.payload, signature: event.signature, answer: event.answer, ms: event.milliseconds }],
  outbound: (event) => ['out', t('graphTook', { what: summary({ kind: event.kind, block: event.body[event.kind] }) }), 200, true, { payload: event.body, answer: event.id }],
  refused: (event) => ['out', t('graphRefused', { what: event.title }), event.code, false, { payload: event }],
  timeout: (event) => ['out', t('graphSilent'), '—', false, { payload: event }],
  read: (event) => ['out', t('graphRead') + (event.typing ? t('andTyping') : ''), 200, true, { payload: event }],
}

const ARROWS = { in: '→', state: '→', out: '←' }

function entry(event) {
  const [lane, title, code, good, detail] = DESCRIBE[event.type](event)
  const body = el('div', { class: 'detail' })
  const item = el('details', { dataset: { seq: event.seq }, ontoggle: () => { if (item.open && !body.childElementCount) body.append(...fill(detail)) } },
    el('summary', {}, el('span', { class: `arrow ${lane}`, 'aria-hidden': 'true' }, ARROWS[lane]), el('span', { class: 'title' }, title),
      detail.ms !== undefined && el('span', { class: 'ms' }, `${detail.ms} ms`), el('span', { class: `code ${good ? 'good' : 'wrong'}` }, String(code)), el('time', {}, time(event.at))),
    body)
  return el('li', { dataset: { lane } }, item)
}

function fill({ payload, signature, answer }) {
  return [
    signature && el('dl', {}, el('dt', {}, 'X-Hub-Signature-256'), el('dd', {}, signature)),
    answer !== undefined && el('dl', {}, el('dt', {}, t('answer')), el('dd', {}, answer || t('noAnswer'))),
    el('pre', { tabIndex: 0 }, JSON.stringify(payload, null, 2)),
  ].filter(Boolean)
}

export function traffic() {
  const list = $('entries')
  const shown = new Set([...list.querySelectorAll('details')].map((item) => item.dataset.seq))
  const fresh = state.entries.filter((event) => !shown.has(String(event.seq)))
  list.prepend(...fresh.map(entry).reverse())
  while (list.childElementCount > 300) list.lastElementChild.remove()
  $('no-entries').hidden = list.childElementCount > 0
}

export function rules() {
  const armed = state.rules.reduce((sum, rule) => sum + rule.times, 0)
  $('armed').hidden = !armed
  $('armed').textContent = armed
  $('armed-text').textContent = armed ? t('armed', { n: armed }) : t('none')
  $('disarm').disabled = !armed
  const count = (wanted) => state.rules.filter((rule) => Object.entries(wanted).every(([name, value]) => rule[name] === value)).reduce((sum, rule) => sum + rule.times, 0)
  keyed($('rules'), RULES, {
    key: ([name]) => name,
    state: ([, rule]) => [count(rule), current()],
    make: ([name, rule]) => fault(name, rule, count(rule)),
  })
}

const fault = (name, rule, times) => el('button', { type: 'button', class: times ? 'on' : '', onclick: () => arm(rule) },
  el('span', {}, t(`f_${name}`)), el('code', {}, /^\d/.test(name) ? name : rule.kind), times ? el('b', {}, `×${times}`) : null)

const arm = (rule) => fetch('/_stand-in/rules', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(rule) })

function select(name) {
  for (const tab of ['traffic', 'faults']) {
    const chosen = tab === name
    $(tab).hidden = !chosen
    $(`tab-${tab}`).setAttribute('aria-selected', String(chosen))
    $(`tab-${tab}`).tabIndex = chosen ? 0 : -1
  }
}

export function redraw() {
  $('entries').replaceChildren()
  traffic()
  rules()
}

export function start() {
  for (const tab of ['traffic', 'faults']) {
    $(`tab-${tab}`).addEventListener('click', () => select(tab))
    $(`tab-${tab}`).addEventListener('keydown', (event) => {
      if (!['ArrowLeft', 'ArrowRight'].includes(event.key)) return
      const other = tab === 'traffic' ? 'faults' : 'traffic'
      select(other)
      $(`tab-${other}`).focus()
    })
  }
  $('statuses').addEventListener('change', () => $('entries').classList.toggle('without-states', !$('statuses').checked))
  $('clear').addEventListener('click', () => { state.entries = []; redraw() })
  $('disarm').addEventListener('click', () => fetch('/_stand-in/rules', { method: 'DELETE' }))
}

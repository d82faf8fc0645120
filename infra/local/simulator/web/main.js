// The simulator's page: reads the directory, follows the stream of events, and draws what changes.

import { $, el, keyed, toast } from './dom.js'
import { conversation, forget, keyOf, state, take } from './store.js'
import { current, t, translate, use } from './texts.js'
import * as chat from './chat.js'
import * as composer from './composer.js'
import * as inspector from './inspector.js'

const saved = (name, otherwise) => (localStorage.getItem(name) === null ? otherwise : JSON.parse(localStorage.getItem(name)))
const save = (name, value) => localStorage.setItem(name, JSON.stringify(value))

let connected = false
let run = null
let drawing = false

// ------------------------------------------------------------------------------------------------------------ people

async function directory() {
  const answer = await fetch('/simulator/directory')
  if (!answer.ok) { toast(t('disconnected')); return }
  const found = await answer.json()
  const mine = saved('customers', []).filter((own) => !found.customers.some((known) => keyOf(known) === keyOf(own)))
  state.branches = found.branches
  state.customers = [...found.customers, ...mine]
  state.branch = state.branches.find((branch) => branch.phone_number_id === saved('branch')) ?? state.branches[0]
  state.customer = state.customers.find((customer) => keyOf(customer) === saved('customer')) ?? state.customers[0]
  draw()
}

function people() {
  keyed($('branch'), state.branches, {
    key: (branch) => branch.phone_number_id,
    state: (branch) => branch,
    make: (branch) => el('option', { value: branch.phone_number_id, title: branch.display }, branch.name),
  })
  if (state.branch) $('branch').value = state.branch.phone_number_id
  keyed($('customers'), state.customers.map((customer) => {
    const held = state.branch && conversation(state.branch.phone_number_id, keyOf(customer))
    return { customer, held, last: held?.messages.at(-1) }
  }), {
    key: ({ customer }) => keyOf(customer),
    state: ({ customer, held, last }) => [customer, customer === state.customer, held?.unread, last?.id, current()],
    make: person,
  })
}

function person({ customer, held, last }) {
  return el('li', {}, el('button', { type: 'button', 'aria-pressed': String(customer === state.customer), onclick: () => become(customer) },
      el('span', { class: `avatar ${customer.tier}`, 'aria-hidden': 'true' }, chat.initials(customer.name)),
      el('span', { class: 'who' }, el('strong', {}, customer.name, ['vip', 'enterprise', 'frequent'].includes(customer.tier) && el('em', { class: customer.tier }, t(`tier_${customer.tier}`))),
        el('small', {}, last ? chat.summary(last) : customer.phone ? `+${customer.phone}` : t('withoutPhone'))),
      held?.unread ? el('b', { class: 'unread', 'aria-label': t('unread', { n: held.unread }) }, String(held.unread)) : null))
}

function become(customer) {
  state.customer = customer
  save('customer', keyOf(customer))
  composer.quote(null)
  view('phone')
  draw()
  if (matchMedia('(min-width: 760px)').matches) $('draft').focus()
}

function newCustomer() {
  const dialog = $('new-customer')
  const form = dialog.querySelector('form')
  form.reset()
  form.phone.value = `52155${Math.floor(1e7 + Math.random() * 9e7)}`
  form.elements.hidden.onchange = () => { form.phone.disabled = form.elements.hidden.checked }
  form.phone.disabled = false
  form.onsubmit = () => {
    const name = form.elements.name.value.trim()
    const unseen = form.elements.hidden.checked || !form.phone.value
    const customer = unseen
      ? { name, user_id: `MX.${Math.floor(1e15 + Math.random() * 9e15)}`, username: name.toLowerCase().normalize('NFD').replace(/[^a-z0-9]+/g, '.').slice(0, 30) }
      : { name, phone: form.phone.value }
    save('customers', [...saved('customers', []), customer])
    state.customers.push(customer)
    become(customer)
  }
  dialog.showModal()
}

// ------------------------------------------------------------------------------------------------------------ drawing

function draw() {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    chat.render({ act: composer.act, quote: composer.quote, choose: composer.choose })
    people()
    inspector.traffic()
    inspector.rules()
  })
}

function say() {
  translate()
  $('language').textContent = current() === 'es' ? 'English' : 'Español'
  $('language').lang = current() === 'es' ? 'en' : 'es'
  link()
  composer.hints()
  inspector.redraw()
  draw()
}

function link() {
  $('link').className = connected ? 'link up' : 'link down'
  $('link').lastElementChild.textContent = t(connected ? 'connected' : 'disconnected')
}

function view(name) {
  $('layout').dataset.view = name
  for (const button of document.querySelectorAll('.views button')) {
    if (button.dataset.view === name) button.setAttribute('aria-current', 'page')
    else button.removeAttribute('aria-current')
  }
}

function theme() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme = dark ? 'light' : 'dark'
  localStorage.setItem('theme', document.documentElement.dataset.theme)
}

// ------------------------------------------------------------------------------------------------------------- stream

function follow() {
  const stream = new EventSource('/simulator/stream')
  stream.addEventListener('run', ({ data }) => {
    if (run !== null && run !== data) { forget(); inspector.redraw(); directory() }
    run = data
    connected = true
    link()
  })
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    if (event.type === 'reset') { forget(); inspector.redraw() }
    take(event)
    draw()
  }
  stream.onerror = () => {
    connected = false
    link()
  }
}

function tell() {
  $('clock').textContent = new Date().toLocaleTimeString(current(), { hour: '2-digit', minute: '2-digit', hour12: false })
}

document.documentElement.dataset.theme = localStorage.getItem('theme') ?? ''
composer.start()
inspector.start()
say()
tell()
setInterval(tell, 10_000)
directory()
follow()
document.addEventListener('redraw', draw)
$('branch').addEventListener('change', () => {
  state.branch = state.branches.find((branch) => branch.phone_number_id === $('branch').value)
  save('branch', state.branch.phone_number_id)
  draw()
})
$('add').addEventListener('click', newCustomer)
$('refresh').addEventListener('click', directory)
$('language').addEventListener('click', () => { use(current() === 'es' ? 'en' : 'es'); say() })
$('theme').addEventListener('click', theme)
for (const button of document.querySelectorAll('.views button')) button.addEventListener('click', () => view(button.dataset.view))
for (const button of document.querySelectorAll('[data-close]')) button.addEventListener('click', () => button.closest('dialog').close())

// Where the customer writes, records, attaches and answers.

import { $, el, toast } from './dom.js'
import { state } from './store.js'
import { t } from './texts.js'
import { summary } from './chat.js'

let replyTo = null
let recorder = null

export async function act(action, answering = null) {
  const { name, phone, user_id: userId, username } = state.customer
  const customer = { name, ...(phone && { phone }), ...(userId && { user_id: userId }), ...(username && { username }) }
  const body = {
    customer, number: state.branch.phone_number_id, action, repeat: $('repeat').checked ? 5 : 1, forged: $('forged').checked,
    ...((answering ?? replyTo?.id) && action.kind !== 'reaction' && { reply_to: answering ?? replyTo.id }),
  }
  quote(null)
  try {
    const answer = await fetch('/simulator/acts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) toast(t('cannotSend', { why: (await answer.json()).detail }))
  } catch (error) {
    toast(t('cannotSend', { why: error.message }))
  }
}

export function quote(message) {
  replyTo = message
  $('quote').hidden = !message
  if (!message) return
  $('quote').firstElementChild.textContent = summary(message)
  $('draft').focus()
}

function grow() {
  const draft = $('draft')
  draft.style.height = 'auto'
  draft.style.height = `${Math.min(draft.scrollHeight, 120)}px`
  const words = draft.value.trim().length > 0
  $('send').hidden = !words
  $('voice').hidden = words
}

function submit(event) {
  event?.preventDefault()
  const text = $('draft').value.trim()
  if (!text) return
  $('draft').value = ''
  grow()
  act({ kind: 'text', text })
}

export function hints() {
  $('hints').replaceChildren(...['hint1', 'hint2', 'hint3', 'hint4'].map((key) =>
    el('button', { type: 'button', onclick: () => act({ kind: 'text', text: t(key) }) }, t(key))))
}

// ------------------------------------------------------------------------------------------------------------- files

const kindOf = (type, asked) => (asked === 'document' ? 'document' : type.startsWith('video/') ? 'video' : type.startsWith('image/') ? 'image' : 'document')

async function upload(blob, name) {
  const answer = await fetch(`/simulator/files?name=${encodeURIComponent(name)}`, { method: 'POST', headers: { 'Content-Type': blob.type || 'application/octet-stream' }, body: blob })
  if (answer.ok) return (await answer.json()).id
  toast(t('tooLarge'))
  return null
}

function preview(blob, kind) {
  const address = URL.createObjectURL(blob)
  $('preview-file').replaceChildren(kind === 'image' ? el('img', { src: address, alt: blob.name }) : kind === 'video' ? el('video', { src: address, controls: true }) : el('p', { class: 'file' }, blob.name))
  const dialog = $('preview')
  const form = dialog.querySelector('form')
  form.reset()
  dialog.showModal()
  form.onsubmit = async () => {
    URL.revokeObjectURL(address)
    const id = await upload(blob, blob.name)
    if (id) act({ kind, media_id: id, caption: form.caption.value.trim() })
  }
}

function attach(kind) {
  menu(false)
  if (kind === 'location') {
    act({ kind: 'location', latitude: 19.4326, longitude: -99.1332, name: t('here') })
    return
  }
  const input = $('file')
  input.accept = kind === 'image' ? 'image/*,video/*' : ''
  input.onchange = () => {
    const [chosen] = input.files
    input.value = ''
    if (chosen) preview(chosen, kindOf(chosen.type, kind))
  }
  input.click()
}

function menu(shown) {
  $('menu').hidden = !shown
  $('attach').setAttribute('aria-expanded', String(shown))
  if (shown) $('menu').querySelector('button').focus()
}

// ------------------------------------------------------------------------------------------------------- voice notes

// A second of a soft tone, for machines without a microphone.
function tone() {
  const rate = 8000
  const view = new DataView(new ArrayBuffer(44 + rate * 2))
  const word = (at, text) => [...text].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)))
  word(0, 'RIFF'); view.setUint32(4, 36 + rate * 2, true); word(8, 'WAVEfmt ')
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true); view.setUint32(24, rate, true)
  view.setUint32(28, rate * 2, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true); word(36, 'data'); view.setUint32(40, rate * 2, true)
  for (let n = 0; n < rate; n += 1) view.setInt16(44 + n * 2, Math.sin((n / rate) * 2 * Math.PI * 330) * 6000 * Math.sin((Math.PI * n) / rate), true)
  return new Blob([view], { type: 'audio/wav' })
}

async function sendVoice(blob) {
  const id = await upload(blob, 'voice')
  if (id) act({ kind: 'audio', media_id: id, voice: true })
}

async function voice() {
  if (recorder) {
    recorder.stop()
    return
  }
  try {
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
    const pieces = []
    recorder = new MediaRecorder(microphone)
    recorder.ondataavailable = ({ data }) => pieces.push(data)
    recorder.onstop = () => {
      for (const track of microphone.getTracks()) track.stop()
      const type = recorder.mimeType.split(';')[0]
      recorder = null
      recording(false)
      sendVoice(new Blob(pieces, { type }))
    }
    recorder.start()
    recording(true)
  } catch {
    toast(t('noMicrophone'))
    sendVoice(tone())
  }
}

function recording(on) {
  $('voice').classList.toggle('recording', on)
  $('voice').setAttribute('aria-label', t(on ? 'stop' : 'voice'))
}

// ------------------------------------------------------------------------------------------------------------- lists

export function choose(message) {
  const { action, body } = message.block
  $('options-title').textContent = body.text.length < 60 ? body.text : action.button
  $('rows').replaceChildren(...action.sections.flatMap((section) => [
    section.title ? el('h3', {}, section.title) : null,
    ...section.rows.map((row) => el('button', {
      type: 'button', onclick: () => {
        $('options').close()
        act({ kind: 'list_reply', id: row.id, title: row.title, ...(row.description && { description: row.description }) }, message.id)
      },
    }, el('strong', {}, row.title), row.description && el('span', {}, row.description))),
  ].filter(Boolean)))
  $('options').showModal()
}

export function start() {
  $('composer').addEventListener('submit', submit)
  $('draft').addEventListener('input', grow)
  $('draft').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event)
  })
  $('quote').querySelector('button').addEventListener('click', () => quote(null))
  $('attach').addEventListener('click', () => menu($('menu').hidden))
  $('menu').addEventListener('keydown', (event) => {
    const choices = [...$('menu').querySelectorAll('button')]
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) choices.at((choices.indexOf(document.activeElement) + step) % choices.length).focus()
    if (event.key === 'Escape') { menu(false); $('attach').focus() }
  })
  document.addEventListener('click', (event) => { if (!event.target.closest('#menu, #attach')) menu(false) })
  for (const button of document.querySelectorAll('[data-attach]')) button.addEventListener('click', () => attach(button.dataset.attach))
  $('voice').addEventListener('click', voice)
  $('draft').addEventListener('paste', (event) => {
    const [pasted] = event.clipboardData.files
    if (pasted) { event.preventDefault(); preview(pasted, kindOf(pasted.type)) }
  })
}

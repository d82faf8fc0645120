// Make elements without markup strings: whatever a message says is text.

export const $ = (id) => document.getElementById(id)

export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (key === 'class') element.className = value
    else if (key === 'dataset') Object.assign(element.dataset, value)
    else if (key in element && key !== 'list' && key !== 'form') element[key] = value
    else element.setAttribute(key, value)
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `/assets/icons.svg#${name}`)
  svg.setAttribute('aria-hidden', 'true')
  svg.append(use)
  return svg
}

let hiding
export function toast(text) {
  $('toast').textContent = text
  clearTimeout(hiding)
  hiding = setTimeout(() => ($('toast').textContent = ''), 5000)
}

// WhatsApp's own marks: *bold*, _italic_, ~struck~, `code`; addresses become links.
export function formatted(text) {
  const holder = document.createDocumentFragment()
  const pattern = /(https?:\/\/[^\s<]+)|\*(\S(?:[^*\n]*\S)?)\*|(?<!\w)_(\S(?:[^_\n]*\S)?)_(?!\w)|~(\S(?:[^~\n]*\S)?)~|`([^`\n]+)`/g
  let last = 0
  for (const match of text.matchAll(pattern)) {
    holder.append(text.slice(last, match.index))
    const [, link, bold, italic, struck, code] = match
    if (link) holder.append(el('a', { href: link, target: '_blank', rel: 'noreferrer' }, link))
    else holder.append(el(bold ? 'strong' : italic ? 'em' : struck ? 's' : 'code', {}, bold ?? italic ?? struck ?? code))
    last = match.index + match[0].length
  }
  holder.append(text.slice(last))
  return holder
}

// Show one element for each item, making anew only those whose `state` changed: what plays, plays on, and focus stays.
const drawn = new WeakMap()

export function keyed(container, items, { key, state, make }) {
  const former = drawn.get(container) ?? new Map()
  const now = new Map()
  items.forEach((item, place) => {
    const before = former.get(key(item))
    const mark = JSON.stringify(state(item))
    const kept = before?.mark === mark ? before : { mark, node: make(item) }
    now.set(key(item), kept)
    if (before && before !== kept) {
      const focused = before.node.contains(document.activeElement)
      before.node.replaceWith(kept.node)
      if (focused) (kept.node.matches('button') ? kept.node : kept.node.querySelector('button'))?.focus()
    }
    if (container.children[place] !== kept.node) container.insertBefore(kept.node, container.children[place] ?? null)
  })
  while (container.childElementCount > items.length) container.lastElementChild.remove()
  drawn.set(container, now)
}

// What the page says, in Spanish and English. `t(key)` gives the text of the chosen language.

const TEXTS = {
  es: {
    skip: 'Ir al mensaje', title: 'Simulador de clientes', theme: 'Cambiar entre claro y oscuro', people: 'Clientes y sucursales',
    branch: 'Sucursal a la que escribe', writeAs: 'Escribir como', refresh: 'Volver a leer clientes y números', newCustomer: 'Nuevo cliente',
    peopleNote: 'Cada mensaje sale como un webhook firmado de Meta; lo que responde el sistema llega por la API de Graph simulada.',
    phone: 'Teléfono del cliente', log: 'Conversación', cancelReply: 'Quitar la cita', image: 'Foto o video', document: 'Documento',
    location: 'Ubicación', attach: 'Adjuntar', write: 'Mensaje', voice: 'Grabar una nota de voz', stop: 'Enviar la nota de voz', send: 'Enviar',
    inspector: 'Tráfico y fallos', traffic: 'Tráfico', faults: 'Fallos', showStatuses: 'Estados de entrega', clear: 'Vaciar',
    noTraffic: 'Aquí aparece cada webhook con su firma y su respuesta, y cada llamada a la API de Graph.',
    nextSend: 'En el próximo envío de la empresa', disarm: 'Quitar todos', nextMessage: 'En los mensajes de este teléfono',
    repeat: 'Entregar el webhook cinco veces', forged: 'Firmar con un secreto equivocado',
    faultsNote: 'Un mensaje repetido debe contestarse una vez; uno mal firmado debe rechazarse con 401.',
    views: 'Vistas', viewPeople: 'Clientes', viewPhone: 'Teléfono', viewTraffic: 'Tráfico', name: 'Nombre',
    phoneNumber: 'Teléfono, con código de país', noPhone: 'Oculta su teléfono (solo nombre de usuario)', cancel: 'Cancelar', create: 'Crear',
    sendFile: 'Enviar archivo', caption: 'Comentario', connected: 'En vivo', disconnected: 'Sin conexión con el simulador',
    typing: 'escribiendo…', withoutPhone: 'sin teléfono visible', today: 'Hoy', react: 'Reaccionar', reply: 'Responder',
    empty: 'Escriba como {name} a {branch}.', voiceNote: 'Nota de voz', photo: 'Foto', file: 'Documento', place: 'Ubicación', sticker: 'Sticker',
    video: 'Video', template: 'Plantilla', sending: 'enviándose', accepted: 'recibido por intake', read: 'leído', sent: 'enviado',
    delivered: 'entregado', failed: 'falló: {code}', refused: 'rechazado: {status}', seeOptions: 'Ver opciones', customerWrote: 'Webhook: {what}',
    statusOf: 'Estado: {what}', graphTook: 'Graph aceptó: {what}', graphRefused: 'Graph rechazó: {what}', graphSilent: 'Graph no contesta',
    graphRead: 'Marcado como leído', andTyping: ' · escribiendo', answer: 'Respuesta', noAnswer: 'sin respuesta',
    armed: '{n} por ocurrir', none: 'Ninguno preparado', noMicrophone: 'Sin micrófono: se envía un tono de muestra.',
    tooLarge: 'WhatsApp no acepta un archivo así.', cannotSend: 'No se pudo enviar: {why}', here: 'Zócalo, Ciudad de México',
    tier_vip: 'VIP', tier_enterprise: 'Empresa', tier_frequent: 'Frecuente', unread: '{n} sin leer',
    hint1: '¿Cómo descargo mi factura?', hint2: 'URGENTE: Sistema caído, necesito ayuda inmediata', hint3: 'Olvidé mi contraseña', hint4: 'Quiero hablar con una persona',
    f_130429: 'Límite de velocidad', f_131056: 'Demasiados a esta persona', f_131047: 'Ventana de 24 horas cerrada', f_131026: 'No se puede entregar',
    f_500: 'Error interno de Meta', f_190: 'Token vencido', f_timeout_sent: 'No contesta, pero sí envía', f_timeout_lost: 'No contesta ni envía',
    f_fail: 'Acepta y después falla', f_duplicate: 'Estados repetidos', f_reorder: 'Estados al revés',
  },
  en: {
    skip: 'Skip to the message', title: 'Customer simulator', theme: 'Switch between light and dark', people: 'Customers and branches',
    branch: 'Branch written to', writeAs: 'Write as', refresh: 'Read customers and numbers again', newCustomer: 'New customer',
    peopleNote: 'Each message leaves as a signed webhook of Meta’s; what the system answers arrives through the simulated Graph API.',
    phone: 'The customer’s phone', log: 'Conversation', cancelReply: 'Remove the quote', image: 'Photo or video', document: 'Document',
    location: 'Location', attach: 'Attach', write: 'Message', voice: 'Record a voice note', stop: 'Send the voice note', send: 'Send',
    inspector: 'Traffic and faults', traffic: 'Traffic', faults: 'Faults', showStatuses: 'Delivery statuses', clear: 'Clear',
    noTraffic: 'Every webhook appears here with its signature and answer, and every call to the Graph API.',
    nextSend: 'On the company’s next send', disarm: 'Remove all', nextMessage: 'On this phone’s messages',
    repeat: 'Deliver the webhook five times', forged: 'Sign with a wrong secret',
    faultsNote: 'A repeated message must be answered once; a badly signed one must be refused with 401.',
    views: 'Views', viewPeople: 'Customers', viewPhone: 'Phone', viewTraffic: 'Traffic', name: 'Name',
    phoneNumber: 'Phone, with country code', noPhone: 'Hides the phone (user name only)', cancel: 'Cancel', create: 'Create',
    sendFile: 'Send a file', caption: 'Caption', connected: 'Live', disconnected: 'No connection to the simulator',
    typing: 'typing…', withoutPhone: 'no visible phone', today: 'Today', react: 'React', reply: 'Reply',
    empty: 'Write as {name} to {branch}.', voiceNote: 'Voice note', photo: 'Photo', file: 'Document', place: 'Location', sticker: 'Sticker',
    video: 'Video', template: 'Template', sending: 'sending', accepted: 'received by intake', read: 'read', sent: 'sent',
    delivered: 'delivered', failed: 'failed: {code}', refused: 'refused: {status}', seeOptions: 'See options', customerWrote: 'Webhook: {what}',
    statusOf: 'Status: {what}', graphTook: 'Graph accepted: {what}', graphRefused: 'Graph refused: {what}', graphSilent: 'Graph does not answer',
    graphRead: 'Marked as read', andTyping: ' · typing', answer: 'Answer', noAnswer: 'no answer',
    armed: '{n} to come', none: 'None prepared', noMicrophone: 'No microphone: a sample tone is sent.',
    tooLarge: 'WhatsApp does not take such a file.', cannotSend: 'Could not be sent: {why}', here: 'Zócalo, Mexico City',
    tier_vip: 'VIP', tier_enterprise: 'Enterprise', tier_frequent: 'Frequent', unread: '{n} unread',
    hint1: 'How do I download my invoice?', hint2: 'URGENT: System down, I need help right now', hint3: 'I forgot my password', hint4: 'I want to talk to a person',
    f_130429: 'Rate limit', f_131056: 'Too many to this person', f_131047: '24-hour window closed', f_131026: 'Undeliverable',
    f_500: 'Internal error of Meta’s', f_190: 'Token expired', f_timeout_sent: 'No answer, but it sends', f_timeout_lost: 'No answer and no send',
    f_fail: 'Accepts, then fails', f_duplicate: 'Statuses twice', f_reorder: 'Statuses backwards',
  },
}

let language = localStorage.getItem('language') === 'en' ? 'en' : 'es'

export const current = () => language

export function t(key, values = {}) {
  const text = TEXTS[language][key] ?? key
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
}

export function use(chosen) {
  language = chosen
  localStorage.setItem('language', chosen)
}

// Put the texts where the markup asks for them.
export function translate(root = document) {
  document.documentElement.lang = language
  document.title = `Relevo · ${t('title')}`
  for (const element of root.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t)
  for (const element of root.querySelectorAll('[data-label]')) element.setAttribute('aria-label', t(element.dataset.label))
  for (const element of root.querySelectorAll('button[data-label]')) element.title = t(element.dataset.label)
  for (const element of root.querySelectorAll('[data-placeholder]')) element.placeholder = t(element.dataset.placeholder)
}

export const time = (seconds) => new Date(seconds * 1000).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false })

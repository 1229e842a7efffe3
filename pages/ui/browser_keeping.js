// Keeps records in the visitor's own browser: the learner's id and one item for each record.
// Only keys that begin with PREFIX are read or written.

const PREFIX = "gradient-gym/"
const LEARNER = PREFIX + "learner"
const RECORD = PREFIX + "record/"
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const answered = new Set() // what the server has asked this page, and was told
const written = new Set() // records that this page has written: what the learner clears stays clear

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16)) // a page without https
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

/** The learner's id, made when there is none yet. Throws where nothing can be kept. */
function learner() {
  const known = localStorage.getItem(LEARNER)
  if (known !== null && UUID.test(known)) return known
  localStorage.setItem(LEARNER, newId())
  return localStorage.getItem(LEARNER) // another tab may have been faster
}

function everything() {
  const keys = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i))
  return keys
    .filter((key) => key !== null && key.startsWith(RECORD))
    .map((key) => localStorage.getItem(key))
    .filter((text) => text !== null)
}

function handOver(ask) {
  try {
    return { ask, id: learner(), records: everything() }
  } catch {
    return { ask, id: null, records: [] }
  }
}

/** The ids of the records that are in the browser now, and whether there was room for all. */
function write(records) {
  const ids = []
  for (const [id, text] of records) {
    try {
      if (!written.has(id)) localStorage.setItem(RECORD + id, text)
    } catch {
      return { ids, full: true }
    }
    written.add(id)
    ids.push(id)
  }
  return { ids, full: false }
}

export default function ({ data, parentElement, setTriggerValue }) {
  // What shows nothing takes no room between its neighbors.
  parentElement.host?.closest('[data-testid="stElementContainer"]')?.style.setProperty("display", "none")
  if (data.ask && !answered.has(data.ask)) {
    answered.add(data.ask)
    setTriggerValue("handed", handOver(data.ask))
  }
  if (!data.records.length) return
  const kept = write(data.records)
  const isNews = kept.full !== data.full
  if (isNews || (data.confirm && kept.ids.length)) setTriggerValue("kept", kept)
}

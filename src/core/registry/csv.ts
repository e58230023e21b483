// Comma-separated values as RFC 4180 has them, read so that one bad line costs only itself.

export type CsvRecord = { readonly line: number; readonly fields: readonly string[] }
export type BadLine = { readonly line: number; readonly reason: string }

/**
 * Records with the line each begins on (from 1). Line ends are LF or CR LF; a byte order mark is passed over; empty lines are none.
 * After a quote that is never closed, or closed in the middle of a field, reading goes on at the next line.
 */
export function recordsFromCsv(text: string): { readonly records: CsvRecord[]; readonly bad: BadLine[] } {
  const records: CsvRecord[] = []
  const bad: BadLine[] = []
  let at = text.startsWith('\uFEFF') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const read = readRecord(text, at)
    if (read.reason !== undefined) {
      bad.push({ line, reason: read.reason })
      const next = text.indexOf('\n', at)
      at = next < 0 ? text.length : next + 1
      line += 1
      continue
    }
    if (read.fields.length > 1 || read.fields[0] !== '') records.push({ line, fields: read.fields })
    for (let i = at; i < read.end; i += 1) if (text[i] === '\n') line += 1
    at = read.end
  }
  return { records, bad }
}

type ReadRecord = { readonly fields: readonly string[]; readonly end: number; readonly reason: string | undefined }

/** One record from `start`; `end` is where the next one begins. */
function readRecord(text: string, start: number): ReadRecord {
  const fields: string[] = []
  let at = start
  while (true) {
    let field = ''
    if (text[at] === '"') {
      const closed = readQuoted(text, at + 1)
      if (!closed) return { fields, end: at, reason: 'a quote is opened and never closed' }
      field = closed.field
      at = closed.end
      if (at < text.length && !/[,\r\n]/.test(text[at]!)) return { fields, end: at, reason: 'text follows a closing quote' }
    } else {
      const from = at
      while (at < text.length && text[at] !== ',' && text[at] !== '\n') at += 1
      field = text.slice(from, at)
      if (text[at] !== ',' && field.endsWith('\r')) field = field.slice(0, -1)
    }
    fields.push(field)
    if (text[at] === ',') {
      at += 1
      continue
    }
    if (text[at] === '\r') at += 1
    return { fields, end: text[at] === '\n' ? at + 1 : at, reason: undefined }
  }
}

function readQuoted(text: string, start: number): { readonly field: string; readonly end: number } | undefined {
  let from = start
  let field = ''
  while (true) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return undefined
    field += text.slice(from, quote)
    if (text[quote + 1] !== '"') return { field, end: quote + 1 }
    field += '"'
    from = quote + 2
  }
}

/** One record without its line end; only fields that need quotes get them. */
export function csvFromFields(fields: readonly string[]): string {
  return fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
}

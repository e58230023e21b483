// One header of a foreign tar: its kind, name and size, and the records of the headers that extend it.
import { tarHeaderHolds, textUntilZero } from '../../archive/archive-reader.ts'
import { Fault } from '../../base/fault.ts'
import { shownName } from '../member-name.ts'

export type TarKind = 'file' | 'folder' | 'link' | 'longName' | 'longLink' | 'pax' | 'globalPax' | 'other'
export type TarHeader = {
  readonly kind: TarKind
  /** The letter of the format behind `kind`. */
  readonly letter: string
  /** As stated; '' where an extending header brings the name. */
  readonly name: string
  /** Bytes that follow. */
  readonly size: number
}
/** What a pax header sets for the member behind it. */
export type PaxFields = { readonly path: string | undefined; readonly size: number | undefined }

const kinds: Readonly<Record<string, TarKind>> = {
  '\0': 'file',
  '0': 'file',
  // A file that should lie in one piece on the disk.
  '7': 'file',
  '5': 'folder',
  '1': 'link',
  '2': 'link',
  L: 'longName',
  K: 'longLink',
  x: 'pax',
  g: 'globalPax',
}

/**
 * Undefined when the checksum does not fit: these 512 bytes are no header. Throws FOREIGN_SIZE_NEGATIVE; a size that is no number
 * gives NaN.
 */
export function tarHeaderFrom(path: string, block: Uint8Array): TarHeader | undefined {
  if (!tarHeaderHolds(block)) return undefined
  const letter = String.fromCharCode(block[156]!)
  const own = textUntilZero(block, 0, 100)
  // Old GNU headers have the same magic with a space and keep times where POSIX has the prefix.
  const prefix = textUntilZero(block, 257, 6) === 'ustar' ? textUntilZero(block, 345, 155) : ''
  const name = prefix === '' ? own : `${prefix}/${own}`
  const size = sizeFrom(path, block, name)
  const kind = kinds[letter] ?? 'other'
  // Before POSIX a folder was a file whose name ends with a slash.
  return { kind: kind === 'file' && name.endsWith('/') ? 'folder' : kind, letter, name, size }
}

/** Octal text, or base 256 behind a byte of 0x80 (0xff: negative), as GNU tar writes large ones. */
function sizeFrom(path: string, block: Uint8Array, name: string): number {
  const negative = () => new Fault('FOREIGN_SIZE_NEGATIVE', { path, member: shownName(name) })
  const first = block[124]!
  if (first === 0xff) throw negative()
  if (first === 0x80) return block.subarray(125, 136).reduce((size, byte) => size * 256 + byte, 0)
  const text = textUntilZero(block, 124, 12).trim()
  if (/^-[0-7]+$/.test(text)) throw negative()
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : Number.NaN
}

/**
 * Records `length key=value\n`, their length counted in bytes and with itself; the last of a key counts. Undefined when they are
 * damaged. Throws FOREIGN_SIZE_NEGATIVE, and FOREIGN_MEMBER_KIND for files with holes, whose bytes do not lie as their size says.
 */
export function paxFieldsFrom(path: string, bytes: Uint8Array): PaxFields | undefined {
  let fields: PaxFields = { path: undefined, size: undefined }
  for (let at = 0; at < bytes.length; ) {
    const digits = /^[1-9]\d{0,6} /.exec(new TextDecoder().decode(bytes.subarray(at, at + 8)))?.[0]
    const end = at + Number(digits)
    if (digits === undefined || end > bytes.length || bytes[end - 1] !== 10) return undefined
    const record = new TextDecoder().decode(bytes.subarray(at + digits.length, end - 1))
    const equals = record.indexOf('=')
    if (equals < 1) return undefined
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)]
    if (key.startsWith('GNU.sparse')) throw new Fault('FOREIGN_MEMBER_KIND', { path, member: shownName(value), kind: 'a file with holes' })
    if (key === 'path') fields = { ...fields, path: value }
    if (key === 'size') {
      if (/^-\d+$/.test(value)) throw new Fault('FOREIGN_SIZE_NEGATIVE', { path, member: shownName(fields.path ?? '') })
      if (!/^\d+$/.test(value)) return undefined
      fields = { ...fields, size: Number(value) }
    }
    at = end
  }
  return fields
}

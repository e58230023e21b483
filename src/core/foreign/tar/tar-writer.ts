// Writes plain ustar archives member by member, byte for byte as Python's tarfile with a mode of 0644 and nobody's ids.
import { joinedBytes } from '../../base/joined-bytes.ts'

const block = 512
/** tar fills its archives up to whole records. */
const record = 10_240
const largestSize = 8 ** 11

export type TarWriter = {
  /** What stands before the member's bytes. Throws RangeError for a name or size that plain ustar cannot hold. */
  readonly header: (name: string, size: number) => Uint8Array
  /** What stands behind them, up to the next block. */
  readonly padding: (size: number) => Uint8Array
  /** The end of the archive, up to a whole record; call once, last. */
  readonly finish: () => Uint8Array
}

/** `modified`: whole seconds since 1970 for all members, at least 0. */
export function createTarWriter(modified: number): TarWriter {
  let written = 0
  return {
    header(name, size) {
      const header = tarHeader(name, size, modified)
      written += block + Math.ceil(size / block) * block
      return header
    },
    padding: (size) => new Uint8Array((block - (size % block)) % block),
    finish() {
      const end = written + 2 * block
      return new Uint8Array(Math.ceil(end / record) * record - written)
    },
  }
}

/** A whole archive in one array. */
export function tarBytes(
  members: Iterable<{ readonly name: string; readonly bytes: Uint8Array }>,
  modified: number,
): Uint8Array<ArrayBuffer> {
  const writer = createTarWriter(modified)
  const parts: Uint8Array[] = []
  for (const { name, bytes } of members) parts.push(writer.header(name, bytes.length), bytes, writer.padding(bytes.length))
  parts.push(writer.finish())
  return joinedBytes(parts)
}

function tarHeader(name: string, size: number, modified: number): Uint8Array {
  if (!Number.isInteger(size) || size < 0 || size >= largestSize)
    throw new RangeError(`A member has 0 to ${largestSize - 1} bytes; got ${size}.`)
  const [prefix, rest] = splitName(name)
  const header = new Uint8Array(block)
  header.set(rest, 0)
  header.set(octal(0o644, 8), 100)
  header.set(octal(0, 8), 108)
  header.set(octal(0, 8), 116)
  header.set(octal(size, 12), 124)
  header.set(octal(modified, 12), 136)
  header.set(text('        '), 148)
  header.set(text('0'), 156)
  header.set(text('ustar\0' + '00'), 257)
  header.set(prefix, 345)
  // Six digits, NUL, blank; counted while the field itself is blank.
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.set(octal(sum, 7), 148)
  return header
}

/** A name of more than 100 bytes is cut at a slash into at most 155 and at most 100 bytes. */
function splitName(name: string): readonly [prefix: Uint8Array, rest: Uint8Array] {
  const whole = text(name)
  if (whole.length === 0) throw new RangeError('A member needs a name.')
  if (whole.length <= 100) return [new Uint8Array(0), whole]
  for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
    const [prefix, rest] = [text(name.slice(0, slash)), text(name.slice(slash + 1))]
    if (prefix.length <= 155 && rest.length <= 100 && rest.length > 0) return [prefix, rest]
  }
  throw new RangeError(`The name ${JSON.stringify(name.slice(0, 200))} is too long for ustar.`)
}

/** Octal digits that fill `width` but for the closing NUL. */
function octal(value: number, width: number): Uint8Array {
  const digits = value.toString(8).padStart(width - 1, '0')
  if (!Number.isInteger(value) || value < 0 || digits.length >= width) throw new RangeError(`${value} does not fit a tar header.`)
  return text(`${digits}\0`)
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

// Small writers of foreign containers, honest and hostile, for tests and fuzzing; nothing that ships uses them.
import { joinedBytes } from '../base/joined-bytes.ts'
import type { ByteSource } from '../archive/archive-reader.ts'
import { crc32 } from './crc32.ts'

export const textBytes = (value: string): Uint8Array => new TextEncoder().encode(value)

/** One character per byte, for instructions and headers written as text. */
export const latinBytes = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0))

/** Bytes in memory as a source. `reads` collects the ranges that were asked for. */
export function sourceOf(bytes: Uint8Array, name = 'fixture', reads: [offset: number, length: number][] = []): ByteSource {
  return {
    name,
    size: async () => bytes.length,
    read: async (offset, length) => {
      reads.push([offset, length])
      return Uint8Array.from(bytes.subarray(offset, offset + length))
    },
  }
}

/** Little-endian numbers of 2, 4 or 8 bytes. */
export function numbers(...fields: readonly (readonly [value: number, bytes: 2 | 4 | 8])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, bytes]) => sum + bytes, 0)))
  let at = 0
  for (const [value, bytes] of fields) {
    if (bytes === 2) view.setUint16(at, value, true)
    else if (bytes === 4) view.setUint32(at, value, true)
    else view.setBigUint64(at, BigInt(value), true)
    at += bytes
  }
  return new Uint8Array(view.buffer)
}

export type ZipFixture = {
  readonly name: string
  readonly bytes: Uint8Array
  /** Given, the member is written as deflate with these bytes. */
  readonly deflated?: Uint8Array
  readonly method?: number
  readonly flags?: number
  /** Unix mode, file type included. */
  readonly mode?: number
  /** Sizes behind the bytes instead of in the header. */
  readonly descriptor?: boolean
  /** Overrides of what the directory and the header state. */
  readonly size?: number
  readonly length?: number
  readonly crc?: number
  readonly headerOffset?: number
  /** Overrides of what only the header states. */
  readonly headerName?: string
  readonly headerSize?: number
  /** Sizes and offset in 64-bit fields. */
  readonly wide?: boolean
}
export type ZipFixtureOptions = { readonly comment?: string; readonly wide?: boolean; readonly count?: number }

/** A ZIP with these members, in their order. */
export function zipFrom(members: readonly ZipFixture[], { comment = '', wide = false, count = members.length }: ZipFixtureOptions = {}) {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  for (const member of members) {
    const header = zipHeader(member)
    directory.push(zipEntry(member, at))
    parts.push(header)
    at += header.length
  }
  const entries = joinedBytes(directory)
  const note = textBytes(comment)
  const end64 = joinedBytes([
    numbers([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4], [count, 8], [count, 8], [entries.length, 8], [at, 8]),
    numbers([0x07064b50, 4], [0, 4], [at + entries.length, 8], [1, 4]),
  ])
  const stated = wide ? ([0xffff, 0xffff, 0xffffffff, 0xffffffff] as const) : ([count, count, entries.length, at] as const)
  const end = numbers([0x06054b50, 4], [0, 4], [stated[0], 2], [stated[1], 2], [stated[2], 4], [stated[3], 4], [note.length, 2])
  return joinedBytes([...parts, entries, ...(wide ? [end64] : []), end, note])
}

function zipNumbers(member: ZipFixture) {
  const packed = member.deflated ?? member.bytes
  return {
    packed,
    flags: (member.flags ?? 0) | (member.descriptor ? 8 : 0),
    method: member.method ?? (member.deflated ? 8 : 0),
    crc: member.crc ?? crc32(member.bytes),
    length: member.length ?? packed.length,
    size: member.size ?? member.bytes.length,
  }
}

function zipHeader(member: ZipFixture): Uint8Array {
  const { packed, flags, method, crc, length, size } = zipNumbers(member)
  const name = textBytes(member.headerName ?? member.name)
  const extra = member.wide ? numbers([1, 2], [16, 2], [member.headerSize ?? size, 8], [length, 8]) : new Uint8Array()
  const sizes: readonly (readonly [number, 4])[] = member.descriptor
    ? [
        [0, 4],
        [0, 4],
        [0, 4],
      ]
    : [
        [crc, 4],
        [member.wide ? 0xffffffff : length, 4],
        [member.wide ? 0xffffffff : (member.headerSize ?? size), 4],
      ]
  const header = numbers([0x04034b50, 4], [20, 2], [flags, 2], [method, 2], [0, 4], ...sizes, [name.length, 2], [extra.length, 2])
  const descriptor = member.descriptor ? numbers([0x08074b50, 4], [crc, 4], [length, 4], [size, 4]) : new Uint8Array()
  return joinedBytes([header, name, extra, packed, descriptor])
}

function zipEntry(member: ZipFixture, at: number): Uint8Array {
  const { flags, method, crc, length, size } = zipNumbers(member)
  const name = textBytes(member.name)
  const offset = member.headerOffset ?? at
  const extra = member.wide ? numbers([1, 2], [24, 2], [size, 8], [length, 8], [offset, 8]) : new Uint8Array()
  const narrow = (value: number) => (member.wide ? 0xffffffff : value)
  return joinedBytes([
    numbers([0x02014b50, 4], [0x0314, 2], [20, 2], [flags, 2], [method, 2], [0, 4], [crc, 4], [narrow(length), 4], [narrow(size), 4]),
    numbers([name.length, 2], [extra.length, 2], [0, 2], [0, 2], [0, 2], [(member.mode ?? 0) * 65536, 4], [narrow(offset), 4]),
    name,
    extra,
  ])
}

export type TarFixture = {
  readonly name: string
  readonly bytes?: Uint8Array
  readonly type?: string
  /** The twelve bytes of the size field, when they should not be the true ones. */
  readonly size?: Uint8Array
  readonly magic?: string
  readonly prefix?: string
}

/** A tar of these members and two blocks of zeros. */
export function tarFrom(members: readonly TarFixture[]): Uint8Array<ArrayBuffer> {
  return joinedBytes([...members.map(tarMember), new Uint8Array(1024)])
}

export function tarMember({ name, bytes = new Uint8Array(), type = '0', size, magic = 'ustar\x0000', prefix }: TarFixture): Uint8Array {
  const header = new Uint8Array(512)
  header.set(textBytes(name).subarray(0, 100), 0)
  header.set(textBytes('0000644\0'), 100)
  header.set(size ?? textBytes(`${bytes.length.toString(8).padStart(11, '0')}\0`), 124)
  header.set(textBytes(type), 156)
  header.set(textBytes(magic), 257)
  if (prefix) header.set(textBytes(prefix), 345)
  header.fill(32, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.set(textBytes(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
  return joinedBytes([header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)])
}

/** The records of a pax header: each states its own length in front. */
export function paxRecords(records: readonly (readonly [key: string, value: string])[]): Uint8Array {
  return joinedBytes(
    records.map(([key, value]) => {
      const rest = ` ${key}=${value}\n`
      const bytes = textBytes(rest).length
      let length = bytes + 1
      while (String(length).length + bytes !== length) length++
      return textBytes(`${length}${rest}`)
    }),
  )
}

/** Deflate without compression: bytes as stored blocks, for hosts and tests that bring no packer. */
export function storedDeflate(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += 65535) {
    const part = bytes.subarray(at, at + 65535)
    const last = at + 65535 >= bytes.length ? 1 : 0
    blocks.push(Uint8Array.of(last), numbers([part.length, 2], [~part.length & 0xffff, 2]), part)
  }
  return joinedBytes(blocks)
}

/** How NumPy pickles an array, one character per byte. `shape` and `content` are pickled themselves; `code` is like u1, `order` <, > or |. */
export function pickledArray(code: string, order: string, shape: string, content: string): string {
  const length = String.fromCharCode(code.length)
  const dtype = `cnumpy\ndtype\nX${length}\0\0\0${code}\x89\x88\x87R(K\x03X\x01\0\0\0${order}NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb`
  return `${unbuiltArray}(K\x01${shape}${dtype}\x89${content}tb`
}

/** The first half of it: an array that has no state yet. */
export const unbuiltArray = 'cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85C\x01b\x87R'

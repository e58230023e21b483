// Writes NPZ archives as np.savez_compressed does: a ZIP of NPY files.
import { zipBytes, zipMember } from '../zip/zip-writer.ts'

/** Raw deflate (RFC 1951). */
export type Deflate = (plain: Uint8Array) => Uint8Array

/** `arrays`: NPY files by the names of their arrays, in this order. `crc`: CRC-32 of a host, where it has a faster one. */
export function npzBytes(
  arrays: Readonly<Record<string, Uint8Array>>,
  deflate: Deflate,
  crc?: (plain: Uint8Array) => number,
): Uint8Array<ArrayBuffer> {
  return zipBytes(
    Object.entries(arrays).map(([name, bytes]) => zipMember(`${name}.npy`, bytes, deflate, crc)),
    { roomyHeaders: true },
  )
}

// One member of a tar as bytes: header and padding, the same for equal artifacts whenever and by whomever they are written.
import { pack } from 'tar-stream'

/** Other names would need a pax header in the tar, and the manifest's reader would end its reading at their line. */
export function checkName(name: string): void {
  if (!/^[\x21-\x7e]{1,99}$/.test(name)) throw new RangeError(`"${name}" is not a name of 1 to 99 ASCII characters without spaces`)
}

/** As tar-stream writes them; times and owners are zero so that equal runs give equal bytes. */
export async function tarParts(name: string, length: number): Promise<{ readonly header: Uint8Array; readonly padding: Uint8Array }> {
  const member = pack()
  member.entry({ name, size: length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 })
  for await (const header of member) {
    // Names are ASCII and under 100 characters (checkName), so the header is a single block, never a pax pair.
    if (!(header instanceof Uint8Array) || header.length !== 512) break
    return { header, padding: new Uint8Array((512 - (length % 512)) % 512) }
  }
  throw new RangeError(`${name} needs more than a plain tar header`)
}

/** Two blocks of zeros. */
export const tarEnd = new Uint8Array(1024)

// Bytes as base64 text and back, for masks inside JSON: core has no host that would do it.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const foreign = 255
const digits = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = alphabet.indexOf(String.fromCharCode(code))
  return digit === -1 ? foreign : digit
})

/** The standard alphabet, filled up with '='. */
export function base64FromBytes(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  for (let at = 0, out = 0; at < bytes.length; at += 3, out += 4) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    for (let i = 0; i < 4; i++) text[out + i] = alphabet.charCodeAt((group >> (18 - 6 * i)) & 63)
  }
  const missing = (3 - (bytes.length % 3)) % 3
  text.fill(61, text.length - missing)
  return new TextDecoder().decode(text)
}

/** Throws RangeError for a foreign character (white space too) or a length that is no multiple of 4. */
export function bytesFromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new RangeError(`Base64 comes in groups of four characters; got ${text.length}.`)
  const missing = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - missing)
  const length = text.length - missing
  let group = 0
  for (let i = 0, out = 0; i < text.length; i++) {
    const digit = i < length ? (digits[text.charCodeAt(i)] ?? foreign) : 0
    if (digit === foreign) throw new RangeError(`Character ${i} (${JSON.stringify(text[i])}) has no place in base64.`)
    group = (group << 6) | digit
    if ((i & 3) !== 3) continue
    // Writes past the end of a typed array are dropped, which is what filling asks for.
    bytes[out++] = group >> 16
    bytes[out++] = group >> 8
    bytes[out++] = group
    group = 0
  }
  return bytes
}

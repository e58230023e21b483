// What pages and their host agree on beside the channel: bytes in an HTTP body, media types, and the security policies of documents.
import type { BytesAnswer } from './api.ts'

/** One body: length of the head (4 bytes, little-endian), the head as JSON `{ mediaType, header }`, then the bytes to the end. */
export function bodyFromAnswer({ mediaType, header, bytes }: BytesAnswer): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify({ mediaType, header }))
  const body = new Uint8Array(4 + head.length + bytes.length)
  new DataView(body.buffer).setUint32(0, head.length, true)
  body.set(head, 4)
  body.set(bytes, 4 + head.length)
  return body
}

/** The answer in a body; its bytes are a view, not a copy. Throws RangeError when the body is shorter than it says. */
export function answerFromBody(body: Uint8Array<ArrayBuffer>): BytesAnswer {
  const length = body.length < 4 ? -1 : new DataView(body.buffer, body.byteOffset).getUint32(0, true)
  if (length < 0 || 4 + length > body.length) throw new RangeError(`a body of ${body.length} bytes is cut`)
  const head = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length))) as { mediaType: string; header: unknown }
  return { mediaType: head.mediaType, header: head.header, bytes: body.subarray(4 + length) }
}

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
}

/** By the ending of a file's name; what is not known is offered as bytes, never guessed by the browser. */
export function mediaTypeOfName(name: string): string {
  return mediaTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
}

/** For our pages: scripts only from the built files. Styles may be inline, because charts and menus write their own. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * For files of a run, such as report.html: no scripts at all. Same origin stays, because a document of no origin is sent no
 * session cookie, and the pictures of the report would be missing.
 */
export const runFilePolicy = [
  'sandbox allow-same-origin allow-popups',
  "default-src 'none'",
  "img-src 'self' data:",
  "media-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "frame-ancestors 'self'",
].join('; ')

/** `/runs/<id>/files/<path>` taken apart; undefined when it is another path or not well encoded. */
export function runFileOfPath(path: string): { readonly runId: string; readonly path: string } | undefined {
  const match = /^\/runs\/([^/]+)\/files\/(.+)$/.exec(path)
  if (!match) return undefined
  try {
    return { runId: decodeURIComponent(match[1]!), path: decodeURIComponent(match[2]!) }
  } catch {
    return undefined
  }
}

/** The page's document with the build's id filled in, so that a page of an older build notices. */
export function documentWithBuild(html: string, buildId: string): string {
  const id = buildId.replace(/[^A-Za-z0-9._-]/g, '')
  return html.replace(/(<meta\s+name="build-id"\s+content=")[^"]*(")/, `$1${id}$2`)
}

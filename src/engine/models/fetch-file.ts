// Fetches one file over http(s): with progress, going on after a break, and checked against its size and hash.
import { mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Fault, reasonOfError } from '#core/base/fault'
import { formatBytes } from '#core/base/format'
import { hashFile } from '../state/file-hashes.ts'

export type FetchProgress = {
  readonly name: string
  readonly doneBytes: number
  /** Undefined when the server does not say. */
  readonly totalBytes: number | undefined
  /** Bytes that were there from an earlier attempt. */
  readonly resumedBytes: number
}

export type FetchOptions = {
  readonly name: string
  readonly sha256?: string | undefined
  readonly sizeBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
  /** Attempts after a break in the middle; each goes on where the last stopped. */
  readonly attempts?: number
  /** A server that says nothing for so long is given up. */
  readonly silenceMs?: number
}

/** No network model is larger; a server that sends without end would fill the disk. */
const mostBytes = 32 * 2 ** 30

/** Beside the partial file: of what it is a part. A file that was replaced at its address must not be continued. */
const Mark = z.object({ address: z.string(), validator: z.string() })

/**
 * Writes to `target`, by `target`.part. A partial file of the same address and the same version is continued. Gives the SHA-256.
 * Throws MODEL_OFFLINE, MODEL_FETCH_FAILED, MODEL_HASH_WRONG, DISK_NEARLY_FULL, DISK_FULL and CANCELLED; the partial file stays for
 * the next attempt, unless its content was wrong.
 */
export async function fetchFile(
  address: string,
  target: string,
  options: FetchOptions,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const url = checkedAddress(address)
  const part = `${target}.part`
  await mkdir(dirname(target), { recursive: true })
  const { attempts = 3 } = options
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(part)
    try {
      await fetchRest(url, part, options)
      break
    } catch (error) {
      const fault = faultOf(url, part, error, options.signal)
      // A break in the middle is tried again at once when it got further; all else would only fail the same way.
      if (!isBreak(error) || options.signal?.aborted) throw fault
      if (attempt >= attempts || (await sizeOf(part)) <= before) throw fault
    }
  }
  return accept(url, part, target, options)
}

function checkedAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Fault('MODEL_FETCH_FAILED', { url: address.slice(0, 200), reason: 'only http and https addresses are fetched' })
  return url
}

async function fetchRest(url: URL, part: string, options: FetchOptions): Promise<void> {
  const { name, sizeBytes, signal, onProgress, silenceMs = 60_000 } = options
  const have = await resumable(url, part)
  const silence = new AbortController()
  const alarm = () => silence.abort(brokenOff(`the server said nothing for ${silenceMs / 1000} s`))
  let timer = setTimeout(alarm, silenceMs)
  try {
    const response = await fetch(url, {
      headers: have
        ? { range: `bytes=${have.bytes}-`, 'if-range': have.validator, 'accept-encoding': 'identity' }
        : { 'accept-encoding': 'identity' },
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    })
    if (url.protocol === 'https:' && response.url.startsWith('http:')) throw failure(url, 'it leads on to an address without encryption')
    const start = startOf(url, response, have?.bytes ?? 0)
    if (start === 'complete') return
    if (start === 'stale') {
      await rm(part, { force: true })
      return await fetchRest(url, part, options)
    }
    if (!response.body) throw failure(url, 'the server sent nothing')
    const rest = lengthOf(response)
    const total = rest === undefined ? sizeBytes : start + rest
    checkSize(url, total, sizeBytes)
    if (total !== undefined) await checkSpace(part, total - start)
    // The old part goes before the mark of the new one is written: a stop in between must not join the two.
    if (start === 0) await writeFile(part, '')
    await writeFile(`${part}.json`, JSON.stringify({ address: url.href, validator: validatorOf(response) }))
    let done = start
    onProgress?.({ name, doneBytes: done, totalBytes: total, resumedBytes: start })
    const most = total ?? mostBytes
    // Written piece by piece, not piped: a pipe that breaks throws away what it has not written yet.
    const file = await open(part, start > 0 ? 'a' : 'w')
    try {
      for await (const chunk of response.body) {
        clearTimeout(timer)
        timer = setTimeout(alarm, silenceMs)
        done += chunk.length
        if (done > most) throw failure(url, `it sends more than ${formatBytes(most)}`)
        await file.writeFile(chunk)
        onProgress?.({ name, doneBytes: done, totalBytes: total, resumedBytes: start })
      }
    } finally {
      await file.close()
    }
    if (total !== undefined && done < total) throw brokenOff(`the connection ended after ${formatBytes(done)} of ${formatBytes(total)}`)
  } finally {
    clearTimeout(timer)
  }
}

/** What can be gone on with: a partial file, and the version of the content it was cut from. */
async function resumable(url: URL, part: string): Promise<{ readonly bytes: number; readonly validator: string } | undefined> {
  const bytes = await sizeOf(part)
  const text = bytes > 0 ? await readFile(`${part}.json`, 'utf8').catch(() => undefined) : undefined
  if (text === undefined) return undefined
  const mark = Mark.safeParse(jsonOf(text))
  if (!mark.success || mark.data.address !== url.href || mark.data.validator === '') return undefined
  return { bytes, validator: mark.data.validator }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Cut off by whatever ended the last attempt; the file is fetched from its beginning.
    return undefined
  }
}

/** Weak validators do not promise the same bytes, so they cannot be gone on with. */
function validatorOf({ headers }: Response): string {
  const tag = headers.get('etag') ?? ''
  return tag !== '' && !tag.startsWith('W/') ? tag : (headers.get('last-modified') ?? '')
}

/** Where the body begins: at what is there (206), or at 0 (200). Stale: what is there belongs to another version of the file. */
function startOf(url: URL, response: Response, have: number): number | 'complete' | 'stale' {
  if (response.status === 200) return 0
  if (response.status === 206 && have > 0) {
    const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
    if (Number(from) === have) return have
    throw failure(url, 'the server sent another part than was asked for')
  }
  // Range not satisfiable: the file is complete already, or was replaced by a shorter one.
  if (response.status === 416 && have > 0) return response.headers.get('content-range') === `bytes */${have}` ? 'complete' : 'stale'
  throw failure(url, `the server answered ${response.status}${response.statusText ? ` (${response.statusText})` : ''}`)
}

function lengthOf({ headers }: Response): number | undefined {
  const text = headers.get('content-length')
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function checkSize(url: URL, total: number | undefined, expected: number | undefined): void {
  if (total !== undefined && expected !== undefined && total !== expected)
    throw failure(url, `it has ${formatBytes(total)} (${total} bytes), not the ${expected} bytes it should have`)
  if (total !== undefined && total > mostBytes) throw failure(url, `it has ${formatBytes(total)}, more than any model`)
}

async function checkSpace(part: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(part))
  if (bavail * bsize < neededBytes) throw new Fault('DISK_NEARLY_FULL', { path: dirname(part), freeBytes: bavail * bsize, neededBytes })
}

async function accept(
  url: URL,
  part: string,
  target: string,
  { sha256: expected, sizeBytes }: FetchOptions,
): Promise<{ sha256: string; sizeBytes: number }> {
  const size = await sizeOf(part)
  const sha256 = await hashFile(part)
  const wrong = (found: string, wanted: string) => new Fault('MODEL_HASH_WRONG', { url: url.href, found, expected: wanted })
  const fault =
    sizeBytes !== undefined && sizeBytes !== size
      ? wrong(`${size} bytes`, `${sizeBytes} bytes`)
      : expected !== undefined && expected !== sha256
        ? wrong(`SHA-256 ${sha256}`, expected)
        : undefined
  await rm(`${part}.json`, { force: true })
  if (fault) {
    await rm(part, { force: true })
    throw fault
  }
  await rename(part, target)
  return { sha256, sizeBytes: size }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

const failure = (url: URL, reason: string) => new Fault('MODEL_FETCH_FAILED', { url: url.href, reason })

/** The transfer broke off in the middle; what came is good. */
const brokenOff = (reason: string) => Object.assign(new Error(reason), { code: 'BROKEN_OFF' })

const offline = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]

function causeCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code
    // Several addresses were tried, each with an error of its own.
    if (at instanceof AggregateError && at.errors[0] instanceof Error && 'code' in at.errors[0]) return String(at.errors[0].code)
  }
  return undefined
}

function isBreak(error: unknown): boolean {
  return ['BROKEN_OFF', 'ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(causeCode(error) ?? '')
}

function faultOf(url: URL, part: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof Fault) return error
  if (signal?.aborted) return new Fault('CANCELLED', {}, error)
  const code = causeCode(error)
  if (code === 'ENOSPC') return new Fault('DISK_FULL', { path: part }, error)
  if (code !== undefined && offline.includes(code)) return new Fault('MODEL_OFFLINE', { host: url.host, reason: code }, error)
  const reason = error instanceof TypeError && error.cause ? reasonOfError(error.cause) : reasonOfError(error)
  return new Fault('MODEL_FETCH_FAILED', { url: url.href, reason }, error)
}

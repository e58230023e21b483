import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { serveBytes } from '#api/bytes'
import { type Channel, channelPair } from '#api/channel'
import { answerFromBody } from '#api/http'
import { Fault } from '#core/base/fault'
import { startWebServer, type WebServer } from './web-server.ts'

const seen = { aborted: false, asked: [] as unknown[], closed: 0 }

/** Answers bytes, and sends back text it is sent: enough to see what passes a socket. */
function openFakeEngine(): Channel {
  const [near, far] = channelPair()
  far.onMessage((message) => {
    if (typeof message === 'string') far.post(`heard ${message}`)
    else if (message instanceof Uint8Array) far.post(message.map((byte) => 255 - byte))
  })
  far.onClose(() => {
    seen.closed += 1
  })
  serveBytes(far, async (query, signal) => {
    seen.asked.push(query)
    if (query.what === 'file' && query.path.includes('..')) throw new Fault('PATH_FORBIDDEN', { path: query.path })
    if (query.what === 'file')
      return { mediaType: 'text/html; charset=utf-8', header: {}, bytes: new TextEncoder().encode('<p>report</p>') }
    if (query.what === 'thumbnail') return { mediaType: 'image/webp', header: { n: 7 }, bytes: Uint8Array.of(1, 2, 255) }
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        seen.aborted = true
        reject(new Fault('CANCELLED'))
      })
    })
  })
  return near
}

let folder = ''
let server: WebServer
let home = ''
let cookie = ''

type Answer = { readonly status: number; readonly headers: Record<string, string | string[] | undefined>; readonly body: Buffer }

/** Node's own client: it sends a path as it is, and any Host; fetch does neither. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }))
    })
    asking.on('error', reject)
    asking.end()
  })
}
const asked = (path: string, headers: Record<string, string> = {}) => ask(path, { cookie, ...headers })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-web-'))
  const pages = join(folder, 'renderer')
  mkdirSync(join(pages, 'assets'), { recursive: true })
  writeFileSync(join(pages, 'index.html'), '<!doctype html><meta name="build-id" content=""><p>page</p>')
  writeFileSync(join(pages, 'assets', 'a.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  server = await startWebServer({ host: '127.0.0.1', port: 0, pages, buildId: 'b1"<x', open: openFakeEngine })
  home = `http://127.0.0.1:${server.port}`
  const signIn = await ask(server.link().slice(home.length))
  cookie = String(signIn.headers['set-cookie']).split(';')[0]!
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the pages', () => {
  it('are hidden without a session, behind words that say what to do', async () => {
    for (const path of ['/', '/assets/a.js', '/bytes?q=x', '/runs/r/files/report.html', '/nope']) {
      const { status, body } = await ask(path)
      expect(status).toBe(401)
      expect(body.toString()).toContain('Open the link printed in the terminal')
    }
    expect((await ask('/healthz')).status).toBe(200)
  })

  it('open by a link once: the second time it is worth nothing', async () => {
    const path = server.link().slice(home.length)
    const first = await ask(path)
    expect([first.status, first.headers.location]).toEqual([303, '/'])
    expect((await ask(path)).status).toBe(401)
    expect((await ask('/?token=guess')).status).toBe(401)
  })

  it('carry their type, a strict policy and the build, whatever the build is called', async () => {
    const page = await asked('/')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain("script-src 'self';")
    expect(page.body.toString()).toContain('content="b1x"')
    expect((await asked('/assets/a.js')).headers['content-type']).toContain('text/javascript')
  })

  it('lead to no file outside of their folder, however the path is written', async () => {
    for (const path of [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/..\\secret.txt',
      '//secret.txt',
    ])
      expect([400, 404], path).toContain((await asked(path)).status)
  })

  it('are refused to other names of this machine and to other methods', async () => {
    expect((await asked('/', { host: 'evil.test' })).status).toBe(403)
    expect((await ask('/', { cookie }, 'POST')).status).toBe(405)
  })
})

describe('bytes', () => {
  const path = (query: unknown) => `/bytes?q=${encodeURIComponent(JSON.stringify(query))}`

  it('answer the very first question on a new channel, header and bytes in one body', async () => {
    const { body, status } = await asked(path({ what: 'thumbnail', runId: 'r', frameIndex: 0, width: 64 }))
    expect(status).toBe(200)
    expect(answerFromBody(new Uint8Array(body))).toEqual({ mediaType: 'image/webp', header: { n: 7 }, bytes: Uint8Array.of(1, 2, 255) })
  })

  it('tell faults as code and parameters', async () => {
    const wrong = await asked(path({ what: 'anything' }))
    expect([wrong.status, JSON.parse(wrong.body.toString()).code]).toEqual([422, 'CONFIG_INVALID'])
    expect((await asked('/bytes?q=%7B')).status).toBe(422)
  })

  it('are refused to a page of another origin, even with the cookie', async () => {
    expect((await asked(path({ what: 'thumbnail', runId: 'r', frameIndex: 0, width: 64 }), { 'sec-fetch-site': 'same-site' })).status).toBe(
      403,
    )
  })

  it('stop being worked on when the asker goes away', async () => {
    const controller = new AbortController()
    const query = path({ what: 'frame', runId: 'r', frameIndex: 1, stage: 'ssam', levels: [2], withImage: true })
    const slow = fetch(`${home}${query}`, { headers: { cookie }, signal: controller.signal })
    await expect.poll(() => seen.asked.length, { timeout: 20_000 }).toBeGreaterThan(1)
    controller.abort()
    await expect(slow).rejects.toThrow()
    await expect.poll(() => seen.aborted, { timeout: 20_000 }).toBe(true)
  })
})

describe('files of a run', () => {
  it('come without the right to run scripts, but with their pictures', async () => {
    const { status, headers, body } = await asked('/runs/r%201/files/report.html')
    expect([status, body.toString()]).toEqual([200, '<p>report</p>'])
    expect(seen.asked.at(-1)).toEqual({ what: 'file', runId: 'r 1', path: 'report.html' })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain('sandbox')
    expect(policy).not.toContain('allow-scripts')
    expect(policy).toContain("img-src 'self'")
  })

  it('never lead the engine out of the run: it is asked with the path as meant, and refuses', async () => {
    const { status, body } = await asked('/runs/r/files/a%2f..%2f..%2fsecret.txt')
    expect([status, JSON.parse(body.toString()).code]).toEqual([422, 'PATH_FORBIDDEN'])
  })
})

describe('the socket', () => {
  const connect = (headers: Record<string, string>) =>
    new Promise<WebSocket | number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket`, { headers })
      socket.on('open', () => resolve(socket))
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.on('error', () => {})
    })

  it('relays text and bytes untouched, and closes its channel with itself', async () => {
    const socket = await connect({ cookie, origin: home })
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    const heard: unknown[] = []
    socket.on('message', (message: Buffer, isBinary) => heard.push(isBinary ? [...message] : message.toString()))
    socket.send('grüße')
    socket.send(Uint8Array.of(0, 1, 255))
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['heard grüße', [255, 254, 0]])
    const before = seen.closed
    socket.close()
    await expect.poll(() => seen.closed, { timeout: 20_000 }).toBe(before + 1)
  })

  it('is refused without session, from another origin, without an origin, and under another name', async () => {
    expect(await connect({ origin: home })).toBe(401)
    expect(await connect({ cookie, origin: 'http://evil.test' })).toBe(403)
    expect(await connect({ cookie })).toBe(403)
    expect(await connect({ cookie, origin: 'http://evil.test', host: 'evil.test' })).toBe(403)
  })
})

it('a taken port is a fault with its number, not a crash', async () => {
  const again = startWebServer({
    host: '127.0.0.1',
    port: server.port,
    pages: join(folder, 'renderer'),
    buildId: 'b',
    open: openFakeEngine,
  })
  await expect(again).rejects.toMatchObject({ code: 'PORT_TAKEN', params: { port: server.port } })
})

// The loopback server: built pages, one socket to the engine, and bytes by GET; everything behind a session.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { BytesQuery } from '#api/api'
import type { BytesClient } from '#api/bytes'
import type { Channel } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import { bodyFromAnswer, pagePolicy, runFileOfPath, runFilePolicy } from '#api/http'
import { Fault, noteFromError } from '#core/base/fault'
import { type Access, createAccess } from './access.ts'
import { listPageFiles, type PageFiles } from './page-files.ts'
import { answerSockets } from './socket-relay.ts'

export type WebServerOptions = {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly pages: string
  readonly buildId: string
  /** Opens a channel to the engine of the moment; may throw when there is none. */
  readonly open: () => Channel
}

export type WebServer = {
  readonly host: string
  readonly port: number
  /** A link with a new one-time token. */
  link(): string
  close(): Promise<void>
}

/** Throws PORT_TAKEN when the port is in use. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const access = createAccess(options.host, () => port)
  const pages = listPageFiles(options.pages, options.buildId)
  const app = pageApp(access, pages, engineBytes(options.open))
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
  const closeSockets = answerSockets(server, access, options.open)
  await listen(server, options.port, options.host)
  const { port } = server.address() as AddressInfo
  return {
    host: options.host,
    port,
    link: () => `http://${addressOf(options.host)}:${port}/?token=${access.issueToken()}`,
    close: async () => {
      closeSockets()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function addressOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Fault('PORT_TAKEN', { port, host }) : error),
    )
    server.listen(port, host, () => resolve())
  })
}

/** Bytes over a channel of the server's own; a lost engine costs one question, the next opens a new channel. */
function engineBytes(open: () => Channel): BytesClient {
  let client: EngineClient | undefined
  return (query, signal) => {
    if (!client) {
      const opened = connectEngine(open())
      client = opened
      void opened.closed.then(() => {
        if (client === opened) client = undefined
      })
    }
    return client.bytes(query, signal)
  }
}

function pageApp(access: Access, pages: PageFiles, bytes: BytesClient): Hono {
  const app = new Hono()
  app.use(async (context, next) => {
    if (!access.isOurHost(context.req.header('host'))) return plain(context, 403, wrongHost)
    await next()
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('Referrer-Policy', 'no-referrer')
    context.header('Cross-Origin-Opener-Policy', 'same-origin')
    context.header('Cross-Origin-Resource-Policy', 'same-origin')
    return undefined
  })
  app.get('/healthz', (context) => plain(context, 200, 'ok'))
  app.use(async (context, next) => {
    const { path } = context.req
    const token = path === '/' ? context.req.query('token') : undefined
    const session = token === undefined ? undefined : access.redeemToken(token)
    if (session) {
      context.header('Set-Cookie', access.cookieOfSession(session))
      context.header('Cache-Control', 'no-store')
      return context.redirect('/', 303)
    }
    if (!access.hasSession(context.req.header('cookie'))) return context.html(signInPage, 401, noStore)
    if (token !== undefined) return context.redirect('/', 303)
    return next()
  })
  app.get('/bytes', (context) => {
    if (isForeign(context)) return plain(context, 403, 'This may only be asked by a page of this server.')
    return answerBytes(context, bytes)
  })
  app.get('/runs/*', (context) => answerRunFile(context, bytes))
  app.get('*', async (context) => {
    const file = await pages.read(context.req.path)
    if (!file) return plain(context, 404, 'There is no such page.')
    const kept = file.isDocument ? 'no-store' : 'public, max-age=31536000, immutable'
    return context.body(file.body, 200, {
      'Content-Type': file.mediaType,
      'Content-Security-Policy': pagePolicy,
      'Cache-Control': context.req.path.startsWith('/assets/') ? kept : 'no-store',
    })
  })
  app.all('*', (context) => plain(context, 405, 'Only GET is answered here.'))
  return app
}

/** Pages of other ports of this host count as the same site, so the cookie alone does not tell them apart. */
function isForeign(context: Context): boolean {
  const site = context.req.header('sec-fetch-site')
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

async function answerBytes(context: Context, bytes: BytesClient): Promise<Response> {
  try {
    const query = BytesQuery.safeParse(jsonOf(context.req.query('q') ?? ''))
    if (!query.success)
      throw new Fault('CONFIG_INVALID', { where: 'bytes query', reason: query.error.issues[0]?.message ?? 'unknown shape' })
    const body = bodyFromAnswer(await bytes(query.data, context.req.raw.signal))
    return context.body(body, 200, { 'Content-Type': 'application/octet-stream', ...noStore })
  } catch (error) {
    return context.json(noteFromError(error), 422, noStore)
  }
}

async function answerRunFile(context: Context, bytes: BytesClient): Promise<Response> {
  // The parsed address has dot segments resolved already; what is left of them is refused by the engine.
  const file = runFileOfPath(new URL(context.req.url).pathname)
  if (!file) return plain(context, 404, 'There is no such page.')
  try {
    const answer = await bytes({ what: 'file', ...file }, context.req.raw.signal)
    return context.body(new Uint8Array(answer.bytes), 200, {
      'Content-Type': answer.mediaType,
      'Content-Security-Policy': runFilePolicy,
      ...noStore,
    })
  } catch (error) {
    return context.json(noteFromError(error), 422, noStore)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const noStore = { 'Cache-Control': 'no-store' } as const
const wrongHost = 'This server answers only to the address it printed.'

function plain(context: Context, status: 200 | 403 | 404 | 405, text: string): Response {
  return context.text(`${text}\n`, status, noStore)
}

const signInPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Scenewright</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem;color:#222;background:#fafafa}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#16181c}}</style></head>
<body><h1>This browser is not signed in</h1>
<p>Open the link printed in the terminal. Each link works once; press Enter there for a new one.</p></body></html>
`

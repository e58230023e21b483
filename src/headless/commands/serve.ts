// `serve`: the pages on a local address, until Ctrl+C.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Fault } from '#core/base/fault'
import { isLoopback } from '../access.ts'
import { openBrowser } from '../browser.ts'
import { withEngine } from '../engine-session.ts'
import { pagesFolder, readBuild } from '../entries.ts'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { startWebServer, type WebServer, type WebServerOptions } from '../web-server.ts'

export type ServeSettings = {
  readonly host: string
  /** Undefined: the usual port, or a free one when that is taken. */
  readonly port: number | undefined
  readonly roots: readonly string[]
  readonly open: boolean
  readonly output: string | undefined
}

/** So that a bookmark finds the server again; not registered to anything widespread. */
export const usualPort = 4780

/** Throws PORT_TAKEN for a port that was asked for and is in use. */
export function serveCommand(output: Output, settings: ServeSettings): Promise<ExitCode> {
  const pages = pagesFolder()
  if (!existsSync(join(pages, 'index.html')))
    throw new Fault('USAGE', { reason: `The pages are not built (no ${join(pages, 'index.html')}); run \`npm run build\` first.` })
  const defaultOutput = settings.output === undefined ? undefined : resolve(settings.output)
  const roots = settings.roots.map((root) => resolve(root))
  return withEngine({ output, defaultOutput, roots: roots.length > 0 ? roots : undefined, service: true }, async (engine, signal) => {
    const { buildId } = readBuild()
    const server = await startOnPort({ host: settings.host, pages, buildId, open: () => engine.open() }, settings.port)
    try {
      tellAddress(output, server)
      if (settings.open && !openBrowser(server.link())) output.tell('No browser was found here; open the link yourself.')
      await untilAborted(signal, () => tellLink(output, server))
    } finally {
      await server.close()
    }
    return exitCodes.done
  })
}

async function startOnPort(options: Omit<WebServerOptions, 'port'>, port: number | undefined): Promise<WebServer> {
  try {
    return await startWebServer({ ...options, port: port ?? usualPort })
  } catch (error) {
    if (port === undefined && error instanceof Fault && error.code === 'PORT_TAKEN') return startWebServer({ ...options, port: 0 })
    throw error
  }
}

function tellAddress(output: Output, server: WebServer): void {
  if (!isLoopback(server.host))
    output.tell(
      `Warning: ${server.host} can be reached by other machines, and the connection is not encrypted.\n` +
        'Whoever has the link can read the permitted folders and start runs. A tunnel to 127.0.0.1 is safer.',
    )
  tellLink(output, server)
  output.tell('The link works once. Press Enter for a new one, Ctrl+C to stop.')
}

function tellLink(output: Output, server: WebServer): void {
  output.print(`Scenewright is at ${server.link()}`)
}

/** Enter is read only from a terminal: a closed or redirected input is no wish for links. */
async function untilAborted(signal: AbortSignal, onEnter: () => void): Promise<void> {
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin, terminal: false }) : undefined
  lines?.on('line', onEnter)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  lines?.close()
}

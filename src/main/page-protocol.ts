// The address app://scenewright/ of the pages: only built files, and files of runs by the engine; nothing else on the disk.
import type { BytesClient } from '#api/bytes'
import { pagePolicy, runFileOfPath, runFilePolicy } from '#api/http'
import { noteFromError } from '#core/base/fault'

export const pageScheme = 'app'
export const pageHost = 'scenewright'
export const pageOrigin = `${pageScheme}://${pageHost}`

/** Rights of the scheme, to be registered before Electron is ready: like https, but not reachable from outside. */
export const schemeRights = {
  scheme: pageScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
} as const

export type PageSource = {
  /** Takes a path such as `/assets/x.js`; undefined for everything that is not in the built list. */
  read(path: string): Promise<{ readonly mediaType: string; readonly body: Uint8Array<ArrayBuffer> } | undefined>
}

/** For `protocol.handle`. The parsed address has its dot segments resolved, and the list of pages is closed: no path leads out. */
export function pageHandler(pages: PageSource, bytes: BytesClient): (request: Request) => Promise<Response> {
  return async (request) => {
    const { host, pathname } = new URL(request.url)
    if (host !== pageHost) return refusal(404)
    if (request.method !== 'GET') return refusal(405)
    const runFile = runFileOfPath(pathname)
    if (runFile) return answerRunFile(runFile, bytes, request.signal)
    const page = await pages.read(pathname)
    if (!page) return refusal(404)
    return new Response(page.body, { headers: { ...plainHeaders, 'Content-Type': page.mediaType, 'Content-Security-Policy': pagePolicy } })
  }
}

const plainHeaders = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' } as const

function refusal(status: 404 | 405): Response {
  return new Response('There is no such page.\n', { status, headers: { ...plainHeaders, 'Content-Type': 'text/plain; charset=utf-8' } })
}

async function answerRunFile(
  file: { readonly runId: string; readonly path: string },
  bytes: BytesClient,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const answer = await bytes({ what: 'file', ...file }, signal)
    const headers = { ...plainHeaders, 'Content-Type': answer.mediaType, 'Content-Security-Policy': runFilePolicy }
    return new Response(new Uint8Array(answer.bytes), { headers })
  } catch (error) {
    return Response.json(noteFromError(error), { status: 422, headers: plainHeaders })
  }
}

// Web sockets of pages: checked at the door, then each relayed, untouched, over a channel of its own to the engine.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Channel } from '#api/channel'
import type { Access } from './access.ts'

/** Largest message a page may send; calls are small, pictures never travel this way. */
const maxMessageBytes = 4 * 1024 * 1024
/** A connection that is silently gone (a tunnel, a sleeping machine) is noticed after two of these. */
const pingEveryMs = 20_000

/** Codes of a closed socket: the engine is gone for now; nothing can be opened. */
const closeCodes = { engineLost: 1012, noEngine: 1013 } as const

/** Takes `/socket` upgrades of a server. Returns what ends all sockets. */
export function answerSockets(server: Server, access: Access, open: () => Channel): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, access)
    if (refusal) {
      stream.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => relay(socket, open))
  })
  return () => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  }
}

function refusalOf({ headers, url }: IncomingMessage, access: Access): string | undefined {
  if (url !== '/socket') return '404 Not Found'
  if (!access.isOurHost(headers.host) || !access.isOurOrigin(headers.origin, headers.host)) return '403 Forbidden'
  return access.hasSession(headers.cookie) ? undefined : '401 Unauthorized'
}

function relay(socket: WebSocket, open: () => Channel): void {
  let channel: Channel
  try {
    channel = open()
  } catch {
    // The page shows HOST_UNREACHABLE and tries again; the reason was told in the terminal when the engine was given up.
    socket.close(closeCodes.noEngine)
    return
  }
  let answered = true
  const pinging = setInterval(() => {
    if (!answered) socket.terminate()
    answered = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }, pingEveryMs)
  socket.on('pong', () => {
    answered = true
  })
  socket.on('message', (bytes: Buffer, isBinary) => channel.post(isBinary ? new Uint8Array(bytes) : bytes.toString('utf8')))
  socket.on('close', () => {
    clearInterval(pinging)
    channel.close()
  })
  socket.on('error', () => socket.terminate())
  channel.onMessage((message) => {
    if (socket.readyState === socket.OPEN && (typeof message === 'string' || message instanceof Uint8Array)) socket.send(message)
  })
  channel.onClose(() => socket.close(closeCodes.engineLost))
}

// How a page reaches its engine: over a socket in a browser, over the port that the preload hands on in a desktop window.
import { bridgeName, type NativeExtras, portMessage } from '#api/bridge'
import { channelFromPort, channelFromSocket } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import { bytesByFetch } from './bytes-fetch.ts'
import { type EngineLink, makeLink } from './link.ts'

export type Host = { readonly link: EngineLink; readonly native: NativeExtras | undefined }

const clock = {
  now: () => Date.now(),
  later: (act: () => void, delayMs: number) => {
    const timer = setTimeout(act, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Call once, as early as possible: on a desktop the port may arrive before anything is drawn. */
export function connectHost(page: Window): Host {
  const native = nativeOf(page)
  const open = native ? portOpener(page) : () => openSocket(page.location)
  return { link: makeLink({ open, ...clock }), native }
}

function nativeOf(page: Window): NativeExtras | undefined {
  const extras: unknown = Reflect.get(page, bridgeName)
  return typeof extras === 'object' && extras !== null ? (extras as NativeExtras) : undefined
}

function openSocket(location: Location): Promise<EngineClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/socket`)
    const channel = channelFromSocket(socket)
    socket.addEventListener('open', () => resolve(connectEngine(channel, bytesByFetch(fetch.bind(window)))))
    socket.addEventListener('close', () => reject(new Error('the socket could not be opened')))
  })
}

/** Ports arrive when the host has an engine to offer, first and after each restart; a port that came early waits here. */
function portOpener(page: Window): () => Promise<EngineClient> {
  const arrived: MessagePort[] = []
  let wanted: ((port: MessagePort) => void) | undefined
  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    const port = event.ports[0]
    if (event.data !== portMessage || !port) return
    if (wanted) {
      wanted(port)
      wanted = undefined
    } else arrived.splice(0, arrived.length, port)
  })
  return () =>
    new Promise((resolve) => {
      const use = (port: MessagePort) => resolve(connectEngine(channelFromPort(port)))
      const early = arrived.shift()
      if (early) use(early)
      else wanted = use
    })
}

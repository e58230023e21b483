// A channel: one two-way pipe of messages, whatever carries it: a port, a child process, a socket, or a pair in one process.

export type Channel = {
  /** Sends one message. Text and bytes pass every kind of channel; plain objects only those that clone. */
  post(message: unknown): void
  /** Listeners are called in order of arrival; messages that come before the first listener wait until the end of its turn. */
  onMessage(listener: (message: unknown) => void): void
  /** Called once, also when the channel is closed already. */
  onClose(listener: () => void): void
  /** Closes both ends. A second call does nothing. */
  close(): void
}

/** The core of every channel: queues until someone listens, tells of closing once. */
export function makeChannel(
  send: (message: unknown) => void,
  shut: () => void,
): { readonly channel: Channel; readonly deliver: (message: unknown) => void; readonly closed: () => void } {
  const messageListeners: ((message: unknown) => void)[] = []
  const closeListeners: (() => void)[] = []
  const waiting: unknown[] = []
  let isFlowing = false
  let isClosed = false
  const closed = () => {
    if (isClosed) return
    isClosed = true
    for (const listener of closeListeners.splice(0)) listener()
  }
  // Calls and bytes each bring a listener of their own in one turn: what came early must reach both.
  const flow = () => {
    while (waiting.length > 0) {
      const message = waiting.shift()
      for (const listener of messageListeners) listener(message)
    }
    isFlowing = true
  }
  return {
    channel: {
      post: (message) => {
        if (!isClosed) send(message)
      },
      onMessage: (listener) => {
        messageListeners.push(listener)
        if (messageListeners.length === 1) queueMicrotask(flow)
      },
      onClose: (listener) => {
        if (isClosed) listener()
        else closeListeners.push(listener)
      },
      close: () => {
        if (isClosed) return
        shut()
        closed()
      },
    },
    deliver: (message) => {
      if (isClosed) return
      if (!isFlowing) waiting.push(message)
      else for (const listener of messageListeners) listener(message)
    },
    closed,
  }
}

/** Two ends in one process. Messages are cloned and arrive in a later turn, as over a real border. */
export function channelPair(): readonly [Channel, Channel] {
  const ends: { deliver: (message: unknown) => void; closed: () => void }[] = []
  const end = (other: 0 | 1) =>
    makeChannel(
      (message) => {
        const copy = structuredClone(message)
        queueMicrotask(() => ends[other]!.deliver(copy))
      },
      () => queueMicrotask(() => ends[other]!.closed()),
    )
  const [a, b] = [end(1), end(0)]
  ends.push(a, b)
  return [a.channel, b.channel]
}

/** Node's MessagePort, a page's MessagePort, and Electron's MessagePortMain, by what they share. */
export type PortLike = {
  postMessage(message: unknown): void
  close(): void
  start?(): void
} & (
  | { on(event: 'message', listener: (event: unknown) => void): unknown; on(event: 'close', listener: () => void): unknown }
  | { addEventListener(event: 'message' | 'close', listener: (event: { readonly data?: unknown }) => void): void }
)

/** Pages and Node offer `addEventListener`, Electron's main side `on`; all of them wrap the message in an event. */
export function channelFromPort(port: PortLike): Channel {
  // No transfer lists, ever: Electron's main-side ports lose buffers given in one (electron issues 34905, 37565).
  const { channel, deliver, closed } = makeChannel(
    (message) => port.postMessage(message),
    () => port.close(),
  )
  if ('addEventListener' in port) {
    port.addEventListener('message', (event) => deliver(event.data))
    port.addEventListener('close', () => closed())
  } else {
    port.on('message', (event: unknown) => deliver(dataOfEvent(event)))
    port.on('close', () => closed())
  }
  port.start?.()
  return channel
}

function dataOfEvent(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined
}

/** A Node process or child with an IPC pipe, by the few words used here. Fork with `serialization: 'advanced'`, so bytes pass. */
export type ProcessLike = {
  send?: ((message: object, handle: undefined, options: undefined, sent: (error: Error | null) => void) => boolean) | undefined
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
  disconnect?: (() => void) | undefined
  readonly connected: boolean
}

export function channelFromProcess(process: ProcessLike): Channel {
  // Wrapped in an object: Node's IPC takes bare strings, but reserves some object shapes of its own.
  const { channel, deliver, closed } = makeChannel(
    (message) => {
      // The other side may end between the question and the word: then the channel is closed, and 'disconnect' says so.
      if (process.connected) process.send?.({ m: message }, undefined, undefined, () => {})
    },
    () => {
      if (process.connected) process.disconnect?.()
    },
  )
  process.on('message', (message) => deliver(typeof message === 'object' && message !== null && 'm' in message ? message.m : undefined))
  process.on('disconnect', () => closed())
  return channel
}

/** A web socket of a page or of the `ws` package. Carries text and bytes only. */
export type SocketLike = {
  binaryType: string
  readonly readyState: number
  send(message: string | Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(event: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(event: 'close', listener: () => void): void
}

export function channelFromSocket(socket: SocketLike): Channel {
  socket.binaryType = 'arraybuffer'
  const { channel, deliver, closed } = makeChannel(
    (message) => {
      if (socket.readyState !== 1) return
      if (typeof message === 'string') socket.send(message)
      else if (message instanceof Uint8Array) socket.send(new Uint8Array(message))
      else throw new TypeError('a socket carries text and bytes only')
    },
    () => socket.close(),
  )
  socket.addEventListener('message', (event) => deliver(event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : event.data))
  socket.addEventListener('close', () => closed())
  return channel
}

// For tests: pairs of channels without a wire, each carrying what its kind of wire carries.
import { type Channel, channelFromSocket, channelPair, type SocketLike } from './channel.ts'

export const joinedChannels: Readonly<Record<string, () => readonly [Channel, Channel]>> = {
  pair: channelPair,
  'pair that carries text and bytes only': socketPair,
}

/** As two ends of a web socket: what is sent arrives later, as text or as a buffer of its own. */
function socketPair(): readonly [Channel, Channel] {
  type Told = { readonly message: ((event: { data: unknown }) => void)[]; readonly close: (() => void)[] }
  const ends: readonly [Told, Told] = [
    { message: [], close: [] },
    { message: [], close: [] },
  ]
  let readyState = 1
  const end = (own: Told, other: Told): SocketLike => ({
    binaryType: '',
    get readyState() {
      return readyState
    },
    send: (message) =>
      queueMicrotask(() => {
        const data = typeof message === 'string' ? message : message.slice().buffer
        for (const listen of other.message) listen({ data })
      }),
    close: () => {
      if (readyState !== 1) return
      readyState = 3
      for (const { close } of ends) for (const listen of close) listen()
    },
    addEventListener: (event: 'message' | 'close', listener: ((event: { data: unknown }) => void) & (() => void)) => {
      own[event].push(listener)
    },
  })
  return [channelFromSocket(end(ends[0], ends[1])), channelFromSocket(end(ends[1], ends[0]))]
}

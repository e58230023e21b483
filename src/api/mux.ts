// Many channels over one: a host with one pipe to its engine gives every page a channel of its own.
import { type Channel, makeChannel } from './channel.ts'

type Frame = { readonly c: number; readonly d?: unknown; readonly end?: true }
type Inner = { readonly deliver: (message: unknown) => void; readonly closed: () => void }

export type Mux = {
  /** Opens a channel; the other end learns of it with the first message. */
  open(): Channel
}

/**
 * Both ends call this on their end of `carrier`, which must clone plain objects.
 * `isOpener` true for one end and false for the other keeps their numbers apart.
 * `onOpen` is given each channel that the other end opened.
 */
export function muxChannel(carrier: Channel, isOpener: boolean, onOpen: (channel: Channel) => void = () => {}): Mux {
  const inner = new Map<number, Inner>()
  let next = isOpener ? 1 : 2
  const make = (number: number): Channel => {
    const { channel, deliver, closed } = makeChannel(
      (message) => carrier.post({ c: number, d: message } satisfies Frame),
      () => {
        inner.delete(number)
        carrier.post({ c: number, end: true } satisfies Frame)
      },
    )
    inner.set(number, { deliver, closed })
    return channel
  }
  carrier.onMessage((message) => {
    if (!isFrame(message)) return
    const known = inner.get(message.c)
    if (message.end) {
      inner.delete(message.c)
      known?.closed()
    } else if (known) known.deliver(message.d)
    else if (message.c % 2 === (isOpener ? 0 : 1)) {
      // A number of ours that is not known any more was closed here: late words to it are dropped.
      const channel = make(message.c)
      inner.get(message.c)!.deliver(message.d)
      onOpen(channel)
    }
  })
  carrier.onClose(() => {
    for (const channel of inner.values()) channel.closed()
    inner.clear()
  })
  return {
    open: () => {
      const channel = make(next)
      next += 2
      return channel
    },
  }
}

function isFrame(message: unknown): message is Frame {
  return typeof message === 'object' && message !== null && 'c' in message && typeof message.c === 'number'
}

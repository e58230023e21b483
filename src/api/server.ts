// The answering end: serves handlers of the contract over any channel; what they throw crosses as a fault.
import { implement, ORPCError } from '@orpc/server'
import type { RouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { noteFromError } from '#core/base/fault'
import { api, type BytesAnswer, type BytesQuery } from './api.ts'
import { serveBytes } from './bytes.ts'
import type { Channel } from './channel.ts'
import { isWire } from './client.ts'

/** The contract's builder with faults translated; engine/handlers.ts makes one handler per word from it. */
export function implementApi() {
  return implement(api).use(async ({ next, errors }) => {
    try {
      return await next()
    } catch (error) {
      if (error instanceof ORPCError) throw error
      throw errors.FAULT({ data: noteFromError(error) })
    }
  })
}
export type ApiBuilder = ReturnType<typeof implementApi>
export type ApiRouter = ReturnType<ApiBuilder['router']>
export type ApiClientOfRouter = RouterClient<ApiRouter>

export type EngineService = { readonly router: ApiRouter; readonly bytes: (query: BytesQuery, signal: AbortSignal) => Promise<BytesAnswer> }

/** Attaches one channel; it is served until it closes. May be called for many channels. */
export function serveEngine(channel: Channel, service: EngineService): void {
  new RPCHandler(service.router).upgrade({
    postMessage: (message: unknown) => channel.post(message),
    onMessage: {
      addListener: (listener: (message: unknown) => void) => channel.onMessage((message) => isWire(message) && listener(message)),
    },
    onDisconnect: { addListener: (listener: () => void) => channel.onClose(listener) },
  })
  serveBytes(channel, service.bytes)
}

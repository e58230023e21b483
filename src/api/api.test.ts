// Calls cross each kind of channel the same way: values, faults, aborts, streams, bytes.
import { MessageChannel } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocketServer, WebSocket } from 'ws'
import { type Channel, channelFromPort, channelFromSocket, channelPair, type SocketLike } from './channel.ts'
import { connectEngine, faultFromCall } from './client.ts'
import { nothingSeen, service } from './engine-fixture.ts'
import { muxChannel } from './mux.ts'
import { serveEngine } from './server.ts'

const input = { scene: '/s', output: '/o' }
const closers: (() => void)[] = []
afterAll(() => {
  for (const close of closers) close()
})

async function socketPair(): Promise<readonly [Channel, Channel]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  closers.push(() => server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  const arriving = new Promise<WebSocket>((resolve) => server.once('connection', resolve))
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`)
  await new Promise((resolve) => client.once('open', resolve))
  return [channelFromSocket(client as SocketLike), channelFromSocket((await arriving) as SocketLike)]
}

const pipes: Record<string, () => Promise<readonly [Channel, Channel]>> = {
  pair: async () => channelPair(),
  'message port': async () => {
    const { port1, port2 } = new MessageChannel()
    closers.push(() => port1.close())
    return [channelFromPort(port1), channelFromPort(port2)]
  },
  'mux over a pair': async () => {
    const [a, b] = channelPair()
    const far = new Promise<Channel>((resolve) => muxChannel(b, false, resolve))
    const near = muxChannel(a, true).open()
    // The other end learns of a channel with its first message.
    near.post({})
    return [near, await far]
  },
  socket: socketPair,
}

describe.each(Object.entries(pipes))('over a %s', (name, pipe) => {
  it('a call gives its answer, with defaults filled in by the schema', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const client = connectEngine(near)
    expect((await client.call.app.hello()).buildId).toBe('b')
    expect(await client.call.runs.start({ ...input })).toEqual({ runId: '/s' })
  })

  it('a fault arrives with code and parameters, a bug without its stack, a wrong input names its place', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const { call } = connectEngine(near)
    const fault = faultFromCall(await call.files.list({ path: '/nowhere' }).catch((error: unknown) => error))
    expect(fault.code).toBe('SCENE_NOT_FOUND')
    expect(fault.message).toContain('/nowhere')
    const bug = faultFromCall(await call.scenes.probe({ path: '/x' }).catch((error: unknown) => error))
    expect(bug.code).toBe('UNEXPECTED')
    expect(JSON.stringify(bug.params)).not.toContain('api.test')
    const wrong = faultFromCall(await call.runs.start({ ...input, levels: [4, 2] }).catch((error: unknown) => error))
    expect(wrong.code).toBe('CONFIG_INVALID')
    expect(wrong.message).toContain('levels')
  })

  it('a stream starts after the asked number, and leaving it stops the generator', async () => {
    const [near, far] = await pipe()
    const seen = nothingSeen()
    serveEngine(far, service(seen))
    const numbers: number[] = []
    for await (const batch of await connectEngine(near).call.runs.events({ runId: 'r', after: 5 })) {
      numbers.push(...batch.map((event) => event.seq))
      break
    }
    expect(numbers).toEqual([6, 7])
    await expect.poll(() => seen.streamStopped).toBe(true)
  })

  it.skipIf(name === 'socket')('bytes come with their header; faults and aborts reach the other end', async () => {
    const [near, far] = await pipe()
    const seen = nothingSeen()
    serveEngine(far, service(seen))
    const { bytes } = connectEngine(near)
    const frame = await bytes({ what: 'frame', runId: 'r', frameIndex: 7, stage: 'ssam', levels: [2], withImage: true })
    expect(frame.header).toEqual({ frameIndex: 7 })
    expect([...frame.bytes]).toEqual([1, 2, 255])
    await expect(bytes({ what: 'file', runId: 'r', path: 'x' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
    const controller = new AbortController()
    const slow = bytes({ what: 'thumbnail', runId: 'r', frameIndex: 1, width: 64 }, controller.signal)
    controller.abort(new Error('not wanted any more'))
    await expect(slow).rejects.toThrow('not wanted')
    await expect.poll(() => seen.bytesAborted).toBe(true)
  })

  it('closing the pipe rejects what was waiting', async () => {
    const [near, far] = await pipe()
    serveEngine(far, service())
    const client = connectEngine(near)
    const waiting = (async () => {
      for await (const batch of await client.call.runs.events({ runId: 'r', after: 0 })) void batch
    })()
    await new Promise((resolve) => setTimeout(resolve, 50))
    far.close()
    await client.closed
    await expect(
      Promise.race([waiting, new Promise((_, reject) => setTimeout(() => reject(new Error('hung')), 3000))]),
    ).rejects.not.toThrow('hung')
  })
})

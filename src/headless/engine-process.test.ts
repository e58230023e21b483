import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { Channel } from '#api/channel'
import { type EngineLoss, type EngineProcess, startEngine } from './engine-process.ts'

const file = fileURLToPath(new URL('./stand-in-engine.ts', import.meta.url))
const options = { stateFolder: '/s', defaultOutput: '/o', home: '/h', buildId: 'b', version: '1', service: false, extraDoctorLines: [] }
const started: EngineProcess[] = []

function start(version = '1') {
  const losses: EngineLoss[] = []
  const engine = startEngine({ ...options, version }, (loss) => losses.push(loss), file)
  started.push(engine)
  return { engine, losses }
}
afterEach(async () => {
  for (const engine of started.splice(0)) await engine.kill()
})

const answer = (channel: Channel, message: unknown) =>
  new Promise<{ pid: number; message: unknown; bytes: Uint8Array }>((resolve) => {
    channel.onMessage((heard) => resolve(heard as { pid: number; message: unknown; bytes: Uint8Array }))
    channel.post(message)
  })
/** Processes start slowly on a busy machine; a wait that is long costs nothing when it is not needed. */
const soon = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 })
const closed = (channel: Channel) => new Promise<void>((resolve) => channel.onClose(resolve))
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    // Dead, but not yet collected by the system's first process, is dead.
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('the engine process', () => {
  it('gives each asker a channel of its own, and bytes pass as bytes', async () => {
    const { engine } = start()
    const [one, two] = await Promise.all([answer(engine.open(), 'a'), answer(engine.open(), 'b')])
    expect([one.message, two.message]).toEqual(['a', 'b'])
    expect(one.pid).toBe(two.pid)
    expect(one.bytes).toEqual(Uint8Array.of(1, 2))
  })

  it('is started again after it was killed: old channels close, new ones work, and the reason is told', async () => {
    const { engine, losses } = start()
    const channel = engine.open()
    const { pid } = await answer(channel, 'a')
    process.kill(pid, 'SIGKILL')
    await closed(channel)
    await soon(() => losses).toEqual([{ reason: 'SIGKILL', restarted: true }])
    expect((await answer(engine.open(), 'b')).pid).not.toBe(pid)
  })

  it('is given up after three losses within a minute, and then says so to every asker', async () => {
    const { engine, losses } = start()
    for (let i = 1; i <= 3; i += 1) {
      engine.open().post('die')
      await soon(() => losses.length).toBe(i)
    }
    expect(losses.at(-1)).toEqual({ reason: 'code 7', restarted: false })
    expect(() => engine.open()).toThrowError(expect.objectContaining({ code: 'ENGINE_LOST' }))
  })

  it('closes by itself when asked to, and is killed when it does not', async () => {
    const { engine, losses } = start()
    const { pid } = await answer(engine.open(), 'a')
    await engine.close()
    expect(isAlive(pid)).toBe(false)
    const stuck = start('hangs')
    const other = await answer(stuck.engine.open(), 'a')
    await stuck.engine.close(200)
    expect(isAlive(other.pid)).toBe(false)
    expect([...losses, ...stuck.losses]).toEqual([])
  })

  it('takes its own children along when it is killed from outside', async () => {
    const { engine } = start()
    const { pid } = await answer(engine.open(), 'a')
    const child = Number(await answer(engine.open(), 'child'))
    expect(isAlive(child)).toBe(true)
    process.kill(pid, 'SIGKILL')
    await soon(() => isAlive(child)).toBe(false)
  })
})

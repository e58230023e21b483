import { describe, expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { isAbort, type StartedWorker, workerStarter } from './worker-fallback.ts'

function standIn(): { worker: StartedWorker; end: (code: number) => void } {
  let end = (_code: number) => {}
  const exited = new Promise<{ code: number; reason: string }>((resolve) => {
    end = (code) => resolve({ code, reason: `code ${code}` })
  })
  const kill = async () => {
    end(9)
    await exited
  }
  return { worker: { channel: channelPair()[0], pid: 1, exited, kill }, end: (code) => end(code) }
}

function setUp(hasNode = true) {
  const started: string[] = []
  const told: string[] = []
  const ends: ((code: number) => void)[] = []
  const make = (kind: string) => async () => {
    started.push(kind)
    const { worker, end } = standIn()
    ends.push(end)
    return worker
  }
  const start = workerStarter({
    utility: make('utility'),
    node: hasNode ? make('node') : undefined,
    onFallback: (device, reason) => told.push(`${device} ${reason}`),
  })
  return { start, started, told, ends }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('where workers start', () => {
  it('a device whose worker aborted gets plain Node, other devices do not', async () => {
    const { start, started, told, ends } = setUp()
    await start('cpu')
    ends[0]!(133)
    await turn()
    await start('cpu')
    await start('gpu 0')
    expect(started).toEqual(['utility', 'node', 'utility'])
    expect(told).toEqual(['cpu code 133'])
  })

  it('an ordinary end, a kill of ours, and an end in plain Node change nothing', async () => {
    const { start, started, told, ends } = setUp()
    await start('cpu')
    ends[0]!(0)
    await turn()
    const second = await start('cpu')
    await second.kill()
    await start('cpu')
    ends[2]!(6)
    await turn()
    await start('cpu')
    ends[3]!(6)
    await turn()
    expect(started).toEqual(['utility', 'utility', 'utility', 'node'])
    expect(told).toHaveLength(1)
  })

  it('stays with utility processes where no Node is shipped', async () => {
    const { start, started, ends } = setUp(false)
    await start('cpu')
    ends[0]!(134)
    await turn()
    await start('cpu')
    expect(started).toEqual(['utility', 'utility'])
  })

  it('knows aborts by signal number, negative, or with 128 added, and nothing else', () => {
    expect([5, 6, 133, 134, -5, -6, 132].every(isAbort)).toBe(true)
    expect([0, 1, 2, 9, 15, 137, 139, -9].some(isAbort)).toBe(false)
  })
})

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectEngine } from '#api/client'
import type { RunEvent } from '#core/run/run-event'
import { type EngineProcess, startEngineProcess } from './engine-process.ts'
import { portMaker, threadForker } from './stand-ins.ts'
import { startUtilityWorker } from './worker-process.ts'

const entry = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
let folder = ''
let engine: EngineProcess
let losses: { readonly reason: string; readonly restarted: boolean }[] = []
let forker = threadForker()
let ports = portMaker()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-desktop-'))
  losses = []
  forker = threadForker()
  ports = portMaker()
  const { fork, killNow } = forker
  engine = startEngineProcess({
    fork,
    makePorts: ports.makePorts,
    engineFile: entry('engine-entry'),
    options: {
      stateFolder: join(folder, 'state'),
      defaultOutput: join(folder, 'runs'),
      home: folder,
      buildId: 'b7',
      version: '1',
      electronFound: 'Electron 45',
    },
    startWorker: () => startUtilityWorker(entry('worker-entry'), fork, ports.makePorts, killNow),
    killNow,
    now: () => performance.now(),
    onLost: (loss) => losses.push(loss),
  })
})
afterEach(async () => {
  await engine.close(5000)
  await Promise.all([...forker.threads.values()].map((thread) => thread.terminate()))
  ports.closeAll()
  rmSync(folder, { recursive: true, force: true })
})

async function writeFrames(count: number): Promise<string> {
  const frames = join(folder, 'frames')
  mkdirSync(frames, { recursive: true })
  for (let i = 0; i < count; i += 1) {
    const box = { create: { width: 40, height: 30, channels: 3 as const, background: '#c03020' } }
    const square = await sharp({ create: { width: 14, height: 14, channels: 3, background: '#2050d0' } })
      .png()
      .toBuffer()
    await sharp(box)
      .composite([{ input: square, left: 6 + i, top: 8 }])
      .png()
      .toFile(join(frames, `${i}.png`))
  }
  return frames
}

describe('the desktop engine, run for real over ports', () => {
  it('answers each page on a port of its own', async () => {
    const [one, two] = [connectEngine(engine.open()), connectEngine(engine.open())]
    expect((await one.call.app.hello()).buildId).toBe('b7')
    one.close()
    expect((await two.call.app.hello()).home).toBe(folder)
  })

  it('carries out a run with a worker that main started, and ends both in order', async () => {
    const frames = await writeFrames(2)
    const { call, bytes } = connectEngine(engine.open())
    const { runId } = await call.runs.start({ scene: frames, output: join(folder, 'runs'), levels: [2] })
    const events: RunEvent[] = []
    for await (const batch of await call.runs.events({ runId, after: 0 })) events.push(...batch)
    expect(events.at(-1)).toMatchObject({ type: 'runFinished', state: 'succeeded' })
    expect(forker.names).toContain('Scenewright worker')
    const report = await bytes({ what: 'file', runId, path: 'report.html' })
    expect(report.bytes.length).toBeGreaterThan(100)
    await engine.close(5000)
    expect(losses).toEqual([])
  })

  it('is started again when its process is lost; the next port reaches the new one', async () => {
    const first = connectEngine(engine.open())
    await first.call.app.hello()
    await [...forker.threads.values()][0]!.terminate()
    await expect.poll(() => losses.length, { timeout: 20_000 }).toBe(1)
    expect(losses[0]!.restarted).toBe(true)
    expect((await connectEngine(engine.open()).call.app.hello()).buildId).toBe('b7')
  })
})

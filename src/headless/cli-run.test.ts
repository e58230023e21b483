// The command line as a process, with the real engine and worker: events, exit codes, and what is left of it when something is killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const file = fileURLToPath(new URL('./cli.ts', import.meta.url))
let folder = ''
let frames = ''
let child: ChildProcess | undefined

/** Enough work to be in the middle of, small enough to start at once. */
beforeAll(async () => {
  frames = mkdtempSync(join(tmpdir(), 'scenewright-frames-'))
  const noise = (seed: number) => Uint8Array.from({ length: 240 * 180 * 3 }, (_, i) => ((Math.floor(i / 90) + seed) * 97) % 256)
  for (let i = 0; i < 60; i += 1)
    await sharp(noise(i), { raw: { width: 240, height: 180, channels: 3 } })
      .png()
      .toFile(join(frames, `${i}.png`))
})
afterAll(() => rmSync(frames, { recursive: true, force: true }))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-run-'))
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

type Line = { readonly type: string; readonly [key: string]: unknown }

/** Starts the command; `until` resolves with the first line of a type, `end` with everything. */
function start(...words: string[]) {
  const env = { ...process.env, SCENEWRIGHT_STATE: join(folder, 'state'), SCENEWRIGHT_OUTPUT: join(folder, 'out') }
  const started = spawn(process.execPath, [file, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  let text = ''
  let err = ''
  started.stdout.on('data', (part: Buffer) => {
    text += part.toString()
  })
  started.stderr.on('data', (part: Buffer) => {
    err += part.toString()
  })
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
  const end = new Promise<{ code: number | null; lines: Line[]; err: string }>((resolve) => {
    started.on('close', (code) => resolve({ code, lines: lines(), err }))
  })
  const until = (type: string) => expect.poll(() => lines().some((line) => line.type === type), { timeout: 60_000 }).toBe(true)
  return { pid: started.pid!, end, until }
}

/** Children of a process; Linux tells them in a file. */
const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
/** Running: not gone, and not dead and waiting to be collected. */
const runs = (pid: number) => existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
const noLinux = process.platform !== 'linux'

async function startLong(...more: string[]) {
  const run = start('run', frames, '--out', join(folder, 'out'), '--json', '--set', 'stages.ssam.every=1', ...more)
  await run.until('stageStarted')
  const [engine] = childrenOf(run.pid)
  const [worker] = childrenOf(engine!)
  expect([engine, worker].every((pid) => pid !== undefined && runs(pid))).toBe(true)
  return { ...run, engine: engine!, worker: worker! }
}

describe('run --json', () => {
  it('tells every event on stdout, the last with the folder of the run, and ends with 0', async () => {
    const { code, lines, err } = await start('run', frames, '--out', join(folder, 'out'), '--levels', '2', '--frames', '0:2', '--json').end
    expect([code, err.includes('Run succeeded')]).toEqual([0, true])
    expect(lines[0]!.type).toBe('runQueued')
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 1))
    const last = lines.at(-1)!
    expect(last).toMatchObject({ type: 'runFinished', state: 'succeeded' })
    expect(existsSync(join(String(last.runDir), 'report.html'))).toBe(true)
  })

  it('ends with 1 and still with runFinished when the run cannot even start', async () => {
    const { code, lines, err } = await start('run', join(folder, 'nowhere'), '--out', join(folder, 'out'), '--json').end
    expect(code).toBe(1)
    expect(lines).toMatchObject([{ type: 'runFinished', state: 'failed', fault: { code: 'SCENE_NOT_FOUND' } }])
    expect(err).toContain('[SCENE_NOT_FOUND]')
  })

  it.skipIf(noLinux).each(['SIGINT', 'SIGTERM'] as const)('%s cancels in order, ends with 130, and leaves no process', async (signal) => {
    const { pid, end, engine, worker } = await startLong()
    process.kill(pid, signal)
    const { code, lines } = await end
    expect(code).toBe(130)
    expect(lines.at(-1)).toMatchObject({ type: 'runFinished', state: 'cancelled' })
    expect([engine, worker].filter(runs)).toEqual([])
  })

  it.skipIf(noLinux)('goes on with a new worker when the worker is killed, and says so', async () => {
    const { end, engine, worker } = await startLong('--frames', '0:8', '--levels', '2')
    process.kill(worker, 'SIGKILL')
    const { code, lines } = await end
    expect(code).toBe(0)
    expect(lines.find(({ type }) => type === 'warningRaised')).toMatchObject({ code: 'STAGE_TRIED_AGAIN' })
    expect([engine, worker].filter(runs)).toEqual([])
  })

  it.skipIf(noLinux)('goes on with a new engine when the engine is killed, and the old worker goes', async () => {
    const { end, engine, worker } = await startLong('--frames', '0:8', '--levels', '2')
    process.kill(engine, 'SIGKILL')
    const { code, lines, err } = await end
    expect(lines.at(-1)).toMatchObject({ type: 'runFinished', state: 'succeeded' })
    expect(code).toBe(0)
    expect(lines.find(({ type }) => type === 'runRequeued')).toBeDefined()
    expect(err).toContain('The engine process ended (SIGKILL); it was started again.')
    expect([engine, worker].filter(runs)).toEqual([])
  })

  it.skipIf(noLinux)('leaves nothing when the command itself is killed', async () => {
    const { pid, end, engine, worker } = await startLong()
    process.kill(pid, 'SIGKILL')
    await end
    await expect.poll(() => [engine, worker].filter(runs), { timeout: 20_000 }).toEqual([])
  })
})

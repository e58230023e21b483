// Several scenes by one command, as a process with the real engine and worker.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const file = fileURLToPath(new URL('./cli.ts', import.meta.url))
let folder = ''
let child: ChildProcess | undefined

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-scenes-'))
  const noise = (seed: number) => Uint8Array.from({ length: 160 * 120 * 3 }, (_, i) => ((Math.floor(i / 90) + seed) * 97) % 256)
  for (const scene of ['scene_1', 'scene_2']) {
    const frames = join(folder, 'data', scene, 'outputs', 'color')
    mkdirSync(frames, { recursive: true })
    for (let i = 0; i < 4; i += 1)
      await sharp(noise(i), { raw: { width: 160, height: 120, channels: 3 } })
        .png()
        .toFile(join(frames, `${i}.png`))
  }
  const yaml = `experiment: {name: two, dataset_root: data, output_root: "out/{name}", levels: [2, 4], frames: {end: 2}, parallel_scenes: 2}
stages: {ssam: {ssam_freq: 1, min_area: 50}, report: {max_wdith: 500}}\n`
  writeFileSync(join(folder, 'm.yaml'), yaml)
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

type Line = { readonly type: string; readonly [key: string]: unknown }

function start(...words: string[]) {
  const env: NodeJS.ProcessEnv = { ...process.env, SCENEWRIGHT_STATE: join(folder, 'state') }
  delete env.SCENEWRIGHT_OUTPUT
  const started = spawn(process.execPath, [file, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  let out = ''
  let err = ''
  started.stdout.on('data', (part: Buffer) => {
    out += part.toString()
  })
  started.stderr.on('data', (part: Buffer) => {
    err += part.toString()
  })
  const lines = () =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
  const end = new Promise<{ code: number | null; out: string; err: string; lines: () => Line[] }>((resolve) => {
    started.on('close', (code) => resolve({ code, out, err, lines }))
  })
  return { pid: started.pid!, end, lines }
}

describe('run with several scenes', () => {
  it('runs a My3DIS file as it is: every scene to its end, every event with its run, the warning on stderr', async () => {
    const { code, lines, err } = await start('run', '--config', 'm.yaml', '--json').end
    expect([code, err.includes('the nearest is stages.report.max_width')]).toEqual([0, true])
    const ends = lines().filter(({ type }) => type === 'runFinished')
    expect(ends.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
    expect(new Set(lines().map(({ runId }) => runId))).toEqual(new Set(ends.map(({ runId }) => runId)))
    for (const { runDir } of ends) expect(existsSync(join(String(runDir), 'report.html'))).toBe(true)
    expect(String(ends[0]!.runDir)).toContain(join('out', 'two'))
  })

  it('ends with 1 when one scene cannot start, and still runs the other; lines begin with the scene', async () => {
    mkdirSync(join(folder, 'data', 'scene_0'))
    const { code, out, err } = await start('run', 'data', '--scenes', 'all', '--out', 'o', '--levels', '2', '--frames', '0:2').end
    expect(code).toBe(1)
    expect(err).toMatch(/^scene_0: .*\[SCENE_WITHOUT_FRAMES\]$/m)
    expect(err).toMatch(/^scene_2: Run succeeded/m)
    expect(err).toContain('2 of 3 scenes succeeded.')
    expect(out.trimEnd().split('\n')).toHaveLength(2)
  })

  it.skipIf(process.platform === 'win32')('cancels all of them with Ctrl+C and ends with 130', async () => {
    const run = start('run', 'data', '--scenes', 'all', '--out', 'o', '--json', '--set', 'stages.tracker.quality=best')
    await expect.poll(() => run.lines().some(({ type }) => type === 'stageStarted'), { timeout: 20_000 }).toBe(true)
    process.kill(run.pid, 'SIGINT')
    const { code, lines } = await run.end
    expect(code).toBe(130)
    const states = lines().flatMap(({ type, state }) => (type === 'runFinished' ? [state] : []))
    expect([states.length, states.includes('cancelled')]).toEqual([2, true])
  })

  it('with --dry-run tells the plan of each scene and writes nothing', async () => {
    const { code, out } = await start('run', '--config', 'm.yaml', '--scenes', 'scene_1..scene_2', '--dry-run').end
    expect([code, existsSync(join(folder, 'out'))]).toEqual([0, false])
    for (const scene of ['scene_1', 'scene_2']) expect(out).toContain(join('data', scene))
    expect(out.match(/^tracker\s+run/gm)).toHaveLength(2)
  })
})

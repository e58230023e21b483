// A promptable network from the store to candidates, by the command line alone: add, dry run, run, and what the run says of it.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areaOfRle, boundsOfRle, rleFromString } from '#core/mask/rle'
import { encodeGraph } from '#core/model/onnx-writer'
import { tinySamDecoder, tinySamEncoder } from '#core/model/tiny-sam'
import { FrameMasks } from '#core/segment/frame-masks'
import { openOwnReader } from '#engine/engine'

const file = fileURLToPath(new URL('./cli.ts', import.meta.url))
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-sam-'))
  mkdirSync(join(folder, 'frames'))
  for (let i = 0; i < 2; i += 1)
    await sharp({ create: { width: 320, height: 240, channels: 3, background: { r: 80, g: 90 + i, b: 70 } } })
      .png()
      .toFile(join(folder, 'frames', `${i}.png`))
  writeFileSync(join(folder, 'encoder.onnx'), encodeGraph(tinySamEncoder()))
  writeFileSync(join(folder, 'decoder.onnx'), encodeGraph(tinySamDecoder()))
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

function cli(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, SCENEWRIGHT_STATE: join(folder, 'state'), SCENEWRIGHT_MODELS: join(folder, 'models') }
  const child = spawn(process.execPath, [file, ...words], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString()
  })
  child.stderr.on('data', (part: Buffer) => {
    err += part.toString()
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

const settings = ['backend=onnx', 'every=1', 'pointsPerSide=2', 'predictedIou=0.4', 'maskStability=0.5', 'minArea=20']
const words = (model: string, ...more: string[]) => [
  ...['run', join(folder, 'frames'), '--out', join(folder, 'out'), '--levels', '1,6', '--set', `stages.ssam.model=${model}`],
  ...settings.flatMap((setting) => ['--set', `stages.ssam.${setting}`]),
  ...['--set', 'stages.filter.stabilityThreshold=0.5', '--set', 'stages.filter.minArea=20', ...more],
]

describe('a model of the SAM family', () => {
  it('that is not in the store stops a run before it starts, and says what is there', async () => {
    const { code, out, err } = await cli(...words('nobody', '--dry-run'))
    expect([code, `${out}${err}`]).toEqual([1, expect.stringContaining('nobody is no model of the store')])
  })

  it('is added, tried, and found by name: its discs are the candidates of the run', async () => {
    expect(await cli('models', 'add', 'encoder.onnx', 'decoder.onnx', '--id', 'tiny')).toMatchObject({ code: 0 })
    const trial = await cli('models', 'test', 'tiny', '--repeats', '0')
    expect(trial.out).toContain('A click gives 4 masks')
    expect(trial.out).toContain('stages.ssam.model=tiny')

    const { code, out, err } = await cli(...words('tiny', '--json'))
    expect(code, err).toBe(0)
    const events = out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { readonly type: string; readonly runDir?: string })
    expect(events.filter(({ type }) => type === 'warningRaised')).toEqual([])
    expect(events.find(({ type }) => type === 'runPlanned')).toMatchObject({
      stages: [{ model: { source: 'chosen', name: 'tiny' } }, {}, {}, {}],
    })

    const { reader } = await openOwnReader(events.at(-1)!.runDir!)
    const masksAt = async (level: number) => {
      const found = await reader.masks('ssam', level, 1)
      return FrameMasks.parse(JSON.parse(new TextDecoder().decode(found!.bytes))).masks
    }
    // Clicks at 80, 240 x 60, 180; 1024 / 320 = 3.2, so radii of 160 and 32 are 50 and 10 pixels.
    const [coarse, fine] = [await masksAt(1), await masksAt(6)]
    await reader.close()
    const centres = (masks: typeof coarse) =>
      masks
        .map(({ counts }) => boundsOfRle(rleFromString(counts, [240, 320]))!)
        .map(([x, y, width, height]) => `${x + width / 2} ${y + height / 2}`)
        .sort()
    expect(centres(coarse)).toEqual(['240 180', '240 60', '80 180', '80 60'])
    expect(centres(fine)).toEqual(centres(coarse))
    for (const { counts } of coarse) expect(areaOfRle(rleFromString(counts, [240, 320])) / (Math.PI * 2500)).toBeCloseTo(1, 1)
    for (const { counts } of fine) expect(areaOfRle(rleFromString(counts, [240, 320])) / (Math.PI * 100)).toBeCloseTo(1, 1)
    expect(new Set(fine.map(({ parent }) => parent))).toEqual(new Set(coarse.map(({ id }) => id)))
  })
})

// Scrolling the lanes of 5,000 objects against the same page at rest: milliseconds between refreshes, in one page, in turns.
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import sharp from 'sharp'
import { artifactName } from '#core/archive/manifest'
import { rleFromCrop, stringFromRle } from '#core/mask/rle'
import { RunConfig } from '#core/run/run-config'
import { idInLevel, type MaskEntry } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { openRunArchive } from '../src/engine/archive/run-archive.ts'
import { realDisk } from '../src/engine/disk/disk.ts'
import { queueRun } from '../src/engine/runs/live-run.ts'

const [executablePath, folder] = process.argv.slice(2)
if (!executablePath || !folder) throw new Error('page-lanes.ts <chromium> <folder>')
const [trackCount, frameCount, width, height] = [5000, 200, 640, 480]
const rounds = 4
const refreshes = 180

/** A life of up to three ranges; together they look like those of a real run: most are short, and begin all over the time. */
function lifeOf(number: number): [number, number][] {
  const first = (number * 37) % (frameCount - 20)
  const length = 4 + ((number * 13) % 40)
  const ranges: [number, number][] = []
  for (let part = 0, at = first; part <= number % 3 && at < frameCount; part += 1, at += length + 5)
    ranges.push([at, Math.min(frameCount - 1, at + length)])
  return ranges
}

async function makeRun(): Promise<string> {
  const framesPath = join(folder!, 'frames')
  await mkdir(framesPath, { recursive: true })
  const picture = await sharp({ create: { width, height, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer()
  const frameIndices = Array.from({ length: frameCount }, (_, i) => i)
  const frameNames = frameIndices.map((i) => `${String(i).padStart(4, '0')}.jpg`)
  for (const name of frameNames) await writeFile(join(framesPath, name), picture)
  const config = RunConfig.parse({ scene: framesPath, output: folder, levels: [2] })
  const scene = { name: 'lanes', kind: 'frames', framesPath, frameCount, width, height }
  const facts = { name: 'lanes', config, scene, frameIndices, frameNames, appVersion: '0', buildId: 'bench' }
  const run = await queueRun(realDisk, join(folder!, 'lanes'), facts, () => {})
  const archive = await openRunArchive(realDisk, join(folder!, 'lanes'), ['tracker'])
  const writer = await archive.begin('tracker', 'bench')
  const add = (kind: string, value: unknown, frameIndex?: number, level?: number) =>
    writer.append({
      name: artifactName('tracker', kind, { level, frameIndex }),
      stage: 'tracker',
      kind,
      level,
      frameIndex,
      mediaType: 'application/json',
      bytes: new TextEncoder().encode(JSON.stringify(value)),
    })
  const tracks = Array.from({ length: trackCount }, (_, i): Track => {
    const visible = lifeOf(i)
    const count = visible.reduce((sum, [first, last]) => sum + last - first + 1, 0)
    const [firstFrame, lastFrame] = [visible[0]![0], visible.at(-1)![1]]
    const id = idInLevel(2, i + 1)
    const prompt = { frameIndex: firstFrame, candidateId: id, uniqueId: 'x' }
    return { id, level: 2, prompt, visible, frameCount: count, firstFrame, lastFrame, meanScore: 0.5 + (i % 50) / 100, meanArea: 784 }
  })
  const rle = stringFromRle(rleFromCrop(new Uint8Array(28 * 28).fill(1), { x: 0, y: 0, width: 28, height: 28 }, width, height))
  for (const frameIndex of frameIndices) {
    const masks = tracks
      .filter(({ visible }) => visible.some(([first, last]) => first <= frameIndex && frameIndex <= last))
      .map(({ id }): MaskEntry => ({ id, counts: rle, area: 784, box: [0, 0, 28, 28], score: 0.5 + ((id + frameIndex) % 50) / 100 }))
    await add('masks', { frameIndex, frameName: frameNames[frameIndex]!, level: 2, size: [height, width], masks }, frameIndex, 2)
  }
  await add('tracks', { framesDone: frameCount, tracks })
  await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 0 })
  await archive.close()
  run.tell({ type: 'runFinished', state: 'succeeded' })
  await run.close()
  return join(folder!, 'lanes')
}

const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!
const figures = (values: readonly number[]) => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95), worst: Math.max(...values) })

const runFolder = await makeRun()
const server = spawn(process.execPath, [join(import.meta.dirname, '..', 'out', 'main', 'cli.js'), 'serve', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'ignore'],
  env: { ...process.env, SCENEWRIGHT_STATE: join(folder, 'state') },
})
const link = await new Promise<string>((resolve) =>
  server.stdout.on('data', (chunk: Buffer) => /http:\S+/.test(String(chunk)) && resolve(/http:\S+/.exec(String(chunk))![0])),
)
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
await page.goto(link)
await page.getByTestId('open-run').click()
await page.getByRole('dialog').getByRole('textbox').first().fill(runFolder)
await page.keyboard.press('Enter')
await page.getByTestId('use-folder').click()
await page.waitForURL(/#\/runs\/[^/]+$/)
await page.goto(`${page.url()}/frames`)
await page.getByTestId('object-lane').first().waitFor()
// The scores of the lanes are read in the background first: what is measured is the scroll, over full sparklines.
await page.waitForTimeout(20_000)

/** Times between refreshes; scrolling goes down by `step` pixels a refresh, and a script's share of each is told, too. */
const measure = (step: number) =>
  page.evaluate(
    ([by, count]) =>
      new Promise<{ gaps: number[]; lanes: number }>((resolve) => {
        const box = document.querySelector('[data-testid="object-lanes"]')!
        const gaps: number[] = []
        let before: number | undefined
        const tick = (now: number) => {
          if (before !== undefined) gaps.push(now - before)
          before = now
          box.scrollTop += by!
          if (gaps.length < count!) requestAnimationFrame(tick)
          else resolve({ gaps, lanes: document.querySelectorAll('[data-testid="object-lane"]').length })
        }
        requestAnimationFrame(tick)
      }),
    [step, refreshes] as const,
  )
const [idle, scrolling]: [number[], number[]] = [[], []]
let lanes = 0
for (let round = 0; round < rounds; round += 1) {
  await page.waitForTimeout(500)
  idle.push(...(await measure(0)).gaps)
  // Two lanes a refresh, then fourteen: a slow drag, and a flick of the wheel.
  const found = await measure(round % 2 === 0 ? 40 : 280)
  scrolling.push(...found.gaps)
  lanes = found.lanes
}
if (lanes === 0) throw new Error('no lanes were in sight while they were scrolled')
await browser.close()
server.kill('SIGINT')
await new Promise((resolve) => server.once('exit', resolve))
console.log(JSON.stringify({ idle: figures(idle), scrolling: figures(scrolling), lanesMade: lanes }))

// Memory of the page while it browses a run with 10,000 masks, against one with 100: both made here through the real archive writer.
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
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
if (!executablePath || !folder) throw new Error('page-memory.ts <chromium> <folder>')
const frameCount = 100
const [width, height] = [640, 480]
const rounds = 3

async function makeFrames(): Promise<string> {
  const path = join(folder!, 'frames')
  await mkdir(path, { recursive: true })
  for (let i = 0; i < frameCount; i += 1) {
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, p) => ((p * 7 + i * 31) % 97) + 60)
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg()
      .toFile(join(path, `${String(i).padStart(4, '0')}.jpg`))
  }
  return path
}

/** Masks are 28 x 28 squares in a grid; every one is a track of its own that lives on one frame. */
function maskAt(number: number, id: number): MaskEntry {
  const box = { x: (number % 20) * 32, y: Math.floor(number / 20) * 32, width: 28, height: 28 }
  const rle = rleFromCrop(new Uint8Array(28 * 28).fill(1), box, width, height)
  return { id, counts: stringFromRle(rle), area: 784, box: [box.x, box.y, 28, 28], score: 0.9 }
}

async function makeRun(framesPath: string, name: string, masksPerFrame: number): Promise<string> {
  const frameIndices = Array.from({ length: frameCount }, (_, i) => i)
  const runFolder = join(folder!, name)
  const config = RunConfig.parse({ scene: framesPath, output: folder, levels: [2] })
  const scene = { name, kind: 'frames', framesPath, frameCount, width, height }
  const frameNames = frameIndices.map((i) => `${String(i).padStart(4, '0')}.jpg`)
  const run = await queueRun(
    realDisk,
    runFolder,
    { name, config, scene, frameIndices, frameNames, appVersion: '0', buildId: 'bench' },
    () => {},
  )
  const archive = await openRunArchive(realDisk, runFolder, ['tracker'])
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
  const tracks: Track[] = []
  for (const frameIndex of frameIndices) {
    const masks = Array.from({ length: masksPerFrame }, (_, n) => maskAt(n, idInLevel(2, frameIndex * masksPerFrame + n + 1)))
    const frameName = frameNames[frameIndex]!
    await add('masks', { frameIndex, frameName, level: 2, size: [height, width], masks }, frameIndex, 2)
    for (const { id } of masks) {
      const prompt = { frameIndex, candidateId: id, uniqueId: 'x' }
      const life = { visible: [[frameIndex, frameIndex] as [number, number]], frameCount: 1, firstFrame: frameIndex, lastFrame: frameIndex }
      tracks.push({ id, level: 2, orphan: false, prompt, ...life, meanScore: 0.9, meanArea: 784, maxArea: 784, merged: 0 })
    }
  }
  await add('tracks', { framesDone: frameCount, tracks })
  await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 0 })
  await archive.close()
  run.tell({ type: 'runFinished', state: 'succeeded' })
  await run.close()
  return runFolder
}

type Memory = { readonly heapBytes: number; readonly processBytes: number }

/** Opens the run in a fresh browser, steps through 60 frames by key, rests, collects, and reads heap and PSS of the page's process. */
async function browse(link: string, runFolder: string): Promise<Memory> {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'],
  })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(link)
  await page.getByTestId('open-run').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').first().fill(runFolder)
  await page.keyboard.press('Enter')
  await page.getByTestId('use-folder').click()
  await page.waitForURL(/#\/runs\/[^/]+$/)
  await page.goto(`${page.url()}/frames`)
  const isAt = (frame: number) =>
    page.waitForFunction((wanted) => document.documentElement.dataset.frameShown === wanted, String(frame), { timeout: 30_000 })
  await isAt(0)
  for (let frame = 1; frame <= 60; frame += 1) {
    await page.keyboard.press('ArrowRight')
    await isAt(frame)
  }
  await page.waitForTimeout(3000)
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const processBytes = await largestRenderer()
  await browser.close()
  return { heapBytes: usedSize, processBytes }
}

/** Proportional set size of the largest renderer process: the page (others are spare ones). */
async function largestRenderer(): Promise<number> {
  let largest = 0
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (!words.includes('--type=renderer')) continue
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    largest = Math.max(largest, 1024 * Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0))
  }
  return largest
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

const framesPath = await makeFrames()
const runs = { few: await makeRun(framesPath, 'few', 1), many: await makeRun(framesPath, 'many', 100) }
const measured: Record<'few' | 'many', Memory[]> = { few: [], many: [] }
for (let round = 0; round < rounds; round += 1) {
  for (const kind of ['few', 'many'] as const) {
    const server = spawn(process.execPath, [join(import.meta.dirname, '..', 'out', 'main', 'cli.js'), 'serve', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const link = await new Promise<string>((resolve) =>
      server.stdout.on('data', (chunk: Buffer) => /http:\S+/.test(String(chunk)) && resolve(/http:\S+/.exec(String(chunk))![0])),
    )
    measured[kind].push(await browse(link, runs[kind]))
    server.kill('SIGINT')
    await new Promise((resolve) => server.once('exit', resolve))
  }
}
const summary = (list: readonly Memory[]) => ({
  heapBytes: median(list.map((one) => one.heapBytes)),
  processBytes: median(list.map((one) => one.processBytes)),
})
console.log(JSON.stringify({ few: summary(measured.few), many: summary(measured.many) }))

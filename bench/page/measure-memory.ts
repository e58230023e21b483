// Memory of the page while it browses: many masks against few, and what the cache of frames holds against its budget.
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { launch, lookAt, median, openRun, type Row, serve } from './browser.ts'
import { ownProcesses } from './own-processes.ts'

type Memory = { readonly heapBytes: number; readonly processBytes: number; readonly cacheShare: number }

const rounds = 3
const steps = 60

/** Opens each run in fresh browsers in turn, steps through 60 frames by key, waits until nothing is read, collects, and reads heap and PSS of the page's process. */
export async function memoryOfMany(executablePath: string, few: string, many: string, what: string): Promise<Row[]> {
  const measured = { few: [] as Memory[], many: [] as Memory[] }
  for (let round = 0; round < rounds; round += 1)
    for (const [kind, folder] of [['few', few] as const, ['many', many] as const]) measured[kind].push(await browse(executablePath, folder))
  const ratio = (read: (one: Memory) => number) => median(measured.many.map(read)) / median(measured.few.map(read))
  return [
    {
      what: `browsing ${what}: memory of the page process (PSS)`,
      value: ratio((one) => one.processBytes),
      unit: 'x',
      most: 1.15,
      note: `MiB, many ${mebibytes(measured.many)}; few ${mebibytes(measured.few)}`,
    },
    { what: `browsing ${what}: JS heap after collection`, value: ratio((one) => one.heapBytes), unit: 'x' },
    {
      what: `browsing ${what}: cache of frames, of its budget, at most`,
      value: Math.max(...measured.many.map((one) => one.cacheShare)),
      unit: 'x',
      most: 1.05,
    },
  ]
}

const mebibytes = (list: readonly Memory[]) => list.map((one) => Math.round(one.processBytes / 2 ** 20)).join(' ')

async function browse(executablePath: string, runFolder: string): Promise<Memory> {
  const server = await serve()
  const browser = await launch(executablePath)
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    const runId = await openRun(page, server.link, runFolder)
    await lookAt(page, server.link, runId)
    let cacheShare = 0
    for (let frame = 1; frame <= steps; frame += 1) {
      await page.keyboard.press('ArrowRight')
      await page.waitForFunction((wanted) => document.documentElement.dataset.frameShown === wanted, String(frame), { timeout: 60_000 })
      cacheShare = Math.max(cacheShare, await shareOfCache(page))
    }
    await untilNothingIsRead(page)
    const session = await page.context().newCDPSession(page)
    await session.send('HeapProfiler.collectGarbage')
    // What the threads that ended and the collection freed is given back to the system only some seconds later.
    await page.waitForTimeout(8000)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return { heapBytes: usedSize, processBytes: await largestRenderer(), cacheShare }
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** Scores for the lanes are read once nobody steps; the thread that decodes them ends a moment after. */
async function untilNothingIsRead(page: Page): Promise<void> {
  const answersSoFar = () => page.evaluate(() => performance.getEntriesByType('resource').length)
  await page.evaluate(() => performance.setResourceTimingBufferSize(5000))
  for (let [before, quiet] = [-1, 0]; quiet < 4; ) {
    await page.waitForTimeout(1000)
    const now = await answersSoFar()
    quiet = now === before ? quiet + 1 : 0
    before = now
  }
}

/** As the status bar tells it: `cache 760 KiB of 96.0 MiB`. */
async function shareOfCache(page: Page): Promise<number> {
  const words = await page.getByText(/cache .* of .*iB/).innerText()
  const found = /cache ([\d.]+) (B|KiB|MiB) of ([\d.]+) MiB/.exec(words)
  if (!found) throw new Error(`the status bar tells no cache: ${words}`)
  const unit = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20 }[found[2] as 'B' | 'KiB' | 'MiB']
  return (Number(found[1]) * unit) / (Number(found[3]) * 2 ** 20)
}

/** Proportional set size of the largest renderer process that this one started: the page (others are spare ones, or of another browser). */
async function largestRenderer(): Promise<number> {
  let largest = 0
  for (const [pid, words] of await ownProcesses()) {
    if (!words.includes('--type=renderer')) continue
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    largest = Math.max(largest, 1024 * Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0))
  }
  return largest
}

// What a run loses while someone looks at it: one run, its viewer open and closed in turns, and what the page's processes cost meanwhile.
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { launch, load, median, type Row, serve } from './browser.ts'
import { ownProcesses, statWords } from './own-processes.ts'

type Kind = 'closed' | 'open' | 'stepped'
type Turn = { readonly kind: Kind; readonly framesPerSecond: number; readonly pageCores: number }

/** Each kind stands equally early and late, so that a machine that grows busier favours none. */
const order: readonly Kind[] = ['closed', 'open', 'stepped', 'stepped', 'open', 'closed']
const rounds = 3
const turnMs = 11_000
/** After a page is opened or left, before the clock runs: to load a page is no part of looking. */
const settleMs = 1500

/** A folder with the frames of `from` over and over, so that each stretch of the run is as much work as the next. */
export async function repeatFrames(from: string, count: number): Promise<void> {
  const names = (await readdir(from)).sort()
  for (let i = names.length; i < count; i += 1)
    await copyFile(join(from, names[i % names.length]!), join(from, `${String(i).padStart(4, '0')}.png`))
}

/** Throughput is that of the first stage, which does the same work on each of its frames. */
export async function viewerCost(executablePath: string, scene: string): Promise<Row[]> {
  const output = await mkdtemp(join(tmpdir(), 'scenewright-bench-run-'))
  const server = await serve()
  const browser = await launch(executablePath)
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    const frames = await startRun(page, server.link, scene, output)
    await page.getByTestId('look-at-frames').click({ timeout: 60_000 })
    const turns: Turn[] = []
    for (let round = 0; round < rounds; round += 1) for (const kind of order) turns.push(await oneTurn(page, frames, output, kind))
    return rowsOf(turns)
  } finally {
    await browser.close()
    await server.stop()
    await rm(output, { recursive: true, force: true })
  }
}

/** Gives the address of the run's frames. */
async function startRun(page: Page, link: string, scene: string, output: string): Promise<string> {
  await page.goto(link)
  await page.goto(`${new URL('/', link).href}#/new?scene=${encodeURIComponent(scene)}`)
  await page.getByTestId('probe-answer').waitFor()
  await page.getByLabel('Output folder').first().fill(output)
  await page.getByTestId('run-start').click()
  await page.waitForURL(/#\/runs\/[^/]+$/)
  return `${page.url()}/frames`
}

async function oneTurn(page: Page, frames: string, output: string, kind: Kind): Promise<Turn> {
  await page.goto('about:blank')
  if (kind !== 'closed') {
    await page.goto(frames)
    await page.waitForFunction(() => document.documentElement.dataset.frameShown !== undefined, undefined, { timeout: 60_000 })
  }
  await page.waitForTimeout(settleMs)
  const [from, cpuBefore] = [Date.now(), await browserSeconds()]
  while (Date.now() - from < turnMs) {
    if (kind === 'stepped') await page.keyboard.press(Math.floor((Date.now() - from) / 2000) % 2 === 0 ? 'ArrowRight' : 'ArrowLeft')
    await page.waitForTimeout(250)
  }
  const [to, cpu] = [Date.now(), (await browserSeconds()) - cpuBefore]
  // What was begun within the turn ends after it.
  const work = await workBetween(output, from, to)
  return { kind, framesPerSecond: (work * 1000) / (to - from), pageCores: (cpu * 1000) / (to - from) }
}

function rowsOf(turns: readonly Turn[]): Row[] {
  const of = (kind: Kind) => turns.filter((turn) => turn.kind === kind)
  const closed = of('closed')
  const ratio = (kind: Kind) => median(of(kind).map((turn, i) => closed[i]!.framesPerSecond / turn.framesPerSecond))
  const cores = (kind: Kind) => median(of(kind).map((turn) => turn.pageCores))
  const words = (kind: Kind) =>
    of(kind)
      .map((turn) => turn.framesPerSecond.toFixed(2))
      .join(' ')
  const what = 'time of a run with its viewer'
  return [
    {
      what: `${what} open / closed, median of ${closed.length} pairs`,
      value: ratio('open'),
      unit: 'x',
      most: 1.02,
      note: `frames a second, open ${words('open')}; closed ${words('closed')}; ${load()}`,
    },
    { what: `${what} stepped four times a second / closed`, value: ratio('stepped'), unit: 'x', note: `stepped ${words('stepped')}` },
    { what: 'processor time of all processes of the browser, viewer open', value: cores('open'), unit: 'cores' },
    { what: 'the same, viewer stepped four times a second', value: cores('stepped'), unit: 'cores' },
    { what: 'the same, viewer closed', value: cores('closed'), unit: 'cores' },
  ]
}

/** Frames done between two times, by the journal of the run: parts of a frame count by the share of its time. Waits until the journal is past `to`. */
async function workBetween(output: string, from: number, to: number): Promise<number> {
  const [folder = ''] = await readdir(output)
  for (let tries = 0; tries < 120; tries += 1) {
    const lines = (await readFile(join(output, folder, 'journal.ndjson'), 'utf8')).trim().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { type: string; at: number; stage?: string; done?: number })
    if (events.some(({ type, stage }) => type === 'stageFinished' && stage === 'ssam'))
      throw new Error('the first stage was over before all turns were: give the run more frames')
    const steps = events.filter(({ type, stage }) => type === 'stageProgressed' && stage === 'ssam')
    if ((steps.at(-1)?.at ?? 0) >= to && steps[0]!.at <= from) return doneAt(steps, to) - doneAt(steps, from)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('the run did not go on')
}

function doneAt(steps: readonly { at: number; done?: number }[], time: number): number {
  const next = steps.findIndex(({ at }) => at >= time)
  const [before, after] = [steps[next - 1]!, steps[next]!]
  const share = (time - before.at) / Math.max(1, after.at - before.at)
  return before.done! + share * (after.done! - before.done!)
}

/** Seconds of processor time that all processes of this browser have used so far. */
async function browserSeconds(): Promise<number> {
  let ticks = 0
  for (const [pid, words] of await ownProcesses()) {
    if (!/chrom/i.test(words)) continue
    const stat = statWords(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))
    ticks += Number(stat[11] ?? 0) + Number(stat[12] ?? 0)
  }
  return ticks / 100
}

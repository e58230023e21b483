// The app as a person has it: the built server, a browser with software rendering, a run opened by its folder; and clocks to hold it against.
import { type ChildProcess, spawn } from 'node:child_process'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'

const root = join(import.meta.dirname, '..', '..')

export type Served = { readonly link: string; stop(): Promise<void> }

export async function serve(): Promise<Served> {
  const args = [join(root, 'out', 'main', 'cli.js'), 'serve', '--port', '0']
  const server: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const link = await new Promise<string>((resolve, reject) => {
    server.stdout?.on('data', (chunk: Buffer) => {
      const found = /http:\S+/.exec(String(chunk))
      if (found) resolve(found[0])
    })
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  const stop = async () => {
    if (server.exitCode !== null) return
    server.kill('SIGINT')
    await new Promise((resolve) => server.once('exit', resolve))
  }
  return { link, stop }
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'] })
}

/** Opens the folder through the page, as a person does, and gives the run's id. */
export async function openRun(page: Page, link: string, runFolder: string): Promise<string> {
  await page.goto(link)
  await page.getByTestId('open-run').click()
  await page.getByRole('dialog').getByRole('textbox').first().fill(runFolder)
  await page.keyboard.press('Enter')
  await page.getByTestId('use-folder').click()
  await page.waitForURL(/#\/runs\/[^/]+$/)
  return decodeURIComponent(page.url().split('/').at(-1)!)
}

export async function lookAt(page: Page, link: string, runId: string, query = ''): Promise<void> {
  await page.goto(`${new URL('/', link).href}#/runs/${encodeURIComponent(runId)}/frames${query}`)
  await page.waitForFunction(() => document.documentElement.dataset.frameShown !== undefined, undefined, { timeout: 60_000 })
}

/** Milliseconds between refreshes while `work` goes on; without work, of an idle page for `ms`. */
export async function refreshes(page: Page, work: (() => Promise<void>) | number): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = []
    let last = performance.now()
    const tick = (now: number) => {
      seen.push(now - last)
      last = now
      if (Reflect.get(window, 'refreshesSeen') === seen) requestAnimationFrame(tick)
    }
    Object.assign(window, { refreshesSeen: seen })
    requestAnimationFrame(tick)
  })
  if (typeof work === 'number') await page.waitForTimeout(work)
  else await work()
  return page.evaluate(() => {
    const seen = Reflect.get(window, 'refreshesSeen') as number[]
    Object.assign(window, { refreshesSeen: undefined })
    // The first two hold the time before the clock ran.
    return seen.slice(2)
  })
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** How busy the machine is besides; figures by the clock are worth little beyond two. */
export const load = (): string => `load ${(loadavg()[0] ?? 0).toFixed(1)}`

/** A row of the table: a figure with its target, as `<=` unless told otherwise. */
export type Row = { readonly what: string; readonly value: number; readonly unit: string; readonly most?: number; readonly note?: string }

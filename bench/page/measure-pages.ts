// Lanes of 5,000 objects, a comparison that is being matched, and axe on every page.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { load, median, quantile, refreshes, type Row } from './browser.ts'

/** Scrolls the lanes with the wheel, against the same page at rest. */
export async function lanes(page: Page): Promise<Row[]> {
  await page.getByTestId('object-lane').first().waitFor()
  await page.waitForTimeout(2500)
  const idle = await refreshes(page, 2500)
  const box = (await page.getByTestId('object-lanes').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const busy = await refreshes(page, async () => {
    for (let i = 0; i < 150; i += 1) {
      await page.mouse.wheel(0, i < 90 ? 170 : -230)
      await page.waitForTimeout(16)
    }
  })
  const [at, rest] = [quantile(busy, 0.95), quantile(idle, 0.95)]
  const note = `p50 ${median(busy).toFixed(1)} ms, p95 ${at.toFixed(1)} ms; at rest p95 ${rest.toFixed(1)} ms; ${busy.length} refreshes`
  // A refresh is 16.7 ms: a third of one more than at rest is none lost.
  return [{ what: 'lanes of 5,000 objects, scrolled: p95 of a refresh, of the idle one', value: at / rest, unit: 'x', most: 1.34, note }]
}

/** Sums the time from each question to the matching thread to its answer; the page asks one after the other. */
async function watchMatcher(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { fed: 0, ms: 0 }
    const Plain = window.Worker
    window.Worker = class extends Plain {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        if (options?.name !== 'matcher') return
        let askedAt = 0
        const post = this.postMessage.bind(this)
        this.postMessage = (message: { do: string }, options?: StructuredSerializeOptions | Transferable[]) => {
          askedAt = performance.now()
          if (message.do === 'feed') seen.fed += 1
          post(message, options as StructuredSerializeOptions)
        }
        this.addEventListener('message', () => {
          seen.ms += performance.now() - askedAt
        })
      }
    }
    Object.assign(window, { matcherSeen: seen })
  })
}

/** From the address to the answer, and the page's refresh meanwhile. */
export async function comparing(page: Page, link: string, a: string, b: string): Promise<Row[]> {
  await page.goto(link)
  await page.getByTestId('start-demo').waitFor()
  await page.waitForTimeout(1500)
  const idle = await refreshes(page, 2000)
  const address = `${new URL('/', link).href}#/compare?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`
  // The page's parts are loaded once before, so that the clock sees the comparison and not the first look at its code.
  await page.goto(address.replace('&b=', '&b=none-'))
  await page.waitForTimeout(1500)
  await page.goto(`${new URL('/', link).href}#/`)
  await page.waitForTimeout(500)
  await watchMatcher(page)
  let seconds = 0
  const busy = await refreshes(page, async () => {
    const begun = performance.now()
    await page.goto(address)
    await page.getByTestId('comparison-totals').waitFor({ timeout: 60_000 })
    await page.getByTestId('matching').waitFor({ state: 'detached', timeout: 60_000 })
    seconds = (performance.now() - begun) / 1000
  })
  const { fed, ms } = await page.evaluate(() => Reflect.get(window, 'matcherSeen') as { fed: number; ms: number })
  if (fed !== 100) throw new Error(`the matching thread was given ${fed} frames of 100`)
  const note = `p95 ${quantile(busy, 0.95).toFixed(1)} ms against ${quantile(idle, 0.95).toFixed(1)} ms at rest, ${busy.length} refreshes, ${load()}`
  return [
    { what: 'compare, 100 frames x 200 objects: decoded and matched in its worker', value: ms / 1000, unit: 's', most: 2, note: load() },
    { what: 'the same from the address to the answer: read, matched and shown', value: seconds, unit: 's', most: 2, note: load() },
    {
      what: 'the same: p95 of a refresh meanwhile, of the idle one',
      value: quantile(busy, 0.95) / quantile(idle, 0.95),
      unit: 'x',
      most: 2,
      note,
    },
  ]
}

/** Serious and critical findings of WCAG 2.2 AA on each page, dark and light. */
export async function accessible(page: Page, link: string, addresses: readonly string[]): Promise<Row[]> {
  const found: string[] = []
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    for (const address of addresses) {
      await page.goto(`${new URL('/', link).href}${address}`)
      await page.waitForTimeout(700)
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
      for (const { id, impact } of violations)
        if (impact === 'serious' || impact === 'critical') found.push(`${id} on ${address} (${theme})`)
    }
  }
  const note = found.length > 0 ? found.join('; ') : `${addresses.length} pages, two themes`
  return [{ what: 'axe: serious findings', value: found.length, unit: '', most: 0, note }]
}

// Looking at frames: a key press to the complete frame, hover and selection among 2,000 masks, changes of look, a storm of scrubbing.
import type { Page } from '@playwright/test'
import type { FrameMetrics } from '../../src/renderer/frame/frame-metrics.ts'
import { load, median, quantile, refreshes, type Row } from './browser.ts'

const metricsOf = (page: Page): Promise<FrameMetrics> => page.evaluate(() => ({ ...(Reflect.get(window, 'frameMetrics') as FrameMetrics) }))

/**
 * From each key press to the refresh that follows the drawing of picture and masks, by the clock: on a busy machine the time a refresh says it
 * has lies before its own. Frames are left time to be read ahead.
 */
export async function keyToFrame(page: Page, what: string, refreshesAllowed: number): Promise<Row[]> {
  const idle = median(await refreshes(page, 1500))
  await page.evaluate(() => {
    const took: number[] = []
    let pressedAt: number | undefined
    addEventListener('keydown', (event) => (pressedAt = event.timeStamp), { capture: true })
    new MutationObserver(() => {
      const from = pressedAt
      pressedAt = undefined
      if (from !== undefined) requestAnimationFrame(() => took.push(performance.now() - from))
    }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-frame-shown'] })
    Object.assign(window, { framesTook: took })
  })
  for (let i = 0; i < 45; i += 1) {
    await page.keyboard.press('ArrowRight')
    // A slow frame is waited for: with a fixed pause the next key would take its place, and it would not be counted.
    await page.waitForFunction((count) => (Reflect.get(window, 'framesTook') as number[]).length === count, i + 1, { timeout: 20_000 })
    await page.waitForTimeout(200)
  }
  const took = await page.evaluate(() => Reflect.get(window, 'framesTook') as number[])
  // The first ones are read while nothing is near yet.
  const warm = took.slice(5)
  const value = quantile(warm, 0.95) / idle
  const note = `p50 ${(median(warm) / idle).toFixed(1)}, ${warm.length} frames, idle refresh ${idle.toFixed(1)} ms, ${load()}`
  return [{ what: `key press to complete frame, ${what}, p95`, value, unit: 'refreshes', most: refreshesAllowed, note }]
}

/**
 * Moves over the picture, pans, selects: what a move costs the page's thread (all of it: what lies under the pointer, the page drawn anew, the
 * canvas, style and layout), and tasks over 50 ms.
 */
export async function hoverAndPan(page: Page): Promise<Row[]> {
  const box = (await page.getByTestId('frame-canvas').boundingBox())!
  const at = (u: number, v: number) => [box.x + box.width * u, box.y + box.height * v] as const
  await page.waitForTimeout(1500)
  await page.evaluate(() => {
    const long: { at: number; ms: number }[] = []
    const take = (list: PerformanceObserverEntryList) =>
      long.push(...list.getEntries().map(({ startTime, duration }) => ({ at: startTime, ms: duration })))
    new PerformanceObserver(take).observe({ entryTypes: ['longtask'] })
    Object.assign(window, { longTasks: long })
    ;(Reflect.get(window, 'frameMetrics') as FrameMetrics).hoverMs.length = 0
  })
  const answers: number[] = []
  const begins = [{ part: 'hover', at: await page.evaluate(() => performance.now()) }]
  const begin = async (part: string) => void begins.push({ part, at: await page.evaluate(() => performance.now()) })
  const move = async (i: number) => {
    await page.mouse.move(...at(0.1 + 0.8 * ((i * 37) % 101) * 0.0099, 0.1 + 0.8 * ((i * 61) % 97) * 0.0103))
    await page.waitForTimeout(40)
  }
  const resting = await workOfEach(page, 20, () => page.waitForTimeout(40))
  const moved = await workOfEach(page, 120, move, async () => {
    answers.push(await page.getByTestId('hover-tip').count())
  })
  const { hoverMs } = await metricsOf(page)
  const answered = answers.filter((count) => count > 0).length
  if (hoverMs.length < 100 || answered < 60)
    throw new Error(`${hoverMs.length} of 120 moves were answered, ${answered} with a mask: the pointer does not reach the picture`)
  await begin('select')
  for (let i = 0; i < 12; i += 1) {
    await page.mouse.click(...at(0.2 + 0.05 * i, 0.3 + 0.03 * i))
    await page.waitForTimeout(60)
  }
  await page.mouse.move(...at(0.5, 0.5))
  await begin('zoom')
  for (let i = 0; i < 4; i += 1) await page.mouse.wheel(0, -120)
  await begin('pan')
  await page.mouse.down()
  for (let i = 0; i < 60; i += 1) await page.mouse.move(...at(0.5 + 0.2 * Math.sin(i / 9), 0.5 + 0.2 * Math.cos(i / 7)))
  await page.mouse.up()
  await page.waitForTimeout(400)
  const long = await page.evaluate(() => Reflect.get(window, 'longTasks') as { at: number; ms: number }[])
  const longWords = long.map(({ at, ms }) => `${begins.findLast((one) => one.at <= at)?.part ?? 'before'} ${Math.round(ms)} ms`)
  const { selectionBytes } = await metricsOf(page)
  if (selectionBytes === 0) throw new Error('no click selected a mask')
  return [
    {
      what: '2,000 masks on 1080p: hover answer, all work of its thread, p95',
      value: quantile(moved, 0.95),
      unit: 'ms',
      most: 16,
      note: `processor time (at rest ${median(resting).toFixed(1)} ms), p50 ${median(moved).toFixed(1)} ms; the look-up alone ${quantile(hoverMs, 0.95).toFixed(1)} ms; ${moved.length} moves, ${answered} on masks`,
    },
    {
      what: '2,000 masks on 1080p: tasks over 50 ms in hover, select, zoom, pan',
      value: long.length,
      unit: '',
      most: 0,
      note: `by the clock, ${load()}${long.length > 0 ? `; ${longWords.join(', ')}` : ''}`,
    },
  ]
}

/** Milliseconds of processor time that the page's thread spent on each of `count` acts, until `act` is over; what `check` does is not counted. */
async function workOfEach(
  page: Page,
  count: number,
  act: (i: number) => Promise<void>,
  check: () => Promise<void> = async () => {},
): Promise<number[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const found = metrics.find(({ name }) => name === 'TaskDuration')
    if (!found) throw new Error('the browser does not tell what its tasks cost')
    return found.value * 1000
  }
  const took: number[] = []
  for (let i = 0; i < count; i += 1) {
    const before = await spent()
    await act(i)
    took.push((await spent()) - before)
    await check()
  }
  await session.detach()
  return took
}

/** Each change of look by its key or control: mask bytes given to the GPU, and refreshes until it is drawn. */
export async function restyle(page: Page): Promise<Row[]> {
  const box = (await page.getByTestId('frame-canvas').boundingBox())!
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.5)
  await page.waitForTimeout(300)
  const before = await metricsOf(page)
  await page.evaluate(() => {
    const ticks: number[] = []
    addEventListener(
      'keydown',
      () => {
        const metrics = Reflect.get(window, 'frameMetrics') as FrameMetrics
        const from = metrics.drawings
        let count = 0
        const look = () => {
          count += 1
          if (metrics.drawings > from || count > 30) ticks.push(count)
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      },
      { capture: true },
    )
    Object.assign(window, { drawnAfter: ticks })
  })
  for (const key of ['-', '-', '+', 'o', 'o', 'o', 'i', 'i', '4', '0', 'h', 'Shift+h']) {
    await page.keyboard.press(key)
    await page.waitForTimeout(150)
  }
  const after = await metricsOf(page)
  const ticks = await page.evaluate(() => Reflect.get(window, 'drawnAfter') as number[])
  return [
    {
      what: 'opacity, drawing, isolate, level, hide: mask bytes given to the GPU',
      value: after.maskBytes - before.maskBytes,
      unit: 'bytes',
      most: 0,
    },
    // The callback that looks runs in the same refresh as the drawing, or before it.
    {
      what: 'the same: refreshes until it is drawn, p95',
      value: quantile(ticks, 0.95),
      unit: 'refreshes',
      most: 2,
      note: `${ticks.length} keys`,
    },
  ]
}

/** Counts frames that are being read; in every page of the context, from its start. */
export async function watchReads(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const reading = new Map<number, number>()
    const counts = { most: 0, all: 0 }
    const plain = window.fetch.bind(window)
    window.fetch = async (...args) => {
      const query = /\/bytes\?q=(.*)$/.exec(String(args[0]))?.[1]
      const asked =
        query === undefined ? {} : (JSON.parse(decodeURIComponent(query)) as { what?: string; frameIndex?: number; withImage?: boolean })
      // Reads without the picture are those of the lanes' scores, which wait for a rest and are not the view's.
      if (asked.what !== 'frame' || asked.frameIndex === undefined || !asked.withImage) return plain(...args)
      const frame = asked.frameIndex
      reading.set(frame, (reading.get(frame) ?? 0) + 1)
      counts.most = Math.max(counts.most, reading.size)
      counts.all += 1
      let isOver = false
      const over = () => {
        if (isOver) return
        isOver = true
        const left = (reading.get(frame) ?? 1) - 1
        if (left > 0) reading.set(frame, left)
        else reading.delete(frame)
      }
      // What is given up is over at once: its rejection comes only after the next read has begun.
      args[1]?.signal?.addEventListener('abort', over)
      try {
        const answer = await plain(...args)
        const body = await answer.arrayBuffer()
        return new Response(body, { status: answer.status, headers: answer.headers })
      } finally {
        over()
      }
    }
    Object.assign(window, { readCounts: counts })
  })
}

/** 1,000 wishes within two seconds by the scrubber: frames read at once, and pictures with masks of another frame. */
export async function scrubStorm(page: Page): Promise<Row[]> {
  await page.waitForTimeout(2500)
  const box = (await page.getByTestId('scrubber').boundingBox())!
  // The mouse itself holds the button: only a pointer that is there can be captured.
  await page.mouse.move(box.x + box.width / 2, box.y + 8)
  await page.mouse.down()
  await page.evaluate(() => Object.assign(Reflect.get(window, 'readCounts') as object, { most: 0, all: 0 }))
  const wishes = await page.evaluate(
    async ({ x, y, width }) => {
      const scrubber = document.querySelector('[data-testid=scrubber]')!
      const begun = performance.now()
      let count = 0
      while (count < 1000) {
        const due = Math.min(1000, Math.floor(((performance.now() - begun) / 2000) * 1000) + 1)
        for (; count < due; count += 1) {
          const clientX = x + 140 + ((count * 7919) % Math.floor(width - 170))
          const what = { clientX, clientY: y, bubbles: true, pointerId: 1, isPrimary: true, button: -1, buttons: 1 }
          scrubber.dispatchEvent(new PointerEvent('pointermove', what))
        }
        await new Promise((resolve) => setTimeout(resolve, 4))
      }
      return { count, tookMs: performance.now() - begun }
    },
    { x: box.x, y: box.y + 8, width: box.width },
  )
  await page.mouse.up()
  await page.waitForTimeout(2500)
  const { most, all } = await page.evaluate(() => Reflect.get(window, 'readCounts') as { most: number; all: number })
  const { mismatches } = await metricsOf(page)
  if (all === 0) throw new Error('the storm read no frame: it did not reach the scrubber')
  const note = `${wishes.count} wishes in ${(wishes.tookMs / 1000).toFixed(1)} s, ${all} frames read`
  return [
    { what: 'scrub storm: frames read at once, at most', value: most, unit: '', most: 1, note },
    { what: 'scrub storm: pictures drawn with masks of another frame', value: mismatches, unit: '', most: 0 },
  ]
}

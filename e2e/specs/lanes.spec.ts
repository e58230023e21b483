// The time dock: a lane per track, its life under the pointer and under the keys, a loop, and a height that is remembered.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Locator } from '@playwright/test'
import sharp from 'sharp'
import { expect, test } from '../fixtures/app.ts'
import { expectFrame, expectState, lookAtFrames, startRun } from '../fixtures/steps.ts'

const [width, height, frames, comesAt] = [128, 96, 8, 4]

/** A red square is there all the time, a blue disc from frame 4 on. */
async function makeLateScene(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (let frame = 0; frame < frames; frame += 1) {
    const pixels = new Uint8Array(width * height * 3)
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const isSquare = x >= 12 && x < 44 && y >= 30 && y < 62
        const isDisc = frame >= comesAt && (x - 90) ** 2 + (y - 48) ** 2 < 20 ** 2
        pixels.set(isSquare ? [210, 50, 40] : isDisc ? [40, 80, 220] : [120, 150, 110], (y * width + x) * 3)
      }
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, `${String(frame).padStart(4, '0')}.png`))
  }
  return folder
}

/** A point in the lane, over frame `position`. */
async function pointIn(lane: Locator, axis: Locator, position: number): Promise<{ x: number; y: number }> {
  const [row, scale] = [(await lane.boundingBox())!, (await axis.boundingBox())!]
  // The axis ends where the lanes scroll: 20 px before the edge.
  return { x: scale.x + ((position + 0.5) / frames) * (scale.width - 20), y: row.y + row.height / 2 }
}

test('each track has a lane that goes to its frames, by pointer and by key', async ({ app, signedIn: page }) => {
  const scene = await makeLateScene(join(app.folder, 'late'))
  await startRun(page, scene)
  await expectState(page, /done|succeeded/i)
  await lookAtFrames(page)
  const lanes = page.getByTestId('object-lane')
  const axis = page.getByTestId('scrubber')
  const late = lanes.filter({ hasText: 'frames 4 to 7' }).first()

  await test.step('there are as many lanes as tracks', async () => {
    await expect(lanes.first()).toBeVisible()
    const told = Number((await page.getByTestId('lane-count').innerText()).split(' ')[0])
    expect(told).toBeGreaterThanOrEqual(2)
    expect(Number(await lanes.first().getAttribute('aria-setsize'))).toBe(told)
    await expect(late).toBeVisible()
  })

  await test.step('a click in a lane selects its track and goes to that frame', async () => {
    const name = /\d·\d{4}/.exec(await late.innerText())![0]
    const at = await pointIn(late, axis, 6)
    await page.mouse.click(at.x, at.y)
    await expectFrame(page, 6)
    await expect(page.getByTestId('inspector')).toContainText(name)
    await expect(late).toHaveAttribute('aria-selected', 'true')
  })

  await test.step('the dossier shows its cut-outs and its curves, and axe finds nothing serious in either theme', async () => {
    await expect(page.getByTestId('film-strip').locator('canvas[data-drawn]')).toHaveCount(frames - comesAt)
    await expect(page.getByTestId('dossier-curves').locator('.uplot')).toHaveCount(2)
    await expect(page.getByTestId('dossier-curves')).not.toContainText('frames read')
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(250)
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`)).toEqual([])
    }
  })

  await test.step('alt and an arrow go to the next appearance, home and end to the ends of its life', async () => {
    await page.getByTestId('frame-number').fill('1')
    await page.keyboard.press('Enter')
    await expectFrame(page, 1)
    await page.keyboard.press('Alt+ArrowRight')
    await expectFrame(page, comesAt)
    await page.keyboard.press('End')
    await expectFrame(page, frames - 1)
    await page.keyboard.press('Home')
    await expectFrame(page, comesAt)
    await axis.focus()
    await page.keyboard.press('ArrowLeft')
    await expectFrame(page, comesAt - 1)
    await page.keyboard.press('Alt+ArrowRight')
    await expectFrame(page, comesAt)
  })

  await test.step('the arrows choose the next lane', async () => {
    await page.getByTestId('object-lanes').focus()
    await page.keyboard.press('PageUp')
    await expect(lanes.first()).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('ArrowDown')
    await expect(lanes.nth(1)).toHaveAttribute('aria-selected', 'true')
  })

  await test.step('the filter of the list holds for the lanes', async () => {
    await page.getByTestId('object-filter').fill('frames>999')
    await expect(lanes).toHaveCount(0)
    await page.getByTestId('object-filter').fill('')
    await expect(lanes.first()).toBeVisible()
  })

  await test.step('shift and a drag mark a loop that playing stays in, and escape ends it', async () => {
    const [from, to] = [await pointIn(lanes.first(), axis, 5), await pointIn(lanes.first(), axis, 2)]
    await page.keyboard.down('Shift')
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(to.x, to.y, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await expect(page.getByTestId('loop')).toContainText('2–5')
    await expect(page).toHaveURL(/[?&]loop=2-5/)
    await page.getByTestId('play-rate').selectOption('30')
    await page.getByLabel('Play', { exact: true }).click()
    const seen = new Set<string>()
    await expect
      .poll(async () => {
        seen.add((await page.evaluate(() => document.documentElement.dataset.frameShown)) ?? '')
        return ['2', '3', '4', '5'].every((frame) => seen.has(frame))
      })
      .toBe(true)
    seen.clear()
    for (let i = 0; i < 20; i += 1) seen.add((await page.evaluate(() => document.documentElement.dataset.frameShown)) ?? '')
    expect([...seen].filter((frame) => !['2', '3', '4', '5'].includes(frame))).toEqual([])
    await page.getByLabel('Pause', { exact: true }).click()
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('loop')).toHaveCount(0)
    await expect(page.getByTestId('inspector')).not.toContainText('This frame')
  })

  await test.step('keys set the loop and the rate, and an end of the loop moves by arrow and by drag', async () => {
    await page.getByTestId('frame-number').fill('3')
    await page.keyboard.press('Enter')
    await expectFrame(page, 3)
    await page.keyboard.press('Shift+I')
    await expect(page.getByTestId('loop')).toContainText('3–7')
    await page.keyboard.press('ArrowRight')
    await expectFrame(page, 4)
    await page.keyboard.press('Shift+O')
    await expect(page.getByTestId('loop')).toContainText('3–4')
    await page.getByTestId('loop-end').focus()
    await page.keyboard.press('ArrowRight')
    await expect(page.getByTestId('loop')).toContainText('3–5')
    await expectFrame(page, 4)
    const [grip, first] = [(await page.getByTestId('loop-start').boundingBox())!, await pointIn(lanes.first(), axis, 1)]
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
    await page.mouse.down()
    await page.mouse.move(first.x, grip.y + grip.height / 2, { steps: 4 })
    await page.mouse.up()
    await expect(page.getByTestId('loop')).toContainText('1–5')
    await expectFrame(page, 4)
    await page.getByTestId('play-rate').selectOption('1')
    await page.getByTestId('time-dock').click({ position: { x: 5, y: 5 } })
    await page.keyboard.press(',')
    await expect(page.getByTestId('play-rate')).toHaveValue('0.5')
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('.')
    await expect(page.getByTestId('play-rate')).toHaveValue('8')
    await page.keyboard.press('l')
    await expect(page.getByTestId('loop')).toHaveCount(0)
  })

  await test.step('a peak of memory selects the frames worked on then', async () => {
    const peak = page.getByTestId('peak-memory')
    const named = /worked on frames? (\d+)(?: to (\d+))?/.exec((await peak.getAttribute('title')) ?? '')!
    await peak.click()
    await expectFrame(page, Number(named[1]))
    if (named[2] === undefined) await expect(page.getByTestId('loop')).toHaveCount(0)
    else await expect(page.getByTestId('loop')).toContainText(`${named[1]}–${named[2]}`)
  })

  await test.step('over the time of day: frames mark their time, and a time selects its frames', async () => {
    if ((await page.getByTestId('loop').count()) > 0) await page.keyboard.press('l')
    await page.keyboard.press('t')
    const clock = page.getByTestId('clock')
    await expect(clock).toBeVisible()
    await page.getByTestId('frame-number').fill('6')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('clock-words')).toContainText(/frame 6: .* of tracker/)
    // Where the page marks the time of frame 6, a click comes back to it from elsewhere.
    const mark = (await page.getByTestId('clock-mark').first().boundingBox())!
    const strip = (await clock.boundingBox())!
    await page.getByTestId('frame-number').fill('0')
    await page.keyboard.press('Enter')
    await expectFrame(page, 0)
    await expect.poll(async () => (await page.getByTestId('clock-mark').first().boundingBox())!.x).toBeLessThan(mark.x)
    await page.mouse.click(mark.x + mark.width / 2, strip.y + strip.height / 2)
    await expectFrame(page, 6)
    // All of the time is all of the frames.
    await page.mouse.move(strip.x + 1, strip.y + 20)
    await page.mouse.down()
    await page.mouse.move(strip.x + strip.width - 22, strip.y + 20, { steps: 5 })
    await page.mouse.up()
    await expect(page.getByTestId('loop')).toContainText('0–7')
    await page.getByTestId('clock-peak-memory').click()
    await expect(page.getByTestId('clock-words')).toContainText('memory up to')
    await page.keyboard.press('t')
    await expect(clock).toHaveCount(0)
  })

  await test.step('a star and a note are there after a reload, and on no other track', async () => {
    await late.click({ position: { x: 40, y: 8 } })
    const id = await late.getAttribute('data-lane-id')
    await page.getByTestId('star').click()
    await page.getByTestId('object-note').fill('comes late, and is kept')
    await page.getByTestId('object-note').blur()
    await expect(page.getByTestId('star')).toHaveAttribute('aria-pressed', 'true')
    await expect
      .poll(async () => {
        await page.reload()
        return page.getByTestId('object-note').inputValue()
      })
      .toBe('comes late, and is kept')
    await expect(page.getByTestId('star')).toHaveAttribute('aria-pressed', 'true')
    expect(page.url()).toContain(`mask=${id}`)
    await lanes.first().click({ position: { x: 40, y: 8 } })
    expect(await lanes.first().getAttribute('data-lane-id')).not.toBe(id)
    await expect(page.getByTestId('object-note')).toHaveValue('')
    await expect(page.getByTestId('star')).toHaveAttribute('aria-pressed', 'false')
  })

  await test.step('its origin names what made it, with the settings of each stage', async () => {
    const lineage = page.getByTestId('lineage')
    await expect(lineage.locator('summary')).toHaveCount(3)
    await lineage.locator('summary').filter({ hasText: 'tracker' }).click()
    await expect(lineage).toContainText('iouThreshold')
  })

  await test.step('the film lane shows pictures of the frames', async () => {
    await page.keyboard.press('Shift+T')
    await expect(page.getByTestId('film-lane').locator('img')).toHaveCount(frames)
    await page.keyboard.press('Shift+T')
    await expect(page.getByTestId('film-lane')).toHaveCount(0)
  })

  await test.step('an export of one track holds the masks of that track only, over its frames', async () => {
    await late.click({ position: { x: 40, y: 8 } })
    const id = Number(await late.getAttribute('data-lane-id'))
    await page.getByTestId('export-object').click()
    await page.getByTestId('export-out').fill(join(app.output, 'one-track'))
    await page.getByTestId('export-start').click()
    await expect(page.getByTestId('export-written')).toContainText('2 files')
    const coco = JSON.parse(await readFile(join(app.output, 'one-track', 'instances.json'), 'utf8'))
    expect(new Set(coco.annotations.map((one: { track_id: number }) => one.track_id))).toEqual(new Set([id]))
    expect(coco.images.map((one: { id: number }) => one.id)).toEqual([4, 5, 6, 7])
    await page.keyboard.press('Escape')
  })

  await test.step('the height is given by drag or key, and remembered', async () => {
    const dock = page.getByTestId('time-dock')
    const before = (await dock.boundingBox())!.height
    await page.getByTestId('dock-handle').focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await expect.poll(async () => (await dock.boundingBox())!.height).toBe(before + 40)
    await page.reload()
    await expect(dock).toBeVisible()
    expect((await dock.boundingBox())!.height).toBe(before + 40)
  })
})

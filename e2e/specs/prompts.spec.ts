// Adding an object by clicks: asked on the picture, kept, and followed by a new run that takes its candidates over.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectFrame, expectState, startRun } from '../fixtures/steps.ts'

const [width, height] = [128, 96]

/** Where a pixel of the fitted picture lies on the screen. */
async function screenOf(page: Page, x: number, y: number) {
  const box = (await page.getByTestId('frame-canvas').boundingBox())!
  const scale = Math.min((box.width - 24) / width, (box.height - 24) / height)
  return { x: box.x + box.width / 2 + (x - width / 2) * scale, y: box.y + box.height / 2 + (y - height / 2) * scale }
}
async function clickPixel(page: Page, x: number, y: number, keys: { alt?: boolean } = {}): Promise<void> {
  const at = await screenOf(page, x, y)
  if (keys.alt) await page.keyboard.down('Alt')
  await page.mouse.click(at.x, at.y)
  if (keys.alt) await page.keyboard.up('Alt')
}
/** Box of the mask in sight, in pixels of the frame. */
const maskBox = async (page: Page) =>
  ((await page.getByTestId('prompt-mask').getAttribute('data-box')) ?? '').split(' ').map(Number) as [number, number, number, number]

test('a click gives a mask, which is kept, and a new run has an object of the person at that place', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 6 })
  const run = await startRun(page, scene)
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/runs/${run}/frames?frame=2`)
  await expectFrame(page, 2)
  await page.keyboard.press('a')
  await expect(page.getByTestId('prompt-bar')).toBeVisible()
  // The red square of frame 2 covers columns 26 to 53 and rows 20 to 47.
  await clickPixel(page, 40, 34)
  await expect(page.getByTestId('prompt-words')).toContainText(/built-in · mask 1 of \d/)
  await expect(page.getByTestId('prompt-note')).toContainText('No promptable model is in the store')
  const [x, y, w, h] = await maskBox(page)
  for (const [found, meant] of [
    [x, 26],
    [y, 20],
    [w, 28],
    [h, 28],
  ] as const)
    expect(Math.abs(found - meant)).toBeLessThanOrEqual(3)
  await expect(page.getByTestId('prompt-device')).toHaveText('on cpu')
  await page.getByTestId('prompt-model').selectOption('built-in')
  await expect(page.getByTestId('prompt-words')).toContainText(/built-in · mask 1 of \d/)
  // Who chose it needs no telling that nothing else is there.
  await expect(page.getByTestId('prompt-note')).toHaveCount(0)
  await page.getByTestId('prompt-model').blur()
  await page.keyboard.press('2')
  await expect(page.getByTestId('prompt-level')).toHaveValue('2')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('kept-prompts')).toContainText('frame 2 · level 2')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('prompt-bar')).toBeHidden()

  await page.getByTestId('track-prompts').click()
  await page.waitForURL((url) => /#\/runs\/[^/]+$/.test(url.href) && !url.href.includes(run))
  await expectState(page, /done/i)
  const added = decodeURIComponent(page.url().split('/').at(-1)!)
  await page.goto(`${app.address()}#/runs/${added}/frames?frame=2&stage=tracker&levels=2`)
  await expectFrame(page, 2)
  // What lies there is gone through with repeated clicks; the selection is told a moment after each.
  const given = page.getByTestId('given-by-hand').or(page.getByTestId('corrected-by-hand'))
  const isTold = () =>
    given.waitFor({ timeout: 1500 }).then(
      () => true,
      () => false,
    )
  for (let turn = 0; turn < 6; turn += 1) {
    await clickPixel(page, 40, 34)
    if (await isTold()) break
  }
  await expect(given).toBeVisible()
})

test('by keyboard alone: the cross is moved, points are placed and taken back, a box is drawn by pointer, and another frame starts anew', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 3 })
  const run = await startRun(page, scene)
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/runs/${run}/frames?frame=0`)
  await expectFrame(page, 0)
  await page.keyboard.press('a')
  // From the middle (64, 48) to the square at columns 20 to 47 and rows 20 to 47: 16 steps of 2 pixels left, 8 up.
  for (let i = 0; i < 16; i += 1) await page.keyboard.press('ArrowLeft')
  for (let i = 0; i < 8; i += 1) await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Space')
  await expect(page.getByTestId('prompt-words')).toContainText('mask 1 of')
  const [x, y, w, h] = await maskBox(page)
  expect([x <= 32 && 32 < x + w, y <= 32 && 32 < y + h]).toEqual([true, true])
  await expectFrame(page, 0)
  await page.keyboard.press('Backspace')
  await expect(page.getByTestId('prompt-mask')).toHaveCount(0)

  const [from, to] = [await screenOf(page, 18, 18), await screenOf(page, 50, 50)]
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 4 })
  await page.mouse.up()
  await expect(page.getByTestId('prompt-words')).toContainText('mask 1 of')
  expect((await maskBox(page)).map((value, i) => Math.abs(value - [20, 20, 28, 28][i]!) <= 3)).toEqual([true, true, true, true])
  await clickPixel(page, 34, 34, { alt: true })
  await expect(page.getByTestId('prompt-words')).not.toContainText('Looking')
  await page.goto(`${app.address()}#/runs/${run}/frames?frame=1`)
  await expectFrame(page, 1)
  await expect(page.getByTestId('prompt-mask')).toHaveCount(0)
})

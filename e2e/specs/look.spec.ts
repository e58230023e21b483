// Looking closely: thresholds and styles that move no masks, several masks and their sets, what lies beneath, near pixels, depth.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/app.ts'
import { makeDepth } from '../fixtures/depth.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectFrame, expectState, lookAtFrames, pictureHash, startRun } from '../fixtures/steps.ts'

type Metrics = {
  maskBytes: number
  selectionBytes: number
  paletteBytes: number
  sceneRasterBytes: number
  drawings: number
  mismatches: number
}
const metricsOf = (page: Page) => page.evaluate(() => ({ ...Reflect.get(window, 'frameMetrics') }) as Metrics)

/** The hash once the picture stands still: what was asked for last may be drawn one frame later. */
async function settledHash(page: Page): Promise<string> {
  let before = ''
  const isSettled = async () => {
    const now = await pictureHash(page)
    const isSame = now === before
    before = now
    return isSame
  }
  await expect.poll(isSettled).toBe(true)
  return before
}

/** Where a pixel of the picture lies on the screen while the whole picture is fitted into the canvas. */
async function screenOf(page: Page, x: number, y: number, [width, height] = [128, 96]) {
  const box = (await page.getByTestId('frame-canvas').boundingBox())!
  const scale = Math.min((box.width - 24) / width, (box.height - 24) / height)
  return { x: box.x + box.width / 2 + (x + 0.5 - width / 2) * scale, y: box.y + box.height / 2 + (y + 0.5 - height / 2) * scale }
}

test('a frame is looked at closely', async ({ app, signedIn: page }) => {
  test.setTimeout(240_000)
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  await makeDepth(scene, 4)
  await startRun(page, scene)
  await expectState(page, /done|succeeded/i, 180_000)
  await lookAtFrames(page)
  await page.getByTestId('stage-choice-filter').click()
  await expect(page.getByTestId('frame-tag')).toHaveText(/^Kept frame 0/)

  await test.step('thresholds, colours, opacity and levels change the picture and give no mask byte to the GPU', async () => {
    const before = await metricsOf(page)
    expect(before.maskBytes).toBeGreaterThan(0)
    const plain = await settledHash(page)
    const least = page.getByTestId('threshold-area').getByLabel('Least area')
    await least.focus()
    for (let i = 0; i < 45; i += 1) await page.keyboard.press('ArrowRight')
    await expect(page.getByTestId('object-filter')).toHaveValue(/area>=\d+/)
    await expect.poll(() => pictureHash(page)).not.toBe(plain)
    const colours = ['score', 'area', 'stability', 'level', 'stage', 'id']
    const seen = new Set<string>()
    for (const by of colours) {
      await page.getByLabel('Colour by', { exact: true }).selectOption(by)
      if (by !== 'id') await expect(page.getByTestId('legend')).toBeVisible()
      seen.add(await pictureHash(page))
    }
    expect(seen.size).toBeGreaterThan(3)
    await page.keyboard.press('Escape')
    await page.getByTestId('frame-canvas').focus()
    for (const key of ['+', '-', 'o', 'o', 'o', 'Shift+P', 'Shift+P', '2', '0', 'Alt+o', 'Alt+o']) await page.keyboard.press(key)
    await page.getByRole('button', { name: 'Reset' }).click()
    await expect(page.getByTestId('object-filter')).toHaveValue('')
    await expect.poll(() => pictureHash(page)).toBe(plain)
    const after = await metricsOf(page)
    expect(after.maskBytes - before.maskBytes).toBe(0)
    expect(after.selectionBytes - before.selectionBytes).toBe(0)
    expect(after.paletteBytes).toBeGreaterThan(before.paletteBytes)
    expect(after.drawings).toBeGreaterThan(before.drawings)
  })

  await test.step('a second click on the same place selects what lies beneath, and alt with the wheel goes back up', async () => {
    const at = await screenOf(page, 32, 32)
    await page.mouse.move(at.x - 2, at.y)
    await page.mouse.move(at.x, at.y)
    await expect(page.getByTestId('hover-tip')).toContainText('beneath')
    const name = async () => /\d·\d{4}/.exec(await page.getByTestId('inspector').innerText())?.[0]
    await page.mouse.click(at.x, at.y)
    await expect.poll(name).toBeDefined()
    const first = await name()
    await page.mouse.click(at.x, at.y)
    await expect.poll(name).not.toBe(first)
    await page.keyboard.down('Alt')
    await page.mouse.wheel(0, -100)
    await page.keyboard.up('Alt')
    await expect.poll(name).toBe(first)
    await page.keyboard.press('Escape')
  })

  await test.step('several masks are selected in picture and list, isolated, hidden, and kept as a set that a reload brings back', async () => {
    const rows = page.getByTestId('object-row')
    await rows.nth(0).click()
    await rows.nth(1).click({ modifiers: ['Control'] })
    await expect(page.locator('[data-testid="object-row"][aria-selected="true"]')).toHaveCount(2)
    await expect(page.getByTestId('also-selected')).toHaveText('and 1 more')
    // With the focus on the canvas its outline is part of both pictures.
    await page.getByTestId('frame-canvas').focus()
    await page.keyboard.press('Shift+P')
    await page.keyboard.press('Shift+P')
    const both = await settledHash(page)
    const given = await metricsOf(page)
    await page.keyboard.press('i')
    await expect.poll(() => pictureHash(page)).not.toBe(both)
    const isolated = await metricsOf(page)
    expect([isolated.maskBytes, isolated.selectionBytes]).toEqual([given.maskBytes, given.selectionBytes])
    await page.keyboard.press('i')
    await expect.poll(() => pictureHash(page)).toBe(both)
    await page.keyboard.press('k')
    await page.keyboard.type('pair')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('mask-set')).toContainText('pair 2')
    await page.getByTestId('frame-canvas').focus()
    await page.keyboard.press('h')
    await expect(page.getByRole('button', { name: '2 hidden' })).toBeVisible()
    await page.reload()
    await expectFrame(page, 0)
    await page
      .getByTestId('mask-set')
      .getByRole('button', { name: /pair 2/ })
      .click()
    await expect(page.locator('[data-testid="object-row"][aria-selected="true"]')).toHaveCount(2)
    await page.getByRole('button', { name: 'Remove pair' }).click()
    await expect(page.getByTestId('mask-set')).toHaveCount(0)
    await page.getByRole('button', { name: 'Bring it back' }).click()
    await expect(page.getByTestId('mask-set')).toHaveCount(1)
    await page.getByTestId('frame-canvas').focus()
    await page.keyboard.press('Escape')
    // By the keys of the list alone: down, then one more.
    await page.getByTestId('object-list').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Shift+ArrowDown')
    await expect.poll(() => page.locator('[data-testid="object-row"][aria-selected="true"]').count()).toBeGreaterThan(1)
    await page.keyboard.press('Escape')
  })

  await test.step('near pixels are named, and the small map brings another part into sight', async () => {
    await expect(page.getByTestId('minimap')).toHaveCount(0)
    const at = await screenOf(page, 32, 32)
    await page.mouse.move(at.x, at.y)
    await expect(page.getByTestId('pixel-bar')).toContainText('32, 32')
    // The square of the scene is red, within what its noise adds.
    const [red, green] = /rgb (\d+) (\d+)/
      .exec((await page.getByTestId('pixel-bar').innerText()).replaceAll('\n', ' '))!
      .slice(1)
      .map(Number)
    expect(red! - green!).toBeGreaterThan(120)
    for (let i = 0; i < 12; i += 1) await page.mouse.wheel(0, -200)
    await expect(page.getByTestId('minimap')).toBeVisible()
    await expect(page.getByTestId('pixel-bar')).toContainText('32, 32')
    const near = await settledHash(page)
    const map = (await page.getByTestId('minimap').boundingBox())!
    await page.mouse.click(map.x + map.width * 0.8, map.y + map.height * 0.5)
    await expect.poll(() => pictureHash(page)).not.toBe(near)
    const part = (await page.getByTestId('minimap-part').boundingBox())!
    expect((part.x + part.width / 2 - map.x) / map.width).toBeCloseTo(0.8, 1)
    await page.getByTestId('frame-canvas').focus()
    await page.keyboard.press('f')
    await expect(page.getByTestId('minimap')).toHaveCount(0)
  })

  await test.step('the depth of the scene lies under the masks, and its value is said in metres', async () => {
    const bare = await settledHash(page)
    await page.keyboard.press('Shift+D')
    await expect.poll(() => pictureHash(page)).not.toBe(bare)
    await expect(page.getByTestId('legend')).toContainText('Depth')
    const at = await screenOf(page, 50, 60)
    await page.mouse.move(at.x, at.y)
    await expect(page.getByTestId('pixel-bar')).toContainText('depth 2.00 m')
    const hole = await screenOf(page, 3, 3)
    await page.mouse.move(hole.x, hole.y)
    await expect(page.getByTestId('pixel-bar')).toContainText('depth not measured')
    const { sceneRasterBytes } = await metricsOf(page)
    expect(sceneRasterBytes).toBe(128 * 96 * 2)
    // Its opacity is a number: nothing is given to the GPU anew.
    await page.getByTestId('look-menu').click()
    await page.getByRole('slider', { name: 'Opacity of the layer' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Escape')
    expect((await metricsOf(page)).sceneRasterBytes).toBe(sceneRasterBytes)
    await page.getByTestId('frame-canvas').focus()
    await page.keyboard.press('Shift+D')
    await expect(page.getByTestId('legend')).toHaveCount(0)
  })

  expect((await metricsOf(page)).mismatches).toBe(0)
})

// The panel that compares, on the page of one run: another stage or run at the same frame and the same zoom.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectFrame, expectState, startRun } from '../fixtures/steps.ts'

/** Picture and masks of this run, then of the other answer, as they were drawn last. */
const drawn = (page: Page) => page.evaluate(() => document.documentElement.dataset.pairShown)

test('another answer is seen beside the picture, follows its frame and zoom, and is part of the address', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  const first = await startRun(page, scene)
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/`)
  const second = await startRun(page, scene)
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/runs/${second}/frames?frame=0`)
  await expectFrame(page, 0)
  await page.getByTestId('layouts').click()
  await page.getByTestId('layout-Two answers').click()
  await expect(page.getByTestId('beside-panel')).toContainText('Choose another run of this scene')

  await test.step('a stage of the same run', async () => {
    await page.getByTestId('beside-choice').selectOption(`${second}@filter`)
    await expect.poll(() => drawn(page)).toBe('0 0 0 0')
    await expect(page.getByTestId('beside-panel')).toContainText(/kept · frame 0 · \d+ masks/)
    await page.keyboard.press('ArrowRight')
    await expectFrame(page, 1)
    await expect.poll(() => drawn(page)).toBe('1 1 1 1')
    // Candidates are made on every other frame: that is no answer of zero masks.
    await expect(page.getByTestId('beside-panel')).toContainText('kept · frame 1 · this stage wrote nothing here')
    await page.keyboard.press('ArrowRight')
    await expectFrame(page, 2)
  })

  await test.step('another run, as a difference, wiped, and zoomed with the picture', async () => {
    await page.getByTestId('beside-choice').selectOption(first)
    await page.getByTestId('beside-panel').getByRole('radio', { name: 'Difference' }).click()
    await expect.poll(() => page.getByTestId('pair-canvas').getAttribute('data-mode')).toBe('difference')
    await page.getByTestId('beside-panel').getByRole('radio', { name: 'Wipe' }).click()
    const box = (await page.getByTestId('pair-canvas').boundingBox())!
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2)
    await page.mouse.wheel(0, -400)
    await expect(page).toHaveURL(/zoom=/)
    await expect(page).toHaveURL(new RegExp(`beside=${first}`))
  })

  await test.step('a reload and a link to all of it', async () => {
    await page.reload()
    await expectFrame(page, 2)
    await expect(page.getByTestId('beside-choice')).toHaveValue(first)
    await page.getByTestId('beside-panel').getByRole('link', { name: 'All of it' }).click()
    await expect(page).toHaveURL(new RegExp(`a=${second}&b=${first}`))
    await expect(page.getByTestId('pair-canvas')).toBeVisible()
  })
})

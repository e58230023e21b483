// Two answers over one playhead, as a person compares them; each test names what would be broken.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { runWith } from '../fixtures/steps.ts'

test('two runs with different filters show equal frames in every layout, the difference is found, and n leads to it', async ({
  app,
  signedIn: page,
}) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 8, width: 320, height: 240 })
  const first = await runWith(page, app.address(), scene, 'keeps all', 0)
  const second = await runWith(page, app.address(), scene, 'keeps large', 20_000)

  // From the run to the choice of the second one, by the key that the sheet names.
  await page.goto(`${app.address()}#/runs/${encodeURIComponent(second)}`)
  await expect(page.getByTestId('compare-with')).toBeVisible()
  await page.keyboard.press('c')
  await expect(page.getByTestId('run-choice')).toContainText('Of the same scene')
  await page.locator(`[data-testid=choose-run][data-run="${first}"]`).click()
  await expect(page.getByTestId('compare-page')).toBeVisible()
  await expectPair(page)
  await page.keyboard.press('x')
  await expect(page).toHaveURL(new RegExp(`a=${first}&b=${second}`))
  await expectPair(page, 0)
  await page.keyboard.press('ArrowRight')
  await expectPair(page, 1)
  await expect(page.getByTestId('tag-a')).toHaveAttribute('data-frame', '1')
  await expect(page.getByTestId('tag-b')).toHaveAttribute('data-frame', '1')

  // What was found: ranked places, and the one parameter that was changed.
  await expect(page.getByTestId('matching')).toHaveCount(0, { timeout: 60_000 })
  await expect(page.getByTestId('comparison-totals')).toContainText('of the masked area differs')
  const places = page.getByTestId('place')
  await expect(places.first()).toBeVisible()
  const facts = page.getByTestId('fact-table').getByRole('row')
  await expect(facts.filter({ hasText: 'filter.minArea' })).toContainText('20,000')
  await expect(facts.filter({ hasText: 'filter.cascade' })).toHaveCount(0)
  await page.getByTestId('only-differences').uncheck()
  await expect(facts.filter({ hasText: 'filter.cascade' })).toHaveCount(1)

  // n goes to the worst place and on to the next one, p comes back; each time the frame changes to that of the place.
  const current = page.locator('[data-testid=place][aria-current=true]')
  const frameOf = async (place: number) => Number(await places.nth(place).getAttribute('data-frame'))
  expect(await places.count()).toBeGreaterThan(1)
  for (const [key, place] of [
    ['n', 0],
    ['n', 1],
    ['p', 0],
  ] as const) {
    await page.keyboard.press((await frameOf(place)) === 0 ? 'End' : 'Home')
    await expect.poll(async () => (await expectPair(page))[0] === (await frameOf(place))).toBe(false)
    await page.keyboard.press(key)
    await expect(current).toHaveCount(1)
    await expect(places.nth(place)).toHaveAttribute('aria-current', 'true')
    await expectPair(page, await frameOf(place))
  }

  // Each layout by its key; the address tells it, and so a reload comes back to it.
  await page.keyboard.press('Escape')
  await page.keyboard.press('d')
  await expect(page.getByTestId('difference-legend')).toContainText('different objects')
  await expect.poll(() => colouredShare(page)).toBeGreaterThan(0.002)
  await page.keyboard.press('w')
  await page.getByTestId('wipe').focus()
  await page.keyboard.press('End')
  await expect(page.getByTestId('wipe')).toHaveAttribute('aria-valuenow', '100')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.keyboard.press('b')
  await expect(page.getByTestId('pair-canvas')).toHaveAttribute('data-mode', 'a')
  await page.waitForTimeout(1500)
  await expect(page.getByTestId('pair-canvas')).toHaveAttribute('data-mode', 'a')
  await page.keyboard.press('b')
  await expect(page.getByTestId('pair-canvas')).toHaveAttribute('data-mode', 'b')
  await expect(page).toHaveURL(/mode=blink/)
  await page.reload()
  await expect(page.getByTestId('pair-canvas')).toHaveAttribute('data-mode', 'a')
  await expectPair(page)
})

test('without any run the choice says so, and not that there is no other', async ({ app, signedIn: page }) => {
  await page.goto(`${app.address()}#/compare`)
  await expect(page.getByTestId('run-choice')).toContainText('There is no run yet')
})

test('a run compared with itself differs nowhere, and one without a partner offers the choice', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  const run = await runWith(page, app.address(), scene, 'alone', 0)
  await page.goto(`${app.address()}#/compare?a=${run}&b=${run}`)
  await expect(page.getByTestId('no-places')).toBeVisible()
  await page.goto(`${app.address()}#/compare?a=${run}`)
  await expect(page.getByTestId('run-choice')).toContainText('There is no other run yet')
  await page.goto(`${app.address()}#/compare?a=${run}&b=nobody`)
  await expect(page.getByTestId('fault-card')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Compare with another run' })).toBeVisible()
})

/** Picture and masks of A and of B as they were drawn: four times one frame; `frame` when it must be a certain one. */
async function expectPair(page: Page, frame?: number): Promise<number[]> {
  const drawn = async () => ((await page.evaluate(() => document.documentElement.dataset.pairShown)) ?? '').split(' ').map(Number)
  if (frame !== undefined) await expect.poll(drawn).toEqual([frame, frame, frame, frame])
  else await expect.poll(async () => (await drawn()).length).toBe(4)
  const shown = await drawn()
  expect(new Set(shown).size).toBe(1)
  return shown
}

/** Share of pixels of the picture that have a colour: the ground of a difference has none. */
async function colouredShare(page: Page): Promise<number> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(await page.getByTestId('pair-canvas').screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  let coloured = 0
  for (let at = 0; at < data.length; at += 3) if (Math.abs(data[at]! - data[at + 2]!) > 60) coloured += 1
  return coloured / (info.width * info.height)
}

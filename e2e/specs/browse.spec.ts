// Looking at the frames of the demo run: picture and masks belong together, and everything is reachable by mouse and by key.
import { expect, test } from '../fixtures/app.ts'
import { expectFrame, expectState, lookAtFrames, pictureHash } from '../fixtures/steps.ts'

test('one click on the demo gives a finished run whose frames can be browsed', async ({ signedIn: page }) => {
  test.setTimeout(240_000)
  await page.getByTestId('start-demo').click()
  await expectState(page, /running/i)
  // Charts move: the canvas of the running stage is drawn anew with each sample.
  const chart = page.getByTestId('chart-ssam-cpu')
  const first = (await chart.screenshot()).toString('base64')
  await expect.poll(async () => (await chart.screenshot()).toString('base64') !== first, { timeout: 20_000 }).toBe(true)
  // Browsing works while the run still writes.
  await expect(page.getByTestId('stage-tracker')).toContainText(/frame/i, { timeout: 60_000 })
  await lookAtFrames(page)
  await page.goBack()
  await expectState(page, /done|succeeded/i, 180_000)
  await lookAtFrames(page)

  await test.step('stepping by key never shows masks of another frame', async () => {
    await page.evaluate(() => {
      const seen: string[] = []
      const look = () => {
        const { frameShown, masksOf } = document.documentElement.dataset
        if (frameShown !== masksOf) seen.push(`${frameShown} with ${masksOf}`)
        if (document.documentElement.dataset.watching) requestAnimationFrame(look)
      }
      document.documentElement.dataset.watching = 'yes'
      Object.assign(window, { mismatches: seen })
      look()
    })
    for (let i = 0; i < 8; i += 1) await page.keyboard.press('ArrowRight')
    await expectFrame(page, 8)
    await page.keyboard.press('ArrowLeft')
    await expectFrame(page, 7)
    const mismatches = await page.evaluate(() => {
      delete document.documentElement.dataset.watching
      return Reflect.get(window, 'mismatches') as string[]
    })
    expect(mismatches).toEqual([])
  })

  await test.step('levels change what is drawn, and the address carries the view through a reload', async () => {
    const all = await pictureHash(page)
    await page.getByTestId('level-2').click()
    await expect.poll(() => pictureHash(page)).not.toBe(all)
    const address = page.url()
    await page.reload()
    await expectFrame(page, 7)
    expect(page.url()).toBe(address)
    await page.getByTestId('level-0').click()
  })

  await test.step('hover names a mask, a click selects it in the list and in the inspector, escape lets go', async () => {
    const canvas = page.getByTestId('frame-canvas')
    const box = (await canvas.boundingBox())!
    const at = { x: box.x + box.width * 0.5, y: box.y + box.height * 0.55 }
    await page.mouse.move(at.x - 3, at.y)
    await page.mouse.move(at.x, at.y)
    await expect(page.getByTestId('hover-tip')).toContainText(/[246]·\d{4}/)
    const name = /[246]·\d{4}/.exec(await page.getByTestId('hover-tip').innerText())![0]
    await page.mouse.click(at.x, at.y)
    await expect(page.getByTestId('inspector')).toContainText(name)
    const drawn = await pictureHash(page)
    await page.keyboard.press('Escape')
    await expect.poll(() => pictureHash(page)).not.toBe(drawn)
  })

  await test.step('the list filters, and a row selects its mask', async () => {
    await page.getByTestId('object-filter').fill('level:4')
    // The list follows the filter a moment later: a name read before is that of another row.
    await expect(page.getByTestId('object-row').filter({ hasText: /[26]·\d{4}/ })).toHaveCount(0)
    const row = page
      .getByTestId('object-row')
      .filter({ hasText: /4·\d{4}/ })
      .first()
    const name = /4·\d{4}/.exec(await row.innerText())![0]
    await row.click()
    await expect(page.getByTestId('inspector')).toContainText(name)
    await expect(page.getByTestId('object-row').filter({ hasText: /6·\d{4}/ })).toHaveCount(0)
  })
})

// Finding: the filter says what can be written and keeps rules under a name; the palette finds objects, scenes and settings.
import { join } from 'node:path'
import { expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectFrame, expectState, lookAtFrames, startRun } from '../fixtures/steps.ts'

test('a filter completes itself by keyboard, is kept under a name, and finds again after a reload', async ({ app, signedIn: page }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4, width: 320, height: 240 })
  await startRun(page, scene)
  await expectState(page, /succeeded|done/i)
  await lookAtFrames(page)
  const filter = page.getByTestId('object-filter')
  const rows = page.getByTestId('object-row')

  await test.step('words are offered with what they would find, and Tab takes the first', async () => {
    await page.keyboard.press('/')
    await expect(page.getByRole('option', { name: /^level:/ })).toBeVisible()
    await page.keyboard.type('lev')
    await page.keyboard.press('Tab')
    await expect(filter).toHaveValue('level:')
    const option = page.getByRole('option', { name: /^level:4/ })
    const count = Number(/(\d+) of them/.exec(await option.innerText())![1])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(filter).toHaveValue('level:4 ')
    await expect(rows.filter({ hasText: /4·\d{4}/ }).first()).toBeVisible()
    await expect(rows.filter({ hasText: /2·\d{4}/ })).toHaveCount(0)
    await expect(page.getByRole('complementary', { name: 'Objects' })).toContainText(`${count} of `)
  })

  await test.step('the rule is kept under a name and is there after a reload', async () => {
    await page.getByTestId('kept-filters').click()
    await page.getByRole('textbox', { name: 'Name of the filter' }).fill('Middle ones')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await filter.fill('')
    await page.reload()
    await expectFrame(page)
    await page.getByTestId('kept-filters').click()
    await page.getByRole('button', { name: /Middle ones level:4/ }).click()
    await expect(filter).toHaveValue('level:4')
    await page.getByTestId('kept-filters').click()
    await page.getByRole('button', { name: 'Forget Middle ones' }).click()
    await expect(page.getByText('Middle ones')).toHaveCount(0)
    await page.keyboard.press('Escape')
  })

  await test.step('a word that is half typed leaves list and picture as the rest of the filter has them, and the tag counts what is drawn', async () => {
    const tag = page.getByTestId('frame-tag')
    await filter.fill('level:4')
    await expect(tag).toHaveText(/· \d+ of \d+ masks/)
    const [said, shown] = [await tag.innerText(), await rows.allInnerTexts()]
    await filter.press('End')
    await filter.pressSequentially(' ar')
    await expect(page.getByText('ar filters nothing until it is a whole word.')).toBeVisible()
    expect(await rows.allInnerTexts()).toEqual(shown)
    await expect(tag).toHaveText(said)
    await page.getByTestId('level-2').click()
    await expect(tag).toHaveText(/· none of \d+ masks/)
    await page.getByTestId('level-0').click()
  })

  await test.step('a frame that the run does not have is the nearest one, in the address too', async () => {
    await filter.fill('')
    await filter.blur()
    await page.keyboard.press('g')
    await page.keyboard.type('999')
    await page.keyboard.press('Enter')
    await expectFrame(page, 3)
    await expect(page).toHaveURL(/[?&]frame=3(&|$)/)
  })

  await test.step('what is not understood is said, and filters nothing', async () => {
    await filter.fill('area>many')
    await filter.blur()
    await expect(page.getByText('Not understood, so it filters nothing: area>many')).toBeVisible()
    await filter.fill('')
    await filter.blur()
  })

  await test.step('the palette goes to an object, a setting and a scene', async () => {
    await expect(rows.filter({ hasText: /[246]·\d{4}/ }).nth(2)).toBeVisible()
    const name = /[246]·\d{4}/.exec(
      await rows
        .filter({ hasText: /[246]·\d{4}/ })
        .nth(2)
        .innerText(),
    )![0]
    await page.keyboard.press('Control+k')
    await page.keyboard.type(name.replace('·', '.'))
    await page.getByRole('option', { name: new RegExp(name) }).click()
    await expect(page.getByTestId('inspector')).toContainText(name)

    // Typed and entered before the run is read: what was meant is taken when it comes.
    const other = await rows
      .filter({ hasText: /[246]·\d{4}/ })
      .first()
      .innerText()
    const meant = /[246]·\d{4}/.exec(other)![0]
    await page.reload()
    await page.keyboard.press('Control+k')
    await page.keyboard.type(meant.replace('·', '.'))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page.getByTestId('inspector')).toContainText(meant)

    await page.keyboard.press('Control+k')
    await page.keyboard.type('theme: light')
    await page.getByRole('option', { name: 'Theme: light' }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')

    await page.keyboard.press('Control+k')
    await page.keyboard.type('smallest area')
    await page
      .getByRole('option', { name: /in a new run with the settings of this one/ })
      .first()
      .click()
    await expect(page.getByTestId('run-form')).toBeVisible()
    await expect(page.locator('details [data-setting] :focus')).toBeVisible()
  })
})

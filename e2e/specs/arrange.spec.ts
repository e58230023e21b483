// Arranging the browse page: panels move, split and fold, layouts are kept, shared and undone, and an address is a view.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures/app.ts'
import { makeScene } from '../fixtures/scene.ts'
import { expectFrame, expectState, startRun } from '../fixtures/steps.ts'

const boxOf = async (page: Page, id: string) => (await page.getByTestId(id).boundingBox())!

async function choose(page: Page, item: string): Promise<void> {
  await page.getByTestId('layouts').click()
  await page.getByTestId(item).click()
}

test('panels are moved, split, named, undone and shared, and the address carries the view', async ({ app, signedIn: page, context }) => {
  const scene = await makeScene(join(app.folder, 'scene'), { frames: 4 })
  const run = await startRun(page, scene)
  await expectState(page, /done/i)
  await page.goto(`${app.address()}#/runs/${run}/frames?frame=2`)
  await expectFrame(page, 2)

  await test.step('a panel is opened beside another, split off by the menu, and dragged to another place', async () => {
    await page.getByTestId('menu-picture').click()
    await page.getByTestId('open-log').click()
    await expect(page.getByTestId('panel-log')).toBeVisible()
    await page.getByTestId('menu-log').click()
    await page.getByTestId('split-below').click()
    await expectFrame(page, 2)
    const [picture, log] = [await boxOf(page, 'panel-picture'), await boxOf(page, 'panel-log')]
    expect(log.y).toBeGreaterThan(picture.y + picture.height - 1)
    const [tab, target] = [await boxOf(page, 'tab-selection'), await boxOf(page, 'panel-log')]
    await page.mouse.move(tab.x + tab.width / 2, tab.y + tab.height / 2)
    await page.mouse.down()
    await page.mouse.move(target.x + target.width - 20, target.y + target.height / 2, { steps: 6 })
    await expect(page.getByTestId('dock-target')).toBeVisible()
    await page.mouse.up()
    const [moved, left] = [await boxOf(page, 'panel-selection'), await boxOf(page, 'panel-log')]
    expect(moved.x).toBeGreaterThan(left.x + left.width - 1)
    expect(Math.abs(moved.y - left.y)).toBeLessThan(2)
  })

  await test.step('the table of masks sorts and selects', async () => {
    await page.getByTestId('menu-log').click()
    await page.getByTestId('open-masks').click()
    // Only what is in sight is drawn: the rows there are a part of the whole, in order.
    const areas = () => page.getByTestId('mask-row').evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-area'))))
    await expect.poll(async () => (await areas()).length).toBeGreaterThan(2)
    const falling = await areas()
    expect(falling).toEqual([...falling].sort((a, b) => b - a))
    await page.getByTestId('sort-area').click()
    await expect.poll(async () => (await areas())[0]).toBeLessThan(falling.at(-1)! + 1)
    const rising = await areas()
    expect(rising).toEqual([...rising].sort((a, b) => a - b))
    await page.getByTestId('mask-rows').focus()
    await page.keyboard.press('ArrowDown')
    await expect(page.getByTestId('mask-row').first()).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Escape')
  })

  await test.step('it is named, and a reload brings the same places back', async () => {
    await choose(page, 'layout-name')
    await page.getByTestId('layout-name-field').fill('Mine')
    await page.getByTestId('layout-name-save').click()
    await expect(page.getByTestId('layouts')).toHaveAccessibleName(/Mine$/)
    const before = await boxOf(page, 'panel-selection')
    await expect(page).toHaveURL(/layout=Mine/)
    await page.reload()
    await expectFrame(page, 2)
    expect(await boxOf(page, 'panel-selection')).toEqual(before)
  })

  await test.step('axe finds nothing serious in either theme', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(250)
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`)).toEqual([])
    }
  })

  await test.step('undo takes back a line that was moved, a panel that was closed, a level and a zoom, and does them again', async () => {
    const before = await boxOf(page, 'panel-picture')
    const line = page.getByTestId('line-centre-0')
    await line.focus()
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowDown')
    await expect.poll(async () => (await boxOf(page, 'panel-picture')).height).toBeGreaterThan(before.height + 40)
    await page.keyboard.press('Control+z')
    await expect.poll(() => boxOf(page, 'panel-picture')).toEqual(before)
    await page.getByTestId('tab-selection').focus()
    await page.keyboard.press('Delete')
    await expect(page.getByTestId('panel-selection')).toHaveCount(0)
    await page.keyboard.press('2')
    await expect(page).toHaveURL(/level=2/)
    const canvas = await boxOf(page, 'frame-canvas')
    await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2)
    for (let i = 0; i < 5; i += 1) await page.mouse.wheel(0, -120)
    await expect(page).toHaveURL(/zoom=/)
    await page.keyboard.press('Control+z')
    await expect(page).not.toHaveURL(/zoom=/)
    await page.keyboard.press('Control+z')
    await expect(page).not.toHaveURL(/level=2/)
    await page.keyboard.press('Control+z')
    await expect(page.getByTestId('panel-selection')).toBeVisible()
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('Control+Shift+z')
    await expect(page).toHaveURL(/zoom=/)
    await expect(page.getByTestId('panel-selection')).toHaveCount(0)
    for (let i = 0; i < 3; i += 1) await page.keyboard.press('Control+z')
    await expect(page.getByTestId('panel-selection')).toBeVisible()
  })

  const file = join(app.folder, 'mine.layout.json')
  await test.step('a layout is exported, and reset loses no named one', async () => {
    const waiting = page.waitForEvent('download')
    await choose(page, 'layout-export')
    await (await waiting).saveAs(file)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      format: 'scenewright.layout',
      version: 1,
      layouts: [{ name: 'Mine' }],
    })
    await choose(page, 'layout-reset')
    await expect(page.getByTestId('panel-log')).toHaveCount(0)
    await page.keyboard.press('Shift+L')
    await expect(page.getByTestId('layout-Mine')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('layout-Mine')).toBeHidden()
  })

  await test.step('sides fold by key', async () => {
    await page.keyboard.press('[')
    await expect(page.getByTestId('panel-objects')).toHaveCount(0)
    await page.keyboard.press(']')
    await expect(page.getByTestId('panel-selection')).toHaveCount(0)
    await page.keyboard.press('[')
    await page.keyboard.press(']')
    await expect(page.getByTestId('panel-objects')).toBeVisible()
  })

  await test.step('a deleted layout comes back by undo; a broken file is refused in a sentence; unknown panels are told', async () => {
    await choose(page, 'layout-Mine')
    await expect(page.getByTestId('panel-masks')).toBeVisible()
    await choose(page, 'layout-delete')
    await expect(page.getByTestId('dock-said')).toContainText('“Mine” is deleted')
    await page.getByTestId('layouts').click()
    await expect(page.getByTestId('layout-name')).toBeVisible()
    await expect(page.getByTestId('layout-Mine')).toHaveCount(0)
    // Also while the menu is still open, as the menu itself says.
    await page.keyboard.press('Control+z')
    await expect(page.getByTestId('dock-said')).toContainText('Undone: named layouts')
    await expect(page.getByTestId('layout-Mine')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('layout-name')).toHaveCount(0)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('"version": 1', '"version": "one"'))
    await page.getByTestId('layout-file').setInputFiles(file)
    await expect(page.getByTestId('dock-said')).toContainText('mine.layout.json cannot be read as a file of layouts')
    await writeFile(file, text.replaceAll('"log"', '"hologram"').replace('"Mine"', '"Theirs"'))
    await page.getByTestId('layout-file').setInputFiles(file)
    await expect(page.getByTestId('dock-said')).toContainText('hologram')
    await choose(page, 'layout-Theirs')
    await expect(page.getByTestId('panel-log')).toHaveCount(0)
    await expect(page.getByTestId('panel-masks')).toBeVisible()
    await choose(page, 'layout-Mine')
    await expect(page.getByTestId('tab-log')).toBeVisible()
  })

  await test.step('the address opened in a second page is the same view', async () => {
    await page.keyboard.press('4')
    await page.keyboard.press('-')
    await page.keyboard.press('o')
    await page.keyboard.press('z')
    await expect(page).toHaveURL(/zoom=.*draw=|draw=.*zoom=/)
    await expect(page).toHaveURL(/level=4/)
    await page.waitForTimeout(400)
    const address = page.url()
    const second = await context.newPage()
    // As on another machine: without the settings and the named layouts of the first page.
    await second.addInitScript(() => localStorage.setItem('scenewright.settings', '{}'))
    await second.setViewportSize({ width: 1440, height: 900 })
    await second.goto(address)
    await expectFrame(second, 2)
    await expect(second.getByTestId('dock-said')).toContainText('“Mine”')
    await expect(second.getByTestId('level-4')).toHaveAttribute('aria-pressed', 'true')
    const shown = (one: Page) => one.url().replace(/[?&]layout=[^&]*/, '')
    await expect.poll(() => shown(second)).toBe(shown(page))
    await second.close()
  })
})

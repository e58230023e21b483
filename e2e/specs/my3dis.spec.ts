// A run of My3DIS is opened where it lies, looked at, taken away in another format, and never changed; each test names what would be broken.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { lstat, readdir, readFile, readlink, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { type App, cli, expect, test } from '../fixtures/app.ts'
import { expectFrame, pictureHash } from '../fixtures/steps.ts'

const root = join(import.meta.dirname, '..', '..')

function writeRun(folder: string): string {
  const made = spawnSync(
    process.execPath,
    [
      join(root, 'scripts', 'fixtures', 'my3dis.mjs'),
      '--out',
      folder,
      '--generation',
      'G-Nov',
      '--frames',
      '6',
      '--objects',
      '4',
      '--levels',
      '2,4',
    ],
    { encoding: 'utf8' },
  )
  expect(made.status, made.stderr).toBe(0)
  const { folder: run } = JSON.parse(made.stdout.trim().split('\n').at(-1) ?? '{}')
  return join(folder, run)
}

async function openRun(app: App, page: Page, path: string): Promise<void> {
  await page.goto(`${app.address()}#/`)
  await page.getByTestId('open-run').click()
  await page.getByLabel('Folder', { exact: true }).fill(path)
  await page.keyboard.press('Enter')
  await page.getByTestId('use-folder').click()
}

test('a run of My3DIS opens where it lies with levels, tracks and families, and not one byte of it changes', async ({
  app,
  signedIn: page,
}) => {
  const run = writeRun(app.folder)
  const before = await treeHash(run)
  await openRun(app, page, run)
  await expect(page.getByTestId('foreign-origin')).toContainText('G-Nov')
  await expect(page.getByTestId('stage-tracker')).toContainText('SAM 2')
  await page.getByTestId('comparisons').getByText('comparison pictures').click()
  const comparison = page.getByTestId('comparisons').locator('img').first()
  await expect.poll(() => comparison.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth)).toBeGreaterThan(0)
  await expect(page.getByTestId('pause-run')).toHaveCount(0)
  await expect(page.getByTestId('continue-run')).toHaveCount(0)
  await page.getByTestId('look-at-frames').click()
  await expectFrame(page)
  const first = await pictureHash(page)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => pictureHash(page)).not.toBe(first)
  await expect(page.getByTestId('picture-missing')).toHaveCount(0)
  expect(await treeHash(run)).toBe(before)
})

test('when its pictures moved, masks are shown alone and it asks once where the pictures are', async ({ app, signedIn: page }) => {
  const run = writeRun(app.folder)
  await rename(join(app.folder, 'dataset'), join(app.folder, 'elsewhere'))
  await openRun(app, page, run)
  await expect(page.getByTestId('pictures-gone')).toContainText('are gone')
  await page.getByTestId('look-at-frames').click()
  await expectFrame(page)
  await expect(page.getByTestId('picture-missing')).toBeVisible()
  await page.goBack()
  await page.getByTestId('find-pictures').click()
  await page.getByLabel('Folder', { exact: true }).fill(join(app.folder, 'elsewhere', 'scene_00065_00', 'outputs', 'color'))
  await page.keyboard.press('Enter')
  await page.getByTestId('use-folder').click()
  await expect(page.getByTestId('pictures-gone')).toHaveCount(0)
  await page.reload()
  await page.getByTestId('look-at-frames').click()
  await expectFrame(page)
  await expect(page.getByTestId('picture-missing')).toHaveCount(0)
})

test('it is exported from its page, and the command line verifies it', async ({ app, signedIn: page }) => {
  const run = writeRun(app.folder)
  await openRun(app, page, run)
  await page.getByTestId('export-run').click()
  const out = join(app.folder, 'as-coco')
  await page.getByTestId('export-out').fill(out)
  await page.getByTestId('export-start').click()
  await expect(page.getByTestId('export-written')).toContainText('files in')
  const names = await readdir(out)
  expect(names).toContain('export.json')
  const coco = JSON.parse(await readFile(join(out, names.find((name) => name.endsWith('.json') && name !== 'export.json')!), 'utf8'))
  expect(coco.annotations.length).toBeGreaterThan(0)
  await page.getByTestId('export-start').click()
  await expect(page.getByTestId('fault-card')).toContainText(/there/)
  const { code, stdout } = await cli(app.folder, ['inspect', 'verify', run, '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ generation: 'G-Nov', broken: 0 })
})

test('a folder dropped onto a browser is answered with what to do instead, because no browser tells where it lies', async ({
  signedIn: page,
}) => {
  await page.evaluate(() => {
    const data = new DataTransfer()
    data.items.add(new File(['x'], 'filtered.json'))
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }))
  })
  await expect(page.getByTestId('drop-said')).toContainText('Open a run folder')
})

/** Names, kinds and contents of all that is in a folder. */
async function treeHash(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const walk = async (path: string): Promise<void> => {
    for (const name of (await readdir(path)).sort()) {
      const inner = join(path, name)
      const found = await lstat(inner)
      hash.update(`${inner} ${found.mode} ${found.mtimeMs} `)
      if (found.isSymbolicLink()) hash.update(await readlink(inner))
      else if (found.isDirectory()) await walk(inner)
      else hash.update(await readFile(inner))
    }
  }
  await walk(folder)
  return hash.digest('hex')
}

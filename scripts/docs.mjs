// `node scripts/docs.mjs`: writes the pages of docs that are made of the code. `--check` writes nothing and ends with 1 when one differs.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { at, findNode, isNodeGoodEnough, Refusal } from './project.mjs'

async function writePages(isCheck) {
  const { configurationPage } = await import('../src/core/config/config-page.ts')
  const pages = [['docs/configuration.md', configurationPage()]]
  const stale = pages.filter(([page, text]) => textOf(at(page)) !== text)
  for (const [page, text] of stale) {
    if (!isCheck) writeFileSync(at(page), text)
    console.log(`${page} ${isCheck ? 'is not what the code says; run `node scripts/docs.mjs`' : 'written'}`)
  }
  if (stale.length === 0) console.log('The pages are what the code says.')
  return isCheck && stale.length > 0 ? 1 : 0
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

try {
  // The code is TypeScript, which an older Node does not read.
  process.exitCode = isNodeGoodEnough()
    ? await writePages(process.argv.includes('--check'))
    : spawnSync(findNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' }).status
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(error.message)
  process.exitCode = 1
}

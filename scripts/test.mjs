// `npm test`: installs what the tests need, runs every suite, says what was skipped and why, and ends with one line of counts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureReady, projectEnvironment, projectNode, root } from './ready.mjs'

const started = Date.now()
const totals = { passed: 0, failed: 0, skipped: 0 }
const reports = mkdtempSync(join(tmpdir(), 'scenewright-test-'))

ensureReady()
const environment = { ...projectEnvironment(), ...dataEnvironment(), NO_COLOR: '1' }

checks('lockfile', ['scripts/check-lock.mjs'])
checks('check', ['scripts/check.mjs', '--no-unit'])
checks('bundles', ['scripts/bundle-check.mjs'])
unit()
endToEnd()
desktop()

rmSync(reports, { recursive: true, force: true })
console.log(`\nTook ${Math.round((Date.now() - started) / 1000)} s.`)
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(totals.failed > 0 ? 1 : 0)

function dataEnvironment() {
  const beside = { SCENEWRIGHT_DATA: join(root, '..', 'shared', 'data'), SCENEWRIGHT_PEERS: join(root, '..', 'shared', 'peers') }
  const found = {}
  for (const [name, path] of Object.entries(beside)) {
    if (process.env[name]) found[name] = process.env[name]
    else if (existsSync(path)) found[name] = path
    else console.log(`${name} is not set: tests on real data are skipped.`)
  }
  return found
}

function add(title, counts) {
  for (const key of Object.keys(totals)) totals[key] += counts[key]
  console.log(`${title}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
}

/** A script whose lines begin with ok or FAIL; its exit code counts too. */
function checks(title, args) {
  console.log(`\n== ${title}`)
  const { status, stdout, stderr } = spawnSync(projectNode(), args, { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 64 << 20 })
  process.stdout.write(stdout + stderr)
  const passed = (stdout.match(/^ok /gm) ?? []).length
  const failed = (stdout.match(/^FAIL /gm) ?? []).length
  add(title, { passed: passed + (status === 0 && passed === 0 ? 1 : 0), failed: Math.max(failed, status === 0 ? 0 : 1), skipped: 0 })
}

function unit() {
  console.log('\n== unit')
  const file = join(reports, 'unit.json')
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'configs/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { status } = spawnSync(projectNode(), args, { cwd: root, env: environment, stdio: ['ignore', 'inherit', 'inherit'] })
  const report = readReport('unit', file)
  if (!report) return
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = report
  // A suite that cannot be loaded fails without a failed test, and so does an error outside of any test.
  const failed = Math.max(numFailedTests, report.numFailedTestSuites > 0 || status !== 0 ? 1 : 0)
  add('unit', { passed, failed, skipped: numPendingTests + numTodoTests })
}

function endToEnd() {
  console.log('\n== end to end')
  const chromium = findChromium()
  if (!chromium) {
    console.log('FAIL  No Chromium was found, and it could not be installed. Install one, or set E2E_CHROMIUM to its path.')
    add('end to end', { passed: 0, failed: 1, skipped: 0 })
    return
  }
  const file = join(reports, 'e2e.json')
  const args = ['node_modules/@playwright/test/cli.js', 'test', '--config', 'configs/playwright.config.ts', '--reporter=list,json']
  const { status } = spawnSync(projectNode(), args, { cwd: root, env: { ...environment, E2E_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: file }, stdio: ['ignore', 'inherit', 'inherit'] })
  const stats = readReport('end to end', file)?.stats
  if (!stats) return
  add('end to end', { passed: stats.expected + stats.flaky, failed: Math.max(stats.unexpected, status === 0 ? 0 : 1), skipped: stats.skipped })
}

function readReport(title, file) {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  console.log(`FAIL  ${title} ended without a report`)
  add(title, { passed: 0, failed: 1, skipped: 0 })
  return undefined
}

function findChromium() {
  const inPath = () => ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout?.trim()).find(Boolean)
  if (process.env.E2E_CHROMIUM) return process.env.E2E_CHROMIUM
  const found = inPath()
  if (found) return found
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return undefined
  console.log('Installing Chromium …')
  const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0
  return apt('update', '-qq') && apt('install', '-y', '-qq', 'chromium', 'fonts-dejavu-core') ? inPath() : undefined
}

function desktop() {
  const { stdout } = spawnSync(projectNode(), ['scripts/smoke-desktop.mjs'], { cwd: root, env: environment, encoding: 'utf8' })
  process.stdout.write(`\n${stdout}`)
}

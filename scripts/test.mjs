// `npm test`: everything, from a fresh clone: install, lock, check, build, unit, bundles, drills, end to end; one closing line with the sum.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkBundles } from './bundles.mjs'
import { findDesktopRuntime, missingScreen } from './desktop-runtime.mjs'
import { at, build, ensureInstalled, findNode, findProgram, Refusal, root } from './project.mjs'

const total = { passed: 0, failed: 0, skipped: 0 }
const scratch = mkdtempSync(join(tmpdir(), 'scenewright-test-'))
const begun = Date.now()

/** Data and peers lie beside the checkout where they are at all; nothing of them is part of the project. */
function environment() {
  // Colours in a log that nobody sees as a terminal are noise.
  const env = process.stdout.isTTY ? { ...process.env } : { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
  for (const [name, folder] of [
    ['SCENEWRIGHT_DATA', '../shared/data'],
    ['SCENEWRIGHT_PEERS', '../shared/peers'],
  ])
    if (!env[name] && existsSync(resolve(root, folder))) env[name] = resolve(root, folder)
  return env
}

function suite(name, { passed, failed, skipped, reasons = [] }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  console.log(`\n${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${Math.round((Date.now() - begun) / 1000)} s so far)`)
  for (const reason of reasons) console.log(`  skipped: ${reason}`)
}

function run(file, args, env) {
  return spawnSync(findNode(), [file, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }).status ?? 1
}

/** A report that is missing is a suite that died: one failure, never none. */
function readReport(file, sum) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }
  return sum(JSON.parse(readFileSync(file, 'utf8')))
}

function checkSuite(env) {
  const file = join(scratch, 'check.json')
  run(at('scripts', 'check.mjs'), ['--no-unit', '--report', file], env)
  suite(
    'check',
    readReport(file, (steps) => ({
      passed: steps.filter(({ ok }) => ok).length,
      failed: steps.filter(({ ok }) => !ok).length,
      skipped: 0,
    })),
  )
}

function buildSuite() {
  try {
    build()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.log(error.message)
    suite('build', { passed: 0, failed: 1, skipped: 0 })
    return false
  }
  const { lines } = checkBundles(at('out'))
  for (const line of lines) console.log(`  ${line}`)
  suite('build and bundles', { passed: lines.length === 0 ? 2 : 1, failed: lines.length === 0 ? 0 : 1, skipped: 0 })
  return true
}

function unitSuite(env) {
  const file = join(scratch, 'unit.json')
  const args = ['run', '--config', 'configs/vitest.config.ts', '--reporter=dot', '--reporter=json', `--outputFile=${file}`]
  const code = run(at('node_modules', 'vitest', 'vitest.mjs'), args, env)
  const counts = readReport(file, (report) => {
    const tests = report.testResults.flatMap((result) => result.assertionResults)
    // A file that cannot even be loaded has no tests that failed; it must not count as none.
    const broken = report.testResults.filter(
      (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
    )
    const left = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
    return {
      passed: tests.filter((test) => test.status === 'passed').length,
      failed: tests.filter((test) => test.status === 'failed').length + broken.length,
      skipped: left.length,
      reasons: left.map((test) => test.fullName),
    }
  })
  suite('unit', code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)
}

/** Runs that are killed, cancelled, crowded and starved of disk, with fixed seeds; each drill ends with 1 when it finds one thing wrong. */
const drills = [
  ['kill -9 of engine or worker, 150 times', 'torture.mjs', '--kills', '150', '--seed', '1'],
  ['60 cancels', 'drill-cancel.mjs', '--count', '60', '--seed', '7'],
  ['8 runs writing, 4 readers', 'drill-crowd.mjs'],
  ['full and broken disks, power cuts', 'drill-disk.mjs', '--seed', '1', '--states', '300', '--stride', '3'],
]

function drillSuite(env) {
  if (process.platform !== 'linux') {
    console.log('\ndrills: not run (what is left of a process can be asked of Linux only)')
    return
  }
  const ended = drills.map(([name, file, ...args]) => ({ name, code: run(at('scripts', file), args, env) }))
  for (const { name, code } of ended) if (code !== 0) console.log(`  failed: ${name} (exit ${code})`)
  const failed = ended.filter(({ code }) => code !== 0).length
  suite('drills', { passed: ended.length - failed, failed, skipped: 0 })
}

/** A shared machine may stall one test or two; each second try is told, and more of them than these are failures all. */
const secondTries = 2

/** Chromium by its own name, or by apt on Debian as root; a sentence when there is none. */
function obtainChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const found = process.env.E2E_CHROMIUM ?? findProgram(...names)
  if (found) return found
  if (findProgram('apt-get') && process.getuid?.() === 0) {
    console.log('Installing Chromium for the end-to-end tests (apt-get).')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2], env })
    spawnSync('apt-get', ['install', '-y', '-qq', 'chromium', 'fonts-dejavu-core'], { stdio: ['ignore', 2, 2], env })
  }
  return findProgram(...names)
}

function endToEndSuite(env) {
  const specs = at('e2e', 'specs')
  if (!existsSync(specs) || !readdirSync(specs).some((name) => name.endsWith('.spec.ts'))) {
    console.log('\nend to end: no specs')
    return
  }
  const chromium = obtainChromium()
  if (!chromium) {
    console.log('No Chromium was found and none could be installed; install one, or name it in E2E_CHROMIUM.')
    suite('end to end', { passed: 0, failed: 1, skipped: 0 })
    return
  }
  const file = join(scratch, 'e2e.json')
  const args = ['test', '--config', 'configs/playwright.config.ts', '--reporter=list,json']
  const code = run(at('node_modules', '@playwright', 'test', 'cli.js'), args, {
    ...env,
    E2E_CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  })
  const counts = readReport(file, (report) => {
    const tests = []
    const walk = (node, path) => {
      for (const spec of node.specs ?? []) for (const test of spec.tests) tests.push({ title: [...path, spec.title].join(' > '), ...test })
      for (const child of node.suites ?? []) walk(child, [...path, child.title])
    }
    walk(report, [])
    const skipped = tests.filter((test) => test.status === 'skipped')
    const flaky = tests.filter((test) => test.status === 'flaky')
    for (const test of flaky) console.log(`\npassed at the second try only: ${test.title}`)
    const why = (test) => test.annotations?.find(({ type }) => type === 'skip' || type === 'fixme')?.description
    return {
      passed: tests.filter((test) => test.status === 'expected').length + (flaky.length > secondTries ? 0 : flaky.length),
      failed: tests.filter((test) => test.status === 'unexpected').length + (flaky.length > secondTries ? flaky.length : 0),
      skipped: skipped.length,
      reasons: skipped.map((test) => (why(test) ? `${test.title} (${why(test)})` : test.title)),
    }
  })
  suite('end to end', code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts)
}

/** Where there is no runtime it says so; that is neither passed nor failed. */
function desktopSuite(env) {
  const { reason } = findDesktopRuntime()
  const why = reason ?? missingScreen()
  if (why) {
    console.log(`\ndesktop: not run (${why})`)
    return
  }
  const code = run(at('scripts', 'smoke-desktop.mjs'), [], env)
  suite('desktop', { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 })
}

try {
  ensureInstalled()
  const env = environment()
  console.log(
    env.SCENEWRIGHT_DATA
      ? 'Real inputs: SCENEWRIGHT_DATA is set.'
      : 'Real inputs: none (SCENEWRIGHT_DATA is not set); tests that need them are skipped.',
  )
  if (!findProgram('ffmpeg')) console.log('ffmpeg is not on this machine; tests of video files are skipped.')
  checkSuite(env)
  const built = buildSuite()
  unitSuite(env)
  if (built) drillSuite(env)
  if (built) endToEndSuite(env)
  if (built) desktopSuite(env)
} catch (error) {
  console.log(error instanceof Refusal ? error.message : error)
  total.failed += 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0

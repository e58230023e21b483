// Aborts runs inside native inference and counts what is lost: node scripts/drill-inference.mjs [--count 100] [--json]
// Ends with 1 when a frame is lost, the result differs, or going on takes longer than 2 s more than a cold start.
import { parseArgs } from 'node:util'
import { drillInference } from '../src/headless/inference-drill.ts'
import { say } from './project.mjs'

const { values } = parseArgs({ options: { count: { type: 'string', default: '100' }, json: { type: 'boolean', default: false } } })
const aborts = Number(values.count)
if (!Number.isInteger(aborts) || aborts < 1) throw new Error('usage: drill-inference.mjs --count <n>')
const told = await drillInference({ aborts, convolutions: 60, ...(values.json ? {} : { tell: say }) })
const { resumedMs, ...rest } = told
const sorted = resumedMs.toSorted((a, b) => a - b)
const result = { ...rest, resumedP50Ms: sorted[Math.floor(sorted.length / 2)], resumedMaxMs: sorted.at(-1) }
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else
  say(
    `${aborts} aborts inside native inference: ${result.lostFrames} frames lost, result ${result.sameResult ? 'the same' : 'DIFFERENT'}; ` +
      `went on after p50 ${Math.round(result.resumedP50Ms)} ms, at most ${Math.round(result.resumedMaxMs)} ms ` +
      `(a cold start with its model takes ${Math.round(result.coldMs)} ms); slowest answer of the engine ${Math.round(result.slowestAnswerMs)} ms`,
  )
if (result.lostFrames > 0 || !result.sameResult || result.resumedMaxMs > 2000 + result.coldMs) process.exitCode = 1

// Opens each built program and all its chunks: `electron` only in the desktop's, `onnxruntime-node` only in workers'.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { root } from './ready.mjs'

const out = join(root, 'out', 'main')
const importing = /(?:from|import)\s*\(?\s*["']([^"']+)["']/g
const allowed = {
  electron: new Set(['index.js']),
  'onnxruntime-node': new Set(['worker-entry.js', 'headless-worker.js', 'headless-track.js', 'headless-probe.js']),
}

/** Packages that a built file reaches, chunks included. */
function packagesOf(file, seen = new Set()) {
  if (seen.has(file)) return new Set()
  seen.add(file)
  const packages = new Set()
  for (const [, target] of readFileSync(file, 'utf8').matchAll(importing)) {
    if (!target.startsWith('.')) packages.add(target)
    else {
      const path = resolve(dirname(file), target)
      if (existsSync(path)) for (const name of packagesOf(path, seen)) packages.add(name)
    }
  }
  return packages
}

const entries = readdirSync(out).filter((name) => name.endsWith('.js'))
const complaints = []
if (entries.length < 6) complaints.push(`only ${entries.length} programs were built`)
const reached = Object.fromEntries(entries.map((entry) => [entry, packagesOf(join(out, entry))]))
for (const [name, may] of Object.entries(allowed)) {
  for (const entry of entries) if (reached[entry].has(name) && !may.has(entry)) complaints.push(`${entry} reaches ${name}`)
}
// A check that sees no import of a package that must be there is blind.
if (!reached['headless-worker.js']?.has('onnxruntime-node'))
  complaints.push('headless-worker.js does not reach onnxruntime-node, so this check sees nothing')
if (!reached['index.js']?.has('electron')) complaints.push('index.js does not reach electron, so this check sees nothing')
console.log(
  complaints.length === 0
    ? `ok    bundles: ${entries.length} programs reach only what they may`
    : complaints.map((line) => `FAIL  bundles: ${line}`).join('\n'),
)
process.exit(complaints.length === 0 ? 0 : 1)

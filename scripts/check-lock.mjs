// Fails while an optional platform package is missing from the lockfile: a later `npm ci` would refuse it.
import { readFileSync } from 'node:fs'

const packages = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')).packages
const missing = []
const hosts = new Set()

function isLocked(from, name) {
  for (let at = from; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true
    if (!at) return false
  }
}

for (const [path, entry] of Object.entries(packages)) {
  if (entry.resolved) hosts.add(entry.resolved)
  for (const [name, spec] of Object.entries(entry.optionalDependencies ?? {})) {
    if (!isLocked(path, name) || spec.startsWith('npm:null')) missing.push(`${path || '.'} -> ${name}@${spec}`)
  }
}
// Download addresses in the lockfile would tie every clone to one registry.
if (hosts.size > 0) missing.push(`${hosts.size} entries carry a download address`)
console.log(missing.join('\n') || 'lockfile complete')
process.exit(missing.length ? 1 : 0)

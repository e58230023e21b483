// Opens the built programs: bundlers share pieces between entries, so what an entry may load is checked on what was built.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Built entries, and the packages that only they may reach. */
export const law = [
  { what: 'electron', pattern: /^electron(\/|$)/, only: ['main/index.js', 'preload/index.cjs'] },
  {
    what: 'onnxruntime-node',
    pattern: /^onnxruntime-node(\/|$)/,
    only: ['main/worker-entry.js', 'main/headless-worker.js', 'main/model-thread.js'],
  },
]

const imports =
  /(?:\bimport\s*(?:[^'"();]*?\bfrom\s*)?|\bimport\s*\(\s*|\bexport\s[^'"();]*?\bfrom\s*|\brequire\s*\(\s*|\.resolve\s*\(\s*)["'`]([^"'`\n]+)["'`]/g

/** Every package an entry can load, through all its chunks, dynamic imports too. */
export function packagesOf(entry) {
  const seen = new Set()
  const packages = new Set()
  const visit = (file) => {
    if (seen.has(file) || !existsSync(file)) return
    seen.add(file)
    for (const [, name] of readFileSync(file, 'utf8').matchAll(imports)) {
      if (name.startsWith('.')) visit(resolve(dirname(file), name))
      else packages.add(name)
    }
  }
  visit(entry)
  return packages
}

/** One line per entry that reaches what it must not; an entry that is missing, or loads nothing at all, is one too. */
export function checkBundles(out) {
  const entries = [
    ...readdirSync(join(out, 'main'))
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(out, 'main', name)),
    ...readdirSync(join(out, 'preload')).map((name) => join(out, 'preload', name)),
  ]
  const known = entries.map((entry) => relative(out, entry).replaceAll('\\', '/'))
  const lines = law.flatMap(({ only }) => only.filter((name) => !known.includes(name)).map((name) => `${name} was not built`))
  for (const [i, entry] of entries.entries()) {
    const packages = [...packagesOf(entry)]
    for (const { what, pattern, only } of law)
      if (packages.some((name) => pattern.test(name)) && !only.includes(known[i])) lines.push(`${known[i]} reaches ${what}`)
  }
  if (!law.every(({ pattern, only }) => only.some((name) => [...packagesOf(join(out, name))].some((found) => pattern.test(found)))))
    lines.push('not even the permitted entries reach their package: the check itself is broken')
  return { entries: known.length, lines }
}

// Rules of the house that need no compiler: length of files, ways around the types, and the sources that pages of docs name.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const mostLines = 400
const ways = [
  [/\bas unknown as\b/, '`as unknown as` goes around the types'],
  [/(:|\bas|<)\s*any\b(?!\w)/, '`any` switches the types off'],
  [/@ts-(ignore|expect-error|nocheck)/, 'a comment switches the compiler off'],
]

/** Paths from `folder`, of files with these endings, without built and installed ones. */
export function listSources(folder, places, endings) {
  const found = []
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
      const file = join(path, entry.name)
      if (entry.isDirectory()) walk(file)
      else if (endings.test(entry.name)) found.push(relative(folder, file))
    }
  }
  for (const place of places) if (existsSync(join(folder, place))) walk(join(folder, place))
  return found.sort()
}

const homes = ['src', 'e2e', 'bench', 'scripts', 'configs']

export function checkLength(folder) {
  const files = listSources(folder, homes, /\.(tsx?|mjs|css)$/)
  const lines = files.flatMap((file) => {
    const count = readFileSync(join(folder, file), 'utf8').split('\n').length - 1
    return count > mostLines ? [`${file}: ${count} lines, at most ${mostLines}`] : []
  })
  return { files: files.length, lines }
}

export function checkTypesKept(folder) {
  const files = listSources(folder, ['src', 'e2e', 'bench'], /\.tsx?$/)
  const lines = files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line, i) => {
        const code = line.replace(/\/\/(?! @ts-).*$|^\s*\*.*$|^\s*\/\*\*.*$/, '')
        return ways.filter(([pattern]) => pattern.test(code)).map(([, why]) => `${file}:${i + 1}: ${why}`)
      }),
  )
  return { files: files.length, lines }
}

/** Each page of docs ends with a line `Sources: a, b`; every path in it exists. */
export function checkDocSources(folder) {
  const pages = [...listSources(folder, ['docs'], /\.md$/), ...['ARCHITECTURE.md'].filter((file) => existsSync(join(folder, file)))]
  const lines = pages.flatMap((page) => {
    const last = readFileSync(join(folder, page), 'utf8').trimEnd().split('\n').at(-1) ?? ''
    if (!last.startsWith('Sources: ')) return [`${page}: its last line is not \`Sources: …\``]
    const paths = last
      .slice('Sources: '.length)
      .split(',')
      .map((path) => path.trim().replace(/^`|`$|\.$/g, ''))
    return paths.filter((path) => !existsSync(join(folder, path))).map((path) => `${page}: ${path} does not exist`)
  })
  return { files: pages.length, lines }
}

// Turns the layer law (layers.mjs) into rules that fail, each named by the row it comes from.
import { exceptions, floors, narrow, rooms, strangers } from './layers.mjs'

const builtin =
  '^(node:|(assert|async_hooks|buffer|child_process|crypto|events|fs|http|https|module|net|os|path|process|readline|stream|timers|url|util|worker_threads|zlib)(/|$))'
const source = (pattern) => ({ path: pattern, pathNot: '\\.test\\.tsx?$|^src/renderer/dev/' })
const excepted = exceptions.map((row) => row.to).join('|') || '^$'

const roomRules = Object.entries(rooms).flatMap(([room, rights]) => {
  const allowed = [room, ...rights.rooms].join('|')
  const packages = rights.packages.filter((name) => name !== 'node').map((name) => `(^|/)node_modules/${name}(/|$)`)
  const types = room === 'renderer' ? ['(^|/)node_modules/@types/'] : []
  return [
    {
      name: `${room}-may-import-${rights.rooms.join('-') || 'nothing'}`,
      severity: 'error',
      from: source(`^src/${room}/`),
      to: { path: '^src/', pathNot: `^src/(${allowed})/|${excepted}` },
    },
    {
      name: `${room}-packages`,
      severity: 'error',
      from: source(`^src/${room}/`),
      to: {
        dependencyTypesNot: ['local', 'core', 'aliased', 'aliased-subpath-import', 'type-only'],
        path: 'node_modules',
        pathNot: [...packages, ...types].join('|') || '^$',
      },
    },
    ...(rights.packages.includes('node')
      ? []
      : [{ name: `${room}-without-node`, severity: 'error', from: source(`^src/${room}/`), to: { path: builtin } }]),
  ]
})

const narrowRules = narrow.map((row) => ({
  name: row.why.replaceAll(' ', '-').replace(/[^a-z-]/gi, ''),
  severity: 'error',
  from: { path: row.from, pathNot: row.only ? `${row.only}|\\.test\\.tsx?$` : '\\.test\\.tsx?$' },
  to: { path: row.to },
}))
/** Even those that may enter a room enter by its door. */
const doorRules = narrow
  .filter((row) => row.via)
  .map((row) => ({
    name: `by-the-door-${row.why.replaceAll(' ', '-')}`,
    severity: 'error',
    from: { path: row.only },
    to: { path: row.to, pathNot: row.via },
  }))

const floorRules = Object.entries(floors).flatMap(([room, levels]) =>
  levels.flatMap((folders, level) => {
    const above = levels.slice(level + 1).flat()
    if (above.length === 0) return []
    return [
      {
        name: `${room}-floor-${folders.join('-')}-imports-nothing-above`,
        severity: 'error',
        from: source(`^src/${room}/(${folders.join('|')})/`),
        to: { path: `^src/${room}/(${above.join('|')})/` },
      },
    ]
  }),
)
const strangerRules = strangers.map((folder) => ({
  name: `strangers-in-${folder.replaceAll('/', '-')}`,
  severity: 'error',
  from: source(`^${folder}/([^/]+)`),
  to: { path: `^${folder}/`, pathNot: `^${folder}/$1` },
}))

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'every-import-resolves', severity: 'error', from: source('^src/'), to: { couldNotResolve: true } },
    ...roomRules,
    ...narrowRules,
    ...doorRules,
    ...floorRules,
    ...strangerRules,
  ],
  options: {
    // TypeScript 7 has no API yet; swc reads type imports too, which count here like any other.
    parser: 'swc',
    moduleSystems: ['es6', 'cjs'],
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|svg)$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
      conditionNames: ['node', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
}

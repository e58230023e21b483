// Turns the layer law (layers.mjs) into rules of dependency-cruiser: each right that is not given is forbidden.
import { exceptions, floors, narrow, rooms, strangers } from './layers.mjs'

const names = Object.keys(rooms)
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
// Tests may reach for tools and for node; the law is about what is shipped.
const tests = '\\.test\\.tsx?$'
const rule = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { ...from, pathNot: [tests, ...(from.pathNot ?? [])] },
  to,
})
const excused = (from) => exceptions.filter((row) => new RegExp(from).test(row.from)).map((row) => row.to)

const roomRules = names.map((name) => {
  const allowed = [name, ...rooms[name].rooms]
  const denied = names.filter((other) => !allowed.includes(other))
  return rule(
    `room-${name}`,
    `row ${name}: may import ${rooms[name].rooms.join(', ') || 'no other room'}`,
    { path: `^src/${name}/` },
    { path: `^src/(${denied.join('|')})/`, pathNot: excused(`^src/${name}/`) },
  )
})

const packageRules = names.flatMap((name) => {
  const packages = rooms[name].packages.filter((entry) => entry !== 'node')
  const known = packages.map(escaped).join('|') || 'none'
  const comment = `row ${name}: may use ${rooms[name].packages.join(', ')}`
  const rules = [
    rule(
      `packages-${name}`,
      comment,
      { path: `^src/${name}/` },
      { path: 'node_modules/', pathNot: `node_modules/(@types/)?(${known})(/|$)` },
    ),
  ]
  if (!rooms[name].packages.includes('node'))
    rules.push(rule(`node-${name}`, comment, { path: `^src/${name}/` }, { dependencyTypes: ['core'] }))
  return rules
})

const narrowRules = narrow.flatMap(({ to, from, only, via, values, why }, i) => {
  const kinds = values ? { dependencyTypesNot: ['type-only'] } : {}
  const rules = [rule(`narrow-${i + 1}`, `only ${only}: ${why}`, { path: from, pathNot: [only] }, { path: to, ...kinds })]
  if (via) rules.push(rule(`door-${i + 1}`, `only by ${via}: ${why}`, { path: from }, { path: to, pathNot: via }))
  return rules
})

const floorRules = Object.entries(floors).flatMap(([room, levels]) =>
  levels.slice(0, -1).map((folders, i) => {
    const above = levels.slice(i + 1).flat()
    return rule(
      `floors-${room}-${folders.join('-')}`,
      `floors of ${room}: ${folders.join(', ')} lie under ${above.join(', ')}`,
      { path: `^src/${room}/(${folders.join('|')})/` },
      { path: `^src/${room}/(${above.join('|')})/` },
    )
  }),
)

const strangerRules = strangers.map((folder) =>
  rule(
    `strangers-${folder}`,
    `children of ${folder} never import each other`,
    { path: `^${folder}/([^/]+)` },
    { path: `^${folder}/`, pathNot: `^${folder}/$1` },
  ),
)

export default {
  forbidden: [
    // A type import closes a cycle too: the two files cannot be understood apart.
    { name: 'cycle', comment: 'no import cycles, type imports included', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'unresolved',
      comment: 'every import leads to a file',
      severity: 'error',
      from: { pathNot: tests },
      to: { couldNotResolve: true, pathNot: '\\.css$|\\?' },
    },
    ...roomRules,
    ...packageRules,
    ...narrowRules,
    ...floorRules,
    ...strangerRules,
  ],
  options: {
    parser: 'swc',
    moduleSystems: ['es6', 'cjs'],
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}

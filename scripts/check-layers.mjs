// Holds the sources against the layer law and says who, whom, and which row forbids it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/**
 * `folder` holds src, configs and node_modules. Gives how many modules were seen, and one line per violation; no module seen
 * is a violation too, because a check that sees nothing is green for ever.
 */
export function checkLayers(folder, node = process.execPath) {
  const tool = join(folder, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const args = [tool, '--config', 'configs/dependency-cruiser.mjs', '--output-type', 'json', 'src']
  const done = spawnSync(node, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (done.error || !done.stdout.startsWith('{')) return { modules: 0, lines: [`dependency-cruiser failed: ${done.stderr || done.error}`] }
  const { summary } = JSON.parse(done.stdout)
  const rows = new Map(summary.ruleSetUsed.forbidden.map(({ name, comment }) => [name, comment]))
  const lines = summary.violations.map((violation) => lineOf(violation, rows))
  if (summary.totalCruised === 0 || summary.totalDependenciesCruised === 0) lines.push('no module was seen: the check itself is broken')
  return { modules: summary.totalCruised, lines }
}

function lineOf({ from, to, rule, cycle }, rows) {
  const round = cycle ? ` (round: ${[from, ...cycle.map((step) => step.name ?? step)].join(' -> ')})` : ''
  return `${from} -> ${to}${round}: ${rule.name}, ${rows.get(rule.name)}`
}

// The engine's figures for `npm run bench`: what is lost when it is killed, cancelled, starved or crowded, and what it costs itself.
import { spawnSync } from 'node:child_process'
import { at, findNode, root } from './project.mjs'

/** Each section measures by a drill of its own; the drill's exit code is judged too, so that a figure of a failed drill is never called met. */
export function engineSections({ row, skip, env }) {
  const drill = (file, ...args) => {
    const { status, stdout, stderr } = spawnSync(findNode(), [at('scripts', file), ...args], { cwd: root, env, encoding: 'utf8' })
    const line = stdout.trim().split('\n').at(-1) ?? ''
    if (status === 3) return { cannot: (stderr || stdout).trim().split('\n').at(-1) }
    if (status !== 0 || line === '') throw new Error(`${file} ended with ${status}: ${(stderr + stdout).slice(-800)}`)
    return { line }
  }
  const zero = ['<=', 0]
  return {
    torture: () => {
      const found = JSON.parse(drill('torture.mjs', '--kills', '150', '--seed', '1', '--json').line)
      row('torture', `committed frames lost in ${found.kills} kills -9`, found.lost, '', zero)
      row('torture', 'torn manifests', found.torn, '', zero)
      row('torture', 'results that differ from an undisturbed run', found.different, '', zero)
    },
    cancels: () => {
      const { line } = drill('drill-cancel.mjs', '--count', '200', '--seed', '7')
      row('cancels', 'processes left of 200 scenarios', Number(/(\d+) orphans/.exec(line)[1]), '', zero)
      row('cancels', 'all descendants gone, p99', Number(/p99 (\d+) ms/.exec(line)[1]), 'ms', ['<=', 2000])
    },
    disk: () => {
      const found = JSON.parse(drill('drill-disk.mjs', '--seed', '1', '--states', '1000').line)
      row('disk', `violations in ${found.faults.drills} faults at ${found.faults.acts} acts`, found.faults.violations, '', zero)
      row('disk', `violations in ${found.cuts.states} crash states`, found.cuts.violations, '', zero)
    },
    crowd: () => {
      const found = JSON.parse(drill('drill-crowd.mjs', '--json').line)
      row('crowd', `corrupt of ${found.reads} frames read while 8 runs write`, found.corrupt, '', zero)
      row('crowd', '1,000 frames again, nothing changed', found.rerunMs, 'ms', ['<=', 1000])
      row('crowd', 'stages run then', found.rerunStages, '', zero)
      row('crowd', 'bookkeeping of a stage', found.bookkeepingMs, 'ms', ['<=', 2])
    },
    soak: () => {
      const { line, cannot } = drill('drill-soak.mjs', '--json')
      if (cannot) return skip('soak', cannot)
      const found = JSON.parse(line)
      row('soak', `kernel kills at ${found.limitMiB} MiB of ${found.naivePeakMiB}`, found.kernelKills, '', zero)
      row('soak', `scenes finished of ${found.scenes}`, found.finished, '', ['>=', found.scenes])
      row('soak', 'time against unwatched', found.slower, 'x')
    },
    sampling: () => {
      const found = JSON.parse(drill('bench-sampling.mjs').line)
      row('sampling', 'share of a core', found.percent, '%', ['<=', 1])
    },
  }
}

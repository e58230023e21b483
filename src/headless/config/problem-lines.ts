// Problems of a configuration as lines for people, on stderr.
import type { ConfigProblem } from '#core/config/config-problem'
import type { Output } from '../output.ts'

const weights = { error: 2, warning: 1, note: 0 } as const
const words = { error: 'Error', warning: 'Warning', note: 'Note' } as const

/** Those at least as grave as `least`, the gravest last, where it is seen. */
export function tellProblems(output: Output, problems: readonly ConfigProblem[], least: ConfigProblem['severity']): void {
  const shown = problems.filter(({ severity }) => weights[severity] >= weights[least])
  for (const { severity, message } of shown.toSorted((a, b) => weights[a.severity] - weights[b.severity]))
    output.tell(`${words[severity]}: ${message}`)
  if (shown.some(({ severity }) => severity === 'error'))
    output.tell('Correct that; `scenewright config show` tells every setting and where it comes from. [CONFIG_INVALID]')
}

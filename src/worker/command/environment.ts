// The environment of a foreign program: what it is given by name, and nothing else of ours.
import { type CommandDeclaration, fillTemplate, type PlaceholderValues } from '#core/pipeline/command-stage'
import { markName } from './process-table.ts'

const always = ['PATH', 'HOME', 'LANG', 'TMPDIR']

/**
 * `device` is `cpu` or `cuda:<index>`, the index being the driver's. A program that needs a GPU sees only that one; one that needs none sees none,
 * so that it cannot take memory that was promised to another stage.
 */
export function environmentFor(
  declaration: CommandDeclaration,
  device: string,
  host: Readonly<Record<string, string | undefined>>,
  values: PlaceholderValues,
  mark: string,
): Readonly<Record<string, string>> {
  const kept = [...always, ...declaration.envKeep].flatMap((name) => (host[name] === undefined ? [] : [[name, host[name]] as const]))
  const extra = Object.entries(declaration.env).map(([name, text]) => [name, fillTemplate(text, values, `${declaration.id}.env.${name}`)])
  const index = declaration.device === 'none' ? undefined : device.match(/^cuda:(\d+)$/)?.[1]
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(extra),
    CUDA_VISIBLE_DEVICES: index ?? '-1',
    // Without it CUDA counts the fastest device first, and the driver's index would name another one.
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    [markName]: mark,
  }
}

// Which classes a person wants: by their names, or by their numbers where a network has no names.
import { Fault } from '#core/base/fault'

/**
 * `wanted`: names (without regard to capitals) or numbers from 0, as written in the settings; none = all, then undefined. Throws CONFIG_INVALID for a name or a number
 * that the network does not have: a filter that silently finds nothing would look like an empty scene.
 */
export function wantedClasses(
  wanted: readonly string[],
  names: readonly string[] | undefined,
  classCount: number | undefined,
  where: string,
): ReadonlySet<number> | undefined {
  if (wanted.length === 0) return undefined
  const count = names?.length ?? classCount
  return new Set(
    wanted.map((word) => {
      const text = word.trim()
      const byName = names?.findIndex((name) => name.toLowerCase() === text.toLowerCase()) ?? -1
      if (byName >= 0) return byName
      const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
      if (Number.isInteger(number) && (count === undefined || number < count)) return number
      const there = names ? `its classes are ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}` : noNames(count)
      throw new Fault('CONFIG_INVALID', { where, reason: `the model has no class ${text}: ${there}` })
    }),
  )
}

function noNames(count: number | undefined): string {
  return count === undefined ? 'it tells no names, so classes go by number' : `it tells no names; its classes are 0 to ${count - 1}`
}

/** What `choose` gives; when it refuses, the network is closed first. */
export async function orClose<T>(network: { close(): Promise<void> }, choose: () => T): Promise<T> {
  try {
    return choose()
  } catch (error) {
    await network.close()
    throw error
  }
}

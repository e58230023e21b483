// Who gave each setting its value, for the record: the defaults, the preset, or a person.
import { settingPaths } from '#core/config/config-paths'
import type { Origins } from '#core/run/provenance'
import type { Preset } from '#core/run/run-config'
import { type FormValue, valueAt } from './form-value.ts'

/** `from`: the name of the run whose settings were taken over; they count as the form's, with that run as their source. */
export function originsOfForm(
  value: FormValue,
  preset: Preset | undefined,
  taken: { readonly value: FormValue; readonly from: string } | undefined,
): Origins {
  const origins: Record<string, Origins[string]> = {}
  for (const { path, standard, ofRun } of settingPaths) {
    const now = valueAt(value, path)
    if (!ofRun || now === undefined) continue
    if (isSame(now, standard)) origins[path] = { origin: 'default' }
    else if (taken && isSame(now, valueAt(taken.value, path))) origins[path] = { origin: 'form', source: `run ${taken.from}` }
    else if (preset && isSame(now, valueAt(preset.values, path))) origins[path] = { origin: 'preset', source: preset.id }
    else origins[path] = { origin: 'form' }
  }
  return origins
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

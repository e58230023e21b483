// What a run was told to do, and who said so: what differs from the defaults, or all of it.
import { useState } from 'react'
import { settingPaths } from '#core/config/config-paths'
import { valueAt } from '#core/config/config-problem'
import type { Origin } from '#core/run/provenance'
import type { RunRecord } from '#core/run/run'
import { PanelHead } from '../../ui/panel.tsx'

/** Told elsewhere on the page. */
const shownElsewhere: ReadonlySet<string> = new Set(['scene', 'output', 'name', 'frames.start', 'frames.end', 'frames.step'])

export function RunSettings({ record }: { readonly record: RunRecord }) {
  const [isAll, setAll] = useState(false)
  const origins = record.provenance?.origins ?? {}
  const rows = settingPaths
    .filter(({ path, ofRun }) => ofRun && !shownElsewhere.has(path))
    .map(({ path, standard }) => ({
      path,
      value: valueAt(record.config, path),
      isStandard: isSame(valueAt(record.config, path), standard),
    }))
  const shown = rows.filter(({ path, isStandard }) => isAll || !isStandard || path === 'levels')
  return (
    <section aria-label="Settings">
      <PanelHead title="Settings" className="border-t">
        <button type="button" className="rounded hover:text-txt" aria-pressed={isAll} onClick={() => setAll(!isAll)}>
          {isAll ? 'all' : 'only what differs'}
        </button>
      </PanelHead>
      <dl className="px-3 py-2 text-[12.5px]">
        {shown.map(({ path, value }) => (
          <div key={path} className="flex justify-between gap-3 py-px" data-testid={`setting-of-run-${path}`}>
            <dt className="min-w-0 break-words text-mut">{path}</dt>
            <dd className="min-w-0 text-right break-words">
              {wordsOf(value)} <OriginWords origin={origins[path]} />
            </dd>
          </div>
        ))}
      </dl>
      {shown.length < rows.length && <p className="px-3 pb-3 text-sm text-dim">All else is as the defaults are.</p>}
    </section>
  )
}

function OriginWords({ origin }: { readonly origin: Origin | undefined }) {
  if (!origin || origin.origin === 'default') return null
  return (
    <span className="text-dim" title={origin.source === undefined ? origin.origin : `${origin.origin}: ${origin.source}`}>
      {origin.origin === 'preset' && origin.source ? `preset ${origin.source}` : origin.origin}
    </span>
  )
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value))
    return value.map((one) => (typeof one === 'object' && one !== null ? String(Reflect.get(one, 'id')) : String(one))).join(', ') || '–'
  return value === '' || value === undefined ? '–' : String(value)
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

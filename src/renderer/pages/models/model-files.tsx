// Parts of both details: inputs and outputs of a file, and the facts that were checked and that nobody could check.
import type { ModelPort } from '#core/model/model-entry'
import { PanelHead } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { portWords } from './model-words.ts'

export function PortTable({ inputs, outputs }: { readonly inputs: readonly ModelPort[]; readonly outputs: readonly ModelPort[] }) {
  const rows = [...inputs.map((port) => ({ port, kind: 'in' })), ...outputs.map((port) => ({ port, kind: 'out' }))]
  if (rows.length === 0) return null
  return (
    <table className="mb-2 w-full text-sm">
      <caption className="sr-only">Inputs and outputs</caption>
      <tbody>
        {rows.map(({ port, kind }) => (
          <tr key={`${kind} ${port.name}`}>
            <td className="w-12 py-px pl-3 text-mut">{kind}</td>
            <th scope="row" className="py-px pr-3 text-left font-mono font-normal break-all">
              {port.name}
            </th>
            <td className="py-px pr-3 text-mut">{portWords(port)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function Checked({ facts }: { readonly facts: readonly string[] }) {
  if (facts.length === 0) return null
  return <FactList title="Checked" note="where this list was made" state="ok" facts={facts} />
}

export function Unchecked({ facts }: { readonly facts: readonly string[] }) {
  if (facts.length === 0) return null
  return <FactList title="Not checked" note="nobody could hold these against the real file" state="warning" facts={facts} />
}

function FactList({
  title,
  note,
  state,
  facts,
}: {
  readonly title: string
  readonly note: string
  readonly state: 'ok' | 'warning'
  readonly facts: readonly string[]
}) {
  return (
    <section aria-label={title} className="border-t border-line">
      <PanelHead title={title} note={note} />
      <ul className="px-3 py-2 text-sm">
        {facts.map((fact) => (
          <li key={fact} className="flex gap-2">
            <StateMark state={state} className="mt-0.5" />
            <span className="min-w-0 break-words">{fact}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

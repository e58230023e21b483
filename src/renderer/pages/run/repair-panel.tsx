// Beside a run: what had to be repaired to read it, what is missing, and where its pictures went.
import { FolderSearch } from 'lucide-react'
import { useState } from 'react'
import { formatCount } from '#core/base/format'
import type { RunDescription } from '#core/run/run-description'
import type { RunRecord } from '#core/run/run'
import { useDescription, useSetPictures } from '../../state/queries.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { PathPicker } from '../parts/path-picker.tsx'

export function RepairPanel({ record }: { readonly record: RunRecord }) {
  const runId = record.id
  const { data, error } = useDescription(runId)
  if (error) return <FaultCard fault={error} />
  if (!data) return null
  // Those that were known when it was opened are warnings of the record already.
  const repairs = data.repairs.filter(({ message }) => !record.warnings.some((warning) => warning.message === message))
  return (
    <>
      {data.program === 'my3dis' && <Origin description={data} />}
      {data.documents.some(({ isPicture }) => isPicture) && <Comparisons runId={runId} description={data} />}
      {data.pictures.found < data.pictures.of && <Pictures runId={runId} description={data} />}
      {repairs.length > 0 && (
        <section aria-label="Repairs" data-testid="repairs">
          <PanelHead title="Read all the same" note={repairs.length} />
          <ul className="border-b border-line">
            {repairs.map((repair) => (
              <li key={`${repair.code} ${repair.message}`} className="flex gap-2 px-3 py-2" data-testid="repair" data-code={repair.code}>
                <StateMark state="warning" className="mt-0.5" />
                <div className="min-w-0 text-[12.5px]">
                  <p className="break-words">{repair.message.replaceAll(`${data.folder}/`, '')}</p>
                  <p className="break-words text-mut">{repair.outcome.replaceAll(`${data.folder}/`, '')}</p>
                  <code className="font-mono text-2xs text-dim">{repair.code}</code>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Origin({ description: { generation, missing } }: { readonly description: RunDescription }) {
  return (
    <section aria-label="Origin" data-testid="foreign-origin" className="border-b border-line px-3 py-2 text-[12.5px]">
      <p>A run of My3DIS{generation && `, format ${generation}`}. It is read where it lies, and nothing of it is ever changed.</p>
      {missing.length > 0 && (
        <p className="mt-1 text-warn" data-testid="missing">
          Not complete: {missing.join(', ')}.
        </p>
      )}
    </section>
  )
}

/** Pictures that the run made of its own, drawn only when somebody unfolds them. */
function Comparisons({ runId, description: { documents } }: { readonly runId: string; readonly description: RunDescription }) {
  const [isOpen, setOpen] = useState(false)
  const pictures = documents.filter(({ isPicture }) => isPicture)
  const address = (path: string) => `/runs/${encodeURIComponent(runId)}/files/${path.split('/').map(encodeURIComponent).join('/')}`
  return (
    <details
      className="border-b border-line px-3 py-2 text-[12.5px]"
      data-testid="comparisons"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="rounded">{formatCount(pictures.length)} comparison pictures</summary>
      {isOpen && (
        <ul className="mt-2 grid grid-cols-2 gap-2">
          {pictures.map(({ path, title }) => (
            <li key={path} className="min-w-0">
              <a href={address(path)} target="_blank" rel="noopener" className="block rounded" title={title}>
                <img src={address(path)} alt={title} loading="lazy" className="w-full rounded border border-line" />
                <span className="block truncate text-2xs text-mut">{title}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </details>
  )
}

/** One question, asked once: the answer is remembered for other runs of the same dataset. */
function Pictures({ runId, description: { pictures } }: { readonly runId: string; readonly description: RunDescription }) {
  const [isPicking, setPicking] = useState(false)
  const move = useSetPictures()
  return (
    <section aria-label="Pictures" data-testid="pictures-gone" className="border-b border-line px-3 py-2 text-[12.5px]">
      <p className="text-warn">
        {pictures.found === 0
          ? 'The pictures of its frames are gone'
          : `${formatCount(pictures.of - pictures.found)} of ${formatCount(pictures.of)} pictures are gone`}
        {pictures.folder !== '' && <span className="break-all text-mut"> from {pictures.folder}</span>}.
      </p>
      <p className="mt-1 text-mut">Masks are shown on a plain ground. Where are the pictures now?</p>
      <Button size="s" className="mt-2" data-testid="find-pictures" disabled={move.isPending} onClick={() => setPicking(true)}>
        <FolderSearch size={13} aria-hidden />
        {move.isPending ? 'Looking…' : 'Choose their folder'}
      </Button>
      {move.error && <FaultCard fault={move.error} className="mt-2" />}
      <PathPicker
        open={isPicking}
        title="Folder with the pictures"
        accepts="frames"
        onClose={() => setPicking(false)}
        onPick={(path) => {
          setPicking(false)
          move.mutate({ runId, path })
        }}
      />
    </section>
  )
}

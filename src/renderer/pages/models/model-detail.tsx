// One model of the store: what it is, its files, and what can be done with it.
import { useState } from 'react'
import type { ModelRow } from '#api/models-api'
import { formatBytes } from '#core/base/format'
import { useVerifyModel } from '../../state/model-queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { FaultCard, wordsOfFault } from '../../ui/fault-card.tsx'
import { Fact, Facts, PanelHead } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { exactTime } from '../../ui/time-words.ts'
import { PortTable, Unchecked } from './model-files.tsx'
import { preprocessingWords, roleWords, settingsFor, stateOfRow } from './model-words.ts'
import { RemoveModel } from './remove-model.tsx'
import { TrialPanel } from './trial-panel.tsx'

const origins = { added: 'added', fetched: 'fetched', dropped: 'put into the folder by hand' } as const

export function ModelDetail({ row, onGone }: { readonly row: ModelRow; readonly onGone: () => void }) {
  const [isRemoving, setRemoving] = useState(false)
  const verify = useVerifyModel()
  const { entry, problems, folder, sizeBytes, state } = row
  const { mark, words } = stateOfRow(row)
  const settings = state === 'broken' || state === 'incomplete' ? undefined : settingsFor(entry.role, entry.id)
  const from = /^https?:/.test(entry.source)
  return (
    <aside aria-label="Model" className="min-h-0 overflow-y-auto bg-panel" data-testid="model-detail">
      <PanelHead title={entry.id} note={words}>
        <StateMark state={mark} />
      </PanelHead>
      {problems.map((problem) => (
        <FaultCard key={JSON.stringify(problem)} fault={problem} />
      ))}
      <div className="flex flex-wrap gap-2 border-b border-line px-3 py-2">
        {settings !== undefined && (
          <LinkButton kind="primary" href={hashFromRoute({ page: 'new', scene: '', set: settings })} data-testid="model-run">
            New run with it
          </LinkButton>
        )}
        <Button data-testid="model-verify" disabled={verify.isPending} onClick={() => verify.mutate(entry.id)}>
          {verify.isPending ? 'Reading every byte…' : 'Verify'}
        </Button>
        <Button kind="danger" data-testid="model-remove" onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      {verify.error && <FaultCard fault={verify.error} />}
      {verify.data && (
        <ul className="border-b border-line px-3 py-2 text-sm" role="status" data-testid="model-verified">
          {verify.data.files.map(({ name, sha256, fault }) => (
            <li key={name} className="flex gap-2">
              <StateMark state={fault ? 'broken' : 'ok'} className="mt-0.5" />
              <span className="min-w-0 break-words">
                {fault ? wordsOfFault(fault).message : `${name} is as recorded: ${sha256.slice(0, 16)}…`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Facts>
        {entry.title !== entry.id && <Fact name="Title">{entry.title}</Fact>}
        <Fact name="Role">{roleWords[entry.role]}</Fact>
        <Fact name="Family">{entry.family}</Fact>
        <Fact name="Licence">{entry.licence}</Fact>
        <Fact name="Source">
          {from ? (
            <a className="break-all text-acc underline underline-offset-2" href={entry.source} target="_blank" rel="noreferrer">
              {entry.source}
            </a>
          ) : (
            <span className="break-all">{entry.source}</span>
          )}
        </Fact>
        <Fact name="Origin">
          {origins[entry.origin]}
          {entry.addedAt !== undefined && ` ${exactTime(entry.addedAt)}`}
        </Fact>
        <Fact name="Folder">
          <span className="break-all">{folder}</span>
        </Fact>
        <Fact name="Size">{formatBytes(sizeBytes)}</Fact>
        {entry.preprocessing && <Fact name="A picture is">{preprocessingWords(entry.preprocessing)}</Fact>}
        {entry.classNames && (
          <Fact name="Classes">
            {entry.classNames.length}: {entry.classNames.slice(0, 12).join(', ')}
            {entry.classNames.length > 12 && ', …'}
          </Fact>
        )}
      </Facts>
      <TrialPanel row={row} />
      <Unchecked facts={entry.unchecked} />
      {entry.files.map((file) => (
        <section key={file.name} aria-label={file.name} className="border-t border-line" data-testid="model-file">
          <PanelHead title={file.part} note={file.name} />
          <Facts>
            <Fact name="Size">
              {formatBytes(file.sizeBytes)}
              {row.linkedFiles.includes(file.name) && ', linked'}
            </Fact>
            <Fact name="SHA-256">
              {file.sha256 === undefined ? (
                'not recorded: adding the file records it'
              ) : (
                <code className="break-all text-sm">{file.sha256}</code>
              )}
            </Fact>
            {file.weights.map((weights) => (
              <Fact key={weights.name} name="Weights">
                {weights.name}, {formatBytes(weights.sizeBytes)}
              </Fact>
            ))}
          </Facts>
          <PortTable inputs={file.inputs} outputs={file.outputs} />
        </section>
      ))}
      {isRemoving && <RemoveModel row={row} onClose={() => setRemoving(false)} onGone={onGone} />}
    </aside>
  )
}

// Models: what the store has, what is being fetched, what is known and how to get it; one of them in detail.
import { FolderPlus, Globe } from 'lucide-react'
import { useState } from 'react'
import { cutPath, formatBytes, formatCount } from '#core/base/format'
import { useFollowShelf, useKnownModels, useShelf } from '../../state/model-queries.ts'
import { useServices } from '../../state/services.tsx'
import { useActs } from '../../state/use-acts.ts'
import { goTo } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard, wordsOfFault } from '../../ui/fault-card.tsx'
import { TextInput } from '../../ui/field.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { AddModel } from './add-model.tsx'
import { FetchList } from './fetch-list.tsx'
import { FetchModel } from './fetch-model.tsx'
import { KnownDetail } from './known-detail.tsx'
import { ModelDetail } from './model-detail.tsx'
import { ModelLine } from './model-line.tsx'
import { roleWords, stateOfRow } from './model-words.ts'

export function ModelsPage({ selected }: { readonly selected: string | undefined }) {
  useFollowShelf()
  const { view } = useServices()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState<'add' | 'fetch' | undefined>(undefined)
  const shelf = useShelf()
  const known = useKnownModels()
  const select = (model: string) => goTo(view, { page: 'models', model })
  useActs({ filter: () => document.getElementById('models-search')?.focus() })
  if (shelf.error && !shelf.data) return <FaultCard fault={shelf.error} />
  if (!shelf.data) return <p className="p-6 text-mut">Looking into the model store…</p>
  const { models, refused, fetches, folder } = shelf.data
  const fits = (words: string) => words.toLowerCase().includes(text.trim().toLowerCase())
  const shown = models.filter(({ entry }) => fits(`${entry.id} ${entry.title} ${roleWords[entry.role]} ${entry.family}`))
  const others = (known.data ?? []).filter(({ model }) => fits(`${model.id} ${model.title} ${roleWords[model.role]} ${model.family}`))
  const row = models.find(({ entry }) => entry.id === selected)
  const one = row ? undefined : known.data?.find(({ model }) => model.id === selected)
  return (
    <div
      className="mx-auto grid h-full max-w-[1400px] grid-cols-[minmax(0,1fr)_minmax(380px,46%)] border-x border-line max-[900px]:grid-cols-1 max-[900px]:overflow-y-auto"
      data-testid="models-page"
    >
      <section aria-label="Models" className="flex min-h-0 flex-col border-r border-line">
        <PanelHead title="Models" note={`${formatCount(models.length)} in the store`}>
          <Button size="s" data-testid="models-add" onClick={() => setAsked('add')}>
            <FolderPlus size={14} aria-hidden />
            Add files
          </Button>
          <Button size="s" data-testid="models-fetch" onClick={() => setAsked('fetch')}>
            <Globe size={14} aria-hidden />
            Fetch
          </Button>
        </PanelHead>
        <div className="flex items-center gap-3 border-b border-line px-3 py-2">
          <TextInput
            id="models-search"
            type="search"
            aria-label="Search in names, roles and families"
            placeholder="Name, role or family"
            className="w-52 shrink-0"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <span className="min-w-0 truncate text-sm text-mut" title={folder}>
            Store: {cutPath(folder, 44)}
          </span>
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto">
          <FetchList fetches={fetches} />
          {models.length === 0 && fetches.length === 0 && (
            <div className="border-b border-line p-6" data-testid="models-empty">
              <p>The store is empty, and nothing here needs it: every stage has a built-in backend without weights.</p>
              <p className="mt-1 text-mut">
                To run a network, fetch one of the known models below, add ONNX files of your own, or put them into the folder of the store:
                they appear here by themselves.
              </p>
            </div>
          )}
          <ul aria-label="Models of the store" onKeyDown={moveFocus}>
            {shown.map((model) => {
              const { mark, words } = stateOfRow(model)
              return (
                <ModelLine
                  key={model.entry.id}
                  testId="model-row"
                  id={model.entry.id}
                  mark={mark}
                  title={model.entry.id}
                  words={`${roleWords[model.entry.role]} · ${model.entry.family} · ${words}`}
                  end={formatBytes(model.sizeBytes)}
                  isSelected={model.entry.id === selected}
                  onSelect={select}
                />
              )
            })}
          </ul>
          {refused.length > 0 && (
            <>
              <PanelHead title="In the folder, but no model" note={formatCount(refused.length)} />
              <ul>
                {refused.map(({ path, fault }) => (
                  <li key={path} data-testid="model-refused" className="flex gap-2.5 border-b border-line px-3 py-2 text-sm">
                    <StateMark state="broken" className="mt-0.5" />
                    <span className="min-w-0 break-words">
                      {wordsOfFault(fault).message} <span className="text-mut">{wordsOfFault(fault).remedy}</span>
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
          <PanelHead title="Known public models" note={known.data ? formatCount(others.length) : 'reading the list…'} />
          {known.error && <FaultCard fault={known.error} />}
          <ul aria-label="Known public models" onKeyDown={moveFocus}>
            {others.map(({ model, how }) => (
              <ModelLine
                key={model.id}
                testId="known-row"
                id={model.id}
                mark={models.some(({ entry }) => entry.id === model.id) ? 'ok' : 'waiting'}
                title={model.title}
                words={`${roleWords[model.role]} · ${model.licence}`}
                end={how === 'export' ? 'export it' : how === 'checked' ? 'fetch' : 'fetch, unchecked'}
                isSelected={model.id === selected && row === undefined}
                onSelect={select}
              />
            ))}
          </ul>
        </div>
      </section>
      {row ? (
        <ModelDetail key={row.entry.id} row={row} onGone={() => goTo(view, { page: 'models' })} />
      ) : one ? (
        <KnownDetail key={one.model.id} known={one.model} how={one.how} isGoing={fetches.some(({ what }) => what === one.model.id)} />
      ) : (
        <aside aria-label="Model" className="bg-panel p-6 text-mut">
          {selected !== undefined && known.data ? `No model goes by the name ${selected}. ` : ''}
          Choose a model to see its files, inputs and outputs, and to test, measure or remove it.
        </aside>
      )}
      {asked === 'add' && <AddModel onClose={() => setAsked(undefined)} onAdded={select} />}
      {asked === 'fetch' && <FetchModel onClose={() => setAsked(undefined)} />}
    </div>
  )
}

function moveFocus(event: React.KeyboardEvent<HTMLUListElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...(event.currentTarget.closest('section')?.querySelectorAll<HTMLElement>('[data-line]') ?? [])]
  const at = rows.indexOf(event.target as HTMLElement)
  if (at < 0) return
  rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus()
  event.preventDefault()
}

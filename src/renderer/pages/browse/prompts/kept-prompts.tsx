// The masks that a person keeps for the tracker: where each is, taking it away, and a new run that follows them.
import { Crosshair, Download, Trash2 } from 'lucide-react'
import { formatCount } from '#core/base/format'
import type { KeptPrompt } from '#core/segment/user-prompt'
import { fileNameOf, saveFile } from '../../../frame/export/save-file.ts'
import { useKeptPrompts, useRemovePrompt, useTrackPrompts } from '../../../state/queries.ts'
import { useRun, useServices } from '../../../state/services.tsx'
import { goTo, look } from '../../../state/view-store.ts'
import { Button } from '../../../ui/button.tsx'
import { PanelHead } from '../../../ui/panel.tsx'

export function KeptPrompts({ runId }: { readonly runId: string }) {
  const { view } = useServices()
  const kept = useKeptPrompts(runId)
  const remove = useRemovePrompt(runId)
  const track = useTrackPrompts()
  const name = useRun(runId, (one) => one?.record?.name ?? runId)
  const problem = track.error ?? remove.error ?? kept.error
  const list = kept.data ?? []
  if (list.length === 0 && !problem) return null
  return (
    <section aria-label="Masks by hand" data-testid="kept-prompts">
      <PanelHead title={`Masks by hand · ${formatCount(list.length)}`} className="border-t">
        <Button
          kind="bare"
          size="icon"
          aria-label="Save them as a file"
          title="Save them as a file for the command line"
          onClick={() => save(list, name)}
        >
          <Download size={13} aria-hidden />
        </Button>
      </PanelHead>
      <ul className="max-h-[168px] overflow-y-auto px-3 py-1 text-sm">
        {list.map((one) => (
          <li key={one.id} className="flex h-7 items-center gap-1 tabular-nums">
            <button
              type="button"
              className="inline-flex min-h-6 min-w-0 grow items-center gap-1 truncate rounded text-left hover:text-acc"
              title={`Answered by ${one.backend}`}
              onClick={() => look(view, { frameIndex: one.frameIndex })}
            >
              frame {one.frameIndex} · level {one.level} · {formatCount(one.area)} px
              <Crosshair size={11} aria-hidden className="text-dim" />
            </button>
            <Button
              kind="bare"
              size="icon"
              aria-label={`Remove the mask on frame ${one.frameIndex}, level ${one.level}`}
              title="Remove"
              onClick={() => remove.mutate(one.id)}
            >
              <Trash2 size={12} aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      <div className="grid gap-1 px-3 pb-2.5">
        <Button
          size="s"
          kind="primary"
          data-testid="track-prompts"
          disabled={list.length === 0 || track.isPending}
          title="A new run: takes the candidates over from this one, and follows these besides"
          onClick={() => track.mutate(runId, { onSuccess: ({ runId: started }) => goTo(view, { page: 'run', runId: started }) })}
        >
          Track these in a new run
        </Button>
        {problem && (
          <p role="alert" className="text-xs text-bad">
            {problem.message}
          </p>
        )}
      </div>
    </section>
  )
}

/** As `--set stages.tracker.prompts=<file>` takes it. */
function save(list: readonly KeptPrompt[], name: string): void {
  const prompts = list.map(({ frameIndex, level, size, counts }) => ({ frameIndex, level, size, counts }))
  saveFile(new Blob([JSON.stringify(prompts, undefined, 1)], { type: 'application/json' }), `${fileNameOf(name)}.prompts.json`)
}

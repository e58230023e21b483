// What a person thinks of a track: a star and a note, kept by the engine; and taking the track away.
import { Download, Star } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useAnnotateObject, useObjectNotes } from '../../../state/queries.ts'
import { useRun } from '../../../state/services.tsx'
import { useAct, useActs } from '../../../state/use-acts.ts'
import { Button } from '../../../ui/button.tsx'
import { ExportDialog } from '../../parts/export-dialog.tsx'

export function ObjectNotes({ runId, trackId }: { readonly runId: string; readonly trackId: number }) {
  const notes = useObjectNotes(runId)
  const annotate = useAnnotateObject(runId)
  const own = notes.data?.find((one) => one.objectId === trackId)
  const name = useRun(runId, (one) => one?.record?.name ?? runId)
  const [isExporting, setExporting] = useState(false)
  const isStarred = own?.star ?? false
  useActs({
    star: () => annotate.mutate({ objectId: trackId, star: !isStarred }),
    'export-object': () => setExporting(true),
  })
  const [star, exportOne] = [useAct('star'), useAct('export-object')]
  const problem = annotate.error ?? notes.error
  return (
    <div className="grid gap-1.5 px-3 pt-2">
      <div className="flex items-center gap-1">
        <Button
          kind="bare"
          size="s"
          data-testid="star"
          aria-pressed={isStarred}
          title={isStarred ? 'Take the star away (s)' : 'Give it a star, to find it again (s)'}
          className="aria-pressed:text-acc"
          onClick={star}
        >
          <Star size={13} aria-hidden fill={isStarred ? 'currentColor' : 'none'} />
          {isStarred ? 'Starred' : 'Star'}
        </Button>
        <Button
          kind="bare"
          size="s"
          data-testid="export-object"
          title="Write its masks as COCO, PNG, YOLO or CSV (shift e)"
          onClick={exportOne}
        >
          <Download size={13} aria-hidden /> Export
        </Button>
      </div>
      {notes.data && <Note key={trackId} saved={own?.note ?? ''} onSave={(note) => annotate.mutate({ objectId: trackId, note })} />}
      {problem && (
        <p role="alert" className="text-xs text-warn">
          {annotate.error ? 'It was not kept' : 'Notes cannot be read'}: {problem.message}
        </p>
      )}
      {isExporting && <ExportDialog record={{ id: runId, name }} track={trackId} onClose={() => setExporting(false)} />}
    </div>
  )
}

const restMs = 600

/** Kept when typing rests, when the field is left, and when another track is looked at. */
function Note({ saved, onSave }: { readonly saved: string; readonly onSave: (note: string) => void }) {
  const [text, setText] = useState(saved)
  const newest = useRef({ text, saved, onSave })
  newest.current = { text, saved, onSave }
  const keep = () => {
    const { text: typed, saved: kept, onSave: save } = newest.current
    if (typed !== kept) save(typed)
  }
  const keepNewest = useRef(keep)
  keepNewest.current = keep
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the text begins the rest anew
  useEffect(() => {
    const timer = setTimeout(() => keepNewest.current(), restMs)
    return () => clearTimeout(timer)
  }, [text])
  useEffect(() => () => keepNewest.current(), [])
  return (
    <textarea
      data-testid="object-note"
      aria-label="Note about this track"
      placeholder="Note about this track"
      rows={Math.min(6, text.split('\n').length)}
      maxLength={10_000}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      className="w-full resize-none rounded-md border border-line2 bg-bg px-2 py-1 text-sm placeholder:text-dim"
    />
  )
}

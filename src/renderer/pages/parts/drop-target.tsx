// Dropped onto the window, a run or a part of one is opened; a folder of frames begins a new run.
import { useEffect, useState } from 'react'
import { useHost } from '../../host/host.tsx'
import { useOpenRun } from '../../state/queries.ts'
import { useServices } from '../../state/services.tsx'
import { goTo } from '../../state/view-store.ts'
import { FaultCard } from '../../ui/fault-card.tsx'

const noRun: ReadonlySet<string> = new Set(['RUN_FOLDER_EXPECTED', 'MY3DIS_UNRECOGNISED'])

export function DropTarget() {
  const { native } = useHost()
  const { view } = useServices()
  const take = useOpenRun()
  const [isOver, setOver] = useState(false)
  const [said, setSaid] = useState<string | undefined>(undefined)
  const { mutate, reset } = take
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0]
      if (!file) return
      event.preventDefault()
      setOver(false)
      reset()
      const path = native?.pathOfFile(file) ?? ''
      if (path === '')
        return setSaid(
          'A browser does not tell where a dropped folder lies. Use “Open a run folder”, which browses the machine that computes.',
        )
      setSaid(undefined)
      mutate(path, {
        onSuccess: ({ runId }) => goTo(view, runId === undefined ? { page: 'registry' } : { page: 'run', runId }),
        onError: (fault) => {
          if (noRun.has(fault.code)) goTo(view, { page: 'new', scene: path })
        },
      })
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
    }
  }, [native, view, mutate, reset])
  const close = () => {
    setSaid(undefined)
    reset()
  }
  const fault = take.error && !noRun.has(take.error.code) ? take.error : undefined
  if (isOver)
    return (
      <div
        className="pointer-events-none fixed inset-0 z-50 grid place-items-center border-2 border-acc bg-black/50"
        data-testid="drop-here"
      >
        <p className="rounded-md bg-panel px-4 py-2">Drop a run, a part of one, or a folder of frames</p>
      </div>
    )
  if (!said && !fault) return null
  return (
    <div
      className="fixed bottom-9 left-1/2 z-40 w-[560px] max-w-[94vw] -translate-x-1/2 rounded-md border border-line2 bg-panel shadow-xl shadow-black/30"
      role="status"
      data-testid="drop-said"
    >
      {fault ? <FaultCard fault={fault} /> : <p className="px-4 py-3">{said}</p>}
      <button type="button" className="m-2 rounded px-2 py-1 text-sm text-mut hover:text-txt" onClick={close}>
        Close
      </button>
    </div>
  )
}

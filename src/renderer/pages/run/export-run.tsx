// The button that takes a run away in another format.
import { Download } from 'lucide-react'
import { useState } from 'react'
import type { RunRecord } from '#core/run/run'
import { Button } from '../../ui/button.tsx'
import { ExportDialog } from '../parts/export-dialog.tsx'

export function ExportRun({ record }: { readonly record: RunRecord }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button data-testid="export-run" onClick={() => setOpen(true)} title="Export: COCO, YOLO, PNG, CSV, My3DIS">
        <Download size={14} aria-hidden />
        <span className="@max-[820px]:sr-only">Export</span>
      </Button>
      {isOpen && <ExportDialog record={record} onClose={() => setOpen(false)} />}
    </>
  )
}

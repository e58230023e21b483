// The view as a small file, saved or copied, that draws the same picture on the command line.
import { useState } from 'react'
import type { View } from '#core/view/view'
import { saveFile } from '../../../frame/export/save-file.ts'
import { Button } from '../../../ui/button.tsx'
import { copyText } from '../../../ui/copy-text.ts'
import { Part } from '../../parts/take-away-part.tsx'
import { CommandLine, useRunWord } from './command-line.tsx'

/** `view` undefined: its size is not one that can be drawn. `name` is that of the file, without its ending. */
export function ViewPart({ runId, view, name }: { readonly runId: string; readonly view: View | undefined; readonly name: string }) {
  const run = useRunWord(runId)
  const [said, setSaid] = useState('')
  const text = view ? `${JSON.stringify(view, undefined, 2)}\n` : ''
  const copy = () =>
    copyText(text).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser did not allow it; save the file instead.'),
    )
  return (
    <Part title="View" hint="A small file that draws the same picture on the command line:">
      <CommandLine>{`scenewright inspect render ${run} --view view.json --out x.png`}</CommandLine>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          data-testid="save-view"
          disabled={!view}
          onClick={() => saveFile(new Blob([text], { type: 'application/json' }), `${name}_view.json`)}
        >
          Save view.json
        </Button>
        <Button data-testid="copy-view" disabled={!view} onClick={() => void copy()}>
          Copy it
        </Button>
        <span role="status" className="text-sm text-mut">
          {said}
        </span>
      </div>
    </Part>
  )
}

// A command that does the same on the command line, ready to be copied.
import { Copy } from 'lucide-react'
import { useState } from 'react'
import { useDescription } from '../../../state/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { copyText } from '../../../ui/copy-text.ts'

/** The run as a word of a command: its folder where that is known, in quotes where a shell would cut it. */
export function useRunWord(runId: string): string {
  const folder = useDescription(runId).data?.folder ?? 'RUN'
  return /^[\w./:@+-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`
}

export function CommandLine({ children }: { readonly children: string }) {
  const [said, setSaid] = useState<string>()
  return (
    <p className="my-1 flex items-start gap-1.5">
      <code className="min-w-0 flex-1 rounded bg-bg px-1.5 py-1 font-mono text-xs break-all">{children}</code>
      <Button
        kind="bare"
        size="icon"
        aria-label="Copy the command"
        title={said ?? 'Copy the command'}
        onClick={() =>
          copyText(children).then(
            () => setSaid('Copied'),
            () => setSaid('The browser did not allow it'),
          )
        }
      >
        <Copy size={12} aria-hidden />
      </Button>
      <span aria-live="polite" className="sr-only">
        {said}
      </span>
    </p>
  )
}

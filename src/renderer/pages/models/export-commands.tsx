// Lines for a terminal that make the files of a known model, to be copied.
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { KnownModel } from '#core/model/known-models'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/copy-text.ts'

export function ExportCommands({ needs, commands }: NonNullable<KnownModel['export']>) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>()
  useEffect(() => {
    if (!outcome) return
    const timer = setTimeout(() => setOutcome(undefined), 2000)
    return () => clearTimeout(timer)
  }, [outcome])
  const copy = () =>
    copyText(commands.join('\n')).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    )
  return (
    <>
      <p className="text-mut">What is needed: {needs}</p>
      <ol
        aria-label="Commands for a terminal"
        className="flex flex-col gap-1.5 rounded border border-line bg-bg px-3 py-2 font-mono text-xs leading-relaxed"
        data-testid="export-commands"
      >
        {commands.map((command) => (
          <li key={command} className="break-words">
            {command}
          </li>
        ))}
      </ol>
      <div className="flex items-center gap-3">
        <Button size="s" data-testid="export-copy" onClick={copy}>
          {outcome === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          Copy the commands
        </Button>
        <span role="status" className={outcome === 'refused' ? 'text-sm text-warn' : 'text-sm text-mut'}>
          {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'The browser refused; select the lines instead' : ''}
        </span>
      </div>
    </>
  )
}
